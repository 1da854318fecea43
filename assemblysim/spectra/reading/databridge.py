"""Text that Waters' MassLynx DataBridge writes: scans one below the other, by their functions.

    FUNCTION 1

    Scan            1
    Retention Time  0.017

    200.5   350
    300.25  5000

Times are in minutes. The first function counts; others, as of a lock mass, are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.files.toml import read_text
from assemblysim.language import quoted
from assemblysim.spectra.reading.peak_lists import LARGEST
from assemblysim.spectra.reading.scan import Scan

_FUNCTION: Final = re.compile(r"FUNCTION\s+(\d+)\s*", re.IGNORECASE)
_SCAN: Final = re.compile(r"Scan\s+(\d+)\s*", re.IGNORECASE)
_TIME: Final = re.compile(r"Retention Time\s+([0-9.]+)\s*", re.IGNORECASE)
_PAIR: Final = re.compile(r"([0-9.eE+-]+)[\s,;]+([0-9.eE+-]+)")


@dataclass
class _Block:
    """What was read of a scan so far."""

    name: str
    time_h: float | None
    points: list[tuple[float, float]]


def is_databridge(start: str) -> bool:
    """Say whether a text begins as such a file does, its first line with words a FUNCTION."""
    lines = [line.strip() for line in start.splitlines() if line.strip()]
    return bool(lines) and bool(_FUNCTION.fullmatch(lines[0]))


def read_databridge(path: Path) -> tuple[tuple[Scan, ...], int]:
    """Read the scans of the first function, and count the scans of others, which are left out.

    Raises:
        InputError: a line cannot be read, or no scan of the first function holds a point; the
            text begins with the path.
    """
    with at(str(path)):
        blocks: list[_Block] = []
        first, now, others = "", "", 0
        for number, line in enumerate(read_text(path, LARGEST).splitlines(), start=1):
            text = line.strip()
            function, scan = _FUNCTION.fullmatch(text), _SCAN.fullmatch(text)
            time = _TIME.fullmatch(text)
            if function:
                now = function[1]
                first = first or now
                blocks.append(_Block("1", None, []))
            elif scan and now != first:
                others += 1
            elif scan:
                blocks.append(_Block(scan[1], None, []))
            elif now != first or not text:
                continue
            elif time:
                blocks[-1].time_h = _number(time[1], number) / 60
            elif text[0].isdigit():
                blocks[-1].points.append(_pair(text, number))
            else:
                raise InputError(
                    f"line {number}: {quoted(text)} is neither a scan's header nor m/z and "
                    "intensity; export the text again"
                )
        filled = [one for one in blocks if one.points]
        if not filled:
            raise InputError(f"holds no points below FUNCTION {first}; export the spectra, too")
        return tuple(_made(one) for one in filled), others


def _made(block: _Block) -> Scan:
    points = np.array(block.points)
    with at(f"scan {block.name}"):
        return Scan(f"scan {block.name}", points[:, 0], points[:, 1], 1, "", "", block.time_h)


def _pair(text: str, number: int) -> tuple[float, float]:
    found = _PAIR.fullmatch(text)
    if not found:
        raise InputError(f"line {number}: {quoted(text)} is not m/z and intensity; mend it")
    return _number(found[1], number), _number(found[2], number)


def _number(text: str, line: int) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"line {line}: {quoted(text)} is not a number; mend it") from None
