"""The tables of a study as text, for the page and the terminal alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assemblysim.language import counted
from assemblysim.report.content import words
from assemblysim.report.content.right_censored import beyond_note, beyond_words
from assemblysim.report.content.stored import ranked_names, window
from assemblysim.report.content.words import MISSING, is_number
from assemblysim.report.schemes.steps import equation_text, law_text

Summary = Mapping[str, Any]

# Quantity names of summary.json, in the order and the words of the report.
LIFETIME_ROWS = {
    "onset": "onset (above the detection limit)",
    "time_of_maximum": "time of the maximum",
    "maximum": "height of the maximum",
    "half_life": "half-life after the maximum",
    "width_at_half_maximum": "width at half maximum",
    "residence_time": "mean residence time, within the experiment",
    "lifetime_at_maximum": "momentary lifetime at the maximum",
}
# Contributions that differ by more than this, in nats, are marked: a factor of 1.6.
NOTABLE_NATS = 0.5


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: what it says.
        note: a smaller second line.
        mark: "good", "bad", "notable" or "".
    """

    text: str
    note: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first column names the rows.

    Attributes:
        caption: what it shows.
        columns: headings.
        rows: as many cells as headings in each.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def transposed_to(self, kind: str) -> Table:
        """The same with a row for each column, which is a species or a step, say."""
        names = tuple(row[0].text for row in self.rows)
        rows = tuple(
            (Cell(heading), *(row[i] for row in self.rows))
            for i, heading in enumerate(self.columns[1:], start=1)
        )
        return Table(self.caption, (kind, *names), rows)


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Cell | str]]) -> Table:
    cells = (tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows)
    return Table(caption, tuple(columns), tuple(cells))


def ranking_table(summary: Summary) -> Table | None:
    """Rank the mechanisms by probability; None where nothing was compared."""
    comparison = summary.get("comparison")
    if not comparison:
        return None
    factors = comparison.get("log_bayes_factors") or {}
    left_open = comparison.get("open") or ()
    rows = []
    for name, fraction in sorted(
        comparison["probabilities"].items(), key=lambda pair: -(pair[1] or 0)
    ):
        low, high = ((comparison.get("intervals") or {}).get(name) or (None, None))[:2]
        factor = factors.get(name) or {}
        first = factor.get("value") in (0, 0.0, None)
        rows.append(
            (
                name,
                Cell(words.probability(fraction), words.probability_interval(low, high)),
                MISSING if first else words.plus_minus(factor.get("value"), factor.get("error")),
                MISSING if first else str(factor.get("words") or MISSING),
                "open" if len(left_open) > 1 and name in left_open else "",
            )
        )
    return _table(
        "Posterior probability of each mechanism, all taken as equally probable before the data; "
        "interval: error of the evidences only",
        ("mechanism", "probability (95 %)", "ln Bayes factor of the best against it",
         "evidence against it", "left open"),
        rows,
    )  # fmt: skip


def statement_table(summary: Summary) -> Table | None:
    """Show what each statement says under each mechanism; None where there are none."""
    names = ranked_names(summary)
    several = len(summary.get("conditions") or []) > 1
    by_text: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name in names:
        for statement in summary["mechanisms"][name].get("statements") or []:
            where = f"{statement['experiment']}: " if several else ""
            by_text.setdefault(where + statement["text"], {})[name] = statement
    if not by_text:
        return None
    rows = []
    for text, found in by_text.items():
        reading = next(iter(found.values())).get("reading") or ""
        nats = [s["log_contribution"] for s in found.values() if is_number(s["log_contribution"])]
        differs = bool(nats) and max(nats) - min(nats) > NOTABLE_NATS
        cells = [_statement_cell(found.get(name), max(nats, default=0.0)) for name in names]
        said = Cell(text, f"read as: {reading}" if reading else "", "notable" if differs else "")
        rows.append((said, *cells))
    return _table(
        "For each statement: posterior probability that it holds in the noisy signals, and below "
        "it the mean logarithm of the probability of the statement (nats)",
        ("statement", *names),
        rows,
    )


def _statement_cell(statement: Mapping[str, Any] | None, best: float) -> Cell:
    if statement is None:
        return Cell(MISSING)
    nats = statement["log_contribution"]
    mark = "bad" if is_number(nats) and best - nats > NOTABLE_NATS else ""
    return Cell(words.probability(statement["probability"]), words.signed(nats, 2), mark)


def lifetime_table(lifetimes: Mapping[str, Any], hours: float | None, caption: str) -> Table | None:
    """Show lifetimes, a column for each species; None where there are none.

    Args:
        lifetimes: by species, then quantity, as stored.
        hours: how long the experiment was followed, h.
        caption: of the table.
    """
    if not lifetimes:
        return None
    known: dict[str, None] = dict.fromkeys(q for one in lifetimes.values() for q in one)
    quantities = [q for q in LIFETIME_ROWS if q in known]
    quantities += [q for q in known if q not in LIFETIME_ROWS]
    rows = [
        (
            Cell(LIFETIME_ROWS.get(quantity, quantity.replace("_", " "))),
            *(_lifetime_cell(one.get(quantity), hours) for one in lifetimes.values()),
        )
        for quantity in quantities
    ]
    table = _table(caption, ("quantity", *lifetimes), rows)
    return table.transposed_to("species") if len(lifetimes) > len(quantities) else table


