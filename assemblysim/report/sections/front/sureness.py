"""How sure one can be: what else limits the answer, and what it would be under other priors."""

from __future__ import annotations

from assemblysim.language import counted, either
from assemblysim.report.content import headlines, words
from assemblysim.report.content.stored import StoredStudy, ranked_names
from assemblysim.report.document.nodes import (
    Listing,
    Node,
    Paragraph,
    Section,
    Table,
    table_blocks,
)
from assemblysim.report.sections.answer import caveats_shown
from assemblysim.result.evidence import Verdict
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.calibration import condition_sentences
from assemblysim.sentences.verdict import LOGARITHMIC, change_words

_TITLE = "How sure one can be"


def sureness_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where there is nothing to say."""
    result = study.result
    more = tuple(headlines.first_caveats(result)[caveats_shown(result) :])
    parts: list[Node] = [Listing(more)] if more else []
    parts += table_blocks("priors_in_short", short_sensitivity_table(result))
    said = alternatives_words(result)
    parts += [Paragraph(said)] if said else []
    if study.calibration is not None:
        parts.append(
            Paragraph(condition_sentences(study.calibration.conditions["none"], "none")[0])
        )
    return (Section("sureness", _TITLE, tuple(parts), link=_TITLE),) if parts else ()


def short_sensitivity_table(result: StudyResult) -> Table | None:
    """Show which mechanism would lead with something else assumed; None where none is stored."""
    comparison, best = result.comparison, ranked_names(result)[0]
    if not comparison.prior_sensitivity or headlines.is_single(result):
        return None
    rows = [("as in the study", best, words.probability(comparison.probabilities[best]))]
    for change in comparison.prior_sensitivity:
        known = change.probabilities or {}
        # Of rivals that all are cut off by the prior nothing is said, not that one leads for sure.
        rivals = known.keys() - set(change.cut_off)
        leader = max(known, key=known.__getitem__) if len(rivals) > 1 else None
        rows.append(
            (
                change_words(change.change, result.mechanisms).removesuffix(LOGARITHMIC),
                "cannot be judged" if leader is None else leader,
                "" if leader is None else words.probability(known[leader]),
            )
        )
    return Table.of(
        "The most probable mechanism, were something else assumed",
        ("assumed", "leads", "with"),
        rows,
    )


def alternatives_words(result: StudyResult) -> str:
    """Say whether the verdict holds whichever alternative is true; "" where there is one."""
    every = result.comparison.alternatives
    if not every:
        return ""
    whole = result.comparison.verdict
    judged = [one for one in every if one.verdict is not None]
    other = [
        f"'{one.title}'" if one.name else "the temperature's course as stated"
        for one in judged
        if one.verdict is not None and _gist(one.verdict) != _gist(whole)
    ]
    many = counted(len(every), "alternative")
    text = f"The evidence is a mean over {many} of how the data may be read."
    unknown = len(every) - len(judged)
    if unknown:
        text += f" Of {unknown} of them the draws do not tell what the verdict would be."
    if not other:
        which = "Whichever of the others is true" if unknown else "Whichever is true"
        return f"{text} {which}, the verdict stays."
    return f"{text} The verdict would be another if {either(other)} were certain."


def _gist(verdict: Verdict) -> tuple[str, tuple[str, ...], frozenset[str]]:
    """Return what makes a verdict: who leads and who is open, in whatever order of the others."""
    return verdict.kind, verdict.mechanisms[:1], frozenset(verdict.mechanisms)
