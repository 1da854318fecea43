"""Constants that follow from others: reading, free ones, values and units."""

import re

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.inference.model.derived import DerivedByExpression, in_order, names_of
from assemblysim.mechanism.constants.constant_units import constant_units
from assemblysim.mechanism.constants.constants import read_constants
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.mechanism.reading.system import read_system

RATES = ("k_on", "k_off", "k_grow", "k_shrink", "k_close")
SPECIES = ("A", "B")
BIMOLECULAR, FIRST_ORDER = Dimension(-1, -1), Dimension(0, -1)
DIMENSIONS = {
    "k_on": BIMOLECULAR, "k_off": FIRST_ORDER, "k_grow": BIMOLECULAR, "k_shrink": FIRST_ORDER,
    "k_close": BIMOLECULAR,
}  # fmt: skip
TABLE = {
    "k_shrink": "k_grow / K_grow",
    "k_off": "k_on * f_c * c0 * exp(dG_on / RT) ",
    "k_close": "2 * k_grow^0.5 * K_b^(1/2)",
    "K_b": "k_on^2 / k_grow",
}


def read(table):
    return read_constants(table, RATES, SPECIES)


def values(table, given):
    """The constants as a problem computes them: each derived one after what it needs."""
    known = {*RATES, *given, *table}
    derived = in_order(
        tuple(DerivedByExpression(n, names_of(e, known, n), e, 2.479) for n, e in read(table))
    )
    found = dict(given)
    for one in derived:
        found[one.name] = one.value(found)
    return found


def test_values_are_computed_for_a_batch_whatever_the_order_of_the_lines():
    rng = np.random.default_rng(0)
    k_on, k_grow, big_k, energy = np.exp(rng.standard_normal((4, 7)))
    given = {"k_on": k_on, "k_grow": k_grow, "K_grow": big_k, "dG_on": -energy}
    found = values(TABLE, given | {"f_c": np.full(7, 1.7)})

    np.testing.assert_allclose(found["k_shrink"], k_grow / big_k, rtol=1e-14)
    np.testing.assert_allclose(found["k_off"], 1.7e3 * k_on * np.exp(-energy / 2.479), rtol=1e-14)
    np.testing.assert_allclose(found["k_close"], 2 * k_on, rtol=1e-14)
    assert found["K_b"].shape == (7,)
    assert np.array_equal(found["k_on"], k_on)


def test_a_value_that_does_not_exist_is_not_finite_and_not_a_crash():
    given = {"k_grow": np.array([1.0]), "K_grow": np.array([0.0])}
    found = values({"k_shrink": "k_grow / K_grow"}, given)

    assert np.isinf(found["k_shrink"]).all()


def test_units_follow_from_the_units_of_the_rate_constants():
    units = constant_units(read(TABLE), DIMENSIONS)

    assert units["K_grow"] == "1/mM"
    assert units["K_b"] == "1/(mM h)"
    assert units["dG_on"] == "kJ/mol"
    assert units["k_close"] == "1/(mM h)"
    assert "RT" not in units


def test_an_energy_of_a_step_that_changes_the_number_of_molecules_needs_c0():
    with pytest.raises(InputError) as fault:
        constant_units(read({"k_off": "k_on * exp(dG_on / RT)"}), DIMENSIONS)

    assert str(fault.value) == (
        "k_off: no units of its constants give 'k_off' in 1/h by 'k_on * exp(dG_on / RT)'; mend "
        "it (an energy goes with c0, 1 M, where a step changes the number of molecules)"
    )
    with pytest.raises(InputError, match="c0 is 1 M, but concentrations are in %"):
        constant_units(read(TABLE), DIMENSIONS, "%")


