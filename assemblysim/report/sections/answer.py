"""The answer: the verdict, what takes it away, the ranking, what would decide."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from assemblysim.inference.evidence.comparison import POSITIVE, evidence_words
from assemblysim.language import capital, listed
from assemblysim.report.content import headlines, words
from assemblysim.report.content.large import is_too_large
from assemblysim.report.content.steps import combined_steps
from assemblysim.report.content.stored import (
    StoredCourse,
    StoredStudy,
    alone_in_play,
    is_words_only,
    lettered,
    ranked_names,
    seen_signals,
    species_names,
)
from assemblysim.report.document.naming import bare, titled
from assemblysim.report.document.nodes import (
    Cell,
    FigureBlock,
    Heading,
    Listing,
    Node,
    Pair,
    Paragraph,
    Picture,
    Section,
    SideBySide,
    Table,
)
from assemblysim.report.figures import alternatives, figures
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.figures.overview import overview_figure
from assemblysim.report.figures.time_axis import shown_logarithmic
from assemblysim.report.schemes.leading import describe_leading, leading_scheme
from assemblysim.report.sections.forecast.next_spectrum import alone_words, design_sentences
from assemblysim.report.sections.mechanism import mean_particle, sampled_times
from assemblysim.result.design import VERY_STRONG
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.checks import to_tell
from assemblysim.sentences.design import (
    NEARLY_ALL,
    brief_proposal,
    design_words,
    factor_words,
    is_rough,
)
from assemblysim.sentences.verdict import verdict_parts

BEFORE, NEXT = "Before you use this", "The next experiment"
# Mechanisms that a verdict names one by one.
_MOST_NAMED = 3
MOST_CAVEATS = 3
_NO_CAVEATS = "The study states no caveats, and the criteria agree."
_ALONE = "Add rivals to the model: one mechanism alone can neither win nor lose."
_ROUGH = ", roughly"


def answer_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build what the reader must know first, all of which one screen holds."""
    result = study.result
    first, rest = short_verdict(result)
    caveats = tuple(headlines.first_caveats(result)[: caveats_shown(result)])
    parts: list[Node] = [Paragraph(first, "verdict")]
    parts += [Paragraph(rest)] if rest else []
    parts.append(SideBySide(tuple(_pictures(study))))
    before: tuple[Node, ...] = (
        Heading(BEFORE),
        Listing(caveats) if caveats else Paragraph(_NO_CAVEATS),
    )
    after: tuple[Node, ...] = (Heading(NEXT), Paragraph(next_experiment(study)))
    parts.append(Pair(before, after))
    return (Section("answer", "", tuple(parts)),)


def caveats_shown(result: StudyResult) -> int:
    """Return how many caveats the first screen holds: the warning that draws failed is one."""
    return MOST_CAVEATS - int(not result.converged)


def short_verdict(result: StudyResult) -> tuple[str, str]:
    """Return the verdict in one sentence, and what qualifies it; many mechanisms are counted."""
    comparison, verdict = result.comparison, result.comparison.verdict
    first, rest = verdict_parts(verdict)
    if verdict.lack_of_fit is not None:
        rest = rest.replace(to_tell(verdict.lack_of_fit), "").strip()  # it is the next experiment
    if verdict.kind == "draws failed" and len(verdict.mechanisms) > _MOST_NAMED:
        failed, every = len(verdict.mechanisms), len(result.mechanisms)
        which = "all" if failed == every else f"{failed} of the {every}"
        return f"No verdict: the draws of {which} mechanisms did not pass their checks.", rest
    undecided = verdict.kind == "undecided" and verdict.left_out is None
    if not undecided or verdict.lack_of_fit is not None or len(verdict.mechanisms) <= _MOST_NAMED:
        return first, rest
    best = ranked_names(result)[0]
    many, every = len(verdict.mechanisms), len(result.mechanisms)
    which = f"the {every} mechanisms" if many == every else f"{many} of the {every} mechanisms"
    return (
        f"These data cannot tell {which} compared apart; the most probable, '{best}', has a "
        f"probability of {words.probability(comparison.probabilities[best])}.",
        rest,
    )


