"""The criteria side by side, and what other priors would change."""

from __future__ import annotations

import math
from collections.abc import Mapping

from assemblysim.inference.evidence.comparison import FAULTY, POSITIVE, STRONG
from assemblysim.language import counted
from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, ranked_names
from assemblysim.report.content.words import MISSING, is_number
from assemblysim.report.document.nodes import Cell, Section, Table, table_blocks
from assemblysim.result.evidence import LeaveOneOut
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.checks import FAULT_WORDS
from assemblysim.sentences.verdict import change_words, sensitivity_words


def criteria_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section."""
    parts = (
        *table_blocks("criteria", criteria_table(study.result)),
        *table_blocks("priors", sensitivity_table(study.result)),
        *table_blocks("faults", fault_table(study.result)),
    )
    return (Section("criteria", "Criteria and priors", parts, link="Criteria and priors"),)


def criteria_table(result: StudyResult) -> Table:
    """Show the criteria side by side: log evidence by each method, AICc, BIC, LOO."""
    names = ranked_names(result)
    every = result.mechanisms
    methods = list(dict.fromkeys(one.method for n in names for one in every[n].log_evidence))
    rows: list[tuple[Cell | str, ...]] = []
    aicc = _information({name: every[name].aicc for name in names})
    bic = _information({name: every[name].bic for name in names})
    for name in names:
        one = every[name]
        found = {e.method: words.plus_minus(e.value, e.error) for e in one.log_evidence}
        rows.append(
            (
                name,
                str(one.unknown_count),
                *(found.get(m, MISSING) for m in methods),
                words.signed(one.log_likelihood_max),
                aicc[name],
                bic[name],
                _loo_cell(one.elpd_loo),
            )
        )
    headings = [f"log evidence, {m}" for m in methods]
    return Table.of(
        "Criteria side by side. Larger is better for evidence, likelihood and LOO (nats), smaller "
        "for AICc and BIC; Δ: above the smallest, w: Akaike weight, relative to the others listed",
        ("mechanism", "unknowns", *headings, "largest log-likelihood", "AICc", "BIC", "LOO"),
        rows,
    )


def _information(values: Mapping[str, float | None]) -> dict[str, Cell]:
    """Show each mechanism's criterion with its distance from the least and its Akaike weight."""
    known = {name: value for name, value in values.items() if is_number(value)}
    least = min(known.values(), default=0.0)
    likely = {name: math.exp((least - value) / 2) for name, value in known.items()}
    total = sum(likely.values())
    cells = {name: Cell(MISSING) for name in values}
    for name, value in known.items():
        delta, weight = value - least, likely[name] / total
        note = f"Δ {words.signed(delta)}, w {words.probability(weight)}" if len(known) > 1 else ""
        cells[name] = Cell(words.signed(value), note)
    return cells


def _loo_cell(loo: LeaveOneOut) -> Cell:
    text = words.plus_minus(loo.value, loo.error)
    bad, anew = loo.bad_k, loo.recomputed
    if not bad:
        return Cell(text)
    note = f"{counted(bad, 'observation')} with k̂ > 0.7"
    if anew == bad:
        return Cell(text, f"{note}, computed anew without {'it' if bad == 1 else 'them'}")
    return Cell(text, f"{note}, {anew} of them computed anew", "notable")


def sensitivity_table(result: StudyResult) -> Table | None:
    """Show how the probabilities change with the priors; None where nothing is stored."""
    comparison, names = result.comparison, ranked_names(result)
    if not comparison.prior_sensitivity:
        return None
    rows: list[tuple[Cell | str, ...]] = [
        ("as in the study", *(words.probability(comparison.probabilities[n]) for n in names))
    ]
    for change in comparison.prior_sensitivity:
        fractions = change.probabilities or {}
        what = change_words(change.change, result.mechanisms)
        rows.append(
            (
                Cell(what, sensitivity_words(change, names[0])),
                *(words.probability(fractions.get(n)) for n in names),
            )
        )
    return Table.of("Probabilities under other priors", ("priors", *names), rows)


def fault_table(result: StudyResult) -> Table | None:
    """Show what smooth faults of the data would change; None where none was fitted."""
    comparison = result.comparison
    if not comparison.faults:
        return None
    rows: list[tuple[Cell | str, ...]] = []
    for one in comparison.faults:
        size = "bad" if one.log_bayes_factor > STRONG else ""
        size = size or ("notable" if one.log_bayes_factor > POSITIVE else "")
        rows.append(
            (
                FAULT_WORDS[one.name][0],
                Cell(words.signed(one.log_bayes_factor), "", size),
                one.leader,
                words.probability(one.probability),
            )
        )
    leader, chance = next(iter(comparison.averaged.items()))
    rows.append(("averaged over all", MISSING, leader, words.probability(chance)))
    return Table.of(
        "Were the data faulty: evidence for each fault, averaged over mechanisms (Laplace); above "
        f"{STRONG:g} none of the mechanisms is believed. The average gives the faults together "
        f"{words.percent(FAULTY)}",
        ("fault", "ln Bayes factor against none", "most probable then", "probability"),
        rows,
    )
