"""Numbers as people write them: with points or commas, and with marks between thousands."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from assemblysim.errors import InputError
from assemblysim.language import quoted

Decimal = Literal[".", ","]
_PLAIN: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_MARKED: Final = {
    ",": re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII),
    ".": re.compile(r"[+-]?(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII),
}
# One mark with three digits behind it: 12,345 is 12.345 or 12345.
_DOUBTFUL: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_GAP: Final = " \u00a0\u2009\u202f'\u2019"
_GROUPED: Final = {
    decimal: re.compile(
        rf"[+-]?[1-9]\d{{0,2}}(?P<mark>[{re.escape(other)}{_GAP}])\d{{3}}(?:(?P=mark)\d{{3}})*"
        rf"(?:{re.escape(decimal)}\d*)?(?:[eE][+-]?\d+)?",
        re.ASCII,
    )
    for decimal, other in ((".", ","), (",", "."))
}
MINUS: Final = "\u2212"  # as text programs write it
_DASHED: Final = re.compile(r"[\u2010-\u2013\u2212](?=[\d.,])")  # a minus that became a dash
# 2.0 x 10^-3, 2,0·10⁻³ and Fortran's 2.0D-3.
_POWER: Final = re.compile(
    r"(?P<number>[+-]?[\d.,]*\d[.,]?)\s*(?:[x×*·⋅]\s*10\s*(?:\^|\*\*)?\s*[({]?|[dD](?=[+-]?\d+$))"
    r"(?P<power>[+-]?\d{1,3})[)}]?",
    re.ASCII,
)
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_UNIT: Final = r"(?:%|[A-Za-zµμ]\S*(?:\s[A-Za-z]\S*)?)"
_SPREAD: Final = re.compile(r"\s*(?:±|\+/-|\+-|\(\d{1,2}\)$)\s*")
_BETWEEN: Final = re.compile(f"[{_GAP}]")


# What people write around a number: a limit before it, a unit behind it.
_DRESSED: Final = re.compile(rf"[<≤]?\s*([+-]?[\d.,{_GAP}]*\d[.,]?(?:[eE][+-]?\d+)?)\s*{_UNIT}?")


@dataclass(frozen=True)
class Numerals:
    """How the numbers of a table are written.

    Attributes:
        decimal: the decimal mark.
        stated: whether a user stated it, so that other marks are between thousands.
        key: how a study, or an option of a command, says which; "" where there is no such key.
    """

    decimal: Decimal = "."
    stated: bool = False
    key: str = ""

    def number(self, text: str) -> float | None:
        """Return the number that a text is; None where it is none."""
        other = "," if self.decimal == "." else "."
        plain = text = _with_powers(_DASHED.sub("-", text))
        if self.stated and _GROUPED[self.decimal].fullmatch(text):
            plain = _BETWEEN.sub("", text.replace(other, ""))
        elif self.stated and other in text:
            return None
        plain = plain.replace(self.decimal, ".")
        if not _PLAIN.fullmatch(plain) or not math.isfinite(float(plain)):
            return None
        return float(plain)

    def remedy(self, text: str) -> str:
        """Say what to do about a text that is a number in another notation; "" where it is none."""
        if _is_grouped(text) or _DOUBTFUL.fullmatch(text):
            return settled_by(text, self.key)
        if self.stated and _PLAIN.fullmatch(text.replace(",", ".")):
            return f"decimal = {_written(self.decimal)} is stated; write it so throughout"
        if _MARKED[","].fullmatch(text):
            return "write a decimal point, or separate the columns by semicolons"
        return ""


PLAIN: Final = Numerals()


def _with_powers(text: str) -> str:
    """Write powers of ten as computers do: 2.0e-3 for 2.0 x 10^-3."""
    if not any(sign in text for sign in "xX×*·⋅dD"):
        return text
    flat = text.translate(_RAISED).replace(MINUS, "-")
    # 10^3, 10³ and 10-3 are powers; 103 may be a number.
    if flat == text and "10" in text and not re.search(r"10\s*(?:\^|\*\*|[-+])", text):
        return text
    found = _POWER.fullmatch(flat)
    return text if found is None else f"{found['number']}e{found['power']}"


def settled_by(text: str, key: str) -> str:
    """Say which key, or which other way to write it, settles what a doubtful number means."""
    meanings = [
        (decimal, value)
        for decimal in (",", ".")
        if (value := Numerals(decimal, stated=True).number(text)) is not None
    ]
    if len({value for _, value in meanings}) < len(meanings):
        meanings = meanings[1:]  # a blank between thousands, whatever the decimal mark is
    if key and meanings:
        if key.startswith("--"):
            ways = " or ".join(f"{key} {_written(d)} for {v:.12g}" for d, v in meanings)
            return f"add {ways}"
        ways = " or ".join(f"{key} = {_written(d)} for {v:.12g}" for d, v in meanings)
        return f"state {ways} in study.toml"
    ways = " or ".join(_digits(value) for _, value in meanings)
    return f"write {ways}, without marks between thousands" if ways else ""


def _digits(value: float) -> str:
    """Write a number so that nobody takes it for another one: 12345, 12.3450."""
    text = repr(value).removesuffix(".0")
    return f"{text}0" if _DOUBTFUL.fullmatch(text) else text


def _written(mark: str) -> str:
    return f'"{mark}"'


def _is_grouped(text: str) -> bool:
    """Say whether a text is a number with a mark between thousands for certain, as 1.234,5."""
    return not _DOUBTFUL.fullmatch(text) and any(one.fullmatch(text) for one in _GROUPED.values())


def _bare(text: str) -> str:
    """Return the number of a text such as ``<1.5`` or ``90 s``; other texts as they are."""
    text = _DASHED.sub("-", text)
    found = _DRESSED.fullmatch(text)
    return found[1] if found else text


def _bare_parts(text: str) -> list[str]:
    """Return the numbers of a text such as ``1.5 ± 0.1``; one number, or the text, of others."""
    return [_bare(part) for part in _SPREAD.split(text) if part]


def find_numerals(
    texts: Sequence[tuple[str, str]], separator: str, stated: Decimal | None, key: str
) -> Numerals:
    """Find out how the numbers of a table are written, and refuse what may mean two things.

    Args:
        texts: (place, text) of the cells.
        separator: between the columns. Beside commas, a point is the decimal mark.
        stated: the decimal mark, where a user states it.
        key: what a study calls that.

    Raises:
        InputError: both marks are in use, or each number with a mark may have it between
            thousands.
    """
    if stated is not None:
        return Numerals(stated, stated=True, key=key)
    if separator == ",":
        return Numerals(key=key)
    texts = [(place, part) for place, text in texts for part in _bare_parts(text)]
    for place, text in texts:
        if _is_grouped(text):
            raise InputError(f"{place}: {quoted(text)} has marks between thousands; "
                             f"{settled_by(text, key)}")  # fmt: skip
    commas = [(p, t) for p, t in texts if _MARKED[","].fullmatch(t)]
    points = [(p, t) for p, t in texts if _MARKED["."].fullmatch(t)]
    sure = {
        mark: [one for one in found if not _DOUBTFUL.fullmatch(one[1])]
        for mark, found in ((",", commas), (".", points))
    }
    if sure[","] and sure["."]:
        raise InputError(
            f"{sure[','][0][0]} has a decimal comma, {sure['.'][0][0]} a decimal point; write all "
            "numbers in one way"
        )
    doubtful = [one for one in (*commas, *points) if _DOUBTFUL.fullmatch(one[1])]
    clear = bool(sure[","]) != bool(sure["."])
    if doubtful and (not clear or (commas and points)):
        place, text = next(
            one for one in doubtful if not clear or not sure["," if "," in one[1] else "."]
        )
        raise InputError(
            f"{place}: {quoted(text)} may have its mark between thousands or before decimals; "
            f"{settled_by(text, key)}"
        )
    return Numerals("," if commas else ".", key=key)
