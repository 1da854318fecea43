import numpy as np
import pytest

from assemblysim.inference.identifiability.combinations import (
    Candidates,
    determined_combinations,
    product_unit,
    structural_combinations,
)
from assemblysim.inference.identifiability.sensitivity_rank import SensitivityRank
from assemblysim.result.unknowns import Combination
from assemblysim.sentences.unknowns import combination_words

NAMES = ("k_a", "k_b", "r")


def candidates(posterior, names=NAMES):
    """Posterior draws of logs, under priors of six decades each."""
    prior = np.random.default_rng(9).uniform(-6.9, 6.9, (4000, len(names)))
    return Candidates(names, ("1/h",) * len(names), posterior, prior)


def ridge(exponents, tight=0.1, wide=3.0, seed=1):
    """Draws of logs that are tight along the exponents and wide across them."""
    rng = np.random.default_rng(seed)
    along = np.array(exponents, float)
    draws = rng.uniform(-wide, wide, (4000, len(exponents)))
    draws -= np.outer(draws @ along, along) / (along @ along)
    return draws + np.outer(tight * rng.standard_normal(4000), along) / (along @ along)


@pytest.mark.parametrize(
    ("exponents", "text"),
    [
        ((1, 1, 0), "k_a * k_b"),
        ((1, -1, 0), "k_a / k_b"),
        ((0, 2, -1), "k_b^2 / r"),
        ((1, 1, 1), "k_a * k_b * r"),
        ((1, -1, -1), "k_a / (k_b * r)"),
        ((1, 2, -1), "k_a * k_b^2 / r"),
    ],
)
def test_the_combination_along_which_a_posterior_is_tight_is_found(exponents, text):
    found = determined_combinations(candidates(ridge(exponents)), NAMES, ())

    assert [one.text for one in found] == [text]
    # the product itself has a normal log about 0, of sd 0.1
    assert found[0].lower == pytest.approx(np.exp(-0.196), rel=0.02)
    assert found[0].upper == pytest.approx(np.exp(0.196), rel=0.02)


def test_parameters_that_know_nothing_of_each_other_make_no_combination():
    draws = np.random.default_rng(2).uniform(-3, 3, (4000, 3))

    assert determined_combinations(candidates(draws), NAMES, ()) == ()


def test_a_combination_wider_than_a_factor_of_ten_is_not_determined():
    # sd 0.55: the 95 % interval of the log is 2.16, and log 10 is 2.30
    assert len(determined_combinations(candidates(ridge((1, 1, 0), 0.55, 12)), NAMES, ())) == 1
    assert determined_combinations(candidates(ridge((1, 1, 0), 0.65, 12)), NAMES, ()) == ()


def test_a_combination_not_much_narrower_than_its_members_is_passed_over():
    # members of sd 0.87 and 0.39: a width of 0.39 is no news beside 1.5, and 0.1 is
    assert determined_combinations(candidates(ridge((1, 1, 0), 0.3, 0.75)), NAMES, ()) == ()
    assert len(determined_combinations(candidates(ridge((1, 1, 0), 0.05, 0.75)), NAMES, ())) == 1


def test_what_follows_from_other_combinations_is_left_out():
    rng = np.random.default_rng(4)
    free = rng.uniform(-3, 3, (4000, 1))
    draws = free * np.array([1.0, -1.0, 1.0]) + 0.05 * rng.standard_normal((4000, 3))

    found = determined_combinations(candidates(draws), NAMES, ())
    # k_a / r follows from the two, and so do all of three
    assert [one.text for one in found] == ["k_a * k_b", "k_b * r"]
    assert determined_combinations(candidates(draws), NAMES, found) == ()
    # only parameters that are not determined alone are looked at
    assert determined_combinations(candidates(draws), ("k_a",), ()) == ()


