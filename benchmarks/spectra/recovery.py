"""``python -m benchmarks.spectra.recovery``: do intervals of shares hold where the truth is known?

    python -m benchmarks.spectra.recovery --sets 30 --out recovery.json

draws courses of HNP-Dy6: eleven spectra each, four cores of ten ions (two charges, five solvates
each, whose envelopes overlap), a core in three of five spectra only, resolution 20,000 and 5,000,
shot noise, m/z up to 20 ppm off, a smooth background and ions of other compounds. Counted are
95 % intervals of shares that hold, absent cores that are called seen, and decoys. It resumes.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Final

import numpy as np

from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.ion import read_ion
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.course import (
    AssignmentSettings,
    MeasuredSpectrum,
    assign_course,
)
from benchmarks.spectra.generating import Instrument, profile
from benchmarks.stored.rows import Row, Summary, make_and_tell, options

READER: Final = FormulaReader({"Dy": "Dy", "L": "C29H19N5O4"})
CORES: Final = {
    "Dy2L": ("Dy2(L)(OMe)2(OH)", "Dy2(L)(OH)2"),
    "Dy3L": ("Dy3(L)(OH)6", "Dy3(L)(OH)5"),
    "Dy5L2": ("Dy5(L)2(O)4(OH)2", "Dy5(L)2(O)4(OH)"),
    "Dy6L2": ("Dy6(L)2(O)4(OAc)4(OMe)", "Dy6(L)2(O)4(OAc)4"),
}  # as 1+ and as 2+
SOLVATES: Final = ("", "(H2O)", "(MeOH)", "(DMF)", "(MeOH)(H2O)2")
RESOLUTIONS: Final = (20000, 5000)
TIMES: Final = 11
SPAN: Final = (380.0, 2700.0)
PRESENT: Final = 0.6  # of the spectra a core is in
COUNTS: Final = 30000.0  # of all ions of a spectrum, about


@dataclass(frozen=True)
class Setting:
    """How hard the spectra are.

    Attributes:
        times: spectra in a course.
        foreign: ions of other compounds in each.
    """

    times: int = TIMES
    foreign: int = 10


def candidates() -> tuple[CandidateIon, ...]:
    """Return the forty ions."""
    found = []
    for core, bases in CORES.items():
        for charge, base in enumerate(bases, start=1):
            for solvate in SOLVATES:
                text = f"[{base}{solvate}]{charge if charge > 1 else ''}+"
                atoms = READER.atoms(read_ion(text, READER).formula) or {}
                found.append(CandidateIon(core, atoms, charge, (text,)))
    return tuple(found)


def called() -> tuple[CandidateIon, ...]:
    """Return the ions as the fit is told of them; a test tells it wrongly."""
    return candidates()


def course(resolution: int, number: int, seed: int, setting: Setting = Setting()) -> Row:  # frozen
    """Make one course, assign it, and count.

    Args:
        resolution: of the instrument.
        number: of the course.
        seed: of all of them.
        setting: how hard.
    """
    rng = np.random.default_rng([seed, resolution, number])
    ions = candidates()
    envelopes = [one.envelope for one in ions]
    spectra, truths = [], []
    while len(spectra) < setting.times:
        here = rng.random(len(CORES)) < PRESENT
        if not here.any():
            continue
        shares = np.where(here, np.exp(1.8 * rng.standard_normal(len(CORES))), 0.0)
        shares /= shares.sum()
        parts = np.concatenate([rng.dirichlet(np.full(10, 0.7)) for _ in CORES])
        counts = COUNTS * np.exp(0.5 * rng.standard_normal()) * np.repeat(shares, 10) * parts
        shift = float(rng.uniform(-20, 20))
        instrument = Instrument(resolution, shift, SPAN, 0.3, setting.foreign)
        scan = profile(envelopes, counts.tolist(), instrument, rng)
        spectra.append(MeasuredSpectrum(f"{len(spectra)}", "", scan, float(len(spectra))))
        truths.append(dict(zip(CORES, shares.tolist(), strict=True)))
    settings = AssignmentSettings(30.0, None, (1, 2), tuple(CORES))
    return _counted(assign_course(spectra, called(), settings), truths)


def _counted(found: tuple, truths: list[dict[str, float]]) -> Row:  # type: ignore[type-arg]  # of a course
    row: Row = dict.fromkeys(
        ("shares", "held", "absent", "called_seen", "decoys", "decoys_seen", "widths"), 0
    )
    for (one, _), truth in zip(found, truths, strict=True):
        for core in one.cores:
            share = truth[core.core]
            row["shares"] += 1
            row["held"] += int(core.lower <= share <= core.upper)
            row["absent"] += int(share == 0)
            row["called_seen"] += int(share == 0 and core.seen)
        row["decoys"] += one.decoys
        row["decoys_seen"] += one.decoys_seen
    row["widths"] = float(
        np.median([c.upper - c.lower for one, _ in found for c in one.cores if c.seen])
    )
    return row


def summary(rows: dict[str, Row]) -> Summary:
    """Add up the courses of each resolution."""
    found: Summary = {}
    for resolution in RESOLUTIONS:
        own = [row for name, row in rows.items() if name.startswith(f"{resolution}-")]
        keys = ("shares", "held", "absent", "called_seen", "decoys", "decoys_seen")
        found[f"resolution {resolution}"] = {
            "courses": len(own), **{key: sum(row[key] for row in own) for key in keys}
        }  # fmt: skip
    return found


def main() -> None:
    """Run the command."""
    parser = options(argparse.ArgumentParser(description="intervals of assigned spectra"))
    parser.add_argument("--sets", type=int, default=30)
    asked = parser.parse_args()
    jobs = [(f"{r}-{n}", (r, n)) for n in range(asked.sets) for r in RESOLUTIONS]
    make_and_tell(asked, course, jobs, summary)


if __name__ == "__main__":
    main()