def _lifetime_cell(entry: Mapping[str, Any] | None, hours: float | None) -> Cell:
    if entry is None:
        return Cell(MISSING)
    name = entry.get("unit") or ""
    fraction = entry.get("probability_beyond")
    if not is_number(entry.get("median")):
        if hours is not None and name == "h":
            return Cell(*beyond_words(hours, fraction, entry.get("lower")))
        return Cell(MISSING, beyond_note(hours, fraction))
    beyond = f"> {hours:g}" if hours is not None and name == "h" else MISSING
    text = words.interval(entry.get("median"), entry.get("lower"), entry.get("upper"), beyond)
    text = text if text == MISSING else f"{text} {words.unit(name)}".rstrip()
    return Cell(text, beyond_note(hours, fraction))


def pathway_rows(pathways: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Flatten stored pathway shares to product, reaction and share."""
    return [
        (product, reaction, fraction)
        for product, fractions in pathways.items()
        for reaction, fraction in fractions.items()
    ]


def pathway_table(pathways: Mapping[str, Any], caption: str) -> Table | None:
    """Show which reaction makes how much of each product; None where nothing is stored."""
    rows = [
        (
            product,
            reaction,
            words.percent_interval(
                fraction.get("median"), fraction.get("lower"), fraction.get("upper")
            ),
        )
        for product, reaction, fraction in pathway_rows(pathways)
    ]
    if not rows:
        return None
    return _table(caption, ("product", "made by", "share (95 %)"), rows)


_PARAMETER_WORDS = {
    "noise": "noise",
    "noise_additive": "additive noise",
    "sampling_error": "sampling error",
    "background": "background",
    "limit": "detection limit",
    "statement_noise": "reading noise",
    "fraction": "abundant: fraction of the maximum",
}
_PREFIX_WORDS = (
    ("response_", "response of"),
    ("initial_", "initial"),
    ("noise_additive_", "additive noise of"),
    ("noise_", "noise of"),
)
_KIND_WORDS = {
    "noise": "noise",
    "background": "background",
    "statement": "of the statements",
}


def parameter_label(name: str) -> str:
    """Name a parameter in a chemist's words where it has a technical name."""
    if name in _PARAMETER_WORDS:
        return _PARAMETER_WORDS[name]
    for prefix, label in _PREFIX_WORDS:
        if name.startswith(prefix):
            return f"{label} {name.removeprefix(prefix)}"
    return name


def parameter_note(name: str, one: Mapping[str, Any]) -> str:
    """Say what an unknown belongs to, where its label does not; else nothing."""
    note = _KIND_WORDS.get(str(one.get("kind") or ""), "")
    return "" if note == parameter_label(name) else note


def activation_table(mechanism: Summary) -> Table | None:
    """Show the free energies of activation; None where no temperature is stated."""
    found = mechanism.get("activation") or []
    if not found:
        return None
    rows = [
        (
            parameter_label(one["name"]),
            f"{one['temperature_K'] - 273.15:.4g} °C",
            words.interval(one["median"], one["lower"], one["upper"]),
        )
        for one in found
    ]
    caption = (
        "Free energies of activation at the temperatures that the experiments end at, by Eyring's "
        "equation (standard state 1 M): median and 95 % interval"
    )
    return _table(caption, ("rate constant", "at", "ΔG‡, kJ/mol"), rows)


def step_table(mechanism: Summary) -> Table:
    """Show every one-way step with its rate law."""
    rows = [
        (reaction["name"], equation_text(reaction), law_text(mechanism, reaction))
        for reaction in mechanism.get("reactions") or []
    ]
    return _table("Steps and their rate laws", ("step", "equation", "rate"), rows)


def check_table(mechanism: Summary) -> Table | None:
    """Show the checks; None where none is stored."""
    passed, failed = Cell("passed", "", "good"), Cell("FAILED", "", "bad")
    rows = [
        (
            c["name"],
            words.number(c.get("value")),
            _bound(c.get("bound")),
            passed if c.get("passed") else failed,
        )
        for c in mechanism.get("checks") or []
    ]
    if not rows:
        return None
    return _table("Checks of the draws", ("check", "value", "bound", "result"), rows)


def _bound(value: float | None) -> str:
    """Write a bound as it was stated, without digits that it does not have."""
    return f"{value:g}" if is_number(value) else MISSING


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
    return _table(
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
    note = f"{counted(bad, 'unit')} with k̂ > 0.7"
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
    return _table("Probabilities under other priors", ("priors", *names), rows)


def condition_table(summary: Summary) -> Table | None:
    """Show the experiments: initial concentrations, duration, how much was observed."""
    rows = []
    for one in summary.get("conditions") or []:
        initial = ", ".join(f"{name} {amount}" for name, amount in one["initial"].items())
        times = [words.duration(t) for t in one.get("sampled_h") or []]
        rows.append(
            (
                one["experiment"],
                Cell(initial, "; ".join(one.get("conduct") or ())),
                words.duration(one.get("window_h")),
                str(one.get("readings") or 0),
                str(one.get("statements") or 0),
                ", ".join(times) or MISSING,
            )
        )
    if not rows:
        return None
    columns = ("experiment", "at the start", "followed for", "readings", "statements", "sampled at")
    return _table("Conditions, and what was observed", columns, rows)


def averaged_tables(summary: Summary) -> list[Table]:
    """Show the predictions averaged over mechanisms by their probabilities."""
    averaged = summary.get("averaged") or {}
    caption = (
        "Lifetimes, averaged by their probabilities over the mechanisms that have the "
        "intermediate: median and 95 % interval"
    )
    tables = (
        lifetime_table(averaged.get("lifetimes") or {}, window(summary), caption),
        pathway_table(averaged.get("pathways") or {}, "Pathway shares, averaged likewise"),
    )
    return [table for table in tables if table is not None]
