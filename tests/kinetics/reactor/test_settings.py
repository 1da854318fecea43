"""Held species that are set at stated times, such as light that is switched on and off."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.mechanism.dynamics import additions_of
from assemblysim.kinetics.engines.integration import ENGINES, Tolerance
from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor, courses, extents
from assemblysim.kinetics.reactor.sensitivities import sensitivities
from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.mechanism.network.network import Network, Reaction, Species

ACCURATE = Tolerance(1e-11, 1e-14, 100_000)
TIMES = np.array([0.5, 1.0, 1.7, 2.0, 2.5, 4.0])
# On for an hour, off for an hour, on again at a third.
PROTOCOL = Protocol(
    held=("light",),
    events=(Event(1.0, 0.0, settings=(("light", 0.0),)),
            Event(2.0, 0.0, settings=(("light", 1 / 3),))),
)  # fmt: skip
EXPOSED = np.minimum(TIMES, 1.0) + np.maximum(TIMES - 2.0, 0.0) / 3
K = 0.7


def reactor(protocol: Protocol = PROTOCOL) -> Reactor:
    species = tuple(Species(name, ()) for name in ("A", "B", "light"))
    step = Reaction("shine", ("A", "light"), ("B", "light"), "k")
    constants = RateConstants.isothermal(np.array([[K]]))
    return Reactor(Network(species, (step,)), constants, np.array([[2.0, 0.0, 1.0]]), protocol)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_reaction_goes_on_while_the_light_is_on(engine: str) -> None:
    found = courses(reactor(), TIMES, ACCURATE, engine=engine).concentrations[0]

    np.testing.assert_allclose(found[:, 0], 2 * np.exp(-K * EXPOSED), rtol=1e-9)
    # A sample at the moment of a change was taken before it.
    np.testing.assert_allclose(found[:, 2], [1, 1, 0, 0, 1 / 3, 1 / 3], atol=1e-12)


def test_derivatives_and_extents_know_of_the_changes() -> None:
    left = 2 * np.exp(-K * EXPOSED)
    found = sensitivities(reactor(), TIMES, ACCURATE)

    np.testing.assert_allclose(found.by_constant[0, :, 0, 0], -EXPOSED * left, rtol=1e-8)
    # What the light was at the start counts until it is set.
    of_light = -K * np.minimum(TIMES, 1.0) * left
    np.testing.assert_allclose(found.by_initial[0, :, 0, 2], of_light, rtol=1e-8)
    made = extents(reactor(), TIMES, ACCURATE).extents[0, :, 0]
    np.testing.assert_allclose(made, 2 - left, rtol=1e-8)


def test_what_is_not_held_cannot_be_set() -> None:
    with pytest.raises(InputError, match="A is set at 1 h and is not held; list it under 'held'"):
        Protocol(held=("light",), events=(Event(1.0, 0.0, settings=(("A", 0.0),)),))


def test_a_mechanism_without_what_is_set_goes_on_without_it() -> None:
    found = PROTOCOL.within(("A", "B"))

    assert found.held == ()
    assert [event.settings for event in found.events] == [(), ()]
    assert found.moments == PROTOCOL.moments
    assert PROTOCOL.within(("A", "light")) == PROTOCOL


def test_what_is_set_is_not_exported_in_silence() -> None:
    with pytest.raises(InputError, match="light is set at 1 h, which is not exported"):
        additions_of(PROTOCOL)
