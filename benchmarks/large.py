"""``python -m benchmarks.large``: seconds from a table of steps to trajectories, for two sizes.

Prints, and with --out stores, the CPU seconds of every stage: models/cage_steps.csv (32 species,
158 steps, 8 constants) and a generated lattice of 503 species and 10,000 steps.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from assemblysim.inference.default_priors import Conditions, default_rate_prior
from assemblysim.kinetics.integration import integrate
from assemblysim.kinetics.program import compile_program
from assemblysim.mechanism.describe import describe
from assemblysim.mechanism.network import Network
from assemblysim.mechanism.system import read_system
from benchmarks.cases import growing_lattices

CAGE = Path(__file__).parent.parent / "models" / "cage.toml"
TIMES = np.geomspace(0.05, 48.0, 28)  # h

Result = TypeVar("Result")


def write_lattice(folder: Path) -> Path:
    """Write 503 species Dy_m L_n and 10,000 one-way steps as a model with its table."""
    network = growing_lattices()[-1].network
    rows = ["reactants,products,rate constant,name"]
    rows += [
        f"{' + '.join(map(_formula, r.reactants))},{' + '.join(map(_formula, r.products))},"
        f"{r.rate},{r.name}"
        for r in network.reactions
    ]
    (folder / "steps.csv").write_text("\n".join(rows) + "\n", "utf-8")
    path = folder / "lattice.toml"
    path.write_text('blocks = ["Dy", "L"]\nsteps = "steps.csv"\n', "utf-8")
    return path


def _formula(name: str) -> str:
    """Write Dy3L0 as Dy3: a formula says nothing of what is not there."""
    return name.replace("Dy0", "").replace("L0", "")


def measure(path: Path, mechanism: str, start: tuple[tuple[str, float], ...]) -> dict[str, float]:
    """Return the CPU seconds of every stage of one model."""
    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], Result]) -> Result:
        begun = time.process_time()
        result = work()
        seconds[stage] = time.process_time() - begun
        return result

    system = timed("read and check", lambda: read_system(path))
    network: Network = timed("make the network", lambda: system.network(mechanism))
    timed("describe (`assemblysim check`)", lambda: describe(system))
    conditions = (Conditions(start, 0.05, 48.0),)
    timed(
        "default priors",
        lambda: [default_rate_prior(network, name, conditions) for name in network.rate_names],
    )
    timed("compile", lambda: compile_program(network))
    given = dict(start)
    initial = np.array([given.get(name, 0.0) for name in network.species_names])
    rates = np.exp(np.random.default_rng(0).normal(-2.0, 1.0, (6, len(network.rate_names))))
    timed("first trajectory", lambda: integrate(network, rates[0], initial, TIMES))
    for row in rates[1:]:
        timed("trajectory", lambda row=row: integrate(network, row, initial, TIMES))
    return seconds


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lattice = write_lattice(Path(folder))
        found = {
            "cage": measure(CAGE, "trinuclear", (("PdX4", 1.0), ("L", 2.0))),
            "lattice": measure(lattice, "all", (("Dy1", 190.0), ("L1", 23.8))),
        }
    text = json.dumps({"load": os.getloadavg()[0], **found}, indent=1) + "\n"
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
