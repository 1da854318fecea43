"""A spectrum off the disk, whichever of the forms it has."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

from assemblysim.errors import InputError
from assemblysim.files.paths import what_lies_at
from assemblysim.language import counted
from assemblysim.spectra.reading.mzml import read_mzml
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
    """Read an mzML file or a peak list, by what it begins with.

    Args:
        path: the file, which may be packed with gzip where it is mzML.
        column: of a peak list's intensities, where there are several.

    Raises:
        InputError: it cannot be read; the text begins with the path.
    """
    if what_lies_at(path) != "file":
        raise InputError(f"{path}: no such file; check the path")
    with path.open("rb") as file:
        start = file.read(512)
    if start[:2] == gzip.compress(b"")[:2] or start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        scans = read_mzml(path)
        return SpectrumFile(scans, f"{path}: mzML, {counted(len(scans), 'scan')}")
    found = read_peak_list(path, column)
    return SpectrumFile((found.scan,), found.recognised)
