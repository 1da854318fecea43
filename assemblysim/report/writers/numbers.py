"""The numbers behind the report as CSV for programs: full names, plain numbers, blank = unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from assemblysim.report.content.stored import StoredCourse, StoredStudy, ranked_names
from assemblysim.report.content.words import is_number
from assemblysim.report.document.collected import file_stem
from assemblysim.report.writers.forecast_numbers import forecast_rows

_RANGE = ("median", "lower", "upper")
_QUANTILES = ("2.5 %", "25 %", "50 %", "75 %", "97.5 %")

Row = Sequence[Any]


def number_files(study: StoredStudy) -> dict[str, str]:
    """Return the content of each file by its name.

    Intervals are central 95 % intervals of the posterior. ``courses_*.csv`` hold what the
    figures of time courses draw: times in h, and five quantiles of each signal and species.
    """
    every = study.summary["mechanisms"]
    ranked = [(name, every[name]) for name in ranked_names(study.summary)]
    found = {
        "mechanisms.csv": _mechanisms(study.summary, ranked),
        "parameters.csv": _parameters(ranked),
        "lifetimes.csv": _lifetimes(study.summary, ranked),
        "pathways.csv": _pathways(ranked),
    }
    for stem, (columns, rows) in forecast_rows(study.summary).items():
        found[f"{stem}.csv"] = _csv(columns, rows)
    for name, courses in study.courses.items():
        for place, course in enumerate(courses):
            found[f"courses_{file_stem(name)}_{place}.csv"] = _course(course)
    return found


def _mechanisms(summary: Mapping[str, Any], ranked: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    comparison = summary.get("comparison") or {}
    columns = (
        "mechanism", "probability", "lower", "upper", "log_evidence", "log_evidence_error",
        "log_evidence_method", "log_likelihood_max", "aicc", "bic", "elpd_loo", "elpd_loo_error",
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, one in ranked:
            low, high = ((comparison.get("intervals") or {}).get(name) or (None, None))[:2]
            evidence = (one.get("log_evidence") or [{}])[0]
            loo = one.get("elpd_loo") or {}
            yield (
                name, (comparison.get("probabilities") or {}).get(name), low, high,
                evidence.get("value"), evidence.get("error"), evidence.get("method"),
                one.get("log_likelihood_max"), one.get("aicc"), one.get("bic"),
                loo.get("value"), loo.get("error"),
            )  # fmt: skip

    return _csv(columns, rows())


def _parameters(ranked: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    columns = (
        "mechanism", "parameter", "kind", "unit", *_RANGE, "at_the_optimum", "profile_lower",
        "profile_upper", "determined", "prior",
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, mechanism in ranked:
            for parameter, one in mechanism["parameters"].items():
                profile = one.get("profile") or {}
                yield (
                    name, parameter, one.get("kind"), one.get("unit"),
                    *(one.get(key) for key in _RANGE), one.get("map"), profile.get("lower"),
                    profile.get("upper"), one.get("determined"), one.get("prior"),
                )  # fmt: skip

    return _csv(columns, rows())


def _lifetimes(summary: Mapping[str, Any], ranked: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    conditions = summary.get("conditions") or []
    first = conditions[0]["experiment"] if conditions else ""
    columns = (
        "mechanism", "experiment", "species", "quantity", "unit", *_RANGE,
        "probability_beyond_window",
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, mechanism in ranked:
            others = mechanism.get("lifetimes_by_experiment") or {}
            by_experiment = {first: mechanism.get("lifetimes") or {}, **others}
            for experiment, lifetimes in by_experiment.items():
                for species, quantities in lifetimes.items():
                    for quantity, one in quantities.items():
                        yield (
                            name, experiment, species, quantity, one.get("unit"),
                            *(one.get(key) for key in _RANGE), one.get("probability_beyond"),
                        )  # fmt: skip

    return _csv(columns, rows())


def _pathways(ranked: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    rows = (
        (name, product, reaction, *(fraction.get(key) for key in _RANGE))
        for name, mechanism in ranked
        for product, fractions in (mechanism.get("pathways") or {}).items()
        for reaction, fraction in fractions.items()
    )
    return _csv(("mechanism", "product", "reaction", *_RANGE), rows)


def _course(course: StoredCourse) -> str:
    """Write times and quantiles, a column each."""
    columns = ["time (h)"]
    columns += [f"{c.name}, {q} ({c.axis})" for c in course.curves for q in _QUANTILES]
    values = [curve.band[level] for curve in course.curves for level in range(len(_QUANTILES))]
    rows = (
        [float(time), *(float(column[i]) for column in values)]
        for i, time in enumerate(course.times)
    )
    return _csv(columns, rows)


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return stream.getvalue()


def _plain(value: Any) -> str:
    """Write a number to six digits, text as it is, what is not known as nothing."""
    if is_number(value):
        return f"{value:.6g}"
    return value if isinstance(value, str) else ""
