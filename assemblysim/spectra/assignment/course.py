"""All spectra of a course assigned, each for itself; only peak shapes are lent to those without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np

from assemblysim.errors import InputError
from assemblysim.isotopes.envelopes import Envelope
from assemblysim.result.spectra.assignment import AssignedSpectrum, SpectrumPanels
from assemblysim.spectra.assignment.assigning import core_sums, fitted
from assemblysim.spectra.assignment.calibrating import (
    Calibration,
    calibrated,
    is_profile,
    measured_resolution,
)
from assemblysim.spectra.assignment.candidates import CandidateIon
from assemblysim.spectra.assignment.cells import PeakShape
from assemblysim.spectra.assignment.ion_reports import assigned_ions
from assemblysim.spectra.assignment.panels import envelope_panels, part_counts
from assemblysim.spectra.assignment.unexplained import (
    decoys_of,
    decoys_seen,
    largest_unexplained,
    unexplained_sum,
)
from assemblysim.spectra.reading.scan import Sampling, Scan

_TOGETHER: Final = 4  # spectra that one process does before it gets others
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
    """A spectrum with its shift.

    Attributes:
        spectrum: with the points that count.
        inside: places of the candidates within its range.
        threshold: of a list of peaks.
        found: shift and width.
    """

    spectrum: MeasuredSpectrum
    inside: tuple[int, ...]
    threshold: float | None
    found: Calibration


def assign_course(
    spectra: Sequence[MeasuredSpectrum],
    candidates: Sequence[CandidateIon],
    settings: AssignmentSettings,
    tell: Callable[[AssignedSpectrum], None] = lambda _: None,
    each: Callable[..., Iterable[Any]] = map,
) -> tuple[tuple[AssignedSpectrum, SpectrumPanels], ...]:
    """Assign every spectrum.

    Args:
        spectra: of the course.
        candidates: ions that may be in them.
        settings: how.
        tell: called with each as it is done.
        each: maps functions over groups of spectra: `map`, or that of a pool of processes.

    Raises:
        InputError: no ion lies within the range of a spectrum, none of the spectra has a clear
            envelope, or a list of peaks has no stated resolution.
    """
    for one in candidates:
        _ = one.envelope  # made once, before processes get their copies
    ions = tuple(candidates)
    first = partial(_all_prepared, candidates=ions, settings=settings)
    prepared = [one for group in each(first, _groups(spectra)) for one in group]
    second = partial(_all_assigned, candidates=ions, settings=settings)
    done = []
    for group in each(second, _groups(_with_lent_shapes(prepared, settings))):
        for one in group:
            done.append(one)
            tell(one[0])
    return tuple(done)


def _groups(every: Sequence[Any]) -> list[Sequence[Any]]:
    return [every[i : i + _TOGETHER] for i in range(0, len(every), _TOGETHER)]


def _with_lent_shapes(
    prepared: Sequence[_Prepared], settings: AssignmentSettings
) -> list[_Prepared]:
    """Give spectra without a clear envelope the shift and width of the others."""
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
    shaped = []
    for one in prepared:
        shape = replace(lent, centroids=one.threshold is not None)
        own = one if one.found.anchors else replace(one, found=Calibration(shape, (), error))
        shaped.append(own)
    return shaped


def _all_prepared(
    spectra: Sequence[MeasuredSpectrum],
    candidates: Sequence[CandidateIon],
    settings: AssignmentSettings,
) -> list[_Prepared]:
    return [_prepared(one, candidates, settings) for one in spectra]


def _all_assigned(
    prepared: Sequence[_Prepared],
    candidates: Sequence[CandidateIon],
    settings: AssignmentSettings,
) -> list[tuple[AssignedSpectrum, SpectrumPanels]]:
    return [_assigned(one, candidates, settings) for one in prepared]


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
    low, high = float(scan.mz[0]), float(scan.mz[-1])
    inside = tuple(i for i, one in enumerate(candidates) if _within(one.envelope, low, high))
    if not inside:
        raise InputError(
            f"{spectrum.source}: none of {len(candidates)} ions lies within its range, m/z "
            f"{scan.mz[0]:.0f} to {scan.mz[-1]:.0f}"
        )
    resolution = settings.resolution or measured_resolution(scan)
    if resolution is None:
        raise InputError(f"{spectrum.source}: holds no peak above 0; export it again")
    start = PeakShape(0.0, resolution, centroids)
    envelopes = [candidates[i].envelope for i in inside]
    found = calibrated(scan, envelopes, start, settings.widest_shift)
    spectrum = replace(spectrum, scan=scan, recognised=recognised)
    return _Prepared(spectrum, inside, threshold, found)


def _within(envelope: Envelope, low: float, high: float) -> bool:
    inside = (envelope.mz >= low) & (envelope.mz <= high)
    return float(envelope.fractions[inside].sum()) > _LEAST_RANGE


def _assigned(
    one: _Prepared, candidates: Sequence[CandidateIon], settings: AssignmentSettings
) -> tuple[AssignedSpectrum, SpectrumPanels]:
    spectrum, found = one.spectrum, one.found
    ions = [candidates[i] for i in one.inside]
    decoys = decoys_of(ions, settings.charges)
    fit = fitted(spectrum.scan, ions, found.shape, threshold=one.threshold, beside=decoys)
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
        tuple(fit.cells.middle[fit.cells.saturated].tolist()),
    )
    panels = envelope_panels(fit, [core.core for core in cores if core.shown])
    return assigned, SpectrumPanels(spectrum.source, panels)
