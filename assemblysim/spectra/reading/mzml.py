"""Spectra from mzML files, plain or packed with gzip, scan by scan.

Read are arrays of 32 and 64 bits, packed with zlib or not. MS-Numpress is refused. The terms are
those of the PSI-MS and unit ontologies, by their accession numbers.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from io import BufferedReader
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError, iterparse

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.paths import what_lies_at
from assemblysim.files.places import at
from assemblysim.spectra.reading.scan import Polarity, Sampling, Scan

_LEVEL, _START = "MS:1000511", "MS:1000016"
_POLARITY: Final[Mapping[str, Polarity]] = {"MS:1000130": "positive", "MS:1000129": "negative"}
_SAMPLING: Final[Mapping[str, Sampling]] = {"MS:1000128": "profile", "MS:1000127": "centroid"}
_MZ, _INTENSITY, _ZLIB = "MS:1000514", "MS:1000515", "MS:1000574"
_KINDS: Final = {
    "MS:1000523": "<f8",
    "MS:1000521": "<f4",
    "MS:1000522": "<i8",
    "MS:1000519": "<i4",
}
_NUMPRESS: Final = frozenset(f"MS:100{n}" for n in (2312, 2313, 2314, 2746, 2747, 2748))
_HOURS: Final = {"UO:0000010": 1 / 3600, "UO:0000031": 1 / 60, "UO:0000032": 1.0,
                 "UO:0000028": 1 / 3.6e6}  # fmt: skip
_ENCODING: Final = re.compile(rb"""[^>]*?<\?xml[^>]*encoding=["']([^"']*)""")
_ENCODINGS: Final = ("utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "utf-16")
_GZIP: Final = b"\x1f\x8b"
_CUT: Final = "is cut off or damaged; export or copy it again"

_Terms = dict[str, Element]


def read_mzml(path: Path) -> tuple[Scan, ...]:
    """Read all scans of a file that are mass spectra.

    Args:
        path: of an mzML file, which may be packed with gzip.

    Raises:
        InputError: the file is no mzML, cut off, or holds no mass spectrum, or a scan's arrays
            cannot be decoded, have another length than stated, or m/z that fall; the text
            begins with the path and names the scan.
    """
    found = tuple(scans_of(path))
    if not found:
        raise InputError(f"{path}: holds no mass spectrum; export the spectra, too")
    return found


def scans_of(path: Path) -> Iterator[Scan]:
    """Yield the scans of a file one by one, so that only one is in memory.

    Raises:
        InputError: as `read_mzml`.
    """
    with at(str(path)):
        if what_lies_at(path) != "file":
            raise InputError("no such file; check the path")
        try:
            with _opened(path) as file:
                yield from _scans(file)
        except ParseError as fault:
            raise InputError(f"is no XML, or {_CUT} ({fault})") from None
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise InputError(_CUT) from None


def _opened(path: Path) -> BufferedReader | gzip.GzipFile:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    return gzip.open(path) if packed else path.open("rb")


def _scans(file: BufferedReader | gzip.GzipFile) -> Iterator[Scan]:
    declared = _ENCODING.match(file.peek(200)[:200])
    if declared and declared[1].decode("latin-1").lower() not in _ENCODINGS:
        raise InputError("is XML in an encoding that is not known; export it as UTF-8")
    groups: dict[str, Element] = {}
    outermost = True
    for event, element in iterparse(file, events=("start", "end")):
        kind = _tag(element)
        if outermost and kind not in ("mzML", "indexedmzML"):
            raise InputError(f"is XML of the kind '{kind}', no mzML; convert it")
        outermost = False
        if event == "start":
            continue
        if kind == "referenceableParamGroup":
            groups[element.get("id", "")] = element
        elif kind == "spectrum":
            scan = _scan(element, groups)
            if scan is not None:
                yield scan
            element.clear()
        elif kind == "chromatogram":
            element.clear()


def _scan(element: Element, groups: Mapping[str, Element]) -> Scan | None:
    """Return a mass spectrum; None where there is no m/z, as of an absorption spectrum."""
    name = element.get("id") or f"index {element.get('index')}"
    with at(f"scan '{name}'"):
        arrays: dict[str, np.ndarray] = {}
        length = _whole(element.get("defaultArrayLength"), "defaultArrayLength")
        for one in _all(element, "binaryDataArray"):
            terms = _terms(one, groups)
            for wanted in (_MZ, _INTENSITY):
                if wanted in terms:
                    arrays[wanted] = _array(one, terms, length)
        if _MZ not in arrays:
            return None
        if _INTENSITY not in arrays:
            raise InputError("has m/z and no intensities; export it again")
        terms = _terms(element, groups)
        level = terms.get(_LEVEL)
        return Scan(
            name,
            arrays[_MZ],
            arrays[_INTENSITY],
            1 if level is None else _whole(level.get("value"), "ms level"),
            next((sign for term, sign in _POLARITY.items() if term in terms), ""),
            next((kind for term, kind in _SAMPLING.items() if term in terms), ""),
            _time(element, groups),
        )


def _time(element: Element, groups: Mapping[str, Element]) -> float | None:
    """Return when the first of a spectrum's scans began, h; None where that is not said."""
    for one in _all(element, "scan"):
        start = _terms(one, groups).get(_START)
        if start is not None:
            unit = start.get("unitAccession", "")
            if unit not in _HOURS:
                raise InputError(f"the scan's start has the unit '{unit}'; export it in minutes")
            try:
                return float(start.get("value", "")) * _HOURS[unit]
            except ValueError:
                raise InputError(
                    f"the scan's start, '{start.get('value')}', is no number"
                ) from None
    return None


def _array(element: Element, terms: _Terms, default: int) -> np.ndarray:
    """Decode one array, shape (N,), to 64-bit floats."""
    if terms.keys() & _NUMPRESS:
        raise InputError("is packed with MS-Numpress; convert it without, as with zlib")
    kinds = [kind for term, kind in _KINDS.items() if term in terms]
    if len(kinds) != 1:
        raise InputError("an array's numbers are of no known kind; export them as 64-bit floats")
    length = _whole(element.get("arrayLength", str(default)), "arrayLength")
    text = next((one.text or "" for one in _all(element, "binary")), "")
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
        packed = _ZLIB in terms and bool(raw)
        size = np.dtype(kinds[0]).itemsize * length
        raw = zlib.decompressobj().decompress(raw, size + 1) if packed else raw
    except (binascii.Error, ValueError):
        raise InputError(f"an array is no base64; {_CUT}") from None
    except zlib.error:
        raise InputError("an array is not packed with zlib, though it says so") from None
    if len(raw) != size:
        raise InputError(
            f"an array has {len(raw)} bytes{' or more' if len(raw) > size else ''} where {length} "
            f"numbers take {size}; {_CUT}"
        )
    return np.frombuffer(raw, kinds[0]).astype(np.float64)


def _terms(element: Element, groups: Mapping[str, Element]) -> _Terms:
    """Return the terms of an element by accession, those of groups that it refers to as well."""
    found: _Terms = {}
    for child in element:
        if _tag(child) == "cvParam":
            found[child.get("accession", "")] = child
        elif _tag(child) == "referenceableParamGroupRef":
            group = groups.get(child.get("ref", ""))
            if group is None:
                raise InputError(f"refers to a group '{child.get('ref')}' that is not there")
            found = {**_terms(group, {}), **found}
    return found


def _all(element: Element, kind: str) -> Iterator[Element]:
    return (one for one in element.iter() if _tag(one) == kind)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _whole(text: str | None, what: str) -> int:
    if text is None or not text.isdecimal():
        raise InputError(f"{what} is {text!r}, no whole number; export it again")
    return int(text)
