"""DT50 and DT90 against the closed form of A -> B -> C."""

from dataclasses import replace

import numpy as np
import pytest
from closed_forms import chain_middle
from sample_networks import CHAIN, DECAY
from scipy.optimize import brentq

from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.prediction.disappearance import LEFT, disappearance_in


def of_chain(k1, k2, window):
    return disappearance_in(
        Reactor.isothermal(CHAIN, [[k1, k2]], np.array([[2.0, 0.0, 0.0]])), window
    )


@pytest.mark.parametrize(("k1", "k2"), [(1.0, 0.5), (0.3, 2.0)])
def test_they_count_from_the_start_or_from_the_maximum(k1, k2):
    found = of_chain(k1, k2, 48.0)

    assert found.species == CHAIN.species_names[:2]
    np.testing.assert_allclose(found.times[0, 0], [np.log(2) / k1, np.log(10) / k1], rtol=1e-6)
    top = np.log(k1 / k2) / (k1 - k2)
    height = chain_middle(top, k1, k2, 2.0, np.exp)

    def above(t, level):
        return chain_middle(t, k1, k2, 2.0, np.exp) - level

    for place, left in enumerate(LEFT.values()):
        gone = brentq(above, top, 48.0, args=(left * height,))
        assert found.times[0, 1, place] == pytest.approx(gone - top, rel=1e-5)


def test_what_does_not_happen_within_the_window_is_not_extrapolated():
    found = of_chain(1.0, 0.5, 1.0)

    assert found.times[0, 0, 0] == pytest.approx(np.log(2), rel=1e-6)
    assert np.isinf(found.times[0, 0, 1])
    assert np.isinf(found.times[0, 1]).all()


@pytest.mark.parametrize("volume", [10.0, -5.0])
def test_what_is_diluted_or_withdrawn_has_not_gone(volume):
    events = (Event(0.5, 2.0), Event(0.5, volume), Event(2.0, -1.0))
    protocol = Protocol(volume=10.0, events=events)
    reactor = Reactor.isothermal(DECAY, [[0.2]], np.array([[1.0, 0.0]]))
    found = disappearance_in(replace(reactor, protocol=protocol), 24.0)

    np.testing.assert_allclose(found.times[0, 0], np.log([2, 10]) / 0.2, rtol=1e-5)
