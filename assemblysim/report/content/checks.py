"""Whether the draws are good enough, and whether the mechanism is: tables and sentences."""

from __future__ import annotations

from assemblysim.language import listed
from assemblysim.prediction.checks.predictive_checks import STATISTICS
from assemblysim.report.content import words
from assemblysim.report.content.words import MISSING, is_number
from assemblysim.report.document.nodes import Cell, Table
from assemblysim.result.checks import PredictiveCheckResult
from assemblysim.result.mechanism import MechanismResult
from assemblysim.sentences.checks import check_words

# From this chance on that it is wrong a spectrum is listed.
NOTABLE_CHANCE = 0.05


def draw_check_table(mechanism: MechanismResult) -> Table | None:
    """Show the checks; None where none is stored."""
    passed, failed = Cell("passed", "", "good"), Cell("FAILED", "", "bad")
    rows = [
        (one.name, words.number(one.value), f"{one.bound:g}", passed if one.passed else failed)
        for one in mechanism.checks
    ]
    if not rows:
        return None
    return Table.of("Checks of the draws", ("check", "value", "bound", "result"), rows)


def predictive_check_table(mechanism: MechanismResult) -> Table | None:
    """Show the posterior predictive checks; None where there were no measurements to check."""
    checks = mechanism.predictive_checks
    if checks is None or not checks.statistics:
        return None
    rows = [
        (name, STATISTICS[name], _p_text(p, checks), _word(p, checks))
        for name, p in checks.statistics.items()
    ]
    bound = f"p, fails below {words.number(checks.threshold, 2)}"
    return Table.of(
        "Would this mechanism give data like these? Posterior predictive checks",
        ("check", "what a small p means", bound, "result"),
        rows,
    )


def wild_spectra_table(mechanism: MechanismResult) -> Table | None:
    """Show the spectra that may well be wrong as a whole; None where there are none."""
    rows = [
        (
            *((one.experiment,) if one.experiment else ()),
            str(one.row),
            one.label,
            Cell(words.probability(one.probability), "", "bad" if one.probability > 0.5 else ""),
        )
        for one in mechanism.wild_spectra
        if one.probability > NOTABLE_CHANCE
    ]
    if not rows:
        return None
    several = len(rows[0]) > 3
    heads = ("row", "spectrum", "probability that it is wrong as a whole")
    return Table.of(
        "Spectra that this mechanism does not fit, and that may be wrong",
        ("experiment", *heads) if several else heads,
        rows,
    )


def check_sentences(mechanism: MechanismResult, name: str) -> tuple[str, ...]:
    """Put the outcome of the checks into words; none where there were no measurements."""
    checks = mechanism.predictive_checks
    if checks is None or not checks.statistics:
        return ()
    found = [f"Mechanism {check_words(checks, name)}"]
    trends = {n: p for n, p in checks.trends.items() if is_number(p)}
    if trends:
        bound = checks.threshold
        bad = [f"{n} (p {words.number(p, 2)})" for n, p in trends.items() if p < bound]
        found.append(
            f"Signals that stay on one side of their measurements: {listed(bad)}."
            if bad
            else "No single signal stays on one side of its measurements for longer than chance "
            "allows."
        )
    found.append(
        "Residuals are in units of the noise that the mechanism itself needs: a wrong one shows "
        "trends rather than large residuals. p is the fraction of new data sets, drawn from the "
        "posterior, that look at least as bad as the real one. The same data were used for the "
        "fit, so a small p is a warning and a large one no proof."
    )
    return tuple(found)


def _p_text(p: float, checks: PredictiveCheckResult) -> str:
    """Write a p-value; the smallest that so many new data sets can give is a bound."""
    new = checks.replicated
    if is_number(p) and p <= 1 / (1 + new) * 1.0001:
        return f"< {words.number(1.5 / (1 + new), 1)}" if new else MISSING
    return words.number(p, 2)


def _word(p: float, checks: PredictiveCheckResult) -> Cell:
    if not is_number(p):
        return Cell(MISSING)
    if checks.passed is None:
        return Cell("too few draws to tell", "", "notable")
    return Cell("FAILED", "", "bad") if p < checks.threshold else Cell("passed", "", "good")
