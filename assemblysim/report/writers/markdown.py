"""The report of a study as Markdown, for repositories and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assemblysim.report.content import headlines, tables, words
from assemblysim.report.content.all_tables import mechanism_tables
from assemblysim.report.content.calibration import (
    Calibration,
    calibration_tables,
    condition_rows,
    headline,
)
from assemblysim.report.content.large import large_network
from assemblysim.report.content.modes import ways
from assemblysim.report.content.stored import StoredStudy, ranked_names, species_names
from assemblysim.report.content.tables import Table
from assemblysim.report.content.unknowns import settled
from assemblysim.report.figures.picture import Picture
from assemblysim.report.figures.pictures import StudyPictures
from assemblysim.report.figures.residuals import check_sentences
from assemblysim.report.forecast.forecast_words import DEGREES, NO_SHARE, NO_YIELD
from assemblysim.report.forecast.sections import ForecastPart, forecast_of
from assemblysim.report.writers.methods import methods_text

_SIGNS = re.compile(r"([\\`*\[\]<>|#$~])|((?<![^\W_])_|_(?![^\W_]))")
_LIST_MARK = re.compile(r"^([-+]|\d+(?=[.)]\s))")


def render_markdown(
    study: StoredStudy,
    pictures: StudyPictures,
    calibration: Calibration | None,
    provenance: Sequence[tuple[str, Sequence[tuple[str, str]]]],
) -> str:
    """Return the report as Markdown with tables, for a file beside the folder ``figures``.

    Args:
        study: what is stored.
        pictures: the figures of the study, stored as SVG.
        calibration: the stored calibration that belongs to the study, if any.
        provenance: what is needed to repeat the study, in groups of name and value.
    """
    writer = _Writer(species_names(study.summary))
    parts = [
        *_answer(writer, study.summary, pictures),
        *_outlook(writer, forecast_of(study.summary, study.design), pictures),
        *(
            block
            for name in ranked_names(study.summary)
            for block in _mechanism(writer, study.summary, name, pictures)
        ),
        *_calibration(writer, calibration, pictures.ranks),
        *_together(writer, study.summary, pictures),
        *_methods(writer, study.summary),
        "## Provenance",
    ]
    for title, rows in provenance:
        parts += [f"### {writer.text(title)}"]
        parts += [writer.bullets(f"{name}: {value}" for name, value in rows)]
    return "\n\n".join(part for part in parts if part) + "\n"


class _Writer:
    """Writes texts of one study, whose species' formulas are typeset."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def text(self, text: object) -> str:
        """Write a text in one line, its signs without a meaning in Markdown."""
        line = " ".join(words.sentence(str(text), self._names).split())
        escaped = _SIGNS.sub(lambda m: f"\\{m.group()}", line)
        return _LIST_MARK.sub(lambda m: _unlisted(m.group()), escaped)

    def bullets(self, texts: Iterable[object]) -> str:
        """Write a list."""
        return "\n".join(f"- {self.text(text)}" for text in texts)

    def table(self, table: Table | None) -> str:
        """Write a table below its caption; nothing for None."""
        if table is None:
            return ""
        rows = [
            [self.text(c.text) + (f"<br>{self.text(c.note)}" if c.note else "") for c in row]
            for row in table.rows
        ]
        lines = [[self.text(column) for column in table.columns], ["---"] * len(table.columns)]
        body = "\n".join(f"| {' | '.join(cells)} |" for cells in [*lines, *rows])
        return f"**{self.text(table.caption)}**\n\n{body}"

    def picture(self, picture: Picture | None) -> str:
        """Show a stored figure; nothing for None."""
        if picture is None:
            return ""
        return f"![{self.text(picture.alternative)}](figures/{picture.stem}.svg)"


def _answer(writer: _Writer, summary: Mapping[str, Any], pictures: StudyPictures) -> list[str]:
    """Write what the reader must know first, then the data."""
    found = [f"# {writer.text(summary['title'])}"]
    found += [
        f"> **{writer.text(banner.label)}** {writer.text(banner.text)}"
        for banner in headlines.banners(summary)
    ]
    found += [writer.text(summary.get("question") or "")]
    found += [f"**{writer.text(headlines.verdict(summary))}**"]
    found += [writer.picture(pictures.probabilities), "## Before you use this"]
    found += [writer.bullets(headlines.caveats(summary)) or "The study states no caveats."]
    if not headlines.is_single(summary):
        found += [writer.table(tables.ranking_table(summary))]
    deciding = headlines.deciding(summary)
    if deciding:
        found += ["## What measurement would decide", writer.bullets(deciding)]
    conditions = tables.condition_table(summary)
    if conditions:
        found += ["## Experiments", writer.table(conditions)]
    statements = tables.statement_table(summary)
    if statements:
        found += ["## What each statement says", writer.table(statements)]
    return found


