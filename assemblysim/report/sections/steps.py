"""Which steps are needed: the probability of every candidate, and the best subsets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from assemblysim.language import counted
from assemblysim.report.content.following import by_experiment, lifetime_table, pathway_table
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import MISSING, number
from assemblysim.report.document.nodes import (
    Caution,
    Cell,
    FigureBlock,
    Listing,
    Node,
    Paragraph,
    Picture,
    Section,
    Table,
    View,
    table_blocks,
)
from assemblysim.report.figures.steps_figure import describe_steps, steps_figure
from assemblysim.report.schemes.step_network import (
    LEAST_NEEDED,
    MOST_DRAWN,
    describe_step_network,
    drawn_labels,
    step_network_figure,
)
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.numbers import Estimate
from assemblysim.result.steps.probabilities import StepProbability, StepsResult, StepSubset
from assemblysim.sentences.steps.probabilities import step_sentences, steps_verdict

_MOST_SUBSETS = 8


def steps_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where ``steps`` was not run on these files."""
    found = study.steps
    if found is None:
        return ()
    parts = (*_parts(found), *_named(found, study.result.mechanisms))
    return (Section("steps", "Which steps are needed", parts, link="Steps"),)


def steps_view(found: StepsResult) -> View:
    """Return what ``steps`` shows."""
    return View(tuple(_parts(found)))


def _parts(found: StepsResult) -> Iterator[Node]:
    said = steps_verdict(found)
    yield Paragraph(said) if found.converged else Caution(said)
    if found.converged:
        picture = Picture("steps", describe_steps(found.steps), partial(steps_figure, found.steps))
        yield FigureBlock(picture, "Which candidate steps the data ask for.", broad=True)
        yield from _network(found)
    yield from table_blocks("steps", probability_table(found))
    if found.converged:
        yield from table_blocks("steps_by_prior", prior_table(found))
    yield from table_blocks("subsets_of_steps", subset_table(found))
    yield from table_blocks("averaged_over_subsets", *_predicted(found))
    yield Listing(step_sentences(found))


def _network(found: StepsResult) -> Iterator[Node]:
    """Draw the steps that may be needed, and say how many are left out."""
    drawn = drawn_labels(found)
    if not drawn:
        return
    draw = partial(step_network_figure, found)
    picture = Picture("step_network", describe_step_network(found), draw)
    every = {label for one in found.steps.values() for label in one.reactions}
    left = len(every - drawn.keys())
    caption = (
        "The network of steps: an arrow is the thicker and the darker, the more probably its step "
        "is needed."
    )
    if left:
        least = max(LEAST_NEEDED, min(drawn.values())) if len(drawn) == MOST_DRAWN else LEAST_NEEDED
        caption += f" Not drawn: {counted(left, 'candidate')}, needed with less than {least:.2g}."
    yield FigureBlock(picture, caption, broad=True)


def probability_table(found: StepsResult) -> Table:
    """Show both probabilities of every candidate, and what each run found."""
    if found.converged:
        caption = "Probability of each candidate, with its standard error"
    else:
        caption = "What each run found of each candidate; the runs disagree or cannot be checked"
    return Table.of(
        caption,
        ("candidate", "before the data", "on", "needed", "on, by evidences", "on, by run"),
        (_row(name, one) for name, one in _ordered(found)),
    )


def _ordered(found: StepsResult) -> list[tuple[str, StepProbability]]:
    """The most needed first."""

    def key(item: tuple[str, StepProbability]) -> float:
        return -sum(item[1].needed_by_run)

    return sorted(found.steps.items(), key=key)


def _row(name: str, one: StepProbability) -> tuple[Cell | str, ...]:
    runs = ", ".join(f"{value:.2f}" for value in one.on_by_run)
    values = (_estimate(one.on), _estimate(one.needed), _estimate(one.weighed))
    return (name, f"{one.prior:.2f}", *values, runs)


