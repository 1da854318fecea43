"""Other integrators behind one call, each used as its documentation recommends."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy.integrate import odeint, solve_ivp

from assemblysim.kinetics.engines.integration import Tolerance, integrate_batch
from assemblysim.kinetics.symbolic.compilation import compile_network
from assemblysim.mechanism.network.monomial import Monomial, monomial_of
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.balance import stoichiometry
from benchmarks.cases import LIGAND, Case

MOST_STEPS = 100_000

# From rate constants (B, P), times and rtol to concentrations (B, T, S) and seconds.
Solve = Callable[[np.ndarray, np.ndarray, float], tuple[np.ndarray, float]]


def atol(rtol: float) -> float:
    """Return the absolute error allowed beside a relative one, mM: the same for every solver."""
    return rtol * 1e-5 * LIGAND


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what the work returned and how many seconds it took."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def engine(case: Case, threads: int = 1) -> Solve:
    """The native engine."""
    most = case.initial.max()
    tolerances: dict[float, Tolerance] = {}

    def solve(
        rate_constants: np.ndarray, times: np.ndarray, rtol: float
    ) -> tuple[np.ndarray, float]:
        initial = np.empty((len(rate_constants), len(case.initial)))
        initial[:] = case.initial
        if rtol not in tolerances:
            tolerances[rtol] = Tolerance(rtol, atol(rtol) / most, MOST_STEPS)
        tolerance = tolerances[rtol]
        batch, seconds = timed(
            lambda: integrate_batch(
                case.network,
                rate_constants,
                initial,
                times,
                tolerance,
                engine="native",
                threads=threads,
            )
        )
        return batch.concentrations, seconds

    return solve


def _one_by_one(run: Callable[[np.ndarray, np.ndarray, float], np.ndarray]) -> Solve:
    """Make a solver of a function for one vector; a failure is nan."""

    def solve(
        rate_constants: np.ndarray, times: np.ndarray, rtol: float
    ) -> tuple[np.ndarray, float]:
        courses, seconds = timed(lambda: [run(k, times, rtol) for k in rate_constants])
        return np.array(courses), seconds

    return solve


def _callbacks(case: Case) -> tuple[Callable[..., np.ndarray], Callable[..., np.ndarray]]:
    """Return dc/dt and its derivatives as functions of concentrations, time and constants."""
    kinetics = compile_network(case.network)
    return lambda c, _, k: kinetics.rhs(c, k), lambda c, _, k: kinetics.jacobian(c, k)


def scipy_lsoda(case: Case) -> Solve:
    """Scipy's solve_ivp with LSODA and the analytic Jacobian."""
    rhs, jacobian = _callbacks(case)

    def run(k: np.ndarray, times: np.ndarray, rtol: float) -> np.ndarray:
        end = (0.0, times[-1])
        found = solve_ivp(
            lambda t, y: rhs(y, t, k), end, case.initial, method="LSODA", t_eval=times,
            rtol=rtol, atol=atol(rtol), jac=lambda t, y: jacobian(y, t, k),
        )  # fmt: skip
        return found.y.T if found.success else np.full((len(times), len(case.initial)), np.nan)

    return _one_by_one(run)


def scipy_odeint(case: Case) -> Solve:
    """Scipy's odeint with the analytic Jacobian."""
    rhs, jacobian = _callbacks(case)

    def run(k: np.ndarray, times: np.ndarray, rtol: float) -> np.ndarray:
        from_zero = np.concatenate(([0.0], times))
        return odeint(
            rhs, case.initial, from_zero, args=(k,), Dfun=jacobian, rtol=rtol, atol=atol(rtol),
            mxstep=MOST_STEPS,
        )[1:]  # fmt: skip

    return _one_by_one(run)


def numbalsoda(case: Case) -> Solve:
    """Numbalsoda's LSODA over a right-hand side in numba, the loop over vectors in numba too."""
    from numba import carray, cfunc, njit
    from numbalsoda import lsoda, lsoda_sig

    text = _straight_line(case.network)
    names: dict[str, Any] = {"carray": carray}
    exec(compile(text, "<right-hand side>", "exec"), names)
    address = cfunc(lsoda_sig)(names["rhs"]).address

    @njit  # type: ignore[untyped-decorator]
    def loop(rate_constants, initial, times, rtol, atol, out):  # type: ignore[no-untyped-def]
        for b in range(len(rate_constants)):
            states, fine = lsoda(
                address, initial, times, data=rate_constants[b], rtol=rtol, atol=atol, mxstep=100000
            )
            out[b] = states
            if not fine:
                out[b] = np.nan

    def solve(
        rate_constants: np.ndarray, times: np.ndarray, rtol: float
    ) -> tuple[np.ndarray, float]:
        from_zero = np.concatenate(([0.0], times))
        out = np.empty((len(rate_constants), len(from_zero), len(case.initial)))
        _, seconds = timed(
            lambda: loop(rate_constants, case.initial, from_zero, rtol, atol(rtol), out)
        )
        return out[:, 1:], seconds

    solve(case.rate_constants(1), np.array([1e-3]), 1e-3)
    return solve