def _outlook(writer: _Writer, found: ForecastPart | None, pictures: StudyPictures) -> list[str]:
    """Write when to stop, which step matters, where the material flows, what to measure next."""
    if found is None:
        return []
    parts = ["## When to stop the reaction", writer.text(found.scope)]
    parts += [
        writer.bullets(found.stopping) or NO_SHARE,
        *(writer.table(table) for table in found.windows),
    ]
    parts += ["## Which step matters", DEGREES if found.control else NO_YIELD]
    parts += [writer.bullets(found.control)]
    parts += [writer.table(one.control) for one in found.mechanisms]
    parts += ["## Where the material flows", writer.bullets([*found.cautions, *found.fractions])]
    for one in found.mechanisms:
        parts += [writer.picture(pictures.flows.get(one.name))]
        if one.name in pictures.fluxes:
            drawn = pictures.fluxes[one.name]
            parts += [writer.picture(drawn.logarithmic if drawn.log_first else drawn.linear)]
        parts += [writer.table(one.turnover)]
    next_ones = [writer.bullets(found.next), writer.table(found.next_table)]
    return [*parts, "## What to measure next", *next_ones]


def _mechanism(
    writer: _Writer, summary: Mapping[str, Any], name: str, pictures: StudyPictures
) -> list[str]:
    """Write the section of one mechanism."""
    mechanism = summary["mechanisms"][name]
    own = mechanism_tables(summary, name)
    scheme = pictures.schemes.get(name)
    found = [f"## Mechanism {writer.text(name)}", writer.text(mechanism.get("description") or "")]
    found += [writer.picture(scheme) if scheme else writer.bullets(large_network(mechanism))]
    for pair in pictures.courses[name]:
        first = pair.logarithmic if pair.log_first else pair.linear
        found += [writer.picture(first)]
    found += [writer.text((mechanism.get("fit") or {}).get("sentence") or "")]
    found += [writer.table(table) for table in own.lifetimes]
    found += [writer.table(own.others[kind]) for kind in ("pathways", "parameters", "activation")]
    found += [writer.bullets(settled(mechanism)), writer.picture(pictures.corners.get(name))]
    found += [writer.picture(one) for one in pictures.residuals[name]]
    found += [writer.bullets(check_sentences(mechanism)), writer.table(own.others["predictive"])]
    found += [writer.table(own.others[kind]) for kind in ("steps", "checks")]
    several = ways(mechanism)
    if several:
        found += ["### Ways to explain the data", writer.bullets(several)]
    return found


def _calibration(writer: _Writer, found: Calibration | None, ranks: Picture | None) -> list[str]:
    if found is None:
        return []
    parts = ["## How often would this study be wrong?", writer.text(headline(found))]
    for kind, sentences in condition_rows(found):
        parts += [f"### Errors {writer.text(kind)}", writer.bullets(sentences)]
    parts += [writer.table(table) for table in calibration_tables(found)]
    return [*parts, writer.picture(ranks)]


def _together(writer: _Writer, summary: Mapping[str, Any], pictures: StudyPictures) -> list[str]:
    """Write the comparison of criteria and priors, and the averaged predictions."""
    found = ["## Criteria and priors", writer.table(tables.criteria_table(summary))]
    found += [writer.table(tables.sensitivity_table(summary))]
    averaged = tables.averaged_tables(summary)
    if averaged or pictures.pathways:
        found += ["## Predictions together", writer.picture(pictures.pathways)]
        found += [writer.table(table) for table in averaged]
    return found


def _methods(writer: _Writer, summary: Mapping[str, Any]) -> list[str]:
    methods = methods_text(summary)
    listed = [
        f"{place}. {writer.text(reference)}"
        for place, reference in enumerate(methods.references, start=1)
    ]
    return ["## Methods", *(writer.text(p) for p in methods.paragraphs), "\n".join(listed)]


def _unlisted(mark: str) -> str:
    """Keep a line that begins like an item of a list from being one."""
    return f"\\{mark}" if mark in "+-" else f"{mark}\\"