def next_experiment(study: StoredStudy) -> str:
    """Say in one line what to do next."""
    result, design = study.result, study.design
    lack = result.comparison.verdict.lack_of_fit
    if lack is not None and lack.faults:
        return capital(to_tell(lack).removeprefix("To tell: "))
    alone = alone_in_play(result)
    if alone and not result.comparison.verdict.edges and not headlines.is_single(result):
        return f"{capital(alone_words(study, alone))}."
    if design is not None and not alone:
        if not design.experiments:
            return capital(design_words(design)[0])
        best = design.experiments[0]
        letters, told = lettered(result), best.told
        pair = " from ".join(letters.get(name, name) for name in told.between)
        value = min(told.log_bayes_factor.value, NEARLY_ALL * VERY_STRONG)
        if value < POSITIVE:
            what = f"would hardly tell {pair}"
        else:
            what = f"should tell {pair} with {evidence_words(value)} evidence"
        rough = _ROUGH if is_rough(best) else ""
        return (
            f"{capital(brief_proposal(best))}: {best.compared} spectra {what} "
            f"(ln Bayes factor {factor_words(told.log_bayes_factor)}{rough})."
        )
    if headlines.is_single(result):
        return _ALONE
    return capital((headlines.deciding(result) or design_sentences(result, design))[0])


def _pictures(study: StoredStudy) -> Iterator[FigureBlock]:
    """Show the leading mechanisms, what was measured, and how probable each is."""
    result = study.result
    letters, leading = lettered(result), headlines.leading(result)
    drawn = {letters[name]: result.mechanisms[name] for name in leading}
    looks, observed = species_looks(result), seen_signals(result)
    if not any(is_too_large(one) for one in drawn.values()):
        picture = Picture(
            "leading", describe_leading(drawn), partial(leading_scheme, drawn, looks, observed)
        )
        which = "Mechanism" if len(drawn) == 1 else "Mechanisms"
        boxes = {name for s in combined_steps(drawn) for name in (*s.starts, *s.ends)}
        dashed = " Dashed: not seen in the data." if observed and boxes - set(observed) else ""
        yield FigureBlock(picture, f"{which} {listed(list(drawn))}.{dashed}")
    else:
        yield from mean_particle(study, leading[0])
    courses = study.courses.get(leading[0], ())
    if courses:
        yield _overview(study, courses[0], letters[leading[0]])
    probabilities = probability_picture(result)
    if probabilities is not None:
        caption = "Given these data and priors; lines: 95 %, from the error of the evidences."
        yield FigureBlock(probabilities, caption)


def _overview(study: StoredStudy, course: StoredCourse, letter: str) -> FigureBlock:
    result, sampled = study.result, sampled_times(study.result, course)
    log_time = shown_logarithmic(sampled, float(course.times[-1]))
    picture = Picture(
        "overview",
        alternatives.describe_course(letter, course, log_time=log_time),
        partial(overview_figure, course, species_looks(result), log_time=log_time, sampled=sampled),
    )
    where = f" in {course.experiment}" if len(result.conditions) > 1 else ""
    what = "What the words leave open" if is_words_only(result) else "Data"
    return FigureBlock(picture, f"{what} and 95 % bands under {letter}{where}.")


def probability_picture(result: StudyResult) -> Picture | None:
    """Return the figure of the probabilities; a single bar at 1 would look like evidence."""
    comparison = result.comparison
    if len(comparison.probabilities) < 2:
        return None
    known, letters = species_names(result), lettered(result)
    shown = {name: f"{letters[name]} {words.sentence(name, known)}" for name in result.mechanisms}
    return Picture(
        "probabilities",
        alternatives.describe_probabilities(comparison.probabilities, comparison.intervals),
        partial(
            figures.probability_figure,
            {shown[name]: one for name, one in comparison.probabilities.items()},
            {shown[name]: one for name, one in comparison.intervals.items()},
            [shown[name] for name in comparison.left_open],
        ),
    )


def ranking_table(result: StudyResult) -> Table:
    """Rank the mechanisms by probability."""
    comparison = result.comparison
    left_open = comparison.left_open
    rows = []
    names, letters = ranked_names(result), lettered(result)
    for name in names:
        factor = comparison.log_bayes_factors[name]
        first = name == names[0]
        between = words.probability_interval(*comparison.intervals[name])
        rows.append(
            (
                Cell(
                    f"{letters[name]} {titled(name)}",
                    bare(name) if bare(name) != titled(name) else "",
                ),
                Cell(words.probability(comparison.probabilities[name]), between),
                "0" if first else words.plus_minus(factor.value, factor.error),
                "the most probable" if first else evidence_words(factor.value),
                "open" if len(left_open) > 1 and name in left_open else "",
            )
        )
    return Table.of(
        "Posterior probability of each mechanism, all taken as equally probable before the data; "
        "interval: error of the evidences only",
        ("mechanism", "probability (95 %)", "ln Bayes factor of the best against it",
         "evidence against it", "left open"),
        rows,
    ).telling()  # fmt: skip
