"""Do others integrate our SBML to our numbers: ``python -m benchmarks.sbml.peers``.

Every mechanism of ``models/`` is written as SBML with numbers drawn at random, and followed by
libRoadRunner (CVODE) and COPASI (LSODA) as their users would. The extra ``peers`` has both; what
is not installed is left out, and named.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from assemblysim.exchange.sbml.mechanism.writing import MechanismNumbers, sbml_of
from assemblysim.kinetics.engines.integration import integrate
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.expanding import read_expanded_system

# Path of an SBML file, names of species and times: their concentrations, shape (T, S).
Peer = Callable[[Path, Sequence[str], np.ndarray], np.ndarray]

MODELS = Path(__file__).parents[2] / "models"
TIMES = np.linspace(0.0, 10.0, 6)
ALLOWED = 1e-6


def by_roadrunner(path: Path, species: Sequence[str], times: np.ndarray) -> np.ndarray:
    """Follow a model with libRoadRunner."""
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    runner = roadrunner.RoadRunner(str(path))
    runner.integrator.absolute_tolerance = 1e-13
    runner.integrator.relative_tolerance = 1e-11
    runner.timeCourseSelections = [f"[{name}]" for name in species]
    return np.array(runner.simulate(float(times[0]), float(times[-1]), len(times)))


def by_copasi(path: Path, species: Sequence[str], times: np.ndarray) -> np.ndarray:
    """Follow a model with COPASI."""
    import basico

    basico.load_model(str(path))
    course = basico.run_time_course(
        duration=float(times[-1]),
        intervals=len(times) - 1,
        r_tol=1e-10,
        a_tol=1e-14,
        max_steps=1_000_000,
    )
    return np.asarray(course[list(species)].to_numpy())


PEERS: dict[str, tuple[str, Peer]] = {
    "libRoadRunner": ("roadrunner", by_roadrunner),
    "COPASI": ("basico", by_copasi),
}


def largest_difference(network: Network, name: str, peer: Peer) -> float:
    """Return how far a peer's course of a mechanism is from ours.

    Returns:
        The largest difference of a concentration, relative to itself plus 1e-9 of the largest.
    """
    rng = np.random.default_rng(26)
    constants = {one: float(10 ** rng.uniform(-3, 0)) for one in network.rate_constant_names}
    initial = {one: float(rng.uniform(0, 10)) for one in network.species_names}
    ours = integrate(
        network,
        np.array(list(constants.values())),
        np.array(list(initial.values())),
        TIMES,
        rtol=1e-11,
        atol=1e-13,
    ).concentrations
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mechanism.xml"
        path.write_text(sbml_of(network, MechanismNumbers(constants, initial), name=name))
        theirs = peer(path, network.species_names, TIMES)
    return float(np.max(np.abs(theirs - ours) / (1e-9 * ours.max() + np.abs(ours))))


def main(arguments: Sequence[str] | None = None, peers: dict[str, Peer] | None = None) -> int:
    """Print a line for each mechanism; 1 where a peer differs by more than 1e-6."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sbml.peers", description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of mechanism files")
    asked = parser.parse_args(arguments)
    if peers is None:
        there = {name: one for name, one in PEERS.items() if find_spec(one[0])}
        peers = {name: peer for name, (_, peer) in there.items()}
        missing = [name for name in PEERS if name not in there]
        if missing:
            sys.stderr.write(f"not installed: {', '.join(missing)}; see the extra peers\n")
    worst = 0.0
    for path in sorted(asked.models.glob("*.toml")):
        system = read_expanded_system(path)
        for name in system.mechanism_names:
            network = system.network(name)
            found = {one: largest_difference(network, name, p) for one, p in peers.items()}
            worst = max(worst, *found.values(), 0.0)
            words = ", ".join(f"{one} {value:.1e}" for one, value in found.items())
            sys.stdout.write(f"{path.stem} {name}: {words}\n")
    sys.stdout.write(f"largest difference {worst:.1e}, allowed {ALLOWED:g}\n")
    return 0 if peers and worst <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
