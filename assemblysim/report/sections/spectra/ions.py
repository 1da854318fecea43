"""The ions behind the signals: a list of assignments, checked line by line."""

from __future__ import annotations

from collections.abc import Iterator

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import MISSING
from assemblysim.report.document.nodes import (
    Caution,
    Cell,
    Folded,
    Listing,
    Node,
    Paragraph,
    Section,
    Table,
    View,
    table_blocks,
)
from assemblysim.result.spectra.ions import CheckedIon, IonListResult, IonMatch, SpectrumMatches
from assemblysim.sentences.spectra.ions import (
    WHAT_COUNTS,
    bears_out,
    calculated_words,
    charge_words,
    found_words,
    ion_cautions,
    ion_summary,
    match_summary,
    reason_words,
)

_MARKS = {"within": "good", "outside": "bad", "fits": "good", "does not fit": "bad"}


def ion_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where the study has no list of ions."""
    found = study.ions
    if found is None:
        return ()
    parts = (*_told(found), Folded("Every ion with its reason", tuple(_tables(found))))
    return (Section("ions", "The ions behind the signals", parts, link="Ions"),)


def ion_view(found: IonListResult) -> View:
    """Return what ``ions`` shows."""
    return View((*_tables(found), *_told(found)), tuple(found.species))


def _told(found: IonListResult) -> Iterator[Node]:
    yield from (Caution(words.ions(text)) for text in ion_cautions(found))
    yield Listing(tuple(words.ions(text) for text in ion_summary(found)))
    yield Paragraph(WHAT_COUNTS)


def _tables(found: IonListResult) -> Iterator[Node]:
    yield from table_blocks("ions", ion_table(found))
    yield Listing(
        tuple(f"{one.place}, {words.ions(one.ion)}: {reason_words(one)}." for one in found.ions)
    )


def ion_table(found: IonListResult) -> Table:
    """Show both verdicts on every ion."""
    return Table.of(
        f"Ions of {found.source}: what the printed numbers are",
        ("where", "ion", "charge", "calculated", "found", "from the highest (ppm)", "sound"),
        (_row(one) for one in found.ions),
    )


def match_view(found: SpectrumMatches) -> View:
    """Return what ``ions --spectrum`` shows."""
    table = Table.of(
        f"Envelopes in {found.recognised}, within {found.tolerance}",
        ("where", "ion", "cosine", "best decoy", "peaks seen", "of the intensity", "shared with"),
        (_match_row(one) for one in found.matches),
    )
    told = Listing(tuple(words.ions(text) for text in match_summary(found)))
    return View((*table_blocks("ion_matches", table), told))


def _match_row(one: IonMatch) -> tuple[Cell | str, ...]:
    mark = "good" if bears_out(one) else "bad"
    return (
        Cell(one.place, one.species),
        words.ions(one.ion),
        Cell(f"{one.cosine:.3f}", mark=mark),
        f"{one.decoy_cosine:.3f}",
        f"{one.seen} of {one.expected}",
        f"{100 * one.fraction:.2g} %",
        ", ".join(one.shared_with) or MISSING,
    )


def _row(one: CheckedIon) -> tuple[Cell | str, ...]:
    bad = one.calculated_peak == "none"
    found = MISSING if one.found is None else f"{one.found:g}"
    highest = MISSING if one.ppm_highest is None else f"{one.ppm_highest:+.0f}".replace("-", "−")
    fits = "" if one.charge_verdict == "fits" else one.charge_verdict
    return (
        Cell(one.place, one.species),
        words.ions(one.ion),
        Cell(charge_words(one.charge), fits, _MARKS.get(one.charge_verdict, "")),
        Cell(one.calculated or MISSING, calculated_words(one), "bad" if bad else ""),
        Cell(found, found_words(one), _MARKS.get(one.found_verdict, "")),
        highest,
        _sound(one),
    )


def _sound(one: CheckedIon) -> Cell:
    if one.charge == 0:
        return Cell(MISSING)
    return Cell("sound", mark="good") if one.sound else Cell("not sound", mark="bad")
