"""``python -m benchmarks.large``: seconds from a table of steps to trajectories, for two sizes.

Prints, and with --out stores, a table of the CPU seconds of every stage: models/cage_steps.csv
(32 species, 158 steps, 8 constants) and a generated lattice of 503 species and 10,000 steps.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np

from assemblysim.inference.model.default_priors import PriorConditions, rate_constant_prior
from assemblysim.kinetics.engines.integration import integrate
from assemblysim.kinetics.engines.program import compile_program
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.describe import describe
from assemblysim.mechanism.reading.system import read_system
from benchmarks.cases import DY, LIGAND, dense_lattice, reached

CAGE = Path(__file__).parent.parent / "models" / "cage.toml"
TIMES = np.geomspace(0.05, 48.0, 28)  # h
VECTORS = 6
ONCE = ("read and check", "make the network", "compile", "first trajectory")
STAGES = (*ONCE[:3], "default priors", "describe (`assemblysim check`)", ONCE[3])

Result = TypeVar("Result")


@dataclass(frozen=True)
class Measured:
    """What one model took.

    Attributes:
        name: of the model.
        network: what was integrated.
        stages: (stage, CPU seconds) pairs, each done once.
        further: CPU seconds of each trajectory after the first.
    """

    name: str
    network: Network
    stages: tuple[tuple[str, float], ...]
    further: tuple[float, ...]

    @property
    def once(self) -> float:
        """CPU seconds from the files to the end of the first trajectory."""
        return sum(seconds for stage, seconds in self.stages if stage in ONCE)


def write_lattice(folder: Path) -> Path:
    """Write 503 species Dy_m L_n and 10,000 one-way steps as a model with its table."""
    rows = ["reactants,products,rate constant,name"]
    rows += [
        f"{' + '.join(map(_formula, r.reactants))},{' + '.join(map(_formula, r.products))},"
        f"{r.rate_constant},{r.name}"
        for r in dense_lattice().reactions
    ]
    (folder / "steps.csv").write_text("\n".join(rows) + "\n", "utf-8")
    path = folder / "lattice.toml"
    path.write_text('blocks = ["Dy", "L"]\nsteps = "steps.csv"\n', "utf-8")
    return path


def _formula(name: str) -> str:
    """Write Dy3L0 as Dy3: a formula says nothing of what is not there."""
    return name.replace("Dy0", "").replace("L0", "")


def measure(path: Path, mechanism: str, start: tuple[tuple[str, float], ...]) -> Measured:
    """Return the CPU seconds of every stage of one model.

    Raises:
        RuntimeError: not all of its species form, so that it would be smaller than it looks.
    """
    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], Result]) -> Result:
        begun = time.process_time()
        result = work()
        seconds[stage] = time.process_time() - begun
        return result

    system = timed("read and check", lambda: read_system(path))
    network: Network = timed("make the network", lambda: system.network(mechanism))
    timed("describe (`assemblysim check`)", lambda: describe(system))
    conditions = (PriorConditions(start, 0.05, 48.0),)
    timed(
        "default priors",
        lambda: [
            rate_constant_prior(network, name, conditions) for name in network.rate_constant_names
        ],
    )
    timed("compile", lambda: compile_program(network))
    given = dict(start)
    initial = np.array([given.get(name, 0.0) for name in network.species_names])
    rate_constants = np.exp(
        np.random.default_rng(0).normal(-2.0, 1.0, (VECTORS, len(network.rate_constant_names)))
    )
    course = timed(
        "first trajectory", lambda: integrate(network, rate_constants[0], initial, TIMES)
    )
    idle = set(network.species_names) - reached(network, tuple(given))
    if idle or not (course.concentrations[-1] > 0).all():
        raise RuntimeError(f"{path}: {len(idle)} species never form; the network is too thin")
    further = []
    for row in rate_constants[1:]:
        timed("further", lambda row=row: integrate(network, row, initial, TIMES))
        further.append(seconds.pop("further"))
    return Measured(path.stem, network, tuple(seconds.items()), tuple(further))


def table(found: tuple[Measured, ...]) -> str:
    """Write what was measured as Markdown."""
    heads = [
        f"{m.name}: {len(m.network.species)} species, {len(m.network.reactions):,} steps, "
        f"{len(m.network.rate_constant_names)} constants"
        for m in found
    ]
    rows = [("CPU seconds", *heads), ("---", *["---"] * len(found))]
    for stage in STAGES:
        rows.append((stage, *(f"{dict(m.stages)[stage]:.3f}" for m in found)))
    once = [f"**{m.once:.2f}**" for m in found]
    rows.append(("*read, checked, compiled and integrated once*", *once))
    least, most = ([f(m.further) for m in found] for f in (min, max))
    spread = [f"**{a:.3f} to {b:.3f}**" for a, b in zip(least, most, strict=True)]
    rows.append((f"*each of {VECTORS - 1} further trajectories*", *spread))
    lines = ["# From a table of steps to trajectories", ""]
    lines.append(
        f"Made by `python -m benchmarks.large` on {datetime.now(UTC):%Y-%m-%d}, on one core of "
        f"{os.cpu_count()}, with a load of {os.getloadavg()[0]:.1f}: CPU seconds, which a busy "
        "machine lengthens, too. Every species forms and every step runs, which is checked; "
        f"a trajectory has {len(TIMES)} times over 48 h and rate constants of its own."
    )
    lines += ["", *(f"| {' | '.join(row)} |" for row in rows), ""]
    return "\n".join(lines)


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lattice = write_lattice(Path(folder))
        found = (
            measure(CAGE, "trinuclear", (("PdX4", 1.0), ("L", 2.0))),
            measure(lattice, "all", (("Dy1", DY), ("L1", LIGAND))),
        )
    text = table(found)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
