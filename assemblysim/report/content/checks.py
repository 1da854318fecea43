"""Whether the draws are good enough, and whether the mechanism is: tables and sentences."""

from __future__ import annotations

from assemblysim.language import listed
from assemblysim.report.content import words
from assemblysim.report.content.stored import Summary
from assemblysim.report.content.words import MISSING, is_number
from assemblysim.report.document.nodes import Cell, Table


def draw_check_table(mechanism: Summary) -> Table | None:
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
    return Table.of("Checks of the draws", ("check", "value", "bound", "result"), rows)


def _bound(value: float | None) -> str:
    """Write a bound as it was stated, without digits that it does not have."""
    return f"{value:g}" if is_number(value) else MISSING


def predictive_check_table(mechanism: Summary) -> Table | None:
    """Show the posterior predictive checks; None where there were no measurements to check."""
    checks = mechanism.get("predictive_checks") or {}
    threshold = checks.get("threshold")
    rows = [
        (Cell(one["name"]), Cell(one["meaning"]), _p_cell(one.get("p"), checks), _word(one, checks))
        for one in checks.get("statistics") or []
    ]
    if not rows:
        return None
    bound = f", fails below {words.number(threshold, 2)}" if is_number(threshold) else ""
    return Table(
        "Would this mechanism give data like these? Posterior predictive checks",
        ("check", "what a small p means", f"p{bound}", "result"),
        tuple(rows),
    )


def check_sentences(mechanism: Summary) -> tuple[str, ...]:
    """Put the outcome of the checks into words; none where there were no measurements."""
    checks = mechanism.get("predictive_checks") or {}
    if not checks.get("statistics"):
        return ()
    text = str(checks.get("sentence") or "")
    trends = {n: p for n, p in (checks.get("trends") or {}).items() if is_number(p)}
    bound = checks.get("threshold")
    found = [f"Mechanism {text}"] if text else []
    if trends and is_number(bound):
        bad = [f"{n} (p {words.number(p, 2)})" for n, p in trends.items() if p < bound]
        found.append(
            f"Signals that stay on one side of their measurements: {listed(bad)}."
            if bad
            else "No single signal stays on one side of its measurements for longer than chance "
            "allows."
        )
    found.append(
        "Residuals are in units of the noise that the mechanism itself needs: a wrong one shows "
        "trends rather than large residuals. p is the share of new data sets, drawn from the "
        "posterior, that look at least as bad as the real one. The same data were used for the "
        "fit, so a small p is a warning and a large one no proof."
    )
    return tuple(found)


def _p_cell(p: float | None, checks: Summary) -> Cell:
    """Write a p-value; the smallest that so many new data sets can give is a bound."""
    new = checks.get("replicated")
    if is_number(p) and is_number(new) and p <= 1 / (1 + new) * 1.0001:
        return Cell(f"< {words.number(1.5 / (1 + new), 1)}" if new else MISSING)
    return Cell(words.number(p, 2))


def _word(one: Summary, checks: Summary) -> Cell:
    p, bound = one.get("p"), checks.get("threshold")
    if not (is_number(p) and is_number(bound)):
        return Cell(MISSING)
    if checks.get("passed") is None:
        return Cell("too few draws to tell", "", "notable")
    return Cell("FAILED", "", "bad") if p < bound else Cell("passed", "", "good")
