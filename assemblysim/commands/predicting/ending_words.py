"""What ``predict`` says of where a mixture comes to rest, of traps, and of DT50 and DT90."""

from __future__ import annotations

from collections.abc import Iterator

from assemblysim.commands.predicting.shown_units import ShownUnits
from assemblysim.language import listed
from assemblysim.prediction.rest import LONGEST
from assemblysim.report.content import words
from assemblysim.report.document.nodes import Cell, Listing, Table, View, table_blocks
from assemblysim.result.numbers import Interval, LifetimeQuantity
from assemblysim.study.questions.endings import KEPT, MadeMost, WhereItEnds

# Of the block, or of what there is most of: less at rest is not named.
_LEAST, _MOST_NAMED = 0.01, 8
# From here on a probability is told as what is so.
_SURE = 0.95
_MOST_STEPS = 5


def ending_view(found: WhereItEnds, units: ShownUnits) -> View:
    """Return sentences on rest and product, and a table of DT50 and DT90.

    Args:
        found: from the draws of all mechanisms in play.
        units: to show numbers in.
    """
    sentences = [*_rests(found, units)]
    if found.draws and (found.restless or 0.0) <= _SURE:  # else there is no rest to speak of
        sentences += [*_product(found, units), *_one_way(found)]
    tables = table_blocks("disappearance", disappearance_table(found, units))
    return View((Listing(tuple(sentences)), *tables), tuple(found.rest))


def disappearance_table(found: WhereItEnds, units: ShownUnits) -> Table | None:
    """Return DT50 and DT90 of every species that is used; None where none is."""
    if not found.disappearance:
        return None
    rows: list[list[Cell | str]] = [
        [name, *(_gone(found, one, units) for one in quantities.values())]
        for name, quantities in found.disappearance.items()
    ]
    caption = (
        "DT50 and DT90: the time until 50 % and 90 % of a species has gone, from its highest "
        "point on: the start, or the maximum of what is formed first (median, 95 % interval)"
    )
    return Table.of(caption, ("species", "DT50", "DT90"), rows)


def _gone(found: WhereItEnds, one: LifetimeQuantity, units: ShownUnits) -> Cell:
    # From the top on it is less than the whole window, so that nothing longer may be claimed.
    beyond = f"not by {units.duration(found.until_h)}"
    if one.median is None:
        odds = words.drawn_probability(one.probability_beyond, found.draws)
        return Cell(beyond, f"with probability {odds}")
    return Cell(units.durations(Interval(one.median, one.lower, one.upper), beyond))


def _rests(found: WhereItEnds, units: ShownUnits) -> Iterator[str]:
    """Say what rest there is, if that is known, and of how many draws it is not."""
    if not found.draws:
        yield (
            "Whether the mixture comes to rest is not known: it changes too much to be followed "
            "for a million times as long."
        )
        return
    yield _rest(found, units)
    if found.failed:
        yield (
            f"{found.failed} of {found.failed + found.draws} draws change too much to be followed "
            "for a million times as long; they are left out of what is said of rest."
        )


def _rest(found: WhereItEnds, units: ShownUnits) -> str:
    """Say when it comes to rest, and what there is then."""
    restless = found.restless or 0.0
    if restless > _SURE:
        return (
            f"The mixture is not at rest after {LONGEST:.0e} times as long: it still changes then."
        ).replace("1e+06", "a million")
    measure = {
        name: one.fraction if found.block else one.concentration for name, one in found.rest.items()
    }
    largest = max((one.median or 0.0 for one in measure.values()), default=0.0)
    least = _LEAST * (1.0 if found.block else largest)
    named = sorted(measure, key=lambda name: -(measure[name].median or 0.0))
    kept = [name for name in named if (measure[name].upper or 0.0) >= least][:_MOST_NAMED]
    parts = [f"{name} {_amount(found, measure[name], units)}" for name in kept]
    beyond = "later than is followed" if restless > 0.025 else words.MISSING
    when = units.durations(found.reached_h, beyond)
    share = f" of {found.block}" if found.block else ""
    text = f"At rest, which is reached after {when}, there is{share}: {listed(parts)}."
    if restless >= 0.01:
        odds = words.probability(restless)
        text += f" With probability {odds} it still changes after a million times as long."
    return text


def _amount(found: WhereItEnds, one: Interval, units: ShownUnits) -> str:
    if not found.block:
        return units.concentrations(one)
    return words.percent_interval(one.median, one.lower, one.upper)


def _product(found: WhereItEnds, units: ShownUnits) -> Iterator[str]:
    """Say whether what there is most of when the window ends stays, or is a trap."""
    one = found.product
    if one is None or one.trap is None:
        return
    end = units.duration(found.until_h)
    share = f" of {found.block}" if found.block else ""
    amount = _amount(found, one.fraction, units)
    yield f"At {end} there is most {one.species}, {amount}{share}, which {_fate(found, one, units)}"


def _fate(found: WhereItEnds, one: MadeMost, units: ShownUnits) -> str:
    trap = one.trap or 0.0
    left = _amount(found, one.fraction_at_rest, units)
    odds = words.probability(trap)
    if trap > _SURE:
        return f"is a trap on the way: at rest {left} is left of it."
    if trap < 1 - _SURE:
        return f"is no trap: at rest there is {left}."
    return (
        f"is a trap with probability {odds}, which means that less than {100 * KEPT:.0f} % of it "
        f"is left at rest ({left})."
    )


def _one_way(found: WhereItEnds) -> Iterator[str]:
    """Say that rest without ways back is no equilibrium."""
    steps = found.one_way
    if not steps and found.balanced:
        yield "All steps have their way back, so that rest is the equilibrium."
        return
    if not steps:
        yield (
            "All steps have their way back, but rest need not be the equilibrium: a species is "
            "held, or the constants need not agree round a cycle."
        )
        return
    named = [step.replace("_", " ") for step in steps[:_MOST_STEPS]]
    if len(steps) > _MOST_STEPS:
        named.append(f"{len(steps) - _MOST_STEPS} more")
    have = "has" if len(steps) == 1 else "have"
    yield (
        f"{listed(named)} {have} no way back in the model: rest is where the steps end, and is no "
        "equilibrium as far as these are concerned."
    )
