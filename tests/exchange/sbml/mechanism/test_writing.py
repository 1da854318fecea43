"""Mechanisms as SBML: what libSBML says of it, and what comes back."""

import libsbml
import numpy as np
import pytest
from checkout import ROOT
from closed_forms import setting_in

import assemblysim as asm
from assemblysim.exchange.sbml.mechanism.writing import MechanismNumbers, sbml_of
from assemblysim.kinetics.engines.integration import integrate
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.mechanism.reading.system_text import read_system_text

MODELS = sorted((ROOT / "models").glob("*.toml"))
# A species' share of labelled forms is guarded by a number that has a unit.
GUARDED = "hnp_dy6_crossover"


def numbers_for(network):
    rng = np.random.default_rng(26)
    return MechanismNumbers(
        {name: float(10 ** rng.uniform(-3, 0)) for name in network.rate_constant_names},
        {name: float(rng.uniform(0, 10)) for name in network.species_names},
    )


@pytest.fixture(params=MODELS, ids=lambda path: path.stem)
def networks(request):
    system = read_expanded_system(request.param)
    large = len(system.mechanism_names) > 4  # of many alike the first ones do
    names = system.mechanism_names[: 8 if large else None]
    return request.param.stem, [(name, system.network(name)) for name in names]


def test_every_model_is_valid_sbml_and_comes_back(networks, tmp_path):
    stem, mechanisms = networks
    for name, network in mechanisms:
        numbers = numbers_for(network)
        path = tmp_path / f"{name}.xml"
        path.write_text(sbml_of(network, numbers, name=name))
        document = libsbml.readSBMLFromFile(str(path))
        document.checkConsistency()
        faults = [document.getError(i) for i in range(document.getNumErrors())]
        units_only = stem == GUARDED and all("units" in f.getMessage().lower() for f in faults)
        assert not faults or units_only, [f.getMessage() for f in faults]
        found = asm.read_sbml(path).mechanism
        assert found.initial == numbers.initial
        assert found.network.species == network.species
        assert steps(found.network) == steps(network)
        same_course(found, network, numbers)


def steps(network):
    """Steps forth by their names; a way back is named after its step."""
    forth = [r for r in network.reactions if r.reverse_of is None]
    return (
        sorted((r.name, sorted(r.reactants), sorted(r.products)) for r in forth),
        sorted((r.reverse_of, sorted(r.reactants)) for r in network.reactions if r not in forth),
    )


def same_course(found, network, numbers):
    def course(of, constants):
        start = [numbers.initial[name] for name in of.species_names]
        values = [constants[name] for name in of.rate_constant_names]
        times = np.array([0.1, 1.0, 30.0])
        return integrate(of, values, start, times, rtol=1e-11, atol=1e-13).concentrations

    theirs = course(found.network, found.rate_constants)
    ours = course(network, numbers.rate_constants)
    np.testing.assert_allclose(theirs, ours, rtol=1e-8, atol=1e-10)


def test_another_reader_of_the_equations_comes_to_the_same_course(tmp_path):
    """Amounts by the way of any SBML model, not by the mechanism that it is taken for."""
    network = asm.read_system(ROOT / "models/hnp_dy6.toml").network("both_reversible")
    numbers = numbers_for(network)
    path = asm.write_sbml(
        tmp_path / "m.xml", network, numbers.rate_constants, numbers.initial, title="a <b> & c"
    )
    model = asm.read_sbml(path)
    assert model.content.title == "a <b> & c"
    course = model.simulate([1.0, 10.0])
    named = asm.integrate(network, numbers.rate_constants, numbers.initial, [1.0, 10.0])
    for name in network.species_names:
        np.testing.assert_allclose(course[name], named[name], rtol=1e-7, atol=1e-9)


def test_a_step_and_its_reverse_are_one_reversible_reaction_with_units(tmp_path):
    network = asm.read_system_text(
        '[species]\nM = "M"\nreactor = "2M"\nH = ""\n[reactions]\n'
        '"2-pair" = "2 M <=> reactor ; 2 k_pair, k_part"\n'
        'cat = "reactor -> M + M ; V, K ; V*H*reactor/(K + reactor)"\n'
    ).network("all")
    path = asm.write_sbml(tmp_path / "m.xml", network, {"k_pair": "0.5 1/(M h)"}, {"M": "2 M"})
    model = libsbml.readSBMLFromFile(str(path)).getModel()
    assert model.getNumReactions() == 2
    assert model.getCompartment(0).getId() == "reactor_2"
    pair, cat = model.getReaction(0), model.getReaction(1)
    assert (pair.getReversible(), cat.getReversible()) == (True, False)
    assert (pair.getName(), pair.getReactant(0).getStoichiometry()) == ("2-pair", 2)
    law = libsbml.formulaToL3String(pair.getKineticLaw().getMath())
    assert law == "reactor_2 * (2 dimensionless * k_pair * M^2 dimensionless - k_part * reactor)"
    assert [cat.getModifier(i).getSpecies() for i in range(cat.getNumModifiers())] == ["H"]
    constant = model.getParameter("k_pair")
    assert constant.getValue() == pytest.approx(0.0005)
    units = libsbml.UnitDefinition.printUnits(constant.getDerivedUnitDefinition(), True)
    assert units == "(0.001 mole)^-1, (1 litre)^1, (3600 second)^-1"
    assert not model.getParameter("K").isSetValue()
    assert model.getSpecies("M").getInitialConcentration() == 2000
    found = asm.read_sbml(path).mechanism
    assert found.network.reactions == network.reactions
    assert found.rate_constants == {"k_pair": pytest.approx(0.0005)}
    assert found.notes == ("no value is stated for k_part, V, K",)


@pytest.mark.parametrize(
    ("constants", "initial", "says"),
    [
        ({"k": 1}, {}, "unknown rate constant 'k'; did you mean 'a'|unknown rate constant 'k'"),
        ({}, {"fox": 1}, "unknown species 'fox'"),
        ({"a": "1 mM"}, {}, "a: "),
        ({"a": -1}, {}, "a: -1 is no number from 0 up"),
        ({}, {"hare": float("nan")}, "hare: nan is no number from 0 up"),
    ],
)
def test_names_and_quantities_are_checked(tmp_path, constants, initial, says):
    network = asm.read_system(ROOT / "models/hudson_bay.toml").network("lotka_volterra")
    with pytest.raises(asm.InputError, match=says):
        asm.write_sbml(tmp_path / "m.xml", network, constants, initial)
    assert not (tmp_path / "m.xml").exists()


def test_a_rate_law_that_names_the_time_is_written_and_comes_back(tmp_path):
    text = """
    species.A = "X"
    species.B = "X"
    reactions.wake = "A -> B ; k, s ; k*(1 - exp(-t/s))*A"
    """
    network = read_system_text(text).network("all")
    numbers = MechanismNumbers({"k": 0.7, "s": 2.0}, {"A": 3.0, "B": 0.0})
    path = tmp_path / "wake.xml"
    path.write_text(sbml_of(network, numbers))
    document = libsbml.readSBMLFromFile(str(path))
    assert document.checkConsistency() == 0, document.getErrorLog().toString()
    assert "symbols/time" in path.read_text()
    found = asm.read_sbml(path)
    assert found.mechanism.network.timed_steps == ("wake",)
    same_course(found.mechanism, network, numbers)
    theirs = found.simulate([1.0, 5.0], ["A"])["A"]
    np.testing.assert_allclose(
        theirs, setting_in(np.array([1.0, 5.0]), 0.7, 2.0, 3.0, np.exp), rtol=1e-7
    )
