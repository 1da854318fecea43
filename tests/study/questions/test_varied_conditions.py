from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from sample_networks import BINDING

from assemblysim.errors import InputError
from assemblysim.kinetics.reactor.protocol import Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.study.definition.heating import Heating
from assemblysim.study.questions import varied_conditions as module
from assemblysim.study.questions.drawn_reactors import DrawnReactors
from assemblysim.study.questions.forecasting import Question
from assemblysim.study.questions.varied_conditions import read_axes, varied_conditions

STUDY = SimpleNamespace(
    heating=Heating(298.15, varies=False),
    system=SimpleNamespace(species_names=BINDING.species_names),
    concentration_unit="mM",
)


def varied(monkeypatch, *texts, initial=(1.0, 1.0, 0.0), block=None, held=()):
    """Vary a binding of M and L, of three draws, over a time that brings it to equilibrium."""
    constants = np.array([[1.0, 0.1], [2.0, 0.1], [1.0, 0.2]])
    reactor = Reactor.isothermal(BINDING, constants, np.tile(np.array(initial), (3, 1)))
    reactor = replace(reactor, protocol=Protocol(held=held))
    drawn = DrawnReactors("one", 100.0, (), BINDING.species_names, {"binding": reactor})
    monkeypatch.setattr(module, "drawn_reactors", lambda *_: drawn)
    question = Question(block=block)
    return varied_conditions(STUDY, None, question, read_axes(STUDY, texts), "C")


def test_the_best_is_told_by_the_same_number_as_is_shown(monkeypatch):
    found = varied(monkeypatch, "A=0.5, 5 mM", block="M")
    place = found.species.index("C")

    # More M makes more of C, but of M a smaller part ends there.
    assert np.diff(found.concentrations[0, :, 0, place]) > 0
    assert np.diff(found.yields[0, :, 0, place]) < 0
    np.testing.assert_array_equal(found.best[:, 0], [1.0, 0.0])


def test_conditions_that_are_as_good_share_the_probability_of_being_the_best(monkeypatch):
    found = varied(monkeypatch, "B=1, 2 mM", initial=(0, 1.0, 0))

    np.testing.assert_allclose(found.best[:, 0], 0.5)


def test_a_ratio_to_what_another_ratio_sets_is_one_to_what_is_set(monkeypatch):
    texts = ("C/B=1, 2", "B/A=1, 3")
    found = varied(monkeypatch, *texts)
    turned = varied(monkeypatch, *texts[::-1])

    np.testing.assert_array_equal(turned.concentrations, found.concentrations.swapaxes(1, 2))
    l_there = found.concentrations[0, ..., 1] + found.concentrations[0, ..., 2]
    np.testing.assert_allclose(l_there, [[2.0, 6.0], [3.0, 9.0]], rtol=0.01)


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (("A/A=1, 2",), "--vary: 'A/A' is 1 at any amount"),
        (("B=1, 2 mM", "B/A=1, 2"), "--vary: 'B/A' and 'B' both set the amount of B"),
        (("A/B=1, 2", "B/A=1, 2"), "--vary: 'A/B' and 'B/A' both set the amount of A"),
        (("C/A=1, 2", "C/B=1, 2"), "--vary: 'C/A' and 'C/B' both set the amount of C"),
        (("A/C=1, 2",), "--vary A/C: there is no C at the start"),
    ],
)
def test_conditions_that_would_be_overwritten_are_refused_in_one_line(monkeypatch, texts, line):
    with pytest.raises(InputError) as fault:
        varied(monkeypatch, *texts)
    assert str(fault.value).startswith(line)
    assert "\n" not in str(fault.value)


def test_yields_are_of_what_can_run_short_where_a_species_is_held(monkeypatch):
    found = varied(monkeypatch, "B=1, 4 mM", initial=(0.1, 1.0, 0.0), held=("A",))

    # At equilibrium with A at 0.1 mM: C / B = 0.1 K, whatever B began with.
    share = 0.1 * 10 / (1 + 0.1 * 10)
    np.testing.assert_allclose(found.yields[0, :, 0, 2], share, rtol=1e-4)


def test_a_temperature_that_no_rate_constant_is_known_at_is_refused_wherever_it_stands():
    with pytest.raises(InputError, match="--vary temperature: 60 degC, but the temperature"):
        read_axes(STUDY, ("temperature=25, 60 degC",))
    assert read_axes(STUDY, ("temperature=25 degC",))[0].values == (298.15,)


def test_a_building_block_that_there_is_not_is_refused(monkeypatch):
    with pytest.raises(InputError, match="--of: no building block 'Q'; known: L, M"):
        varied(monkeypatch, "A=1, 2 mM", block="Q")
