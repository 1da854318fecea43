"""The species table made of assigned spectra, and the errors and covariances beside it, as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assemblysim.files.writing.spreadsheets import csv_table
from assemblysim.result.spectra.assignment import AssignedSpectrum, CoreSum
from assemblysim.study.spectra.covariances import WITH

MADE: Final = "# Made by assemblysim spectra"
_LIMIT: Final = 1.6449  # standard errors; one-sided 95 %


def species_table(spectra: Sequence[AssignedSpectrum], species: Sequence[str]) -> str:
    """Return the table that a study reads: intensity of each species, or the limit it is below.

    Args:
        spectra: in the order of time.
        species: columns; only those with an ion in some spectrum are written.
    """
    known = [one for one in species if any(c.core == one for s in spectra for c in s.cores)]
    rows = []
    for one in spectra:
        sums = {core.core: core for core in one.cores}
        rows.append([f"{one.time_h:.10g}", *(_cell(sums.get(name)) for name in known)])
    head = (
        f"{MADE}: intensities of all ions of a species; < where it is not seen, with the one-sided "
        "95 % limit\n"
    )
    return head + csv_table([["time (h)", *known], *rows])


def _cell(core: CoreSum | None) -> str:
    if core is None:
        return ""
    return f"{core.amount:.6g}" if core.seen else f"<{limit_of(core):.6g}"


def limit_of(core: CoreSum) -> float:
    """Return the one-sided 95 % limit of a core's intensity."""
    return max(core.amount, 0.0) + _LIMIT * core.error


def covariance_table(spectra: Sequence[AssignedSpectrum], species: Sequence[str]) -> str:
    """Return intensities without a bound at 0, their standard errors and covariances.

    Args:
        spectra: in the order of time.
        species: that are written; each has a line a spectrum.
    """
    known = [one for one in species if any(c.core == one for s in spectra for c in s.cores)]
    header = ["time (h)", "file", "species", "intensity", "standard error",
              *(f"{WITH}{name}" for name in known)]  # fmt: skip
    rows = []
    for one in spectra:
        names = [core.core for core in one.cores]
        for i, core in enumerate(one.cores):
            if core.core not in known:
                continue
            with_others = [
                f"{one.covariance[i][names.index(name)]:.6g}" if name in names else ""
                for name in known
            ]
            rows.append(
                [f"{one.time_h:.10g}", one.source, core.core, f"{core.amount:.6g}",
                 f"{core.error:.6g}", *with_others]
            )  # fmt: skip
    return f"{MADE}: a fit reads it beside the table\n" + csv_table([header, *rows])


def assigned_ion_table(spectra: Sequence[AssignedSpectrum]) -> str:
    """Return one line for each ion of each spectrum."""
    header = ["time (h)", "file", "replicate", "energy", "core", "ion", "m/z", "intensity",
              "standard error", "upper limit", "cosine", "chi-square", "peaks seen",
              "peaks expected", "peaks saturated", "same composition", "not told apart from",
              "needed", "what else", "worse by chi-square"]  # fmt: skip
    rows = [
        [_time(one), one.source, one.replicate, one.energy, ion.core, ion.ion, f"{ion.mz:.4f}",
         f"{ion.amount:.6g}", f"{ion.error:.3g}",
         "" if ion.upper is None else f"{ion.upper:.3g}", f"{ion.cosine:.4f}",
         f"{ion.chi_square:.3g}", ion.seen, ion.expected, ion.saturated or 0,
         "; ".join(ion.writings), "; ".join(ion.not_told_apart), "yes" if ion.needed else "no",
         ion.instead or "", "" if ion.worse is None else f"{ion.worse:.3g}"]
        for one in spectra
        for ion in one.ions
    ]  # fmt: skip
    return f"{MADE}\n" + csv_table([header, *rows])


def part_table(spectra: Sequence[AssignedSpectrum]) -> str:
    """Return how many of each small part the ions of a core hold on average, a line for each."""
    header = ["time (h)", "file", "core", "part", "mean number", "standard error"]
    rows = [
        [_time(one), one.source, held.core, held.part, f"{held.mean:.4g}", f"{held.error:.2g}"]
        for one in spectra
        for held in one.counts or ()
    ]
    return f"{MADE}\n" + csv_table([header, *rows])


def _time(one: AssignedSpectrum) -> str:
    return "" if one.time_h is None else f"{one.time_h:.10g}"
