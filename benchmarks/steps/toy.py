"""``python -m benchmarks.steps.toy``: are the true steps found among thirty candidates?

A toy network of three species. The thirty candidates are all steps X -> Y, X -> Y + Z and back
with Y and Z other than X, and X -> Y by a third one; true are X1 -> X2 and X1 + X2 <-> X3, whose
two ways are candidates of their own. Three experiments of 20 times with 5 % noise. A seed is right
where
the true steps are needed with at least 0.98 and no other with more than 0.05; wrong where its runs
converged and it is not; else it says "not converged". Each seed is stored with --out as it ends.
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import combinations_with_replacement, permutations
from pathlib import Path

import numpy as np

from assemblysim.kinetics.engines.integration import integrate
from assemblysim.mechanism.reading.system import read_system
from assemblysim.result.steps.probabilities import StepsResult
from assemblysim.study.steps.running import StepsRequest, run_steps
from assemblysim.study.workers import OneWorker
from benchmarks.stored.rows import Row, Summary, make_and_tell, options

SPECIES = ("X1", "X2", "X3")
TRUE = {"X1_to_X2": 0.3, "X1_X2_to_X3": 0.4, "X3_to_X1_X2": 0.1}
STARTS = ((1.0, 0.0, 0.0), (0.2, 1.0, 0.0), (0.0, 0.3, 1.0))
TIMES = np.linspace(0.5, 10, 20)
NEEDED, NOT_NEEDED = 0.98, 0.05
EFFORT = "particles = 400\nlast_rounds = 20\nchecked = 32\n"


def candidates(species: tuple[str, ...] = SPECIES) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the two sides of each candidate by its name."""
    sides: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for one in species:
        others = tuple(other for other in species if other != one)
        sides += [((one,), (other,)) for other in others]
        for pair in combinations_with_replacement(others, 2):
            sides += [((one,), pair), (pair, (one,))]
    for one, other in permutations(species, 2):
        sides += [((one, by), (other, by)) for by in species if by not in (one, other)]
    return {"_".join((*left, "to", *right)): (left, right) for left, right in sides}


def write_study(folder: Path, seed: int, effort: str = EFFORT) -> Path:
    """Write the model, three tables of intensities and the study into a folder; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    steps = candidates()
    species = "".join(f'{name} = ""\n' for name in SPECIES)
    lines = "".join(
        f'{name} = "{" + ".join(left)} -> {" + ".join(right)} ; k_{name}"\n'
        for name, (left, right) in steps.items()
    )
    every = ", ".join(f'"{name}"' for name in steps)
    true = ", ".join(f'"{name}"' for name in TRUE)
    (folder / "toy.toml").write_text(
        f"[species]\n{species}[reactions]\n{lines}[mechanisms]\nall = [{every}]\ntrue = [{true}]\n"
    )
    priors = "".join(
        f'k_{n} = {{ log_uniform = ["0.01 {_unit(left)}", "10 {_unit(left)}"] }}\n'
        for n, (left, _) in steps.items()
    )
    experiments = _experiments(folder, np.random.default_rng([seed, 30]))
    (folder / "study.toml").write_text(
        f'title = "SYNTHETIC: thirty candidates"\nmodel = "toy.toml"\nmechanisms = ["all"]\n'
        f'seed = {seed}\nsynthetic = true\nnotes = ["Simulated."]\n{experiments}[measurement]\n'
        'scale = "absolute"\nsignals = ["X1", "X2", "X3"]\nnoise = "proportional"\n'
        f'wild_spectra = 0\n[priors]\nbackground = "1e-6 mM"\n{priors}[steps]\n{effort}'
    )
    return folder


def _unit(reactants: tuple[str, ...]) -> str:
    return "1/h" if len(reactants) == 1 else "1/(mM h)"


def _experiments(folder: Path, rng: np.random.Generator) -> str:
    """Simulate and write the tables; return the lines of the study."""
    network = read_system(folder / "toy.toml").network("true")
    constants = np.array([TRUE[name[2:]] for name in network.rate_constant_names])
    lines = ""
    for i, start in enumerate(STARTS):
        given = dict(zip(SPECIES, start, strict=True))
        initial = np.array([given[name] for name in network.species_names])
        course = integrate(network, constants, initial, TIMES).concentrations
        order = [network.species_names.index(name) for name in SPECIES]
        seen = course[:, order] * np.exp(0.05 * rng.standard_normal((len(TIMES), 3)))
        rows = [",".join(f"{x:.6g}" for x in (t, *row)) for t, row in zip(TIMES, seen, strict=True)]
        heading = "time (h)," + ",".join(f"{name} (mM)" for name in SPECIES)
        (folder / f"e{i}.csv").write_text("\n".join([heading, *rows, ""]))
        mixed = ", ".join(f'{name} = "{c} mM"' for name, c in given.items() if c)
        lines += f'[[experiments]]\nname = "e{i}"\ninitial = {{ {mixed} }}\ndata = "e{i}.csv"\n'
    return lines


def made(number: int, seed: int) -> Row:
    """Make one seed's study and say what was found."""
    with tempfile.TemporaryDirectory() as name:
        folder = write_study(Path(name) / "toy", seed + number)
        results = folder / "results"
        found = run_steps(StepsRequest(folder, results, seed + number), OneWorker(), lambda _: None)
    if found is None:
        raise RuntimeError("all parts were asked for")
    return row_of(found)


def row_of(found: StepsResult) -> Row:
    """Return what counts of a result."""
    needed = {name: float(np.mean(one.needed_by_run)) for name, one in found.steps.items()}
    others = {name: p for name, p in needed.items() if name not in TRUE}
    worst = max(others, key=others.__getitem__)
    return {
        "true": {name: round(needed[name], 4) for name in TRUE},
        "worst_other": [worst, round(others[worst], 4)],
        "converged": found.converged,
        "checks": {one.name: round(one.value, 3) for one in found.checks},
        "seconds": round(found.seconds, 1),
    }


def outcome(row: Row) -> str:
    """Say whether a seed is right, wrong, or not converged."""
    if not row["converged"]:
        return "not converged"
    right = min(row["true"].values()) >= NEEDED and row["worst_other"][1] <= NOT_NEEDED
    return "right" if right else "wrong"


def summary_of(rows: dict[str, Row]) -> Summary:
    """Count the outcomes."""
    counts = {"right": 0, "wrong": 0, "not converged": 0}
    for row in rows.values():
        counts[outcome(row)] += 1
    return {"thirty candidates": counts}


def main() -> None:
    """Make the seeds that are not stored and print the counts."""
    parser = options(argparse.ArgumentParser(description=__doc__))
    parser.add_argument("--seeds", type=int, default=30)
    asked = parser.parse_args()
    jobs = [(f"seed {i}", (i,)) for i in range(asked.seeds)]
    make_and_tell(asked, made, jobs, summary_of)


if __name__ == "__main__":
    main()
