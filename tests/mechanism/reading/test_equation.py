"""Reaction lines: every arrow, chains, coefficients, factors, laws; and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Reaction
from assemblysim.mechanism.network.tree_values import tree_value
from assemblysim.mechanism.reading.equation import parse_reaction, write_equation, write_factor

SPECIES = ("A", "B", "C", "D", "Dy2L4", "Dy4L4", "k_b")


def parse(line):
    return parse_reaction("step", line, SPECIES)


@pytest.mark.parametrize("arrow", ["->", "-->", "=>", "→"])
def test_every_one_way_arrow_gives_one_step(arrow):
    expected = (Reaction("step", ("A", "B"), ("C",), "k"),)

    assert parse(f"A + B {arrow} C ; k") == expected
    assert parse(f"A+B{arrow}C;k") == expected


@pytest.mark.parametrize("arrow", ["<=>", "<->", "<==>", "⇌"])
def test_every_reversible_arrow_gives_a_step_and_its_reverse(arrow):
    assert parse(f"A + B {arrow} C ; kf, kr") == (
        Reaction("step", ("A", "B"), ("C",), "kf"),
        Reaction("step_reverse", ("C",), ("A", "B"), "kr", reverse_of="step"),
    )


@pytest.mark.parametrize(
    ("factor", "text"),
    [(6, "6"), (0.5, "0.5"), (1 / 3, "1/3"), (20 / 7, "20/7"), (0.1234567, "0.1234567")],
)
def test_a_statistical_factor_of_many_digits_is_written_as_the_fraction_that_it_is(factor, text):
    assert write_factor(factor) == text


@pytest.mark.parametrize("text", ["2Dy4L4", "2 Dy4L4", "02Dy4L4", "Dy4L4 + Dy4L4"])
def test_a_coefficient_may_touch_its_species(text):
    (step,) = parse(f"{text} -> A ; k")

    assert step.reactants == ("Dy4L4", "Dy4L4")


def test_a_chain_has_one_constant_for_each_arrow_and_two_for_a_reversible_one():
    assert parse("A -> B <=> C -> D ; k1, k2, k3, k4") == (
        Reaction("step_1", ("A",), ("B",), "k1"),
        Reaction("step_2", ("B",), ("C",), "k2"),
        Reaction("step_2_reverse", ("C",), ("B",), "k3", reverse_of="step_2"),
        Reaction("step_3", ("C",), ("D",), "k4"),
    )


def test_nothing_on_a_side_is_a_source_or_a_sink():
    assert parse("A -> ; k") == (Reaction("step", ("A",), (), "k"),)
    assert parse("-> A ; k") == (Reaction("step", (), ("A",), "k"),)
    assert [s.reactants for s in parse("-> A -> B -> ; k0, k1, k2")] == [(), ("A",), ("B",)]


def test_a_species_on_both_sides_stays_on_both():
    assert parse("A + B -> A + 2 B ; k")[0].products == ("A", "B", "B")


def test_what_follows_a_hash_is_a_comment():
    assert parse("A -> B ; k   # slow; see ref. 3") == parse("A -> B ; k")


def test_a_constant_named_twice_is_shared():
    assert [s.rate_constant for s in parse("A -> B -> C ; k, k")] == ["k", "k"]


@pytest.mark.parametrize("text", ["6k", "6 k", "6*k", "6.0 k"])
def test_a_number_before_a_constant_is_its_statistical_factor(text):
    (step,) = parse(f"A -> B ; {text}")

    assert (step.factor, step.rate_constant) == (6, "k")


def test_a_statistical_factor_may_be_a_half():
    assert parse("2 A -> B ; 0.5 k")[0].factor == 0.5


def test_a_rate_law_takes_the_constants_that_it_names():
    assert parse("A -> B ; kcat, Km ; kcat*A/(Km + A)") == (
        Reaction(
            "step",
            ("A",),
            ("B",),
            "kcat",
            law=read_rate_law("kcat*A/(Km + A)"),
            further_rate_constants=("Km",),
        ),
    )


def test_a_reversible_step_takes_two_laws():
    forward, back = parse("A <=> B ; kf, kr, K ; kf*A/(K + A), kr*B/(K + B)")

    assert (forward.law.text, forward.rate_constants) == ("kf*A/(K + A)", ("kf", "K"))
    assert (back.law.text, back.rate_constants) == ("kr*B/(K + B)", ("kr", "K"))
    assert back.reverse_of == "step"


def test_a_rate_law_may_name_a_species_that_does_not_react():
    assert parse("A -> B ; k ; k*A*C")[0].law.text == "k*A*C"


@pytest.mark.parametrize(
    ("line", "equation", "times"),
    [
        ("A + 0.5 B -> C ; k ; k*A*B", "2 A + B -> 2 C", 2),
        ("A + 1/2 B -> 1.5 C ; k ; k*A", "2 A + B -> 3 C", 2),
        ("A + .25B -> C ; k ; k*A", "4 A + B -> 4 C", 4),
        ("A + 1/2 B -> 1/3 C ; k ; k*A", "6 A + 3 B -> 2 C", 6),
        ("A + 2 B -> C ; k ; k*A", "A + 2 B -> C", 1),
    ],
)
def test_broken_coefficients_change_concentrations_as_they_are_written(line, equation, times):
    """The step is taken several times at once, with as much less of its law."""
    (step,) = parse(line)
    (whole,) = parse(f"A -> B ; k ; {line.rpartition(';')[2]}")

    assert write_equation(step) == equation
    rates = [tree_value(one.law.tree, 0.7) for one in (step, whole)]
    assert rates[0] * times == pytest.approx(rates[1], rel=1e-14)


sides = st.dictionaries(st.sampled_from(SPECIES), st.integers(1, 5), min_size=0, max_size=4)


@given(sides, sides)
def test_a_written_equation_reads_back(left, right):
    reactants, products = (
        tuple(name for name, n in side.items() for _ in range(n)) for side in (left, right)
    )
    if left == right:
        return
    reaction = Reaction("step", reactants, products, "k")

    assert parse(f"{write_equation(reaction)} ; k") == (reaction,)


ADVICE = "write -> --> => → for one way, <=> <-> <==> ⇌ for both"
TERM = "write a whole coefficient and a name, as '2 Dy3L'"
NAMED = "write its name, as 'k' or '6 k'; values belong in the study"
REFUSED = {
    "A + B = C ; k": f"no arrow in 'A + B = C'; '=' does not say which way; {ADVICE}",
    "A + B ; k": f"no arrow in 'A + B'; {ADVICE}",
    "A = B -> C ; k": f"'=' does not say which way; {ADVICE}",
    "A <- B ; k": f"no arrow in 'A <- B'; {ADVICE}",
    "A <--> B ; k": f"cannot read the arrow near 'A <'; {ADVICE}",
    "A ---> B ; k": f"cannot read the arrow near 'A -'; {ADVICE}",
    "A -> B": "no rate constant for 'A -> B'; add one after a semicolon",
    "A -> B ;": "no rate constant for 'A -> B'; add one after a semicolon",
    "; k": "no equation; write one such as 'A + B -> C ; k'",
    "": "no equation; write one such as 'A + B -> C ; k'",
    "A -> -> B ; k, k": "nothing between two arrows of 'A -> -> B'; name what is there",
    "A + B -> B + A ; k": "'A + B -> B + A' changes nothing; mend one of its sides",
    "-> ; k": "'->' changes nothing; mend one of its sides",
    "A + -> B ; k": f"cannot read nothing beside a '+' as a species; {TERM}",
    "A B -> C ; k": f"cannot read 'A B' as a species; {TERM}",
    "0.5 A -> B ; k": (
        "'0.5 A -> B' has a broken coefficient, of which mass action may mean two things; add its "
        "rate law, as '; k ; k*A', or write 'A -> 2 B'"
    ),
    "A + 0.33 B -> C ; k ; k*A": (
        "with the coefficient '0.33' the step has to be taken more than 12 times at once to be "
        "whole; write a third as 1/3"
    ),
    "A + 1/0 B -> C ; k ; k*A": "coefficient '1/0' divides by 0; mend it",
    "A + 0.0 B -> C ; k ; k*A": "species 'B' has the count 0; leave it out",
    "2 -> B ; k": f"cannot read '2' as a species; {TERM}",
    "0 A -> B ; k": "species 'A' has the count 0; leave it out",
    "101 A -> B ; k": "species 'A' has the count '101'; at most 100 are accepted",
    "A -> Dy2L ; k": "unknown species 'Dy2L'; did you mean 'Dy2L4'?",
    "A -> B ; k1, k2": (
        "1 rate constant(s) needed, 2 given; "
        "one for each one-way arrow, two for each reversible one"
    ),
    "A <=> B ; k": (
        "2 rate constant(s) needed, 1 given; "
        "one for each one-way arrow, two for each reversible one"
    ),
    "A <=> B ; kf,": f"a constant is missing; {NAMED}",
    "A -> B ; 0.3": f"cannot read '0.3' as a rate constant; {NAMED}",
    "A -> B ; k 6": f"cannot read 'k 6' as a rate constant; {NAMED}",
    "A -> B ; -2 k": f"cannot read '-2 k' as a rate constant; {NAMED}",
    "A -> B ; 0 k": "statistical factor '0' of 'k'; it must be above 0 and at most 1000000",
    "A -> B ; k_b": "rate constant 'k_b' has the name of a species; rename one of them",
    "A -> B ; exp": "rate constant 'exp' has the name of a function; take another name",
    "A -> B ; t": "rate constant 't' has the name of the time in rate laws; take another name",
    "A -> B ; k ; t*A": "the rate law 't*A' holds none of its constants; add one",
    "A -> B ; k ; k*A ; 3": (
        "4 parts between semicolons; at most three: equation ; constants ; laws"
    ),
    "A -> B ; k ;": "a rate law is empty; write it, or drop its semicolon or comma",
    "A -> B ; k, K ; k*A": "constant 'K' is listed but not in the rate law; drop it",
    "A -> B ; k ; A": "the rate law 'A' holds none of its constants; add one",
    "A -> B ; k ; k*X": (
        "rate law 'k*X': unknown name 'X'; known: A, B, C, D, Dy2L4, Dy4L4, k, k_b, t"
    ),
    "A -> B ; 2 k ; k*A": "a statistical factor beside a rate law; write it into the law",
    "A -> B ; k, k ; k*A": "a constant is listed twice beside a rate law; list each once",
    "A <=> B ; kf, kr ; kf*A": (
        "2 rate law(s) needed, 1 given; "
        "one for each one-way arrow, two for each reversible one, separated by commas"
    ),
}


@pytest.mark.parametrize("line", REFUSED)
def test_a_faulty_line_is_refused_with_its_remedy(line):
    with pytest.raises(InputError) as fault:
        parse(line)

    assert str(fault.value) == f"reaction 'step': {REFUSED[line]}"


@pytest.mark.parametrize(
    "line",
    [
        "A -> " * 1000 + "B ; k",
        "9" * 1900 + " A -> B ; k",
        "A -> B ; " + "9" * 400 + "k",
        "+" * 1999,
    ],
)
def test_an_absurdly_long_line_is_refused_in_one_short_line(line):
    with pytest.raises(InputError) as fault:
        parse(line)

    assert "\n" not in str(fault.value)
    assert len(str(fault.value)) < 250


def test_a_line_of_five_thousand_characters_is_refused_for_its_length():
    with pytest.raises(InputError) as fault:
        parse("A -> B -> " * 500 + "C ; k")

    assert str(fault.value) == "reaction 'step': 5005 characters in one line; at most 2000"
