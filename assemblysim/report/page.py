"""The report of a study: one HTML page that opens anywhere, with its figures beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from assemblysim.report import alternatives, figures, headlines, tables, unknowns, words
from assemblysim.report.appearance import Look, species_looks
from assemblysim.report.calibration import (
    Calibration,
    calibration_tables,
    condition_rows,
    describe_ranks,
    headline,
    read_calibration,
)
from assemblysim.report.calibration_figure import rank_figure
from assemblysim.report.drawing import inline_svg, png_bytes, share_letters, store
from assemblysim.report.large import (
    is_too_large,
    large_network,
    observed_only,
    shared_constants,
)
from assemblysim.report.methods import methods_text
from assemblysim.report.scheme import scheme_figure
from assemblysim.report.stored import (
    Course,
    StoredStudy,
    is_words_only,
    ranked_names,
    read_stored,
    species_names,
    window,
)
from assemblysim.report.ways import ways

# A first sample earlier than this share of the window is lost on a linear time axis.
_EARLY = 0.02


@dataclass(frozen=True)
class CoursePictures:
    """The two figures of one experiment under one mechanism.

    Attributes:
        experiment: its name.
        linear: with linear time, SVG.
        logarithmic: with logarithmic time, SVG.
        log_first: whether the logarithmic one is shown at first.
    """

    experiment: str
    linear: Markup
    logarithmic: Markup
    log_first: bool


@dataclass(frozen=True)
class Calibrated:
    """What the page shows of a calibration.

    Attributes:
        headline: what was done.
        conditions: kinds of errors with their sentences.
        tables: the most important first.
        ranks: the figure of ranks, SVG.
    """

    headline: str
    conditions: tuple[tuple[str, list[str]], ...]
    tables: tuple[tables.Table, ...]
    ranks: Markup


@dataclass(frozen=True)
class Section:
    """What the page shows of one mechanism.

    Attributes:
        name: of the mechanism.
        anchor: for links.
        summary: its part of summary.json.
        scheme: SVG; empty where the network is too large to be drawn.
        overview: sentences in its place, else none.
        courses: one for each experiment.
        lifetimes: a table for each experiment.
        others: pathway shares, parameters, steps and checks.
        settled: sentences on what the data settle of the parameters.
        optima: sentences on the ways to explain the data, where there are several.
    """

    name: str
    anchor: str
    summary: Mapping[str, Any]
    scheme: Markup
    overview: tuple[str, ...]
    courses: tuple[CoursePictures, ...]
    lifetimes: tuple[tables.Table, ...]
    others: Mapping[str, tables.Table | None]
    settled: tuple[str, ...]
    optima: tuple[str, ...]


def write_report(results: Path) -> Path:
    """Write ``report.html`` and ``figures/`` from what a study has stored.

    Args:
        results: the study's results folder, with summary.json.

    Returns:
        The path of the page.

    Raises:
        InputError: there is no summary, or a stored course cannot be read.
    """
    study = read_stored(results)
    folder = results / "figures"
    folder.mkdir(exist_ok=True)
    for old in (*folder.glob("*.svg"), *folder.glob("*.png")):
        old.unlink()
    page = render_page(study, folder)
    path = results / "report.html"
    part = path.with_suffix(".html.part")
    part.write_text(page, encoding="utf-8")
    part.replace(path)
    return path


def write_overview(results: Path, path: Path) -> Path:
    """Write a study at a glance as one PNG: probabilities, and courses of the best mechanism.

    Args:
        results: the study's results folder.
        path: of the picture.

    Returns:
        The path.

    Raises:
        InputError: there is no summary, or a stored course cannot be read.
    """
    path.write_bytes(png_bytes(figures.overview_figure(read_stored(results))))
    return path


def render_page(study: StoredStudy, folder: Path) -> str:
    """Return the page's HTML; its figures are written into a folder on the way."""
    summary = study.summary
    looks = species_looks(summary)
    paragraphs, references = methods_text(summary)
    every = headlines.caveats(summary)
    page = _environment(summary).get_template("page.html").render(
        summary=summary,
        banners=headlines.banners(summary),
        verdict=headlines.verdict(summary),
        caveats=every[: headlines.MOST_CAVEATS],
        more_caveats=every[headlines.MOST_CAVEATS :],
        deciding=headlines.deciding(summary),
        words_only=is_words_only(summary),
        probabilities=_probability_svg(summary, folder),
        ranking=tables.ranking_table(summary),
        conditions=tables.condition_table(summary),
        statements=tables.statement_table(summary),
        sections=[_section(study, name, looks, folder) for name in ranked_names(summary)],
        pathways=_pathway_svg(summary, folder),
        calibration=_calibrated(
            read_calibration(study.folder, summary.get("inputs") or {}), folder
        ),
        criteria=tables.criteria_table(summary),
        identifiability=unknowns.EXPLANATION,
        sensitivity=tables.sensitivity_table(summary),
        averaged=tables.averaged_tables(summary),
        paragraphs=paragraphs,
        references=references,
        provenance=_provenance(summary),
    )  # fmt: skip
    return share_letters(page)


