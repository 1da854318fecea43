"""What to measure next: possible spectra or single measurements, the most telling first."""

from __future__ import annotations

from assemblysim.language import capital, counted
from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, alone_in_play
from assemblysim.report.document.nodes import Cell, Listing, Node, Section, Table, table_blocks
from assemblysim.result.design import (
    DesignResult,
    ExpectedGain,
    PairDecided,
    ProposedExperiment,
)
from assemblysim.result.numbers import Estimate
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.checks import to_tell
from assemblysim.sentences.design import (
    MIGHT,
    TOO_FEW,
    asked_words,
    candidate_words,
    design_cautions,
    design_words,
    narrowing_words,
    proposal_words,
)
from assemblysim.sentences.readings import where_words

# Rows of the ranking in the terminal; all are in --json.
_SHOWN = 12
# Pairs that a spectrum might decide, beside the first, which a cell names; all are in --json.
_PAIRS_NAMED = 3


def next_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where no forecast is stored, or the main part shows all of it."""
    result, design = study.result, study.design
    if result.forecast is None or (design is None and measurement_table(result) is None):
        return ()
    table = measurement_table(result) if design is None else design_table(design)
    parts: tuple[Node, ...] = (
        Listing(tuple(design_sentences(result, design))),
        *table_blocks("next", table),
        *table_blocks("experiments", None if design is None else experiments_table(design)),
    )
    title = "What was looked at to measure next"
    return (Section("next-all", title, parts, link="Next, all of it"),)


def design_table(found: DesignResult) -> Table:
    """Show the ranking, the most telling spectrum first."""
    every = found.candidates
    if not every[0].pairs and every[0].narrowing is not None:
        return narrowing_table(found, _SHOWN)
    narrowed = any(one.narrowing is not None for one in every)
    pairs = [pair.between for pair in every[0].pairs]
    rows = [
        (
            candidate_words(one),
            _information(one),
            _plus_minus(one.decided),
            _pair_cell(one.pairs),
            *((_plus_minus(one.narrowing),) if narrowed else ()),
        )
        for one in every[:_SHOWN]
    ]
    extra = ("fraction of the variance that goes",) if narrowed else ()
    of_two = f"P({' against '.join(pairs[0])} decided)" if len(pairs) == 1 else "P(two decided)"
    return Table.of(
        f"{asked_words(found.asked)}, the most telling first ({len(every)} in all; "
        f"{every[0].open_nats:.2f} nats are open), ± Monte-Carlo error",
        ("spectrum", "expected information (nats)", "P(a verdict)", of_two, *extra),
        rows,
    )


def narrowing_table(found: DesignResult, most: int) -> Table:
    """Show which spectra narrow a quantity most, where nothing is to be decided."""
    rows = [
        (capital(candidate_words(one)), _of_variance(one.narrowing))
        for one in found.candidates[:most]
    ]
    return Table.of(
        f"The spectra that would tell most of {found.asked.narrow}, the best first "
        f"({len(rows)} of {len(found.candidates)}): what each takes off its variance, "
        "± Monte-Carlo error",
        ("spectrum", "off the variance"),
        rows,
    )


def _of_variance(one: Estimate | None) -> str:
    if one is None:
        return words.MISSING
    return f"{100 * max(one.value, 0.0):.0f} ± {max(1.0, 100 * one.error):.0f} %"


def experiments_table(found: DesignResult) -> Table | None:
    """Show the proposed experiments, the most telling first; None where none were asked for."""
    every = found.experiments
    if not every:
        return None
    read = any(one.interpretations is not None for one in every)
    rows = [
        (
            capital(proposal_words(one)),
            _information(one.gain),
            Cell(_plus_minus(one.told.log_bayes_factor), " against ".join(one.told.between)),
            Cell(_plus_minus(one.gain.log_bayes_factor), " against ".join(one.gain.pair)),
            _needed(one),
            *((_interpretation_cell(one),) if read else ()),
        )
        for one in every
    ]
    columns = (
        "experiment",
        "expected information (nats)",
        "expected ln Bayes factor, of the two it tells apart best",
        "of the two most probable",
        "spectra needed",
        *(("about the reading of the words (nats)",) if read else ()),
    )
    return Table.of(
        f"Possible experiments, the most telling first, each with {every[0].compared} spectra; "
        "needed are as many spectra as make the expected Bayes factor 20 to 1",
        columns,
        rows,
    )


def _information(one: ExpectedGain) -> str:
    """Show the expected information, which is none or more; not what rests on too few draws."""
    if one.few_draws > TOO_FEW:
        return "not resolved"
    return _none_or_more(one.information_nats)


def _none_or_more(one: Estimate) -> str:
    """Show an estimate of what cannot be below zero."""
    return _plus_minus(Estimate(max(one.value, 0.0), one.error))


def _needed(one: ProposedExperiment) -> str:
    most = one.by_spectra[-1][0]
    if one.needed is not None:
        return str(one.needed)
    return f"> {most}" if most > one.compared else words.MISSING


def _interpretation_cell(one: ProposedExperiment) -> Cell:
    about = one.interpretations
    if about is None:
        return Cell(words.MISSING)
    return Cell(_none_or_more(about.information_nats), f"of {about.open_nats:.2f} open")


def _pair_cell(pairs: tuple[PairDecided, ...]) -> Cell:
    """Name the pair that is most probably decided, and below it the others that might be."""
    ranked = sorted(pairs, key=lambda pair: -pair.decided.value)
    if len(ranked) < 2:
        return Cell(_plus_minus(ranked[0].decided) if ranked else words.MISSING)
    texts = [
        f"{' against '.join(pair.between)}: {_plus_minus(pair.decided)}"
        for pair in ranked
        if pair.decided.value >= MIGHT
    ]
    if not texts:
        return Cell("none")
    beyond = len(texts) - 1 - _PAIRS_NAMED
    more = [f"and {counted(beyond, 'pair')} more"] if beyond > 0 else []
    return Cell(texts[0], "; ".join([*texts[1 : 1 + _PAIRS_NAMED], *more]))


def _plus_minus(one: Estimate | None) -> str:
    if one is None:
        return words.MISSING
    return f"{words.signed(one.value, 2)} ± {max(one.error, 0.005):.2f}"


def design_sentences(result: StudyResult, design: DesignResult | None) -> list[str]:
    """Say in words what to measure next, from a stored design or from the run itself.

    Args:
        result: of the study.
        design: what ``design`` stored; None where it was not asked.
    """
    if design is not None:
        return [capital(s) for s in (*design_words(design), *design_cautions(design))]
    if not result.discriminating:
        if len(result.mechanisms) == 1:
            return ["One mechanism alone was compared, so nothing is left to decide."]
        return ["No measurement that could be told apart from another was found between the times."]
    alone = alone_in_play(result)
    lack = result.comparison.verdict.lack_of_fit
    if alone and lack is not None:
        return [f"{alone} alone is in play and does not describe the data. {to_tell(lack)}"]
    if alone and result.comparison.verdict.edges:
        return [
            f"{alone} alone is in play while default priors are as narrow as they are: state wider "
            "ones, as the verdict says, and fit again."
        ]
    if alone:
        return [
            f"{alone} alone is in play, so nothing is left to decide between mechanisms. "
            "'assemblysim design' with '--narrow QUANTITY' ranks spectra by how much narrower a "
            "quantity becomes; its last answer is then shown here."
        ]
    return [
        "The table gives, for each pair of mechanisms, the one measurement that would tell most. "
        "Whole spectra, replicates and other starting concentrations are ranked by 'assemblysim "
        "design', whose last answer is then shown here."
    ]


def alone_words(study: StoredStudy, alone: str) -> str:
    """Say what to do next where one mechanism alone is in play, in one line.

    Args:
        study: with the stored ranking, if there is one.
        alone: the mechanism.
    """
    mechanism, design = study.result.mechanisms[alone], study.design
    name = (design.asked.narrow if design is not None else None) or mechanism.least_known
    left = f"only '{alone}' is left"
    if name not in mechanism.parameters:
        return f"{left}: test it where it was not measured, at other concentrations"
    one = mechanism.parameters[name]
    low, high = words.number(one.lower, 2), words.number(one.upper, 2)
    known = f"{low} to {high} {words.unit(one.unit)}".rstrip()
    if design is not None and design.asked.narrow:
        return f"{left}: {narrowing_words(design.candidates[0], name, known)}"
    return (
        f"{left}; known least is {name} ({known}), of which another course at other "
        "concentrations would tell more"
    )


def measurement_table(result: StudyResult) -> Table | None:
    """Show for each leading pair of mechanisms the one measurement that would tell most."""
    rows = [
        (
            " against ".join(one.between),
            one.signal,
            words.duration(one.time_h) + where_words(one),
            f"{words.number(one.median_a, 2)} against {words.number(one.median_b, 2)} "
            f"{one.unit}".strip(),
            words.probability(one.probability),
        )
        for one in result.discriminating
    ]
    if not rows or alone_in_play(result):
        return None
    return Table.of(
        "The one measurement that would tell most between two mechanisms, good to 15 %, away from "
        "the times that were measured; 0.5 is a coin toss",
        ("mechanisms", "signal", "at", "medians", "points to the right one with probability"),
        rows,
    )
