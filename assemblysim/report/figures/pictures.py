"""Every figure of a study: its file name, what it shows in words, how it is drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from assemblysim.report.content import words
from assemblysim.report.content.calibration import Calibration, describe_ranks
from assemblysim.report.content.draws import ParameterDraws
from assemblysim.report.content.large import is_too_large, main_curves
from assemblysim.report.content.stored import StoredCourse, StoredStudy, ranked_names
from assemblysim.report.figures import alternatives, figures
from assemblysim.report.figures.appearance import Look, species_looks
from assemblysim.report.figures.calibration_figure import rank_figure
from assemblysim.report.figures.corner import corner_figure, corner_names, describe_corner
from assemblysim.report.figures.picture import CoursePictures, Picture, shown_logarithmic
from assemblysim.report.figures.residuals import (
    describe_residuals,
    residual_figure,
    stored_residuals,
)
from assemblysim.report.schemes.flux_pictures import flow_picture, flux_pictures
from assemblysim.report.schemes.scheme import scheme_figure


@dataclass(frozen=True)
class StudyPictures:
    """The figures of a study; None or no entry where there is nothing to draw.

    Attributes:
        probabilities: of the mechanisms.
        pathways: shares of products by reaction.
        ranks: of a calibration.
        schemes: by mechanism.
        courses: by mechanism, one pair for each experiment.
        flows: diagrams of where the material flows, by mechanism in play.
        fluxes: net fluxes over time of the most probable mechanism.
        corners: of the determined unknowns, by mechanism in play.
        residuals: by mechanism, one for each experiment with readings.
    """

    probabilities: Picture | None
    pathways: Picture | None
    ranks: Picture | None
    schemes: Mapping[str, Picture]
    courses: Mapping[str, tuple[CoursePictures, ...]]
    flows: Mapping[str, Picture]
    fluxes: Mapping[str, CoursePictures]
    corners: Mapping[str, Picture]
    residuals: Mapping[str, tuple[Picture, ...]]

    @property
    def every(self) -> tuple[Picture, ...]:
        """All of them."""
        pairs = [pair for several in self.courses.values() for pair in several]
        single = (self.probabilities, *self.schemes.values(), self.pathways, self.ranks)
        drawn = [picture for picture in single if picture is not None]
        pairs += self.fluxes.values()
        drawn += [*self.corners.values(), *(p for each in self.residuals.values() for p in each)]
        return (
            *drawn,
            *self.flows.values(),
            *(p.linear for p in pairs),
            *(p.logarithmic for p in pairs),
        )


def study_pictures(study: StoredStudy, calibration: Calibration | None) -> StudyPictures:
    """Gather the figures of a study; nothing is drawn yet.

    Args:
        study: what is stored.
        calibration: the stored calibration that belongs to it, if any.
    """
    summary = study.summary
    looks = species_looks(summary)
    names = ranked_names(summary)
    small = [name for name in names if not is_too_large(summary["mechanisms"][name])]
    flowing = [name for name in names if summary["mechanisms"][name].get("flux")]
    return StudyPictures(
        _probabilities(summary),
        _pathways(summary),
        _ranks(calibration),
        {name: _scheme(summary, name, looks) for name in small},
        {
            name: tuple(
                _courses(summary, name, k, looks, course)
                for k, course in enumerate(study.courses.get(name, ()))
            )
            for name in names
        },
        {name: flow_picture(summary, name, file_stem(name)) for name in small if name in flowing},
        {name: flux_pictures(summary, name, file_stem(name)) for name in flowing[:1]},
        {
            name: _corner(name, draws, shown)
            for name, draws in study.draws.items()
            if len(shown := _drawn_unknowns(summary["mechanisms"][name], draws)) > 1
        },
        {name: _residuals(summary, name, looks) for name in names},
    )


def file_stem(name: str) -> str:
    """Make a file name from a mechanism's name."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)


def _probabilities(summary: Mapping[str, Any]) -> Picture | None:
    comparison = summary.get("comparison") or {}
    fractions = {
        n: p for n, p in (comparison.get("probabilities") or {}).items() if words.is_number(p)
    }
    if len(fractions) < 2:  # a single bar at 1 looks like evidence
        return None
    intervals = comparison.get("intervals") or {}
    return Picture(
        "probabilities",
        alternatives.describe_probabilities(fractions, intervals),
        partial(figures.probability_figure, fractions, intervals, comparison.get("open") or ()),
    )


def _pathways(summary: Mapping[str, Any]) -> Picture | None:
    """Draw the pathway shares where some product is made in more than one way."""
    rows = [
        (name, product, reaction, fraction)
        for name in ranked_names(summary)
        for product, fractions in (summary["mechanisms"][name].get("pathways") or {}).items()
        for reaction, fraction in fractions.items()
        if len(fractions) > 1
    ]
    if not rows:
        return None
    draw = partial(figures.pathway_figure, rows)
    return Picture("pathways", alternatives.describe_pathways(rows), draw)


def _ranks(calibration: Calibration | None) -> Picture | None:
    if calibration is None:
        return None
    ranks = calibration["conditions"]["none"]["ranks"]
    draw = partial(rank_figure, ranks["parameters"], ranks["draws"])
    return Picture("calibration_ranks", describe_ranks(ranks["parameters"]), draw)


def _drawn_unknowns(mechanism: Mapping[str, Any], draws: ParameterDraws) -> tuple[str, ...]:
    return tuple(name for name in corner_names(mechanism) if name in draws.names)


def _corner(name: str, draws: ParameterDraws, shown: tuple[str, ...]) -> Picture:
    return Picture(
        f"corner_{file_stem(name)}",
        describe_corner(name, draws, shown),
        partial(corner_figure, draws, shown),
    )


def _residuals(
    summary: Mapping[str, Any], name: str, looks: Mapping[str, Look]
) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            f"residuals_{file_stem(name)}_{place}",
            describe_residuals(name, found),
            partial(residual_figure, found, looks),
        )
        for place, found in enumerate(stored_residuals(summary, name))
    )


def _scheme(summary: Mapping[str, Any], name: str, looks: Mapping[str, Look]) -> Picture:
    mechanism = summary["mechanisms"][name]
    observed = (summary.get("measurement") or {}).get("signals") or []
    return Picture(
        f"scheme_{file_stem(name)}",
        alternatives.describe_scheme(name, mechanism),
        partial(scheme_figure, mechanism, looks, observed),
    )


def _courses(
    summary: Mapping[str, Any],
    mechanism: str,
    place: int,
    looks: Mapping[str, Look],
    course: StoredCourse,
) -> CoursePictures:
    """Gather both figures of the experiment at a place in the study's list."""
    if is_too_large(summary["mechanisms"][mechanism]):
        course = main_curves(course)
    conditions = {c["experiment"]: c for c in summary.get("conditions") or []}
    sampled = (conditions.get(course.experiment) or {}).get("sampled_h") or []
    said = [
        statement
        for statement in summary["mechanisms"][mechanism].get("statements") or []
        if statement.get("experiment", course.experiment) == course.experiment
    ]
    linear, logarithmic = (
        Picture(
            f"courses_{file_stem(mechanism)}_{place}{'_log' if log_time else ''}",
            alternatives.describe_course(mechanism, course, log_time=log_time),
            partial(
                figures.course_figure,
                course, looks, log_time=log_time, sampled=sampled, statements=said,
            ),
        )
        for log_time in (False, True)
    )  # fmt: skip
    log_first = shown_logarithmic(sampled, float(course.times[-1]))
    return CoursePictures(course.experiment, linear, logarithmic, log_first)
