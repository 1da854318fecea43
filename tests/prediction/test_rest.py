"""Rest against closed forms: an equilibrium, an end without a way back, and none at all."""

import numpy as np
import pytest
from closed_forms import reversible_binding
from sample_networks import BINDING, CHAIN

from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.prediction.rest import NEAR, one_way_steps, rest_in


@pytest.mark.parametrize(("kon", "koff"), [(1.0, 1e-3), (0.1, 1.0), (30.0, 2.0)])
def test_binding_rests_at_its_equilibrium(kon, koff):
    found = rest_in(Reactor.isothermal(BINDING, [[kon, koff]], np.array([[1.0, 2.0, 0.0]])), 5.0)
    a, b, ab = found.concentrations[0]

    assert kon * a * b == pytest.approx(koff * ab, rel=1e-6)
    assert (a + ab, b + ab) == (pytest.approx(1.0), pytest.approx(2.0))
    left = ab - reversible_binding(found.times[0], kon, koff, 1.0, 2.0, np.exp, np.sqrt)
    # From then on it is near, and a sixteenth of a decade before it was not.
    assert left <= NEAR * (a + b + ab) * 1.001
    early = found.times[0] / 10 ** (1 / 8)
    before = ab - reversible_binding(early, kon, koff, 1.0, 2.0, np.exp, np.sqrt)
    assert before > NEAR * (a + b + ab)


def test_an_end_without_a_way_back_is_reached_far_behind_the_window():
    found = rest_in(Reactor.isothermal(CHAIN, [[1.0, 1e-4]], np.array([[2.0, 0.0, 0.0]])), 24.0)

    np.testing.assert_allclose(found.concentrations, [[0, 0, 2.0]], atol=1e-9)
    assert found.times[0] == pytest.approx(np.log(1 / NEAR) / 1e-4, rel=0.2)


def test_what_leaves_without_a_rest_comes_to_rest_when_it_is_gone():
    species = (Species("A", ()), Species("B", ()))
    steps = (Reaction("go", ("A",), ("B",), "k"), Reaction("leave", ("B",), (), "k_out"))
    gone = Network(species, steps)
    found = rest_in(Reactor.isothermal(gone, [[100.0, 0.01]], np.array([[1.0, 0.0]])), 10.0)

    np.testing.assert_allclose(found.concentrations, 0.0, atol=1e-9)
    assert found.times[0] == pytest.approx(np.log(1 / NEAR) / 0.01, rel=0.2)


def test_what_is_fed_for_ever_never_rests():
    species = (Species("A", ()), Species("B", ()))
    steps = (Reaction("feed", (), ("A",), "k_in"), Reaction("go", ("A",), ("B",), "k"))
    fed = Network(species, steps)
    found = rest_in(Reactor.isothermal(fed, [[1.0, 1.0]], np.array([[1.0, 0.0]])), 1.0)

    assert np.isinf(found.times).all()


def test_steps_without_their_way_back_are_named():
    assert one_way_steps(BINDING) == ()
    assert one_way_steps(CHAIN) == tuple(one.name for one in CHAIN.reactions)
    assert one_way_steps(Network(BINDING.species, BINDING.reactions[:1])) == (
        BINDING.reactions[0].name,
    )
