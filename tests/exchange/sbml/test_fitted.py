"""A fitted mechanism goes out at the posterior's medians, at its experiment's temperature."""

import math
from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT
from small_study import chain_table, small_study

from assemblysim.errors import InputError
from assemblysim.exchange.sbml import fitted
from assemblysim.exchange.sbml.fitted import fitted_mechanism
from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.study.definition.conditions import Conditions
from assemblysim.study.definition.reading import read_study

HEATED = ROOT / "fits/three_temperatures_synthetic"


@pytest.fixture
def stored(monkeypatch):
    """Draws of every unknown whose median is the number given for it, or 1."""

    def draws(medians):
        def values(problem, _results):
            middle = np.array([medians.get(name, 1.0) for name in problem.parameter_names])
            return middle * np.array([0.1, 0.5, 1.0, 7.0, 90.0])[:, None]

        monkeypatch.setattr(fitted, "every_stored_value", values)

    return draws


def test_each_unknown_is_its_median(tmp_path, stored):
    stored({"k_first": 0.25, "k_second": 3.0})
    network, numbers = fitted_mechanism(
        small_study(tmp_path, table=chain_table()), tmp_path, "chain"
    )
    assert network.rate_constant_names == ("k_first", "k_second")
    assert numbers.rate_constants == {"k_first": 0.25, "k_second": 3.0}
    assert numbers.initial == {"A": 10.0, "B": 0.0, "C": 0.0}


def test_constants_are_those_at_the_experiment_s_temperature(stored):
    study = read_study(HEATED)
    stored({"k_grow": 2.0, "Ea_grow": 80.0})
    _, at_reference = fitted_mechanism(study, HEATED, "two_Dy3L", "60 degC")
    _, colder = fitted_mechanism(study, HEATED, "two_Dy3L", "40 degC")
    slower = math.exp(-80.0 / 8.31446261815324e-3 * (1 / 313.15 - 1 / 333.15))
    assert at_reference.rate_constants["k_grow"] == pytest.approx(2.0)
    assert colder.rate_constants["k_grow"] == pytest.approx(2.0 * slower)
    assert colder.initial["Dy"] == pytest.approx(190)


def test_what_cannot_be_exported_is_refused_by_name(tmp_path, stored):
    stored({})
    study = read_study(HEATED)
    with pytest.raises(InputError, match="experiment 'heated to 80 degC': its temperature changes"):
        fitted_mechanism(study, HEATED, "two_Dy3L", "heated to 80 degC")
    with pytest.raises(InputError, match="unknown experiment '50'"):
        fitted_mechanism(study, HEATED, "two_Dy3L", "50")
    with pytest.raises(InputError, match="unknown mechanism 'three'"):
        fitted_mechanism(study, HEATED, "three")
    with pytest.raises(InputError, match="concentrations in % of a stated amount"):
        fitted_mechanism(read_study(ROOT / "fits/alpha_pinene"), HEATED, "published")
    small = small_study(tmp_path, table=chain_table())
    added = Protocol(events=(Event(2.0, 0.1, (("A", 5.0),)),))
    fed = replace(
        small, experiments=(replace(small.experiments[0], conditions=Conditions(protocol=added)),)
    )
    with pytest.raises(InputError, match="added or withdrawn at 2 h, which is not exported"):
        fitted_mechanism(fed, tmp_path, "chain")


def test_what_is_held_stands_on_both_sides(tmp_path, stored):
    stored({})
    small = small_study(tmp_path, table=chain_table())
    conditions = Conditions(protocol=Protocol(held=("A",)))
    held = replace(small.experiments[0], conditions=conditions)
    network, _ = fitted_mechanism(replace(small, experiments=(held,)), tmp_path, "chain")
    assert network.reactions[0].reactants == ("A",)
    assert sorted(network.reactions[0].products) == ["A", "B"]
