"""What a study left on disk, as the report sees it: the summary and every mechanism's courses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from assemblysim.measurement.scales import SCALES
from assemblysim.report.content.draws import ParameterDraws, read_draws
from assemblysim.report.content.words import is_number
from assemblysim.report.document.former import former_calibration, former_design, former_summary
from assemblysim.result.courses import Courses
from assemblysim.result.on_disk import (
    stored_calibration,
    stored_courses,
    stored_design,
    stored_result,
)
from assemblysim.study.results.verdict import IN_PLAY

Summary = Mapping[str, Any]
Calibration = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Curve:
    """One panel of a figure: one signal or species of one mechanism.

    Attributes:
        name: the signal or species.
        measured: whether it is among the observed signals.
        axis: what the vertical axis shows, with its unit.
        band: shape (5, T): the 2.5, 25, 50, 75 and 97.5 % quantiles of the posterior.
        scatter: shape (3, M): times (h), then lower and upper ends of the 95 % interval of a
            new measurement; M = 0 where none is stored.
        readings: shape (2, N): times (h) and values; N = 0 where nothing was measured.
        limit: what a measured 0 is below; None where no limit is stated.
    """

    name: str
    measured: bool
    axis: str
    band: np.ndarray
    scatter: np.ndarray
    readings: np.ndarray
    limit: float | None


@dataclass(frozen=True, eq=False)
class StoredCourse:
    """The curves of one mechanism in one experiment.

    Attributes:
        experiment: its name.
        times: shape (T,), h, increasing.
        curves: the signals first, then the species that are not observed.
    """

    experiment: str
    times: np.ndarray
    curves: tuple[Curve, ...]


@dataclass(frozen=True, eq=False)
class StoredStudy:
    """Everything that the report is written from.

    Attributes:
        folder: the results folder.
        summary: the content of summary.json.
        courses: for each mechanism one course an experiment; none where none is stored.
        design: the stored ranking of possible next spectra; none where there is none.
        draws: posterior draws of each mechanism that the verdict leaves open, or, without a
            verdict, that is in play; none where none are stored.
        calibration: the stored calibration that belongs to the results; None where there is none.
    """

    folder: Path
    summary: Summary
    courses: Mapping[str, tuple[StoredCourse, ...]]
    design: Mapping[str, Any] = field(default_factory=dict)
    draws: Mapping[str, ParameterDraws] = field(default_factory=dict)
    calibration: Calibration | None = None


def read_stored(results: Path) -> StoredStudy:
    """Read the results folder of a study.

    Args:
        results: the folder that holds summary.json.

    Returns:
        Summary, courses, draws, the design and the calibration.

    Raises:
        InputError: the summary is not there or is not one, or a file is not what its name says.
    """
    summary = read_summary(results)
    courses = {name: _read_courses(results / name, summary) for name in ranked_names(summary)}
    left_open = (summary.get("comparison") or {}).get("open") or names_in_play(summary)
    shown = [name for name in left_open if name in summary["mechanisms"]]
    found = {name: read_draws(results / name / "draws.nc") for name in shown}
    draws = {name: one for name, one in found.items() if one is not None}
    calibration = read_calibration(results, summary["inputs"])
    return StoredStudy(results, summary, courses, read_design(results), draws, calibration)


def read_summary(results: Path) -> dict[str, Any]:
    """Read ``summary.json`` of a results folder.

    Raises:
        InputError: it is not there, of another version, or damaged.
    """
    return former_summary(stored_result(results))


def read_design(results: Path) -> dict[str, Any]:
    """Read what ``design`` stored beside the results of a study; nothing where it does not fit.

    Raises:
        InputError: a file is there that is no design.
    """
    found = stored_design(results, stored_result(results))
    return {} if found is None else former_design(found)


def read_calibration(results: Path, inputs: Mapping[str, Any]) -> Calibration | None:
    """Read the calibration that belongs to a study's results; None where there is none.

    Raises:
        InputError: a file is there that is no calibration.
    """
    found = stored_calibration(results, dict(inputs))
    return None if found is None else former_calibration(found)


def ranked_names(summary: Summary) -> list[str]:
    """Return the mechanisms that have a result, the most probable first."""
    weights = (summary.get("comparison") or {}).get("probabilities") or {}
    return sorted(summary["mechanisms"], key=lambda name: -_weight(weights.get(name)))


def alone_in_play(summary: Summary) -> str:
    """Return the mechanism that a run left in play alone; "" where several are, or none is said."""
    names = list((summary.get("outlook") or {}).get("probabilities") or ())
    return str(names[0]) if len(names) == 1 else ""


def names_in_play(summary: Summary) -> list[str]:
    """Return the mechanisms near enough to the best to change a verdict; all without a ranking."""
    factors = (summary.get("comparison") or {}).get("log_bayes_factors") or {}
    behind = {name: (factors.get(name) or {}).get("value") for name in summary["mechanisms"]}
    return [
        name
        for name in ranked_names(summary)
        if not (is_number(value := behind[name]) and value > IN_PLAY)
    ]


def species_names(summary: Summary) -> list[str]:
    """Return all species of all mechanisms, then signals that are no species, each once."""
    names = [s["name"] for m in summary["mechanisms"].values() for s in m.get("species") or []]
    signals = (summary.get("measurement") or {}).get("signals") or []
    return list(dict.fromkeys([*names, *signals]))


def failed_checks(summary: Summary) -> dict[str, list[str]]:
    """Return for each mechanism the names of the checks it did not pass, where there are any."""
    failed = {
        name: [c["name"] for c in mechanism.get("checks") or [] if not c.get("passed")]
        for name, mechanism in summary["mechanisms"].items()
    }
    return {name: checks for name, checks in failed.items() if checks}


def is_words_only(summary: Summary) -> bool:
    """Say whether the study holds statements and not a single reading."""
    conditions = summary.get("conditions") or []
    return any(c.get("statements") for c in conditions) and not any(
        c.get("readings") for c in conditions
    )


def window(summary: Summary) -> float | None:
    """Return how long the first experiment was followed, h; None when it is not stored."""
    conditions = summary.get("conditions") or [{}]
    hours = conditions[0].get("window_h")
    return float(hours) if is_number(hours) else None


def _read_courses(folder: Path, summary: Summary) -> tuple[StoredCourse, ...]:
    """Read courses_0.npz, courses_1.npz, ... as far as they go."""
    return tuple(course_of(one, summary) for one in stored_courses(folder.parent, folder.name))


def course_of(courses: Courses, summary: Summary) -> StoredCourse:
    """Turn stored courses into panels: the signals, then the species that are no signals."""
    shown = courses.display_unit
    axis = f"concentration ({shown})" if shown == concentration_unit(summary) else shown
    curves = [
        Curve(
            name,
            True,
            axis,
            courses.expected[:, :, i],
            _scatter(courses, i),
            _readings(courses, i),
            _limit(courses, i, summary),
        )
        for i, name in enumerate(courses.signals)
    ]
    axis = f"concentration ({concentration_unit(summary)})"
    nothing = np.zeros((2, 0))
    curves += [
        Curve(name, False, axis, courses.concentrations[:, :, i], np.zeros((3, 0)), nothing, None)
        for i, name in enumerate(courses.species)
        if name not in courses.signals
    ]
    return StoredCourse(courses.experiment, courses.times, tuple(curves))


def concentration_unit(summary: Summary) -> str:
    """Return the unit of the stated initial concentrations: mM, or % in tables of yields."""
    for conditions in summary.get("conditions") or []:
        for amount in conditions["initial"].values():
            match = re.fullmatch(r"[0-9.eE+-]+ (\S+)", str(amount))
            if match:
                return match.group(1)
    return "mM"


def _scatter(courses: Courses, signal: int) -> np.ndarray:
    """Return where new readings are expected, shape (3, M); M = 0 where nothing was read."""
    band = courses.predictive[:, :, signal]
    known = np.isfinite(band).all(axis=0)
    if not np.isfinite(courses.data).any():
        known[:] = False
    return np.vstack([courses.times[known], band[:, known]])


def _readings(courses: Courses, signal: int) -> np.ndarray:
    values = courses.data[:, signal]
    known = np.isfinite(values)
    return np.vstack([courses.data_times[known], values[known]])


def _limit(courses: Courses, signal: int, summary: Summary) -> float | None:
    """Return the detection limit in the display unit: a share of spectrum or of column."""
    measurement = summary.get("measurement") or {}
    fraction = measurement.get("detection_limit")
    if not is_number(fraction):
        return None
    if not SCALES[measurement["scale"]].known:
        return 100 * fraction  # shown in % of the same total or largest reading
    values = courses.data[:, signal]
    return fraction * float(np.nanmax(values)) if np.isfinite(values).any() else None


def _weight(value: object) -> float:
    return float(value) if is_number(value) else -1.0