def test_a_product_that_contains_a_determined_one_is_left_out():
    rng = np.random.default_rng(6)
    free, shared = rng.uniform(-4, 4, 4000), 0.35 * rng.standard_normal(4000)
    r = -shared + 0.02 * rng.standard_normal(4000)
    draws = np.stack([free, shared - free, r], axis=1)  # k_a k_b within a factor 4, with r 1.08

    found = determined_combinations(candidates(draws), NAMES, ())
    assert [one.text for one in found] == ["k_a * k_b"]
    # the whole is found where the part does not qualify
    wider = np.stack([free, 3 * shared - free, 3 * r], axis=1)
    found = determined_combinations(candidates(wider), NAMES, ())
    assert [one.text for one in found] == ["k_a * k_b * r"]


def test_null_directions_of_the_sensitivities_leave_products_alone():
    null = np.array([[1.0], [-1.0], [0.0]]) / np.sqrt(2)
    rank = SensitivityRank(NAMES, 2, 2, (null,))

    found = structural_combinations(candidates(ridge((1, 1, 0))), rank)
    unknown = structural_combinations(candidates(3 * ridge((0, 1, 1))), rank)

    assert rank.structurally_non_identifiable == ("k_a", "k_b")
    assert [one.text for one in found] == ["k_a * k_b"]
    assert combination_words(found[0]) == (
        "only k_a * k_b is determined: no data of this kind can tell k_a and k_b apart"
    )
    assert [one.text for one in unknown] == ["k_a * k_b"]
    assert combination_words(unknown[0]) == (
        "no data of this kind can settle more of k_a and k_b than k_a * k_b, "
        "and these data do not determine that either"
    )


def test_what_is_no_part_of_a_product_leaves_the_exponents_in_their_places():
    """An energy has its own row among the sensitivities, and none among the candidates."""
    null = np.array([[1.0], [0.0], [-1.0], [0.0]]) / np.sqrt(2)
    rank = SensitivityRank(("k_a", "Ea_a", "k_b", "r"), 3, 3, (null,))

    found = structural_combinations(candidates(ridge((1, 1, 0))), rank)

    assert [one.text for one in found] == ["k_a * k_b"]
    # where the lost direction goes through an energy no product of constants is settled
    through = np.array([[0.6], [0.6], [-0.53], [0.0]])
    heated = SensitivityRank(rank.parameters, 3, 3, (through / np.linalg.norm(through),))
    assert [o.text for o in structural_combinations(candidates(ridge((1, 1, 0))), heated)] == []


def test_a_null_direction_that_turns_from_point_to_point_leaves_no_product():
    turned = [np.array([[np.cos(x)], [-np.sin(x)], [0.0]]) for x in (np.pi / 4, np.pi / 3)]

    assert structural_combinations(
        candidates(ridge((1, 1, 0))), SensitivityRank(NAMES, 2, 2, tuple(turned))
    ) == ()  # fmt: skip


def test_a_parameter_without_effect_is_in_no_product():
    rank = SensitivityRank(NAMES, 2, 2, (np.array([[0.0], [0.0], [1.0]]),))

    assert rank.without_effect == ("r",)
    assert structural_combinations(candidates(ridge((1, 1, 0))), rank) == ()


@pytest.mark.parametrize(
    ("units", "exponents", "expected"),
    [
        (("1/(mM h)", "1/h"), (1, 1), "1/(mM h^2)"),
        (("1/(mM h)", "1/h"), (1, -1), "1/mM"),
        (("1/h", "1/(mM h)"), (1, -1), "mM"),
        (("1/(mM^2 h)", ""), (1, 1), "1/(mM^2 h)"),
        (("1/h", "1"), (2, 1), "1/h^2"),
        (("mM", "1/(% h)"), (1, 1), "mM/(% h)"),
        (("1/h", "1/h"), (1, -1), ""),
    ],
)
def test_the_unit_of_a_product_is_the_product_of_the_units(units, exponents, expected):
    assert product_unit(units, exponents) == expected


def test_three_members_are_listed_in_words():
    one = Combination(("a", "b", "c"), (1, -1, 2), False, True, "", 1.0, 2.0, 3.0)

    assert combination_words(one) == "of a, b and c only a * c^2 / b is determined"
