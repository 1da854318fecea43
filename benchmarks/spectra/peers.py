"""``python -m benchmarks.spectra.peers``: pyOpenMS reads and writes mzML as our reader has it.

    python -m benchmarks.spectra.peers tests/spectra/reading/files

Every mzML file of the folders named is read by pyOpenMS and by our reader; then courses of spectra
are drawn, profile and centroid, either polarity, written by pyOpenMS in 32 and 64 bits, with and
without compression, and read back by ours. The command returns how many spectra differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from assemblysim.spectra.reading.mzml import read_mzml
from assemblysim.spectra.reading.scan import Scan

SPECTRA = 11
# pyOpenMS holds intensities in single precision.
SINGLE = 1e-6


def by_pyopenms(path: Path) -> list[dict[str, Any]]:
    """Return what pyOpenMS reads of each spectrum of a file."""
    import pyopenms

    experiment = pyopenms.MSExperiment()
    pyopenms.MzMLFile().load(str(path), experiment)
    return [_told(one) for one in experiment]


def _told(spectrum: Any) -> dict[str, Any]:
    mz, intensities = spectrum.get_peaks()
    polarity = spectrum.getInstrumentSettings().getPolarity().value
    return {
        "level": spectrum.getMSLevel(),
        "polarity": {1: "positive", 2: "negative"}.get(polarity, ""),
        "time_h": spectrum.getRT() / 3600,
        "mz": np.asarray(mz, dtype=float),
        "intensities": np.asarray(intensities, dtype=float),
    }


def differs(ours: Scan, theirs: dict[str, Any]) -> bool:
    """Say whether a spectrum of ours is another one than theirs."""
    if (ours.level, ours.polarity or "") != (theirs["level"], theirs["polarity"]):
        return True
    if abs((ours.time_h or 0.0) - theirs["time_h"]) > 1e-9:
        return True
    return ours.mz.shape != theirs["mz"].shape or not (
        np.allclose(ours.mz, theirs["mz"], rtol=1e-12, atol=0)
        and np.allclose(ours.intensities, theirs["intensities"], rtol=SINGLE, atol=1e-30)
    )


def written(path: Path, rng: np.random.Generator, *, bits: int, compressed: bool) -> None:
    """Draw a course of spectra and have pyOpenMS write it."""
    import pyopenms

    experiment = pyopenms.MSExperiment()
    for number in range(SPECTRA):
        spectrum = pyopenms.MSSpectrum()
        size = int(rng.integers(0, 400))
        mz = np.sort(rng.uniform(200, 3000, size))
        if bits == 32:
            mz = mz.astype(np.float32).astype(float)
        spectrum.set_peaks((mz, rng.lognormal(5, 2, size).astype(np.float32)))
        spectrum.setMSLevel(1)
        spectrum.setRT(3600.0 * number)
        settings = pyopenms.InstrumentSettings()
        kind = pyopenms.IonSource.Polarity
        settings.setPolarity(kind.POSITIVE if number % 2 else kind.NEGATIVE)
        spectrum.setInstrumentSettings(settings)
        spectrum.setNativeID(f"scan={number + 1}")
        experiment.addSpectrum(spectrum)
    file = pyopenms.MzMLFile()
    options = file.getOptions()
    options.setCompression(compressed)
    options.setMz32Bit(bits == 32)
    file.setOptions(options)
    file.store(str(path), experiment)


def held(path: Path) -> tuple[int, int]:
    """Return how many spectra a file has, and how many of them differ."""
    ours, theirs = read_mzml(path), by_pyopenms(path)
    if len(ours) != len(theirs):
        return max(len(ours), len(theirs)), abs(len(ours) - len(theirs))
    return len(ours), sum(map(differs, ours, theirs))


def main(words: list[str] | None = None) -> int:
    """Read, write, compare, say; return how many spectra differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spectra.peers")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    rng, found = np.random.default_rng(asked.seed), list[tuple[int, int]]()
    for folder in asked.folders:
        found += [held(path) for path in sorted(folder.glob("*.mzML*"))]
    with tempfile.TemporaryDirectory() as scratch:
        for bits in (32, 64):
            for compressed in (False, True):
                path = Path(scratch) / f"{bits}_{compressed}.mzML"
                written(path, rng, bits=bits, compressed=compressed)
                found.append(held(path))
    spectra, different = (sum(column) for column in zip(*found, strict=True))
    sys.stdout.write(f"{spectra} spectra of {len(found)} files, {different} differ\n")
    return different


if __name__ == "__main__":
    sys.exit(main())
