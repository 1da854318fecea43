"""What a study left on disk, as the report sees it: the summary and every mechanism's courses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import ascii_uppercase

import numpy as np

from assemblysim.measurement.scales import SCALES
from assemblysim.report.content.draws import ParameterDraws, read_draws
from assemblysim.report.content.words import is_number
from assemblysim.report.document.arrays import Floats
from assemblysim.result.calibration import CalibrationResult
from assemblysim.result.courses import RATIO, AssemblyCourses, Courses
from assemblysim.result.design import DesignResult
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.on_disk import (
    stored_assembly,
    stored_calibration,
    stored_courses,
    stored_design,
    stored_ions,
    stored_panels,
    stored_result,
    stored_spectra,
)
from assemblysim.result.spectra.assignment import SpectraPanels, SpectraResult
from assemblysim.result.spectra.ions import IonListResult
from assemblysim.result.steps.probabilities import StepsResult
from assemblysim.result.steps.stored import stored_steps
from assemblysim.result.summary import StudyResult
from assemblysim.study.results.verdict import IN_PLAY


@dataclass(frozen=True, eq=False)
class Curve:
    """One panel of a figure: one signal or species of one mechanism.

    Attributes:
        name: the signal or species.
        measured: whether it is among the observed signals.
        axis: what the vertical axis shows, with its unit.
        band: shape (5, T): the 2.5, 25, 50, 75 and 97.5 % quantiles of the posterior.
        scatter: shape (3, N): times (h), then lower and upper ends of the 95 % interval of a
            new measurement; N = 0 where none is stored.
        measurements: shape (2, N): times (h) and values; N = 0 where nothing was measured.
        limit: what a measured 0 is below; None where no limit is stated.
    """

    name: str
    measured: bool
    axis: str
    band: Floats
    scatter: Floats
    measurements: Floats
    limit: float | None


@dataclass(frozen=True, eq=False)
class StoredCourse:
    """The curves of one mechanism in one experiment.

    Attributes:
        experiment: its name.
        times: shape (T,), increasing, in the unit below.
        curves: the signals first, then the species that are not observed.
        time_unit: h of all that is stored; another one where somebody asked for it.
        concentrations: every species, observed or not, as a concentration.
    """

    experiment: str
    times: Floats
    curves: tuple[Curve, ...]
    time_unit: str = "h"
    concentrations: tuple[Curve, ...] = ()


@dataclass(frozen=True, eq=False)
class StoredStudy:
    """Everything that the report is written from.

    Attributes:
        folder: the results folder.
        result: what the fit found.
        courses: for each mechanism one course an experiment; none where none is stored.
        design: the stored ranking of possible next spectra; None where there is none.
        draws: posterior draws of each mechanism that the verdict leaves open, or, without a
            verdict, that is in play; none where none are stored.
        calibration: the stored calibration that belongs to the results; None where there is none.
        ions: the study's list of assigned ions, checked; None where it has none.
        steps: probabilities of candidate steps; None where ``steps`` was not run on these files.
        assembly: for each mechanism routes and mean compositions over time, one an experiment;
            none where none are stored.
        spectra: what the study's spectra hold; None where its table was not made of spectra.
        panels: their envelopes, spectrum by spectrum; None where none are stored.
    """

    folder: Path
    result: StudyResult
    courses: Mapping[str, tuple[StoredCourse, ...]]
    design: DesignResult | None = None
    draws: Mapping[str, ParameterDraws] = field(default_factory=dict)
    calibration: CalibrationResult | None = None
    ions: IonListResult | None = None
    steps: StepsResult | None = None
    assembly: Mapping[str, tuple[AssemblyCourses, ...]] = field(default_factory=dict)
    spectra: SpectraResult | None = None
    panels: SpectraPanels | None = None


def read_stored(results: Path) -> StoredStudy:
    """Read the results folder of a study.

    Args:
        results: the folder that holds summary.json.

    Returns:
        The result, courses, draws, the design and the calibration.

    Raises:
        InputError: a file is not there or is not what its name says.
    """
    result = stored_result(results)
    courses = {
        name: tuple(course_of(one, result) for one in stored_courses(results, name))
        for name in ranked_names(result)
    }
    shown = result.comparison.left_open or names_in_play(result)
    found = {name: read_draws(results / name / "draws.nc") for name in shown}
    draws = {name: one for name, one in found.items() if one is not None}
    calibration = stored_calibration(results, result.inputs)
    design, ions = stored_design(results, result), stored_ions(results)
    steps = stored_steps(results, result.inputs)
    assembly = {name: stored_assembly(results, name) for name in ranked_names(result)}
    return StoredStudy(
        results, result, courses, design, draws, calibration, ions, steps, assembly,
        stored_spectra(results), stored_panels(results),
    )  # fmt: skip


def ranked_names(result: StudyResult) -> list[str]:
    """Return the mechanisms, the most probable first."""
    weights = result.comparison.probabilities
    return sorted(result.mechanisms, key=lambda name: -weights.get(name, -1.0))


def lettered(result: StudyResult) -> dict[str, str]:
    """Return a letter for each mechanism, the most probable first; beyond Z numbers."""
    names = ranked_names(result)
    return {n: ascii_uppercase[i] if i < 26 else str(i + 1) for i, n in enumerate(names)}


def most_probable(result: StudyResult) -> MechanismResult:
    """Return what is stored of the most probable mechanism."""
    return result.mechanisms[ranked_names(result)[0]]


def alone_in_play(result: StudyResult) -> str:
    """Return the mechanism that a run left in play alone; "" where several are, or none is said."""
    names = list(result.forecast.probabilities) if result.forecast is not None else []
    return names[0] if len(names) == 1 else ""


def names_in_play(result: StudyResult) -> list[str]:
    """Return the mechanisms near enough to the best to change a verdict."""
    behind = result.comparison.log_bayes_factors
    return [n for n in ranked_names(result) if not (n in behind and behind[n].value > IN_PLAY)]


def species_names(result: StudyResult) -> tuple[str, ...]:
    """Return all species of all mechanisms, then signals that are no species, each once."""
    names = [one.name for mechanism in result.mechanisms.values() for one in mechanism.species]
    return tuple(dict.fromkeys([*names, *result.measurement.signals]))


def failed_checks(result: StudyResult) -> dict[str, list[str]]:
    """Return for each mechanism the names of the checks it did not pass, where there are any."""
    failed = {
        name: [check.name for check in mechanism.checks if not check.passed]
        for name, mechanism in result.mechanisms.items()
    }
    return {name: checks for name, checks in failed.items() if checks}


def is_words_only(result: StudyResult) -> bool:
    """Say whether the study holds statements and not a single measurement."""
    every = result.conditions
    return any(one.statements for one in every) and not any(one.measurements for one in every)


def seen_signals(result: StudyResult) -> tuple[str, ...]:
    """Return the signals that the data show: not one of which words say nothing but silence."""
    sentences = [s for one in result.mechanisms.values() for s in one.statements]
    said = {c.signal for s in sentences if not s.silent for c in s.claims}
    unsaid = {c.signal for s in sentences if s.silent for c in s.claims} - said
    if any(one.measurements for one in result.conditions):
        unsaid = set()
    return tuple(name for name in result.measurement.signals if name not in unsaid)


def window(result: StudyResult) -> float | None:
    """Return how long the first experiment was followed, h; None where there is none."""
    return result.conditions[0].window_h if result.conditions else None


def course_of(courses: Courses, result: StudyResult) -> StoredCourse:
    """Turn stored courses into panels: the signals, then the species that are no signals."""
    courses = without_nothing(courses, result)
    shown = courses.display_unit
    unit = concentration_unit(result)
    known = shown == unit or shown.startswith(f"{unit}, {RATIO}")
    axis = f"concentration ({shown})" if known else shown
    axis = "ratio of concentrations" if shown == RATIO else axis
    curves = [
        Curve(
            name,
            True,
            axis,
            courses.expected[:, :, i],
            _scatter(courses, i),
            _measurements(courses, i),
            _limit(courses, i, result),
        )
        for i, name in enumerate(courses.signals)
    ]
    axis = f"concentration ({concentration_unit(result)})"
    nothing = np.zeros((2, 0))
    every = tuple(
        Curve(name, False, axis, courses.concentrations[:, :, i], np.zeros((3, 0)), nothing, None)
        for i, name in enumerate(courses.species)
    )
    curves += [one for one in every if one.name not in courses.signals]
    return StoredCourse(courses.experiment, courses.times, tuple(curves), concentrations=every)


def without_nothing(courses: Courses, result: StudyResult) -> Courses:
    """Leave out fractions of nothing: what a spectrum would show before there is any signal.

    At the start, where no signal is there yet, each would be one of as many equal parts.
    """
    places = [i for i, name in enumerate(courses.species) if name in courses.signals]
    if SCALES[result.measurement.scale].known or not places:
        return courses
    nothing = courses.concentrations[-1][:, places].max(axis=1) <= 0
    nothing &= courses.times == 0
    if not nothing.any():
        return courses
    expected, predictive = courses.expected.copy(), courses.predictive.copy()
    expected[:, nothing], predictive[:, nothing] = np.nan, np.nan
    return replace(courses, expected=expected, predictive=predictive)


def concentration_unit(result: StudyResult) -> str:
    """Return the unit of concentrations: mM, or % in tables of yields."""
    return result.conditions[0].unit if result.conditions else "mM"


def _scatter(courses: Courses, signal: int) -> Floats:
    """Return where new measurements are expected, shape (3, N); N = 0 where there are none."""
    band = courses.predictive[:, :, signal]
    known = np.isfinite(band).all(axis=0)
    if not np.isfinite(courses.data).any():
        known[:] = False
    return np.vstack([courses.times[known], band[:, known]])


def _measurements(courses: Courses, signal: int) -> Floats:
    values = courses.data[:, signal]
    known = np.isfinite(values)
    return np.vstack([courses.data_times[known], values[known]])


def _limit(courses: Courses, signal: int, result: StudyResult) -> float | None:
    """Return a signal's detection limit in the display unit: a fraction of spectrum or column."""
    measurement = result.measurement
    own = measurement.signal_limits.get(courses.signals[signal])
    if own is not None and not own.relative:
        # In units of what is expected, it has no place among readings of unknown scale.
        return own.number if SCALES[measurement.scale].known else None
    fraction = measurement.detection_limit if own is None else own.number
    if not is_number(fraction):
        return None
    if not SCALES[result.measurement.scale].known:
        return 100 * fraction  # shown in % of the same total or largest intensity
    values = courses.data[:, signal]
    return fraction * float(np.nanmax(values)) if np.isfinite(values).any() else None
