"""All spectra of a course assigned, each for itself; only peak shapes are lent to those without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from assemblysim.errors import InputError
from assemblysim.isotopes.envelopes import Envelope
from assemblysim.result.spectra.assignment import AssignedSpectrum
from assemblysim.spectra.assignment.assigning import (
    SpectrumFit,
    assigned_ions,
    core_sums,
    fitted,
)
from assemblysim.spectra.assignment.calibrating import (
    Calibration,
    calibrated,
    is_profile,
    measured_resolution,
)
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import PeakShape
from assemblysim.spectra.assignment.panels import part_counts
from assemblysim.spectra.assignment.unexplained import (
    decoys_of,
    decoys_seen,
    largest_unexplained,
    unexplained_sum,
)
from assemblysim.spectra.reading.scan import Sampling, Scan

_LEAST_RANGE: Final = 0.5  # of an envelope within a spectrum; less of it tells nothing


@dataclass(frozen=True, eq=False)
class MeasuredSpectrum:
    """One spectrum and when it was taken.

    Attributes:
        source: the file's name.
        recognised: what it was taken for.
        scan: its points.
        time_h: of the reaction, h; None where not stated.
        replicate, energy: as stated; "" where not.
    """

    source: str
    recognised: str
    scan: Scan
    time_h: float | None = None
    replicate: str = ""
    energy: str = ""


@dataclass(frozen=True)
class AssignmentSettings:
    """How spectra are assigned.

    Attributes:
        widest_shift: ppm; m/z may be off by so much.
        resolution: m/z over the width at half height; None to measure it, of profiles only.
        charges: that are looked for.
        cores: in the order of the report.
        sampling: of all spectra; "" for what the files say or show.
    """

    widest_shift: float
    resolution: float | None
    charges: tuple[int, ...]
    cores: tuple[str, ...]
    sampling: Sampling = ""


@dataclass(frozen=True, eq=False)
class _Prepared:
    spectrum: MeasuredSpectrum
    candidates: tuple[CandidateIon, ...]
    threshold: float | None
    found: Calibration


def assign_course(
    spectra: Sequence[MeasuredSpectrum],
    candidates: Sequence[CandidateIon],
    settings: AssignmentSettings,
    tell: Callable[[AssignedSpectrum], None] = lambda _: None,
) -> tuple[tuple[AssignedSpectrum, SpectrumFit], ...]:
    """Assign every spectrum.

    Args:
        spectra: of the course.
        candidates: ions that may be in them.
        settings: how.
        tell: called with each as it is done.

    Raises:
        InputError: no ion lies within the range of a spectrum, none of the spectra has a clear
            envelope, or a list of peaks has no stated resolution.
    """
    prepared = [_prepared(one, candidates, settings) for one in spectra]
    clear = [one.found for one in prepared if one.found.anchors]
    if not clear:
        raise InputError(
            "no ion's envelope stands out clearly in any of the spectra, so that their mass shift "
            f"is not known; check the candidates, or a shift of more than "
            f"{settings.widest_shift:g} ppm"
        )
    shifts = np.array([one.shape.shift for one in clear])
    resolutions = [one.shape.resolution for one in clear]
    lent = PeakShape(float(np.median(shifts)), float(np.median(resolutions)))
    error = float(max(np.std(shifts), max(one.shift_error for one in clear)))
    done = []
    for one in prepared:
        if not one.found.anchors:
            shape = replace(lent, centroids=one.threshold is not None)
            one = replace(one, found=Calibration(shape, (), error))
        done.append(_assigned(one, settings))
        tell(done[-1][0])
    return tuple(done)


def _prepared(
    spectrum: MeasuredSpectrum, candidates: Sequence[CandidateIon], settings: AssignmentSettings
) -> _Prepared:
    """Choose the candidates within the range of a spectrum, and find its shift."""
    scan, recognised = spectrum.scan, spectrum.recognised
    sampling = settings.sampling or scan.sampling
    centroids = sampling == "centroid" or (not sampling and not is_profile(scan))
    if centroids and settings.resolution is None:
        raise InputError(
            f"{spectrum.source}: is taken for a list of peaks, whose width it does not say; state "
            'resolution = 20000, or what it is, under [spectra], or sampling = "profile"'
        )
    threshold = None
    if centroids:
        below = int(np.count_nonzero(scan.intensities <= 0))
        kept = scan.intensities > 0
        scan = replace(scan, mz=scan.mz[kept], intensities=scan.intensities[kept])
        recognised += f"; {below} without intensity above 0 left out" if below else ""
        threshold = float(scan.intensities.min(initial=np.inf))
    if not scan.mz.size:
        raise InputError(f"{spectrum.source}: holds no peak above 0; export it again")
    inside = tuple(
        one for one in candidates if _within(one.envelope, float(scan.mz[0]), float(scan.mz[-1]))
    )
    if not inside:
        raise InputError(
            f"{spectrum.source}: none of {len(candidates)} ions lies within its range, m/z "
            f"{scan.mz[0]:.0f} to {scan.mz[-1]:.0f}"
        )
    resolution = settings.resolution or measured_resolution(scan)
    if resolution is None:
        raise InputError(f"{spectrum.source}: holds no peak above 0; export it again")
    start = PeakShape(0.0, resolution, centroids)
    found = calibrated(scan, [one.envelope for one in inside], start, settings.widest_shift)
    spectrum = replace(spectrum, scan=scan, recognised=recognised)
    return _Prepared(spectrum, inside, threshold, found)


def _within(envelope: Envelope, low: float, high: float) -> bool:
    inside = (envelope.mz >= low) & (envelope.mz <= high)
    return float(envelope.fractions[inside].sum()) > _LEAST_RANGE


def _assigned(one: _Prepared, settings: AssignmentSettings) -> tuple[AssignedSpectrum, SpectrumFit]:
    spectrum, found = one.spectrum, one.found
    decoys = decoys_of(one.candidates, settings.charges)
    fit = fitted(spectrum.scan, one.candidates, found.shape, threshold=one.threshold, beside=decoys)
    cores, covariance = core_sums(fit, settings.cores)
    tried, hits = decoys_seen(fit, decoys)
    assigned = AssignedSpectrum(
        spectrum.source,
        spectrum.recognised,
        spectrum.time_h,
        spectrum.replicate,
        spectrum.energy,
        found.shape.shift,
        found.shift_error,
        found.shape.resolution,
        len(found.anchors),
        assigned_ions(fit),
        cores,
        tuple(map(tuple, covariance.tolist())),
        fit.fit.noise.per_intensity,
        float(fit.cells.intensities.sum()),
        float(fit.fit.background.sum()),
        unexplained_sum(fit),
        largest_unexplained(fit, spectrum.scan),
        tried,
        hits,
        part_counts(fit, settings.cores),
    )
    return assigned, fit
