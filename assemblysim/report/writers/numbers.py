"""The numbers behind the report as CSV for programs: full names, plain numbers, blank = unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from assemblysim.report.content.following import by_experiment
from assemblysim.report.content.stored import StoredCourse, StoredStudy, ranked_names
from assemblysim.report.content.words import is_number
from assemblysim.report.document.collected import file_stem
from assemblysim.report.writers.forecast_numbers import forecast_rows
from assemblysim.report.writers.sheets import harmless
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.conditions import prior_words

_RANGE = ("median", "lower", "upper")
_QUANTILES = ("2.5 %", "25 %", "50 %", "75 %", "97.5 %")

Value = str | float | None
Row = Sequence[Value]
Ranked = Sequence[tuple[str, MechanismResult]]


def number_files(study: StoredStudy) -> dict[str, str]:
    """Return the content of each file by its name.

    Intervals are central 95 % intervals of the posterior. ``courses_*.csv`` hold what the
    figures of time courses draw: times in h, and five quantiles of each signal and species.
    """
    ranked = [(name, study.result.mechanisms[name]) for name in ranked_names(study.result)]
    found = {
        "mechanisms.csv": _mechanisms(study.result, ranked),
        "parameters.csv": _parameters(ranked),
        "lifetimes.csv": _lifetimes(study.result, ranked),
        "pathways.csv": _pathways(study.result, ranked),
    }
    if any(one.wild_spectra for _, one in ranked):
        found["wild_spectra.csv"] = _wild_spectra(ranked)
    for stem, (columns, rows) in forecast_rows(study.result).items():
        found[f"{stem}.csv"] = _csv(columns, rows)
    found |= _assembly(study)
    for name, courses in study.courses.items():
        for place, course in enumerate(courses):
            found[f"courses_{file_stem(name)}_{place}.csv"] = _course(course)
    return found


def _mechanisms(result: StudyResult, ranked: Ranked) -> str:
    comparison = result.comparison
    columns = (
        "mechanism", "probability", "lower", "upper", "log_evidence", "log_evidence_error",
        "log_evidence_method", "log_likelihood_max", "aicc", "bic", "elpd_loo", "elpd_loo_error",
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, one in ranked:
            evidence, loo = one.log_evidence[0], one.elpd_loo
            yield (
                name, comparison.probabilities[name], *comparison.intervals[name],
                evidence.value, evidence.error, evidence.method,
                one.log_likelihood_max, one.aicc, one.bic, loo.value, loo.error,
            )  # fmt: skip

    return _csv(columns, rows())


def _parameters(ranked: Ranked) -> str:
    columns = (
        "mechanism", "parameter", "kind", "unit", *_RANGE, "at_the_optimum", "profile_lower",
        "profile_upper", "determined", "prior",
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, mechanism in ranked:
            for parameter, one in mechanism.parameters.items():
                yield (
                    name, parameter, one.kind, one.unit, one.median, one.lower, one.upper, one.map,
                    one.profile.lower, one.profile.upper, one.determined,
                    prior_words(one.prior, one.unit),
                )  # fmt: skip

    return _csv(columns, rows())


def _lifetimes(result: StudyResult, ranked: Ranked) -> str:
    first = result.conditions[0].experiment if result.conditions else ""
    columns = (
        "mechanism", "experiment", "species", "quantity", "unit", *_RANGE,
        "probability_beyond_window",
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, mechanism in ranked:
            by_experiment = {first: mechanism.lifetimes, **mechanism.lifetimes_by_experiment}
            for experiment, lifetimes in by_experiment.items():
                for species, quantities in lifetimes.items():
                    for quantity, one in quantities.items():
                        yield (
                            name, experiment, species, quantity, one.unit,
                            one.median, one.lower, one.upper, one.probability_beyond,
                        )  # fmt: skip

    return _csv(columns, rows())


def _pathways(result: StudyResult, ranked: Ranked) -> str:
    experiments = [one.experiment for one in result.conditions]
    rows = (
        (name, experiment, product, reaction, one.median, one.lower, one.upper, one.limit)
        for name, mechanism in ranked
        for experiment, pathways, _ in by_experiment(
            mechanism.pathways, mechanism.pathways_by_experiment, experiments
        )
        for product, fractions in pathways.items()
        for reaction, one in fractions.items()
    )
    columns = ("mechanism", "experiment", "product", "reaction", *_RANGE, "upper_limit_95")
    return _csv(columns, rows)


def _wild_spectra(ranked: Ranked) -> str:
    columns = ("mechanism", "experiment", "row", "spectrum", "time_h", "probability_wild")
    rows = (
        (name, one.experiment, one.row, one.label, one.time_h, one.probability)
        for name, mechanism in ranked
        for one in mechanism.wild_spectra
    )
    return _csv(columns, rows)


def _assembly(study: StoredStudy) -> dict[str, str]:
    """Write routes and mean compositions over time, where there are any."""
    of_routes: list[Row] = []
    of_particles: list[Row] = []
    for name, every in study.assembly.items():
        for one in every:
            for i, time in enumerate(one.times.tolist()):
                for k, route in enumerate(one.routes):
                    low, _, middle, _, high = one.fractions[:, i, k].tolist()
                    of_routes.append((name, one.experiment, *route, time, middle, low, high))
                for k, block in enumerate(one.blocks):
                    low, _, middle, _, high = one.composition[:, i, k].tolist()
                    of_particles.append((name, one.experiment, block, time, middle, low, high))
    where = ("mechanism", "experiment")
    files = {
        "routes_over_time.csv": ((*where, "product", "reaction", "time_h", *_RANGE), of_routes),
        "mean_compositions.csv": ((*where, "block", "time_h", *_RANGE), of_particles),
    }
    return {stem: _csv(columns, rows) for stem, (columns, rows) in files.items() if rows}


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
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([_plain(value) for value in row] for row in rows)
    return stream.getvalue()


def _plain(value: Value) -> str:
    """Write a number to six digits, text as it is, what is not known as nothing."""
    if is_number(value):
        return f"{value:.6g}"
    return harmless(value) if isinstance(value, str) else ""
