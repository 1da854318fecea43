"""What to write in place of a cell that is no number, by what it looks like."""

from __future__ import annotations

import re
from typing import Final

_TRACES: Final = (
    "trace",
    "traces",
    "tr",
    "tr.",
    "spur",
    "spuren",
    "sp.",
    "present",
    "detected",
    "+",
)
_BEYOND: Final = (
    "sat", "sat.", "saturated", "overflow", "ovf", "ovrflw", "overload", "out of range", "oor",
    "off scale", "offscale", "aloq", "uloq", "too high",
)  # fmt: skip
_EITHER_WORDS: Final = ("n.a.", "n. a.", "n.a", "none", "no", "nil", "nichts", "blank", "empty")
_DASHES: Final = re.compile(r"[-\u2010-\u2015\u2212./*x?]+")
_NUMBER: Final = r"[+-]?[\d.,]*\d[.,]?\d*(?:[eE][+-]?\d+)?"
_RANGE: Final = re.compile(rf"{_NUMBER}\s*(?:-|\u2013|\u2014|to|bis|\.\.\.?)\s*{_NUMBER}")
# A number with a sign of doubt, a footnote or words.
_MARKED: Final = re.compile(r"\d.*[*†‡§?~()#^!\s]|[*†‡§?~()#^!\s].*\d|^c(?:a|irca)?\.?\d", re.ASCII)
_SPREAD: Final = re.compile(r"±|\+/-|\+-|\d\(\d+\)")
EITHER: Final = "write nothing for not measured, or n.d. for not detected"


def remedy_for_cell(text: str) -> str:
    """Say what to write in place of a cell that is no number; "" where its look says nothing.

    What may mean two things is named as such, so that nobody makes a number of a doubt.
    """
    plain = text.strip().lower()
    if _DASHES.fullmatch(plain) or plain in _EITHER_WORDS:
        return f"{EITHER}, as it may be either"
    if plain in _TRACES:
        return "write n.d. for below the detection limit, or the limit as in <0.1"
    if plain in _BEYOND or plain[:1] in (">", "≥"):
        return "what lies above a limit is not fitted; write nothing for not measured"
    if plain.startswith("#"):
        return "mend the formula of the spreadsheet, or write nothing for not measured"
    if _SPREAD.search(plain):
        return "write the number, and its standard deviation in a column beside it"
    if _RANGE.fullmatch(plain):
        return "write one number in place of a range"
    if plain[:1] == "=":
        return "write the result in place of the formula"
    if _MARKED.search(plain):
        return "write the number alone, or nothing if it is not to count"
    return ""
