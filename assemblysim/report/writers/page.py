"""The report of a study as one HTML page that opens anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from assemblysim.report.content import headlines, tables, unknowns, words
from assemblysim.report.content.all_tables import mechanism_tables
from assemblysim.report.content.calibration import (
    Calibration,
    calibration_tables,
    condition_rows,
    headline,
)
from assemblysim.report.content.large import large_network
from assemblysim.report.content.modes import ways
from assemblysim.report.content.stored import (
    StoredStudy,
    is_words_only,
    ranked_names,
    species_names,
)
from assemblysim.report.figures.corner import corner_names, corner_words
from assemblysim.report.figures.drawing import inline_svg, share_letters
from assemblysim.report.figures.picture import CoursePictures, Picture
from assemblysim.report.figures.pictures import StudyPictures
from assemblysim.report.figures.residuals import check_sentences
from assemblysim.report.forecast.forecast_words import DEGREES, NO_SHARE, NO_YIELD
from assemblysim.report.forecast.sections import forecast_of
from assemblysim.report.writers.methods import methods_text


@dataclass(frozen=True)
class ShownCourse:
    """The two figures of one experiment under one mechanism, as the page holds them.

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
        corner: of the determined unknowns, SVG; empty where there is none.
        exact_loo: which unknowns that figure does not show.
        residuals: one figure for each experiment with readings, SVG.
        posterior_checks: sentences on whether the mechanism is good enough.
    """

    name: str
    anchor: str
    summary: Mapping[str, Any]
    scheme: Markup
    overview: tuple[str, ...]
    courses: tuple[ShownCourse, ...]
    lifetimes: tuple[tables.Table, ...]
    others: Mapping[str, tables.Table | None]
    settled: tuple[str, ...]
    optima: tuple[str, ...]
    corner: Markup
    exact_loo: str
    residuals: tuple[Markup, ...]
    posterior_checks: tuple[str, ...]


def render_page(
    study: StoredStudy,
    pictures: StudyPictures,
    drawn: Mapping[str, str],
    calibration: Calibration | None,
) -> str:
    """Return the page's HTML.

    Args:
        study: what is stored.
        pictures: the figures of the study.
        drawn: each of them as SVG, by stem.
        calibration: the stored calibration that belongs to the study, if any.
    """
    summary = study.summary
    methods = methods_text(summary)
    every = headlines.caveats(summary)
    shown = {p.stem: Markup(inline_svg(drawn[p.stem], p.alternative)) for p in pictures.every}
    page = _environment(summary).get_template("page.html").render(
        summary=summary,
        banners=headlines.banners(summary),
        verdict=headlines.verdict(summary),
        caveats=every[: headlines.MOST_CAVEATS],
        more_caveats=every[headlines.MOST_CAVEATS :],
        deciding=headlines.deciding(summary),
        words_only=is_words_only(summary),
        single=headlines.is_single(summary),
        groups=headlines.grouped_names(summary),
        unfolded=headlines.unfolded(summary),
        probabilities=shown[pictures.probabilities.stem] if pictures.probabilities else None,
        ranking=tables.ranking_table(summary),
        conditions=tables.condition_table(summary),
        statements=tables.statement_table(summary),
        outlook=forecast_of(summary, study.design),
        degrees=DEGREES,
        no_share=NO_SHARE,
        no_yield=NO_YIELD,
        flows={name: shown[picture.stem] for name, picture in pictures.flows.items()},
        fluxes={name: _course(pair, shown) for name, pair in pictures.fluxes.items()},
        sections=[_section(summary, name, pictures, shown) for name in ranked_names(summary)],
        pathways=shown[pictures.pathways.stem] if pictures.pathways else None,
        calibration=_calibrated(calibration, pictures.ranks, shown),
        criteria=tables.criteria_table(summary),
        identifiability=unknowns.EXPLANATION,
        sensitivity=tables.sensitivity_table(summary),
        averaged=tables.averaged_tables(summary),
        paragraphs=methods.paragraphs,
        references=methods.references,
        provenance=provenance(summary),
    )  # fmt: skip
    return share_letters(page)


def typeset(text: object, names: list[str]) -> Markup:
    """Escape a text, then typeset formulas, arrows and rate constants in it."""
    escaped = str(escape(words.sentence(str(text), names)))
    marked = re.sub(r"\b([kK]|Ea|dH)_([A-Za-z0-9_]+)", _constant, escaped)
    return Markup(re.sub(r"(?<=\w_)(?=\w)", "<wbr>", marked))  # where a long name may break


def anchor(name: str) -> str:
    """Make an identifier for links from any text."""
    return "m-" + "".join(c if c.isalnum() else f"-{ord(c):x}-" for c in name)


def _constant(match: re.Match[str]) -> str:
    """Typeset a rate constant, or its activation energy or enthalpy."""
    step = match.group(2).replace("_", " ")
    if match.group(1) == "Ea":
        return f"<i>E</i><sub>a, {step}</sub>"
    symbol = "Δ<i>H</i><sup>‡</sup>" if match.group(1) == "dH" else f"<i>{match.group(1)}</i>"
    return f"{symbol}<sub>{step}</sub>"


def _environment(summary: Mapping[str, Any]) -> Environment:
    environment = Environment(
        loader=PackageLoader("assemblysim", "report/templates"),
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
    summary: Mapping[str, Any],
    name: str,
    pictures: StudyPictures,
    shown: Mapping[str, Markup],
) -> Section:
    mechanism = summary["mechanisms"][name]
    scheme, corner = pictures.schemes.get(name), pictures.corners.get(name)
    own = mechanism_tables(summary, name)
    return Section(
        name,
        anchor(name),
        mechanism,
        shown[scheme.stem] if scheme else Markup(""),
        () if scheme else large_network(mechanism),
        tuple(_course(pair, shown) for pair in pictures.courses[name]),
        own.lifetimes,
        own.others,
        tuple(unknowns.settled(mechanism)),
        ways(mechanism),
        shown[corner.stem] if corner else Markup(""),
        corner_words(mechanism, corner_names(mechanism)),
        tuple(shown[picture.stem] for picture in pictures.residuals[name]),
        check_sentences(mechanism),
    )


def _course(pair: CoursePictures, shown: Mapping[str, Markup]) -> ShownCourse:
    linear, logarithmic = shown[pair.linear.stem], shown[pair.logarithmic.stem]
    return ShownCourse(pair.experiment, linear, logarithmic, pair.log_first)


def _calibrated(
    found: Calibration | None, ranks: Picture | None, shown: Mapping[str, Markup]
) -> Calibrated | None:
    """Put a calibration together; None where there is none."""
    if found is None or ranks is None:
        return None
    return Calibrated(
        headline(found),
        tuple(condition_rows(found)),
        calibration_tables(found),
        shown[ranks.stem],
    )


def provenance(summary: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
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