def typeset(text: object, names: list[str]) -> Markup:
    """Escape a text, then typeset formulas, arrows and rate constants in it."""
    escaped = str(escape(words.sentence(str(text), names)))
    marked = re.sub(r"\b([kK])_([A-Za-z0-9_]+)", _constant, escaped)
    return Markup(re.sub(r"(?<=\w_)(?=\w)", "<wbr>", marked))  # where a long name may break


def anchor(name: str) -> str:
    """Make an identifier for links from any text."""
    return "m-" + "".join(c if c.isalnum() else f"-{ord(c):x}-" for c in name)


def _constant(match: re.Match[str]) -> str:
    return f"<i>{match.group(1)}</i><sub>{match.group(2).replace('_', ' ')}</sub>"


def _environment(summary: Mapping[str, Any]) -> Environment:
    environment = Environment(
        loader=PackageLoader("assemblysim", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typeset"] = partial(typeset, names=species_names(summary))
    environment.filters["anchor"] = anchor
    environment.filters["number"] = words.number
    environment.filters["probability"] = words.probability
    environment.filters["law"] = _readable_equation
    return environment


def _readable_equation(text: str) -> str:
    """Write a rate equation of programs with the signs of print."""
    text = re.sub(r" *\*\* *([0-9]+)\b", lambda m: words.superscript(int(m.group(1))), text)
    return text.replace("**", "^").replace("*", " · ").replace(" - ", " − ")


def _section(
    study: StoredStudy, name: str, looks: Mapping[str, Look], folder: Path
) -> Section:  # fmt: skip
    mechanism = study.summary["mechanisms"][name]
    stem = file_stem(name)
    observed = (study.summary.get("measurement") or {}).get("signals") or []
    large = is_too_large(mechanism)
    pathways = mechanism.get("pathways") or {}
    scheme = Markup("")
    if not large:
        drawn = store(scheme_figure(mechanism, looks, observed), folder, f"scheme_{stem}")
        scheme = Markup(inline_svg(drawn, alternatives.describe_scheme(name, mechanism)))
    return Section(
        name,
        anchor(name),
        mechanism,
        scheme,
        large_network(mechanism) if large else (),
        tuple(
            _course_pictures(study.summary, name, course, looks, folder / f"courses_{stem}_{k}")
            for k, course in enumerate(study.courses.get(name, ()))
        ),
        tuple(_lifetime_tables(study.summary, mechanism)),
        {
            "pathways": tables.pathway_table(
                observed_only(pathways, observed) if large else pathways,
                "Which step makes how much of the product",
            ),
            "parameters": unknowns.parameter_table(mechanism),
            "activation": tables.activation_table(mechanism),
            "steps": shared_constants(mechanism) if large else tables.step_table(mechanism),
            "checks": tables.check_table(mechanism),
        },
        tuple(unknowns.settled(mechanism)),
        ways(mechanism),
    )


def _lifetime_tables(
    summary: Mapping[str, Any], mechanism: Mapping[str, Any]
) -> list[tables.Table]:
    """Return the lifetimes of the first experiment, then of the others."""
    conditions = summary.get("conditions") or []
    hours = {c["experiment"]: c.get("window_h") for c in conditions}
    first = conditions[0]["experiment"] if conditions else ""
    others = mechanism.get("lifetimes_by_experiment") or {}
    by_experiment = {first: mechanism.get("lifetimes") or {}, **others}
    found = []
    for experiment, lifetimes in by_experiment.items():
        where = f" in {experiment}" if len(by_experiment) > 1 else ""
        caption = f"Lifetimes{where}: median and 95 % interval"
        table = tables.lifetime_table(lifetimes, hours.get(experiment, window(summary)), caption)
        if table is not None:
            found.append(table)
    return found


def _course_pictures(
    summary: Mapping[str, Any],
    mechanism: str,
    course: Course,
    looks: Mapping[str, Look],
    path: Path,
) -> CoursePictures:
    conditions = {c["experiment"]: c for c in summary.get("conditions") or []}
    sampled = (conditions.get(course.experiment) or {}).get("sampled_h") or []
    said = [
        statement
        for statement in summary["mechanisms"][mechanism].get("statements") or []
        if statement.get("experiment", course.experiment) == course.experiment
    ]
    svgs = []
    for log_time in (False, True):
        figure = figures.course_figure(
            course, looks, log_time=log_time, sampled=sampled, statements=said
        )
        svg = store(figure, path.parent, f"{path.name}{'_log' if log_time else ''}")
        text = alternatives.describe_course(mechanism, course, log_time=log_time)
        svgs.append(Markup(inline_svg(svg, text)))
    early = [t for t in sampled if t > 0]
    log_first = bool(early) and min(early) < _EARLY * float(course.times[-1])
    return CoursePictures(course.experiment, svgs[0], svgs[1], log_first)


def _probability_svg(summary: Mapping[str, Any], folder: Path) -> Markup | None:
    comparison = summary.get("comparison") or {}
    shares = {
        n: p for n, p in (comparison.get("probabilities") or {}).items() if words.is_number(p)
    }
    if not shares:
        return None
    intervals = comparison.get("intervals") or {}
    svg = store(
        figures.probability_figure(shares, intervals, comparison.get("open") or ()),
        folder,
        "probabilities",
    )
    return Markup(inline_svg(svg, alternatives.describe_probabilities(shares, intervals)))


def _calibrated(found: Calibration | None, folder: Path) -> Calibrated | None:
    """Put a calibration together; None where there is none."""
    if found is None:
        return None
    ranks = found["conditions"]["none"]["ranks"]
    svg = store(rank_figure(ranks["parameters"], ranks["draws"]), folder, "calibration_ranks")
    return Calibrated(
        headline(found),
        tuple(condition_rows(found)),
        calibration_tables(found),
        Markup(inline_svg(svg, describe_ranks(ranks["parameters"]))),
    )


def _pathway_svg(summary: Mapping[str, Any], folder: Path) -> Markup | None:
    """Draw the pathway shares where some product is made in more than one way."""
    rows = [
        (name, product, reaction, share)
        for name in ranked_names(summary)
        for product, shares in (summary["mechanisms"][name].get("pathways") or {}).items()
        for reaction, share in shares.items()
        if len(shares) > 1
    ]
    if not rows:
        return None
    svg = store(figures.pathway_figure(rows), folder, "pathways")
    return Markup(inline_svg(svg, alternatives.describe_pathways(rows)))


def file_stem(name: str) -> str:
    """Make a file name from a mechanism's name."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)


def _provenance(summary: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what is needed to repeat the study, in groups of name and value."""
    every = summary["mechanisms"]
    effort = [
        (
            name,
            f"{int(m.get('likelihood_calls') or 0)} likelihood calls, "
            f"{int(m.get('failed_integrations') or 0)} failed integrations, "
            f"{words.number(m.get('seconds'))} s",
        )
        for name, m in every.items()
    ]
    settings = summary.get("sampling") or {}
    stated = (summary.get("measurement") or {}).get("stated") or {}
    groups = [
        ("Study", [("name", str(summary.get("study", ""))), ("seed", str(summary.get("seed")))]),
        ("Sampler settings", [(k.replace("_", " "), str(v)) for k, v in settings.items()]),
        ("Stated, not inferred", [(k, str(v)) for k, v in stated.items()]),
        ("Work done", effort),
        ("Versions", [(k, str(v)) for k, v in (summary.get("versions") or {}).items()]),
        ("Input files, sha256", [(k, str(v)) for k, v in (summary.get("inputs") or {}).items()]),
    ]
    return [(title, rows) for title, rows in groups if rows]
