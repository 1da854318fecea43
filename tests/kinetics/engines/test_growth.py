"""What grows out of almost nothing: closed forms, courses in logarithms, and the old failure."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from assemblysim.kinetics.engines import program
from assemblysim.kinetics.engines.integration import (
    ENGINES,
    integrate,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)
from assemblysim.kinetics.reactor.protocol import Protocol
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT, Programme, RateConstants
from assemblysim.mechanism.network.network import Network, Species
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.mechanism.reading.equation import parse_reaction

WITHIN = 1e-3  # of all there is, in fits


def network(names, *lines):
    steps = [s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, names)]
    return Network(tuple(Species(name, ()) for name in names), tuple(steps))


COPYING = network(("A", "X"), "A + X -> 2 X ; k")
NUCLEATION = network(("A", "B"), "A -> B ; k1", "A + B -> 2 B ; k2")
BRANCHING = network(
    ("W", "P", "X", "Y"), "W -> W + X ; k0", "X -> Y ; k1", "Y -> 2 X ; k2", "W -> P ; k3"
)


@pytest.fixture
def blind(monkeypatch):
    """Watch nothing that grows, as the engine before did."""
    program.compile_program.cache_clear()
    monkeypatch.setattr(program, "_watched", lambda network: ())
    yield
    program.compile_program.cache_clear()


def logistic(start, times):
    """Return X and its derivative by k at k = 1, of 1 mM in all."""
    odds = start / (1 - start) * np.exp(times)
    made = odds / (1 + odds)
    return made, times * made * (1 - made)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("start", [1e-14, 1e-20, 1e-30])
def test_a_trace_that_copies_itself_follows_the_logistic_law(start, engine):
    times = np.linspace(0.2, 1.5, 14) * -np.log(start)
    exact, _ = logistic(start, times)

    found = integrate_batch(COPYING, [[1.0]], [[1.0 - start, start]], times, engine=engine)

    assert found.completed.all()
    np.testing.assert_allclose(found.concentrations[0, :, 1], exact, rtol=WITHIN)


@pytest.mark.usefixtures("blind")
def test_without_watching_the_trace_dies():
    times = np.array([150.0])

    found = integrate_batch(COPYING, [[1.0]], [[1.0, 1e-30]], times)

    assert found.completed.all()
    assert found.concentrations[0, 0, 1] < 1e-9  # all of it has reacted by then


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("k1", [1e-8, 1e-11, 1e-14, 1e-30])
def test_a_slow_nucleation_is_followed(k1, engine):
    times = np.linspace(0.2, 1.5, 14) * -np.log(k1)
    exact = (k1 + 1) / (1 + k1 * np.exp((k1 + 1) * times))

    found = integrate_batch(NUCLEATION, [[k1, 1.0]], [[1.0, 0.0]], times, engine=engine)

    np.testing.assert_allclose(found.concentrations[0, :, 0], exact, atol=WITHIN)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("k0", [1e-12, 1e-20, 1e-40])
def test_a_branching_chain_grows_as_its_matrix_says(k0, engine):
    k1, k2 = 3.0, 0.7
    times = np.linspace(0.3, 1.0, 5) * np.log(1e-3 / k0)
    # (1, X, Y) and what becomes of them while W stays.
    change = np.array([[0.0, 0, 0], [k0, -k1, 2 * k2], [0, k1, -k2]])
    exact = np.array([expm(change * t)[1:, 0] for t in times])

    initial = [[1.0, 0.0, 0.0, 0.0]]
    found = integrate_batch(BRANCHING, [[k0, k1, k2, 0.0]], initial, times, engine=engine)

    np.testing.assert_allclose(found.concentrations[0, :, 2:], exact, rtol=5 * WITHIN)


@pytest.mark.usefixtures("blind")
def test_without_watching_the_chain_breaks():
    times = np.array([80.0])

    found = integrate_batch(BRANCHING, [[1e-20, 3.0, 0.7, 0.0]], [[1.0, 0.0, 0.0, 0.0]], times)

    assert found.concentrations[0, 0, 2] < 1e-6  # 3e-6 and more there is by then


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("trace", [1e-3, 1e-5, 1e-9])
def test_traces_beside_solvent_are_right_relative_to_themselves(trace, engine):
    species = (
        Species("A", (("X", 1),)),
        Species("W", (("W", 1),)),
        Species("B", (("X", 1), ("W", 1))),
    )
    names = tuple(one.name for one in species)
    hydrolysis = Network(species, tuple(parse_reaction("r", "A + W -> B ; k", names)))
    times = np.array([0.1, 0.5, 1.0, 2.0, 5.0])

    found = integrate_batch(
        hydrolysis, [[1 / 55500.0]], [[trace, 55500.0, 0.0]], times, engine=engine
    )

    exact = trace * np.exp(-times)
    np.testing.assert_allclose(found.concentrations[0, :, 0], exact, atol=1e-4 * trace)
    np.testing.assert_allclose(found.concentrations[0, :, 2], trace - exact, atol=1e-4 * trace)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_trace_of_catalyst_beside_solvent_binds_as_it_should(engine):
    species = (
        Species("M", (("M", 1),)),
        Species("L", (("L", 1),)),
        Species("ML", (("M", 1), ("L", 1))),
        Species("W", (("W", 1),)),
        Species("V", (("W", 1),)),
    )
    names = tuple(one.name for one in species)
    lines = ("M + L <=> ML ; kon, koff", "W <=> V ; ka, kd")
    steps = [s for i, line in enumerate(lines) for s in parse_reaction(f"r{i}", line, names)]
    trace, kon, koff = 1e-4, 1e5, 1.0
    times = np.array([0.01, 0.1, 0.5, 3.0])

    found = integrate_batch(
        Network(species, tuple(steps)),
        [[kon, koff, 1.0, 100.0]],
        [[trace, trace, 0.0, 55500.0, 0.0]],
        times,
        engine=engine,
    )

    # d[ML]/dt = kon ([ML] - a) ([ML] - b)
    middle = trace + koff / kon / 2
    root = np.sqrt(middle**2 - trace**2)
    a, b = middle - root, middle + root
    decay = np.exp(-kon * (b - a) * times)
    exact = a * b * (1 - decay) / (b - a * decay)
    np.testing.assert_allclose(found.concentrations[0, :, 2], exact, atol=1e-4 * trace)


def test_extents_and_derivatives_of_a_trace_are_those_of_the_logistic_law():
    start, times = 1e-20, np.array([40.0, 46.0, 50.0])
    made, by_k = logistic(start, times)
    tall = ([[1.0]] * 5, [[1.0, start]] * 5, times)

    extents = integrate_extents(COPYING, *tall)
    derivatives = integrate_sensitivities(COPYING, *tall)

    np.testing.assert_allclose(extents.extents[3, :, 0], made, rtol=WITHIN)
    np.testing.assert_allclose(derivatives.by_constant[4, :, 1, 0], by_k, rtol=2 * WITHIN)
    by_start = made * (1 - made) / start
    np.testing.assert_allclose(derivatives.by_initial[4, :, 1, 1], by_start, rtol=2 * WITHIN)


def test_a_trace_grows_under_a_ramp_as_in_logarithms():
    start, kelvin, energy = 1e-25, (300.0, 340.0), 50.0
    constants = RateConstants(np.array([[1.0]]), np.array([[energy]]), reference=300.0)
    hours = 20.0
    protocol = Protocol(programme=Programme((0.0, hours), kelvin))
    times = np.array([8.0, 12.0, 14.0, 20.0])

    found = courses(Reactor(COPYING, constants, np.array([[1.0, start]]), protocol), times)

    def log_growth(time, log_odds):
        temperature = kelvin[0] + (kelvin[1] - kelvin[0]) * time / hours
        return [np.exp(energy / GAS_CONSTANT * (1 / kelvin[0] - 1 / temperature))]

    solved = solve_ivp(log_growth, (0, hours), [np.log(start)], rtol=1e-10, t_eval=times)
    odds = np.exp(solved.y[0])
    np.testing.assert_allclose(found.concentrations[0, :, 1], odds / (1 + odds), rtol=3 * WITHIN)


def autocatalytic(seed):
    """Return a network of traces that multiply in cycles, its constants and its start."""
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 5))
    names = ("A", "P", *(f"X{i}" for i in range(count)))
    lines = [f"X{i} + A -> X{(i + 1) % count} + P ; k{i}" for i in range(count - 1)]
    lines.append(f"X{count - 1} + A -> 2 X0 ; k{count - 1}")
    lines += [f"X{i} -> P ; d{i}" for i in range(count)]
    if random.random() < 0.5:
        lines += [f"X0 <=> X{count - 1} ; kf, kb"]
    found = network(names, *lines)
    constants = [
        10 ** random.uniform(-0.5, 1.5) if name[0] == "k" else 10 ** random.uniform(-3, -1.5)
        for name in found.rate_constant_names
    ]
    start = [1.0, 1e-3, *10 ** random.uniform(-30, -12, count)]
    return found, np.array(constants), np.array(start)


def in_logarithms(any_network, constants, start, times):
    """Integrate d ln c/dt by Radau, every species relative to itself; shape (T, S)."""
    value = dict(zip(any_network.rate_constant_names, constants, strict=True))
    log_k = np.log([value[one.rate_constant] for one in any_network.reactions])
    orders = np.array(
        [
            [one.reactants.count(s) for s in any_network.species_names]
            for one in any_network.reactions
        ]
    )
    change = stoichiometry(any_network)

    def growth(_, logs):
        shares = np.where(change, log_k + orders @ logs - logs[:, None], -np.inf)
        return (change * np.exp(shares)).sum(axis=1)

    span = (0.0, times[-1])
    solved = solve_ivp(
        growth, span, np.log(start), method="Radau", rtol=1e-8, atol=1e-8, t_eval=times
    )
    return np.exp(solved.y.T)


@pytest.mark.parametrize("seed", range(3))
def test_networks_that_multiply_agree_with_courses_in_logarithms(seed):
    any_network, constants, start = autocatalytic(seed)
    times = np.array([2.0, 5.0, 10.0, 20.0, 40.0, 80.0])
    exact = in_logarithms(any_network, constants, start, times)

    found = integrate_batch(any_network, constants[None], start[None], times)
    alone = integrate(any_network, constants, start, times)

    assert exact[-1, 2:].max() > 1e4 * start[2:].max()  # it has grown
    seen = exact > 1e-10
    np.testing.assert_allclose(found.concentrations[0][seen], exact[seen], rtol=1e-2, atol=1e-4)
    np.testing.assert_allclose(alone.concentrations[seen], exact[seen], rtol=1e-4, atol=1e-6)


def test_a_vector_of_traces_does_not_change_its_neighbours():
    start = np.array([[1e-7, 1.0, 0.0], [0.5, 1.0, 0.0], [1e-9, 1.0, 0.0], [2.0, 1.0, 0.1]])
    species = (Species("M", (("M", 1),)), Species("L", (("L", 1),)))
    names, whole = ("M", "L", "ML"), Species("ML", (("M", 1), ("L", 1)))
    binding = Network((*species, whole), tuple(parse_reaction("r", "M + L <=> ML ; k, q", names)))
    rate_constants, times = np.full((4, 2), 0.7), np.array([0.3, 2.0, 9.0])

    for door, what in (
        (integrate_batch, "concentrations"),
        (integrate_extents, "extents"),
        (integrate_sensitivities, "by_constant"),
    ):
        further = {"by_initial": False} if what == "by_constant" else {}
        together = getattr(door(binding, rate_constants, start, times, **further), what)
        alone = [
            getattr(
                door(binding, rate_constants[i : i + 1], start[i : i + 1], times, **further), what
            )
            for i in range(4)
        ]
        np.testing.assert_array_equal(together, np.concatenate(alone))
