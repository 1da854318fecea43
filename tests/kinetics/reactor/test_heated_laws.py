"""Rate laws of every form under a temperature ramp, against scipy's own integration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.protocol import Event, Protocol
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.sensitivities import sensitivities
from assemblysim.kinetics.reactor.temperature import Programme, RateConstants
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction, Species

ACCURATE = Tolerance(1e-11, 1e-14, 100_000)
RAMP = Programme((0.0, 2.0), (298.15, 353.15))
LAWS = {
    "k*A/K": lambda k, big, a: k * a / big,
    "k*A/K/K": lambda k, big, a: k * a / big**2,
    "k*A/(1 + A/K)": lambda k, big, a: k * a / (1 + a / big),
    "k*A^2/K^2": lambda k, big, a: k * a**2 / big**2,
    "k*A": lambda k, big, a: k * a,
}


@pytest.mark.parametrize("law", ["arrhenius", "eyring"])
@pytest.mark.parametrize("text", list(LAWS))
def test_a_heated_law_is_what_it_says(text: str, law: str) -> None:
    further = ("K",) if "K" in text else ()
    network = Network(
        (Species("A", ()), Species("B", ())),
        (
            Reaction(
                "turn", ("A",), ("B",), "k", law=read_rate_law(text), further_rate_constants=further
            ),
        ),
    )
    count = len(network.rate_constant_names)
    rate_constants = RateConstants(
        np.array([[0.3, 0.7]])[:, :count],
        np.array([[60.0, 10.0]])[:, :count],
        320.0,
        (1.0 if law == "eyring" else 0.0, 0.0)[:count],
    )
    reactor = Reactor(network, rate_constants, np.array([[1.5, 0.0]]), Protocol(RAMP))
    times = np.array([0.5, 1.0, 2.0, 4.0])
    found = courses(reactor, times, ACCURATE).concentrations[0, :, 0]

    def dc_dt(t: float, state: np.ndarray) -> np.ndarray:
        kelvin = min(298.15 + 27.5 * t, 353.15)
        arrhenius = np.exp(-np.array([60.0, 10.0]) / 8.31446261815324e-3 * (1 / kelvin - 1 / 320))
        gained = kelvin / 320 if law == "eyring" else 1.0
        return -LAWS[text](0.3 * gained * arrhenius[0], 0.7 * arrhenius[1], state)

    exact = solve_ivp(dc_dt, (0, 4), [1.5], t_eval=times, rtol=1e-10, atol=1e-13, max_step=0.05)
    assert found == pytest.approx(exact.y[0], rel=1e-6)


def test_a_buffer_outlasts_an_addition() -> None:
    network = Network(
        tuple(Species(name, ()) for name in ("A", "H", "B")),
        (Reaction("join", ("A", "H"), ("B",), "k"),),
    )
    protocol = Protocol(None, 1.0, (Event(1.0, 1.0, (("A", 4.0),)),), ("H",))
    reactor = replace(
        Reactor.isothermal(network, np.array([[0.4]]), np.array([[1.0, 5.0, 0.0]])),
        protocol=protocol,
    )
    found = courses(reactor, np.array([1.0, 2.0]), ACCURATE).concentrations[0]
    assert found[:, 1].tolist() == [5.0, 5.0]
    fed = (np.exp(-2.0) + 4.0) / 2
    assert found[:, 0] == pytest.approx([np.exp(-2.0), fed * np.exp(-2.0)], rel=1e-9)
    by_initial = sensitivities(reactor, np.array([1.0, 2.0]), ACCURATE).by_initial[0, 1]
    assert by_initial[1].tolist() == [0.0, 1.0, 0.0]
    assert by_initial[0, 0] == pytest.approx(np.exp(-4.0) / 2, rel=1e-7)
