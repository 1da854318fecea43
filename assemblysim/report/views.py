"""What the commands show of stored results: parts of the report, and a few tables of their own."""

from __future__ import annotations

from pathlib import Path

from assemblysim.language import capital
from assemblysim.report.content import headlines, words
from assemblysim.report.content.following import lifetime_table, pathway_table
from assemblysim.report.content.steps import step_titles
from assemblysim.report.content.stored import (
    StoredStudy,
    failed_checks,
    ranked_names,
    species_names,
    window,
)
from assemblysim.report.document.naming import bare
from assemblysim.report.document.nodes import (
    Caution,
    Cell,
    Listing,
    Node,
    Paragraph,
    Table,
    TableBlock,
    View,
    listed_parts,
    table_blocks,
)
from assemblysim.report.sections.answer import answer_section, ranking_table
from assemblysim.report.sections.averaged import averaged_lifetimes, averaged_routes
from assemblysim.report.sections.criteria import criteria_section
from assemblysim.report.sections.differences import difference_section
from assemblysim.report.sections.forecast.control import control_sentences, control_table
from assemblysim.report.sections.forecast.flows import (
    extent_table,
    fraction_cautions,
    fraction_sentences,
    named_in_play,
)
from assemblysim.report.sections.forecast.forecast import answered_forecast
from assemblysim.report.sections.forecast.next_spectrum import design_table, experiments_table
from assemblysim.report.sections.forecast.stopping import stopping_sentences, window_tables
from assemblysim.report.sections.statements import statement_section
from assemblysim.report.titles import titled_answer, titled_result, titled_study
from assemblysim.result.design import DesignResult
from assemblysim.result.forecast import ForecastAnswer
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.conditions import start_words
from assemblysim.sentences.design import design_cautions, design_words
from assemblysim.sentences.forecast import forecast_cautions
from assemblysim.sentences.verdict import verdict_words
from assemblysim.study.results.forecast import StudyForecast


def comparison_view(result: StudyResult, design: DesignResult | None = None) -> View:
    """Return what ``compare`` shows: warnings, answer, differences, statements, criteria.

    Args:
        result: of the study.
        design: the stored ranking of what to measure next; None where there is none.
    """
    study, parts = titled_study(StoredStudy(Path(), result, {}, design)), list[Node]()
    result = study.result
    for build in (answer_section, difference_section, statement_section, criteria_section):
        parts += [part for section in build(study) for part in section.parts]
        if build is answer_section:
            parts.append(TableBlock(ranking_table(result), "ranking"))
    return View((*headlines.banners(result), *parts), species_names(result))


def verdict_view(result: StudyResult) -> View:
    """Return what ``run`` ends with: the verdict alone."""
    titled, names = titled_result(result), species_names(result)
    return View((Paragraph(verdict_words(titled.comparison.verdict), "verdict"),), names)


def effort_view(result: StudyResult) -> View:
    """Return the table that ends a fit: what each mechanism's fit found, and what it cost."""
    failed = failed_checks(result)
    rows = []
    for name in ranked_names(result):
        one, bad = result.mechanisms[name], failed.get(name)
        evidence = one.log_evidence[0]
        rows.append(
            (
                name,
                words.probability(result.comparison.probabilities[name]),
                words.plus_minus(evidence.value, evidence.error),
                words.signed(one.log_likelihood_max),
                str(one.steps),
                str(one.likelihood_calls),
                words.duration(one.seconds / 3600),
                Cell(f"FAILED: {', '.join(bad)}", "", "bad") if bad else Cell("passed", "", "good"),
            )
        )
    columns = (
        "mechanism", "probability", "log evidence", "best log-likelihood", "steps",
        "likelihood calls", "computing", "checks",
    )  # fmt: skip
    table = Table.of("What was fitted, and what it cost", columns, rows)
    return View((TableBlock(table, "effort"),), species_names(result))


def prediction_view(result: StudyResult, mechanism: str | None = None) -> View:
    """Return what ``predict`` shows: lifetimes and pathway fractions.

    Args:
        result: of the study.
        mechanism: the mechanism to show alone; None shows all and their average.

    Returns:
        The tables, the most probable mechanism first.
    """
    result = titled_result(result)
    parts: list[Node] = [*headlines.banners(result)]
    titles = step_titles(result.mechanisms.values())
    for name, one in ((n, result.mechanisms[n]) for n in ranked_names(result)):
        if mechanism not in (None, bare(name)):
            continue
        parts += table_blocks(
            "predictions",
            lifetime_table(one.lifetimes, window(result), f"{name}: lifetimes"),
            pathway_table(one.pathways, f"{name}: pathway fractions", titles),
        )
    if mechanism is None:
        leading = named_in_play(result)
        by_routes = fraction_sentences(result, leading)
        parts += listed_parts("By which routes products are made", by_routes)
        parts += [Caution(text) for text in fraction_cautions(result, leading)]
        parts += (*averaged_lifetimes(result), *averaged_routes(result))
    return View(tuple(parts), species_names(result))


def forecast_view(answer: ForecastAnswer, result: StudyResult) -> View:
    """Return what ``predict`` shows of a forecast; lifetimes come beside it.

    Args:
        answer: what `study.forecasting.forecast` returned.
        result: of the fit, for the titles.
    """
    answer, titles = titled_answer(answer, result), step_titles(result.mechanisms.values())
    found = answered_forecast(answer)
    name, one = next(iter(found.mechanisms.items()))  # the others are in --json
    tables = (
        *window_tables(found),
        control_table(one.rate_control, name, titles),
        extent_table(one.extents, name, found.conditions.until_h, titles),
    )
    parts: tuple[Node, ...] = (
        *(Caution(text) for text in forecast_cautions(answer)),
        Listing((*stopping_sentences(found), *control_sentences(found, titles))),
        *table_blocks("forecast", *tables),
    )
    return View(parts, _species(found))


def changed_view(answer: ForecastAnswer, result: StudyResult) -> View:
    """Return lifetimes and pathway fractions of a forecast under changed conditions.

    Args:
        answer: what `study.forecasting.forecast` returned.
        result: of the fit, for what the fractions rest on.
    """
    answer, titles = titled_answer(answer, result), step_titles(result.mechanisms.values())
    hours, averaged = answer.conditions.until_h, answer.averaged
    where = start_words(answer.start) or f"followed for {hours:g} h"
    tables = (
        lifetime_table(averaged.lifetimes, hours, f"Lifetimes {where}, averaged"),
        pathway_table(averaged.pathways, f"Pathway fractions {where}, averaged", titles),
    )
    cautions = fraction_cautions(titled_result(result), list(answer.mechanisms))
    parts: tuple[Node, ...] = (
        *table_blocks("changed", *tables),
        *(Caution(text) for text in cautions),
    )
    return View(parts, _species(answered_forecast(answer)))


def design_view(found: DesignResult) -> View:
    """Return what ``design`` shows of a ranking of possible next spectra."""
    return View(
        (
            Listing(tuple(capital(sentence) for sentence in design_words(found))),
            TableBlock(design_table(found), "next"),
            *table_blocks("experiments", experiments_table(found)),
            *(Caution(caution) for caution in design_cautions(found)),
        )
    )


def _species(found: StudyForecast) -> tuple[str, ...]:
    every = [one.windows for one in found.mechanisms.values()]
    control = [q for one in found.mechanisms.values() for q in one.rate_control.values()]
    return tuple(dict.fromkeys(name for part in (*every, *control) for name in part))
