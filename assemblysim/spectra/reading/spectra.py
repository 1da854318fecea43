"""A spectrum off the disk, whichever of the forms it has."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assemblysim.errors import InputError
from assemblysim.files.paths import what_lies_at
from assemblysim.language import counted
from assemblysim.spectra.reading.databridge import is_databridge, read_databridge
from assemblysim.spectra.reading.mzml import read_mzml, scans_of
from assemblysim.spectra.reading.peak_lists import read_peak_list
from assemblysim.spectra.reading.scan import Scan


@dataclass(frozen=True)
class SpectrumFile:
    """The scans of a file.

    Attributes:
        scans: all of them; one of a peak list.
        recognised: a sentence on what the file was taken for.
    """

    scans: tuple[Scan, ...]
    recognised: str


def read_spectrum(path: Path, column: str | None = None) -> SpectrumFile:
    """Read mzML, text of MassLynx DataBridge or a peak list, by what a file begins with.

    Args:
        path: the file, which may be packed with gzip where it is mzML.
        column: of a peak list's intensities, where there are several.

    Raises:
        InputError: it cannot be read; the text begins with the path.
    """
    if _is_mzml(path):
        scans = read_mzml(path)
        return SpectrumFile(scans, f"{path}: mzML, {counted(len(scans), 'scan')}")
    if _begins_as_databridge(path):
        scans, others = read_databridge(path)
        left = f"; {counted(others, 'scan')} of other functions left out" if others else ""
        said = f"{path}: text of MassLynx DataBridge, {counted(len(scans), 'scan')}{left}"
        return SpectrumFile(scans, said)
    found = read_peak_list(path, column)
    return SpectrumFile((found.scan,), found.recognised)


def scans_in(path: Path) -> Iterator[Scan]:
    """Yield the scans of a file; of mzML only one is in memory.

    Raises:
        InputError: it cannot be read; the text begins with the path.
    """
    return scans_of(path) if _is_mzml(path) else iter(read_spectrum(path).scans)


def _begins_as_databridge(path: Path) -> bool:
    with path.open("rb") as file:
        return is_databridge(file.read(512).decode("latin-1"))


def _is_mzml(path: Path) -> bool:
    if what_lies_at(path) != "file":
        raise InputError(f"{path}: no such file; check the path")
    with path.open("rb") as file:
        start = file.read(512)
    packed = start[:2] == gzip.compress(b"")[:2]
    return packed or start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"
