"""The criteria side by side, and what other priors would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assemblysim.language import counted
from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy, Summary, ranked_names
from assemblysim.report.content.words import MISSING
from assemblysim.report.document.nodes import Cell, Section, Table, table_blocks


def criteria_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section."""
    parts = (
        *table_blocks("criteria", criteria_table(study.summary)),
        *table_blocks("priors", sensitivity_table(study.summary)),
    )
    return (Section("criteria", "Criteria and priors", parts, link="Criteria and priors"),)


def criteria_table(summary: Summary) -> Table:
    """Show the criteria side by side: log evidence by each method, AICc, BIC, LOO."""
    names = ranked_names(summary)
    every = summary["mechanisms"]
    methods = list(
        dict.fromkeys(e["method"] for n in names for e in every[n].get("log_evidence") or [])
    )
    rows: list[tuple[Cell | str, ...]] = []
    for name in names:
        one = every[name]
        found = {
            e["method"]: words.plus_minus(e.get("value"), e.get("error"))
            for e in one.get("log_evidence") or []
        }
        rows.append(
            (
                name,
                str(len(one["parameters"])),
                *(found.get(m, MISSING) for m in methods),
                words.signed(one.get("log_likelihood_max")),
                words.signed(one.get("aicc")),
                words.signed(one.get("bic")),
                _loo_cell(one.get("elpd_loo") or {}),
            )
        )
    headings = [f"log evidence, {m}" for m in methods]
    return Table.of(
        "Criteria side by side. Larger is better for evidence, likelihood and LOO (nats), smaller "
        "for AICc and BIC",
        ("mechanism", "unknowns", *headings, "largest log-likelihood", "AICc", "BIC", "LOO"),
        rows,
    )


def _loo_cell(loo: Mapping[str, Any]) -> Cell:
    text = words.plus_minus(loo.get("value"), loo.get("error"))
    bad = loo.get("bad_k") or 0
    anew = loo.get("recomputed") or 0
    if not bad:
        return Cell(text)
    note = f"{counted(bad, 'observation')} with k̂ > 0.7"
    if anew == bad:
        return Cell(text, f"{note}, computed anew without {'it' if bad == 1 else 'them'}")
    return Cell(text, f"{note}, {anew} of them computed anew", "notable")


def sensitivity_table(summary: Summary) -> Table | None:
    """Show how the probabilities change with the priors; None where nothing is stored."""
    comparison = summary.get("comparison") or {}
    changes = comparison.get("prior_sensitivity") or []
    if not changes:
        return None
    names = ranked_names(summary)
    as_is = [words.probability((comparison.get("probabilities") or {}).get(n)) for n in names]
    rows: list[Sequence[Cell | str]] = [("as stated", *as_is)]
    for change in changes:
        fractions = change.get("probabilities") or {}
        rows.append(
            (Cell(change["change"], change.get("sentence") or ""),
             *(words.probability(fractions.get(n)) for n in names))
        )  # fmt: skip
    return Table.of("Probabilities under other priors", ("priors", *names), rows)
