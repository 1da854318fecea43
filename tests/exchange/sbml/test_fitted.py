"""A fitted mechanism goes out at the posterior's medians, at its experiment's temperature."""

import math
from dataclasses import replace

import libsbml
import numpy as np
import pytest
from checkout import ROOT
from small_study import chain_table, small_study

from assemblysim.errors import InputError
from assemblysim.exchange.sbml import fitted
from assemblysim.exchange.sbml.fitted import fitted_mechanism
from assemblysim.exchange.sbml.mechanism.writing import sbml_of
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
    network, numbers, _ = fitted_mechanism(
        small_study(tmp_path, table=chain_table()), tmp_path, "chain"
    )
    assert network.rate_constant_names == ("k_first", "k_second")
    assert numbers.rate_constants == {"k_first": 0.25, "k_second": 3.0}
    assert numbers.initial == {"A": 10.0, "B": 0.0, "C": 0.0}


def test_constants_are_those_at_the_experiment_s_temperature(stored):
    study = read_study(HEATED)
    stored({"k_grow": 2.0, "Ea_grow": 80.0})
    _, at_reference, _ = fitted_mechanism(study, HEATED, "two_Dy3L", "60 degC")
    _, colder, _ = fitted_mechanism(study, HEATED, "two_Dy3L", "40 degC")
    slower = math.exp(-80.0 / 8.31446261815324e-3 * (1 / 313.15 - 1 / 333.15))
    assert at_reference.rate_constants["k_grow"] == pytest.approx(2.0)
    assert colder.rate_constants["k_grow"] == pytest.approx(2.0 * slower)
    assert colder.initial["Dy"] == pytest.approx(190)


def test_what_cannot_be_exported_is_refused_by_name(stored):
    stored({})
    study = read_study(HEATED)
    with pytest.raises(InputError, match="unknown experiment '50'"):
        fitted_mechanism(study, HEATED, "two_Dy3L", "50")
    with pytest.raises(InputError, match="unknown mechanism 'three'"):
        fitted_mechanism(study, HEATED, "three")
    with pytest.raises(InputError, match="concentrations in % of a stated amount"):
        fitted_mechanism(read_study(ROOT / "fits/alpha_pinene"), HEATED, "published")


def written(network, numbers, dynamics):
    """The model as libSBML reads it, which finds no fault in it."""
    document = libsbml.readSBMLFromString(sbml_of(network, numbers, dynamics=dynamics))
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    assert document.checkConsistency() == 0, document.getErrorLog().toString()
    return document.getModel()


def formula(element):
    return libsbml.formulaToL3String(element.getMath()).replace(" dimensionless", "")


def by_rule(model, name, **known):
    text = formula(model.getRuleByVariable(name)).replace("^", "**")
    known |= {"exp": math.exp, "piecewise": lambda one, holds, other: one if holds else other}
    return eval(text, known)  # noqa: S307


def test_a_course_of_temperature_goes_out_as_rules(stored):
    stored({"k_grow": 2.0, "Ea_grow": 80.0})
    study = read_study(HEATED)
    model = written(*fitted_mechanism(study, HEATED, "two_Dy3L", "heated to 80 degC"))
    programme = study.experiments[-1].conditions.protocol.programme
    middle = sum(programme.times[1:3]) / 2
    for time in (0.0, programme.times[1], middle, programme.times[-1], 40.0):
        assert by_rule(model, "temperature", time=time) == pytest.approx(programme.at(time))
    energy = model.getElementBySId("E_k_grow").getValue()
    faster = by_rule(model, "k_grow_now", k_grow=2.0, E_k_grow=energy, temperature=353.15)
    slowness = (1 / 353.15 - 1 / 333.15) / 8.31446261815324e-3
    assert faster == pytest.approx(2.0 * math.exp(-80.0 * slowness))
    assert "k_grow_now" in formula(model.getReaction("grow").getKineticLaw())


def test_additions_go_out_as_events(tmp_path, stored):
    stored({})
    small = small_study(tmp_path, table=chain_table())
    events = (Event(1.0, -1.0), Event(2.0, 1.0, (("A", 50.0),)))
    conditions = Conditions(protocol=Protocol(volume=10.0, events=events, held=("C",)))
    fed = replace(small, experiments=(replace(small.experiments[0], conditions=conditions),))
    model = written(*fitted_mechanism(fed, tmp_path, "chain"))
    (event,) = model.getListOfEvents()
    assert formula(event.getTrigger()) == "time > 2"
    changes = {one.getVariable(): formula(one) for one in event.getListOfEventAssignments()}
    assert changes == {"A": "0.9 * A + 5", "B": "0.9 * B"}


def test_what_is_held_stands_on_both_sides(tmp_path, stored):
    stored({})
    small = small_study(tmp_path, table=chain_table())
    conditions = Conditions(protocol=Protocol(held=("A",)))
    held = replace(small.experiments[0], conditions=conditions)
    network, _, _ = fitted_mechanism(replace(small, experiments=(held,)), tmp_path, "chain")
    assert network.reactions[0].reactants == ("A",)
    assert sorted(network.reactions[0].products) == ["A", "B"]