def _estimate(found: Estimate | None) -> str:
    return MISSING if found is None else f"{found.value:.3f} ± {found.error:.3f}"


def prior_table(found: StepsResult) -> Table:
    """Show how the probabilities of being on go with the prior probability of all candidates."""
    columns = list(next(iter(found.steps.values())).on_by_prior)
    return Table.of(
        "Probability of being on, had every candidate another one before the data",
        ("candidate", *columns),
        (
            (name, *(MISSING if p is None else f"{p:.3f}" for p in one.on_by_prior.values()))
            for name, one in _ordered(found)
        ),
    )


def _predicted(found: StepsResult) -> Iterator[Table | None]:
    """Show lifetimes and routes over all subsets, in each experiment."""
    averaged = found.averaged
    if averaged is None:
        return
    names = list(found.windows_h)
    several = averaged.lifetimes_by_experiment
    for experiment, one, where in by_experiment(averaged.lifetimes, several, names):
        hours = found.windows_h.get(experiment) or max(found.windows_h.values())
        yield lifetime_table(
            one,
            hours,
            f"Lifetimes{where} over all subsets, each as often as it was drawn: median and 95 % "
            "interval",
        )
    routes = averaged.pathways_by_experiment
    for _, fractions, where in by_experiment(averaged.pathways, routes, names):
        yield pathway_table(fractions, f"Pathway fractions{where} over all subsets")


def _named(found: StepsResult, mechanisms: Mapping[str, MechanismResult]) -> Iterator[Node]:
    """Say where the mechanisms that the study names lie among the subsets."""
    table = named_table(found, mechanisms)
    if table is not None:
        yield from table_blocks("mechanisms_among_steps", table)


def named_table(found: StepsResult, mechanisms: Mapping[str, MechanismResult]) -> Table | None:
    """Show which subset each named mechanism is; None where none of them is one."""
    subsets = {name: _subset(found, one) for name, one in mechanisms.items()}
    if not any(one is not None for one in subsets.values()):
        return None
    known = {frozenset(one.on): (place, one) for place, one in enumerate(found.subsets, start=1)}
    rows = []
    for name, labels in subsets.items():
        if labels is None:
            rows.append((name, "no subset of the candidates", MISSING, MISSING))
            continue
        place, one = known.get(labels, (None, None))
        if one is None:
            where, frequency = f"beyond the first {len(found.subsets)}", MISSING
        else:
            where, frequency = f"{place}", _frequency(one)
        rows.append((name, ", ".join(sorted(labels)) or "none", where, frequency))
    caption = "The mechanisms that the study names, among the subsets"
    return Table.of(caption, ("mechanism", "candidates on", "place", "frequency"), rows)


def _subset(found: StepsResult, mechanism: MechanismResult) -> frozenset[str] | None:
    """Return the candidates that a mechanism has; None where it is no subset of them."""
    left = {r.name for r in mechanism.reactions}
    on = set()
    groups = {name: one.reactions for name, one in found.steps.items()}
    for name, labels in (*groups.items(), *((one, (one,)) for one in found.certain)):
        own = {r.name for label in labels for r in found.reactions.get(label, ())}
        if own and own <= left:
            left -= own
            on.add(name)
        elif name in found.certain:
            return None
    return None if left else frozenset(on - set(found.certain))


def _frequency(one: StepSubset) -> str:
    return MISSING if one.frequency is None else f"{one.frequency:.3f}"


def subset_table(found: StepsResult) -> Table:
    """Show the most frequent subsets."""
    return Table.of(
        "The most frequent subsets of candidates",
        ("on", "frequency", "log evidence"),
        (
            (
                ", ".join(one.on) or "none",
                _frequency(one),
                MISSING
                if one.log_evidence is None
                else f"{number(one.log_evidence.value, 5)} ± {one.log_evidence.error:.2f}",
            )
            for one in found.subsets[:_MOST_SUBSETS]
        ),
    )