REFUSED = {
    ("k_shirnk", "k_grow / K_grow"): (
        "'k_shirnk' is neither a rate constant of a step nor used by another definition; did you "
        "mean 'k_shrink'?"
    ),
    ("k_shrink", "k_grwo / K_grow"): (
        "k_shrink: unknown constant 'k_grwo'; did you mean 'k_grow'? (a new one begins with K, dG "
        "or f_)"
    ),
    ("k_shrink", "k_grow / A"): "k_shrink: 'A' is a species; constants follow from constants only",
    ("k_shrink", "k_shrink + k_grow"): (
        "'k_shrink' follows from itself: k_shrink <- k_shrink; take one of them out"
    ),
    ("k_shrink", "2.5"): (
        "k_shrink: '2.5' holds no constant; state a number in the study's [priors] instead"
    ),
    ("k_shrink", 2.5): (
        "k_shrink: not an expression; write one in quotation marks, as 'k_grow / K_grow' (a number "
        "belongs in the study's [priors])"
    ),
    ("k_shrink", "k_grow * t / K_grow"): (
        "k_shrink: 't', the time, may stand in rate laws only; write it into these"
    ),
    ("k_shrink", "k_grow / "): (
        "k_shrink: expression 'k_grow /': unexpected end at character 9; a number, a name or a "
        "bracket belongs here"
    ),
    ("k_shrink", "__import__('os')"): (
        "k_shrink: expression '__import__('os')': cannot read '_' at character 1; use numbers, "
        "names, + - * / ^, brackets, exp, log, sqrt"
    ),
    ("RT", "k_grow"): "RT: RT is the gas constant times the temperature; take another name",
    ("k shrink", "k_grow"): (
        "constant 'k shrink' is not a name: a letter first, then letters, digits and underscores"
    ),
}


@pytest.mark.parametrize("line", REFUSED, ids=[m[:50] for m in REFUSED.values()])
def test_a_wrong_definition_is_refused_in_one_line(line):
    with pytest.raises(InputError) as fault:
        read(dict([line]))

    assert str(fault.value) == REFUSED[line]


def test_a_circle_of_definitions_is_refused():
    with pytest.raises(InputError) as fault:
        read({"k_on": "2 * k_off", "k_off": "3 * k_grow", "k_grow": "k_on"})

    text = str(fault.value)
    assert "follows from itself: " in text
    assert all(name in text for name in ("k_on", "k_off", "k_grow"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("k_close", "2 * k_off"), "no units of its constants give 'k_close' in 1/(mM h)"),
        (("k_close", "k_on * exp(dG_c)"), "depends on the unit of energy; divide each dG by RT"),
        (("k_close", "k_on * K_a / K_b"), "stays open, since it counts only in combination"),
        (("k_close", "k_on * exp(k_off / RT)"), "depends on the unit of energy"),
    ],
)
def test_units_that_do_not_fit_are_refused(line, message):
    with pytest.raises(InputError, match=re.escape(message)):
        constant_units(read(dict([line])), DIMENSIONS)


def test_definitions_that_double_are_refused_at_the_same_cost_however_many():
    def doubling(count):
        lines = {f"K{i}": f"K{i + 1} * K{i + 1}" for i in range(count)}
        return lines | {"k_on": "k_off * K0"}

    assert len(read_constants(doubling(8), ("k_on", "k_off"), ())) == 9
    with pytest.raises(InputError) as refusal:
        read_constants(doubling(2000), ("k_on", "k_off"), ())

    assert str(refusal.value) == (
        "'K1990' holds 1024 names once every definition is put in; at most 1000; write it in fewer"
    )


def test_a_long_chain_of_definitions_is_read():
    lines = {f"K{i}": f"2 * K{i + 1}" for i in range(300)}

    assert len(read_constants(lines | {"k_on": "k_off * K0"}, ("k_on", "k_off"), ())) == 301


def test_a_model_file_holds_definitions_and_refuses_wrong_ones(tmp_path):
    path = tmp_path / "small.toml"
    text = (
        '[species]\nA = "M"\nB = "2M"\n[reactions]\npair = "2 A <=> B ; k, k_back"\n[constants]\n'
    )
    path.write_text(text + 'k_back = "k / K_pair"\n', "utf-8")

    assert read_system(path).constants == (("k_back", "k / K_pair"),)
    path.write_text(text + 'k_back = "2 * k"\n', "utf-8")
    with pytest.raises(InputError) as fault:
        read_system(path)
    assert str(fault.value) == (
        f"{path}: [constants]: k_back: no units of its constants give 'k_back' in 1/h by '2 * k'; "
        "mend it (an energy goes with c0, 1 M, where a step changes the number of molecules)"
    )
