"""Co-reactants: what makes up for a difference, once only, and what does not."""

from fractions import Fraction

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.co_reactants import (
    DEFAULT_CO_REACTANTS,
    CoReactants,
    excess_of,
    excess_words,
    whole_numbers,
)
from assemblysim.mechanism.ions.ion import read_ion

READER = FormulaReader({"Dy": "Dy", "L": ""})


def co_reactants(*texts):
    return CoReactants(tuple((text, read_ion(text, READER)) for text in texts))


def ions(*texts):
    return [read_ion(text, READER) for text in texts]


USUAL = co_reactants(*DEFAULT_CO_REACTANTS)


def test_acetate_and_methyl_stay_whole():
    """Carbon alone would let acetate be made of methanol; the groups do not."""
    assert USUAL.made_up(excess_of(ions("MeOH"), ions("MeOH"))) == {}
    assert USUAL.made_up(excess_of(ions("MeOH"), ions("[CO]"))) is None
    assert USUAL.made_up(excess_of(ions("[Dy(OAc)]2+"), ions("[Dy(OMe)]2+"))) == {
        "AcO-": -1,
        "OH-": 1,
        "MeOH": 1,
        "H2O": -1,
    }


def test_random_amounts_are_found_again():
    rng = np.random.default_rng(20261129)
    usual = [ion for _, ion in USUAL.ions]
    for _ in range(200):
        amounts = rng.integers(-9, 10, size=len(usual)).tolist()
        left = [ion for ion, n in zip(usual, amounts, strict=True) for _ in range(max(-n, 0))]
        right = [ion for ion, n in zip(usual, amounts, strict=True) for _ in range(max(n, 0))]

        found = USUAL.made_up(excess_of(left, right))

        assert found == {t: n for t, n in zip(USUAL.names, amounts, strict=True) if n}


def test_a_wrong_charge_is_not_made_up_for():
    excess = excess_of(ions("[Dy(OH)]+"), ions("[Dy(OH)]2+"))

    assert USUAL.made_up(excess) is None
    assert excess_words(excess) == "charge +1"


def test_fractions_are_exact():
    carbonate = co_reactants("[(CO3)3]6-", "H2O", "OH-")
    found = carbonate.made_up(excess_of(ions("Dy(OH)2"), ions("[Dy(CO3)]")))

    assert found == {"[(CO3)3]6-": Fraction(1, 3), "OH-": -2}
    assert whole_numbers(found.values()) == 3


def test_an_electron_makes_up_for_charge_alone():
    assert co_reactants("e-").made_up(excess_of(ions("Dy3+"), ions("[Dy]2+"))) == {"e-": 1}


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        (
            ("H+", "OH-", "H2O"),
            "co-reactant 'H2O' can be made of H+ and OH-, so that no balance would be unique; "
            "leave one of them out",
        ),
        (
            ("AcO-", "OAc-"),
            "co-reactant 'OAc-' can be made of AcO-, so that no balance would be unique; leave "
            "one of them out",
        ),
    ],
)
def test_co_reactants_that_follow_from_others_are_refused(texts, fault):
    with pytest.raises(InputError) as refused:
        co_reactants(*texts)

    assert str(refused.value) == fault


@pytest.mark.parametrize(
    ("texts", "taken_up", "protons"),
    [
        (DEFAULT_CO_REACTANTS, {"OH-": 8, "AcO-": -9, "H2O": -2}, 8),
        (("AcO-", "H+", "MeOH", "H2O"), {"H+": -8, "AcO-": -9}, 8),
        (("AcO-", "NEt3", "[HNEt3]+", "MeOH", "H2O"), {"NEt3": 8, "[HNEt3]+": -8}, 8),
        (("AcO-", "H2O"), {"AcO-": 1}, None),
        (("[NH4]+", "H2O"), {"[NH4]+": 1}, None),
    ],
)
def test_protons_are_counted_whatever_takes_them_away(texts, taken_up, protons):
    amounts = {name: Fraction(n) for name, n in taken_up.items()}

    assert co_reactants(*texts).protons_given_off(amounts) == protons
