"""Cases of the PEtab test suite at their own tolerances: ``python -m benchmarks.petab FOLDER``.

A case is a folder with a problem and its solution; FOLDER is searched for them. Each is read, and
its log-likelihood, chi-squared and simulations at the nominal values are held against the
solution's. What is not read is refused in one line by name.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.errors import InputError
from assemblysim.exchange.petab.incoming.opened import read_petab
from assemblysim.exchange.petab.incoming.yaml_subset import parse_yaml

_SOLUTION = "_solution.yaml"


@dataclass(frozen=True)
class CaseOutcome:
    """What came of a case.

    Attributes:
        name: of the case.
        differences: by quantity, each over its tolerance; empty where it was refused.
        refusal: the line; "" where it was read.
    """

    name: str
    differences: dict[str, float]
    refusal: str = ""

    @property
    def agrees(self) -> bool:
        """Whether all is within its tolerance."""
        return not self.refusal and max(self.differences.values()) <= 1


def outcome(solution: Path) -> CaseOutcome:
    """Hold one case against its solution."""
    folder = solution.parent
    name = f"{folder.parent.name}/{folder.name}"
    said = parse_yaml(solution.read_text())
    if not isinstance(said, dict):
        raise InputError(f"{solution}: no solution; leave it out")
    try:
        found = read_petab(folder / solution.name.replace("_solution", ""))
    except InputError as fault:
        return CaseOutcome(name, {}, str(fault).rpartition(f"{folder}/")[2])
    differences = {
        "llh": abs(float(found.log_likelihood(found.nominal[None])[0]) - float(str(said["llh"])))
        / float(str(said["tol_llh"])),
        "chi2": abs(found.chi_squared(found.nominal) - float(str(said["chi2"])))
        / float(str(said["tol_chi2"])),
    }
    files = said["simulation_files"]
    with (folder / str(files[0])).open() as file:
        wanted = [float(row["simulation"]) for row in csv.DictReader(file, delimiter="\t")]
    away = np.abs(found.simulations(found.nominal) - np.array(wanted)).max()
    differences["simulations"] = float(away) / float(str(said["tol_simulations"]))
    return CaseOutcome(name, differences)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each case that is refused or differs, and a count; 1 where one differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.petab", description=__doc__)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args(arguments)
    found = [outcome(path) for path in sorted(asked.folder.rglob(f"*{_SOLUTION}"))]
    refused = [one for one in found if one.refusal]
    differing = [one for one in found if not one.refusal and not one.agrees]
    for one in refused:
        sys.stdout.write(f"{one.name} refused: {one.refusal}\n")
    for one in differing:
        words = ", ".join(f"{k} {v:.1e} of its tolerance" for k, v in one.differences.items())
        sys.stdout.write(f"{one.name} differs: {words}\n")
    agree = len(found) - len(refused) - len(differing)
    count = len(found) - len(refused)
    sys.stdout.write(f"{agree} of {count} cases that are read agree, {len(refused)} refused\n")
    return 1 if differing or not agree else 0


if __name__ == "__main__":
    sys.exit(main())
