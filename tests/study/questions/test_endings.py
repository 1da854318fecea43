from types import SimpleNamespace

import numpy as np
import pytest
from sample_networks import BINDING, open_species, species

from assemblysim.commands.predicting.ending_words import ending_view
from assemblysim.commands.predicting.shown_units import ShownUnits
from assemblysim.kinetics.reactor.protocol import UNTOUCHED, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.report.writers.terminal import plain_text
from assemblysim.study.questions import endings
from assemblysim.study.questions.drawn_reactors import DrawnReactors
from assemblysim.study.questions.endings import where_it_ends
from assemblysim.study.questions.forecasting import Question

STUDY = SimpleNamespace(concentration_unit="mM", system=SimpleNamespace(constants=()))
HUNT = Network(
    open_species("hare", "lynx"),
    (
        Reaction("birth", ("hare",), ("hare", "hare"), "a"),
        Reaction("hunt", ("hare", "lynx"), ("lynx", "lynx"), "b"),
        Reaction("death", ("lynx",), (), "c"),
    ),
)
ROUND = Network(
    species(A="M", B="M", C="M"),
    tuple(
        one
        for name, a, b in (("ab", "A", "B"), ("bc", "B", "C"), ("ca", "C", "A"))
        for one in (
            Reaction(name, (a,), (b,), f"k_{name}"),
            Reaction(f"{name}_back", (b,), (a,), f"k_{name}_back", reverse_of=name),
        )
    ),
)


def ended(monkeypatch, network, constants, initial, protocol=UNTOUCHED):
    """Follow a mixture of one draw to its end."""
    reactor = Reactor(
        network, Reactor.isothermal(network, [constants], np.array([initial])).rate_constants,
        np.array([initial]), protocol,
    )  # fmt: skip
    drawn = DrawnReactors("one", 20.0, (), network.species_names, {"only": reactor})
    monkeypatch.setattr(endings, "drawn_reactors", lambda *_: drawn)
    return where_it_ends(STUDY, None, Question())


def test_what_oscillates_for_ever_has_no_known_rest_and_all_else_is_answered(monkeypatch):
    found = ended(monkeypatch, HUNT, [0.55, 0.028, 0.84], [33.0, 6.0])

    assert (found.draws, found.failed, found.product, found.restless) == (0, 1, None, None)
    assert set(found.disappearance) == {"hare", "lynx"}
    assert "is not known" in plain_text(ending_view(found, ShownUnits()))


@pytest.mark.parametrize(
    ("network", "constants", "initial", "protocol", "balanced"),
    [
        (BINDING, [1.0, 0.1], [1.0, 1.0, 0.0], UNTOUCHED, True),
        (BINDING, [1.0, 0.1], [1.0, 1.0, 0.0], Protocol(held=("A",)), False),
        (ROUND, [1.0, 0.1, 1.0, 0.1, 1.0, 0.1], [1.0, 0.0, 0.0], UNTOUCHED, False),
    ],
)
def test_rest_is_an_equilibrium_where_nothing_is_held_and_cycles_agree(
    monkeypatch, network, constants, initial, protocol, balanced
):
    found = ended(monkeypatch, network, constants, initial, protocol)

    assert found.one_way == ()
    assert found.balanced is balanced


def test_a_species_that_is_held_limits_nothing(monkeypatch):
    found = ended(monkeypatch, BINDING, [1.0, 0.1], [0.1, 1.0, 0.0], Protocol(held=("A",)))

    assert found.block == "L"
    assert found.rest["C"].fraction.median == pytest.approx(0.5)