def _monomials(network: Network) -> list[Monomial]:
    found = [monomial_of(reaction) for reaction in network.reactions]
    return [one for one in found if one is not None]


def _straight_line(network: Network) -> str:
    """Write a right-hand side as straight-line code, sharing nothing but the rates."""
    species = {name: i for i, name in enumerate(network.species_names)}
    constants = {name: i for i, name in enumerate(network.rate_constant_names)}
    lines = ["def rhs(t, y_, d_, k_):"]
    lines += [f"    y = carray(y_, ({len(species)},))", f"    d = carray(d_, ({len(species)},))"]
    lines += [f"    k = carray(k_, ({len(constants)},))"]
    for r, one in enumerate(_monomials(network)):
        factors = [f"k[{constants[one.constant]}]", *(f"y[{species[s]}]" for s in one.species)]
        scale = [] if one.factor == 1 else [repr(one.factor)]
        lines.append(f"    v{r} = {' * '.join(scale + factors)}")
    for i, row in enumerate(stoichiometry(network)):
        terms = "".join(f" + {int(row[r])} * v{r}" for r in np.flatnonzero(row))
        lines.append(f"    d[{i}] = 0.0{terms}")
    return "\n".join(lines)


def libroadrunner(case: Case) -> Solve:
    """LibRoadRunner with CVODE (BDF), its model compiled from SBML."""
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    runner = roadrunner.RoadRunner(_sbml(case.network))
    runner.setIntegrator("cvode")
    runner.integrator.setValue("stiff", True)
    runner.integrator.setValue("maximum_num_steps", MOST_STEPS)
    names = case.network.species_names
    runner.timeCourseSelections = [f"[s{i}]" for i in range(len(names))]
    indices = [runner.model.getGlobalParameterIds().index(f"k{i}") for i in range(len(case.centre))]
    floating = [int(name[1:]) for name in runner.model.getFloatingSpeciesIds()]
    start = case.initial[floating]

    def run(k: np.ndarray, times: np.ndarray, _: float) -> np.ndarray:
        runner.model.reset()
        runner.model.setGlobalParameterValues(indices, k)
        runner.model.setFloatingSpeciesConcentrations(start)
        try:
            return np.array(runner.simulate(times=[0.0, *times]))[1:]
        except RuntimeError:
            return np.full((len(times), len(names)), np.nan)

    def solve(
        rate_constants: np.ndarray, times: np.ndarray, rtol: float
    ) -> tuple[np.ndarray, float]:
        runner.integrator.setValue("relative_tolerance", rtol)
        runner.integrator.setValue("absolute_tolerance", atol(rtol))
        return _one_by_one(run)(rate_constants, times, rtol)

    return solve


def _sbml(network: Network) -> str:
    """Write a network of mass action as SBML, species ``s0`` and constants ``k0``."""
    species = {name: f"s{i}" for i, name in enumerate(network.species_names)}
    constants = {name: f"k{i}" for i, name in enumerate(network.rate_constant_names)}

    def references(kind: str, names: tuple[str, ...]) -> str:
        inner = "".join(
            f'<speciesReference species="{species[n]}" stoichiometry="{names.count(n)}" '
            'constant="true"/>'
            for n in dict.fromkeys(names)
        )
        return f"<listOf{kind}>{inner}</listOf{kind}>" if names else ""

    pieces = []
    for reaction, one in zip(network.reactions, _monomials(network), strict=True):
        factors = [f"<ci>{constants[one.constant]}</ci>", f"<cn>{one.factor}</cn>"]
        factors += [f"<ci>{species[name]}</ci>" for name in one.species]
        pieces.append(
            f'<reaction id="r{len(pieces)}" reversible="false" fast="false">'
            f"{references('Reactants', reaction.reactants)}"
            f"{references('Products', reaction.products)}"
            '<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><apply><times/>'
            f"{''.join(factors)}</apply></math></kineticLaw></reaction>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1">'
        '<model id="m"><listOfCompartments><compartment id="c" size="1" spatialDimensions="3" '
        'constant="true"/></listOfCompartments><listOfSpecies>'
        + "".join(
            f'<species id="{i}" compartment="c" initialConcentration="0" '
            'hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>'
            for i in species.values()
        )
        + "</listOfSpecies><listOfParameters>"
        + "".join(f'<parameter id="{i}" value="1" constant="true"/>' for i in constants.values())
        + f"</listOfParameters><listOfReactions>{''.join(pieces)}</listOfReactions></model></sbml>"
    )


# What a solver needs beside the package itself.
PACKAGES = {"numbalsoda": "numbalsoda", "libRoadRunner": "roadrunner"}
SOLVERS: dict[str, Callable[[Case], Solve]] = {
    "assemblysim": engine,
    "numbalsoda": numbalsoda,
    "libRoadRunner": libroadrunner,
    "scipy odeint": scipy_odeint,
    "scipy solve_ivp": scipy_lsoda,
}


def installed() -> tuple[str, ...]:
    """Return the names of the solvers that can be measured here."""
    return tuple(n for n in SOLVERS if n not in PACKAGES or find_spec(PACKAGES[n]) is not None)
