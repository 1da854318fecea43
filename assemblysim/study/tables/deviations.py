"""Columns of standard deviations, known by their labels: ``A sd``, ``± A``, ``A (+-)``."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from assemblysim.study.tables.labels import is_unit, plain_label, ways_to_read

_WORDS: Final = (
    r"(?:std\.?[ _]?dev\.?|standard deviations?|standard errors?|standardabweichung|uncertainty|"
    r"stddev|stdev|stabw\.?|sigma|fehler|errors?|err\.?|std\.?|sem|se|sd\.?|σ|±|\+/-|\+-)"
)
_WORD: Final = re.compile(_WORDS, re.IGNORECASE)
_BEFORE: Final = re.compile(
    rf"{_WORDS}(?:[ _.:]+(?:of )?\(?|\(|(?<=[±-]))(?P<name>.+?)\)?", re.IGNORECASE
)
_BEHIND: Final = re.compile(
    rf"(?P<name>.+?)(?:[ _.:,]+[(\[]?|[(\[]|(?=[±+])){_WORDS}[)\]]?", re.IGNORECASE
)


def deviation_of(label: str, signals: Sequence[str]) -> str:
    """Return of which signal a column holds standard deviations; "" where its label says none."""
    if any(plain_label(label) == plain_label(one) for one in signals):
        return ""
    for way in ways_to_read(label):
        if way.unit is not None and _WORD.fullmatch(way.unit) and way.name in signals:
            return way.name
        for form in (_BEHIND, _BEFORE):
            found = form.fullmatch(way.name)
            if found is None:
                continue
            names = {one.name for one in ways_to_read(found["name"])}
            for signal in signals:
                if plain_label(signal) in names:
                    return signal
    return ""


def unit_of_deviations(label: str) -> str | None:
    """Return the unit that a label of standard deviations states: uM of "A (uM) sd"."""
    ways = ways_to_read(label)
    named = [found["name"] for way in ways for form in (_BEHIND, _BEFORE)
             if (found := form.fullmatch(way.name))]  # fmt: skip
    stated = [way.unit for way in reversed(ways)]
    stated += [way.unit for name in named for way in reversed(ways_to_read(name))]
    return next((unit for unit in stated if unit and not _WORD.fullmatch(unit)), None)


def named_beside(header: Sequence[str], others: Collection[str] = ()) -> list[str]:
    """Return labels with the name of the column on the left where one is a bare "±" or "sd".

    Args:
        header: the labels.
        others: names of something else, as "Se" of selenium; where several columns have one of
            them, it is the label of none.
    """
    named: list[str] = []
    for i, label in enumerate(header):
        ways = ways_to_read(label) if label else ()
        bare = [w for w in ways if _WORD.fullmatch(w.name) and (not w.unit or is_unit(w.unit))]
        own = any(way.name in others for way in ways) and header.count(label) == 1
        if bare and i and header[i - 1] and not own:
            unit = f" ({bare[-1].unit})" if bare[-1].unit else ""
            named.append(f"± {ways_to_read(header[i - 1])[-1].name}{unit}")
        else:
            named.append(label)
    return named
