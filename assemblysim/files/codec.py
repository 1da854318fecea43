"""One codec for all that is stored: frozen dataclasses to a tree of plain values, and back.

A tree is written as JSON, where arrays are lists, or as an .npz file, where arrays keep their bytes
beside the tree. What is not a number is null; infinite numbers are the texts "inf" and "-inf". The
same value always gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
import types
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.writing.manifest import read_result, write_result

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
T = TypeVar("T")
_HEADER, _ARRAY = "content", "array"
_INFINITE = {"inf": math.inf, "-inf": -math.inf}
# What reading a file can come to whose bytes were changed.
_DAMAGES = (
    OSError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    RuntimeError,  # NotImplementedError, too
    zipfile.BadZipFile,
    zlib.error,
)


def to_plain(value: object) -> Plain:
    """Turn a stored value into a tree of plain ones, arrays into lists."""
    return _plain(value, None, "")


def from_plain(
    kind: type[T], plain: Plain, arrays: Mapping[str, np.ndarray] = MappingProxyType({})
) -> T:
    """Turn a tree of plain values into what it was made from.

    Args:
        kind: a dataclass, whose hints say what is where.
        plain: the tree.
        arrays: that lie beside it.

    Raises:
        InputError: a value is not there, too much or of another kind: one line, with the place.
    """
    return cast(T, _value(kind, plain, arrays, ""))


def json_text(value: object) -> str:
    """Write a stored value as JSON with every float in full."""
    return json.dumps(to_plain(value), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def store_json(path: Path, value: object) -> None:
    """Store a value as JSON, in one piece.

    Raises:
        RunError: the place cannot be written to.
    """
    write_result(path, json_text(value).encode())


def stored_json(path: Path) -> Plain:
    """Read the tree of a JSON file.

    Raises:
        InputError: the file cannot be read, or is no JSON; without the file's name.
    """
    try:
        return cast(Plain, json.loads(read_result(path).decode()))
    except OSError as fault:
        raise InputError(fault.strerror or str(fault)) from fault
    except ValueError as fault:
        raise InputError(" ".join(str(fault).split())) from fault
    except RecursionError as fault:
        raise InputError("brackets nested too deeply to be read") from fault


def store_npz(path: Path, value: object, *, compressed: bool = False) -> None:
    """Store a value with many numbers as an .npz file, in one piece.

    Args:
        path: the file.
        value: what to store.
        compressed: whether to make the file small rather than fast.

    Raises:
        RunError: the place cannot be written to.
    """
    arrays: dict[str, np.ndarray] = {}
    header = json.dumps(_plain(value, arrays, ""), ensure_ascii=False, allow_nan=False).encode()
    save = np.savez_compressed if compressed else np.savez
    with io.BytesIO() as buffer:
        save(buffer, allow_pickle=False, **{_HEADER: np.frombuffer(header, np.uint8)}, **arrays)
        write_result(path, buffer.getvalue())


def stored_npz(path: Path) -> tuple[Plain, dict[str, np.ndarray]]:
    """Read what `store_npz` stored: the tree, and the arrays beside it.

    Raises:
        InputError: the file is damaged, or holds something else; without the file's name.
    """
    try:
        content = io.BytesIO(read_result(path))
        with np.load(content, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return cast(Plain, json.loads(arrays.pop(_HEADER).tobytes())), arrays
    except _DAMAGES as fault:
        raise InputError(" ".join(str(fault).split())) from fault


def _plain(value: object, arrays: dict[str, np.ndarray] | None, place: str) -> Plain:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.generic):
        return _plain(value.item(), arrays, place)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, np.ndarray):
        if arrays is None:
            return _plain(value.tolist(), None, place)
        arrays[place] = value
        return {_ARRAY: place}
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return {n: _plain(getattr(value, n), arrays, _below(place, n)) for n in names}
    if isinstance(value, Mapping):
        return {str(k): _plain(one, arrays, _below(place, str(k))) for k, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one, arrays, _below(place, str(i))) for i, one in enumerate(value)]
    raise TypeError(f"{place}: {type(value).__name__} cannot be stored")


def _number(value: float) -> Plain:
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else str(value)


def _below(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _value(kind: object, plain: Plain, arrays: Mapping[str, np.ndarray], place: str) -> object:
    """Return the value of a kind, a type or a hint, that a tree stands for."""
    origin, of = get_origin(kind), get_args(kind)
    if kind is np.ndarray:
        return _array(plain, arrays, place)
    if origin in (Union, types.UnionType):
        return _one_of(of, plain, arrays, place)
    if origin is tuple:
        return _tuple(of, plain, arrays, place)
    if kind in (float, int, str, bool) or origin is Literal:
        return _scalar(kind, of, plain, place)
    if not isinstance(plain, dict):
        raise _fault(place, "needs a table", plain)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass(kind, plain, arrays, place)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {k: _value(of[1], one, arrays, _below(place, k)) for k, one in plain.items()}
    raise TypeError(f"{place}: {kind} cannot be stored")


def _scalar(kind: object, of: tuple[object, ...], plain: Plain, place: str) -> object:
    if kind is float:
        return _float(plain, place)
    if of and plain not in of:
        raise _fault(place, f"needs one of {', '.join(map(repr, of))}", plain)
    if not of and type(plain) is not kind:
        raise _fault(place, f"needs {_NAMES[kind]}", plain)
    return plain


_NAMES: dict[object, str] = {int: "a whole number", str: "a text", bool: "true or false"}


def _fault(place: str, needed: str, plain: Plain) -> InputError:
    shown = json.dumps(plain, ensure_ascii=False)
    shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
    return InputError(f"{place or 'the whole'}: {needed}, not {shown}")


def _float(plain: Plain, place: str) -> float:
    if plain is None:
        return math.nan
    if isinstance(plain, str) and plain in _INFINITE:
        return _INFINITE[plain]
    if isinstance(plain, bool) or not isinstance(plain, (int, float)):
        raise _fault(place, "needs a number", plain)
    try:
        return float(plain)
    except OverflowError:
        raise _fault(place, "needs a number that a float can hold", plain) from None


def _array(plain: Plain, arrays: Mapping[str, np.ndarray], place: str) -> np.ndarray:
    if isinstance(plain, dict) and list(plain) == [_ARRAY]:
        if str(plain[_ARRAY]) not in arrays:
            raise InputError(f"{place}: its numbers are not there")
        return arrays[str(plain[_ARRAY])]
    if not isinstance(plain, list):
        raise _fault(place, "needs numbers", plain)
    try:
        return np.array(plain, dtype=float)  # null becomes nan
    except (TypeError, ValueError, OverflowError):
        raise _fault(place, "needs numbers", plain) from None


def _one_of(
    kinds: tuple[object, ...], plain: Plain, arrays: Mapping[str, np.ndarray], place: str
) -> object:
    """Return a value of one of several kinds: null is None, and a table the kind that is one."""
    if plain is None and type(None) in kinds:
        return None
    kinds = tuple(kind for kind in kinds if kind is not type(None))
    tables = [k for k in kinds if dataclasses.is_dataclass(k) or get_origin(k) is not None]
    fitting = tables if isinstance(plain, (dict, list)) and len(kinds) > 1 else kinds
    return _value(fitting[0], plain, arrays, place)


def _tuple(
    of: tuple[object, ...], plain: Plain, arrays: Mapping[str, np.ndarray], place: str
) -> tuple[object, ...]:
    if not isinstance(plain, list):
        raise _fault(place, "needs a list", plain)
    kinds = of[:1] * len(plain) if of[-1:] == (Ellipsis,) else of
    if len(kinds) != len(plain):
        raise _fault(place, f"needs {len(kinds)} values", plain)
    return tuple(
        _value(kind, one, arrays, _below(place, str(i)))
        for i, (kind, one) in enumerate(zip(kinds, plain, strict=True))
    )


def _dataclass(
    kind: type, plain: dict[str, Plain], arrays: Mapping[str, np.ndarray], place: str
) -> object:
    hints = _hints(kind)
    # What older results do not have is None.
    defaults = {f.name for f in dataclasses.fields(kind) if f.default is None}
    for name in hints:
        if name not in plain and name not in defaults:
            raise InputError(f"{place or 'the whole'}: '{name}' is not there")
    for name in plain:
        if name not in hints:
            raise InputError(f"{_below(place, name)}: nothing of this name is stored here")
    found = {
        n: _value(h, plain[n], arrays, _below(place, n)) for n, h in hints.items() if n in plain
    }
    try:
        return kind(**found)
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as fault:
        raise InputError(f"{place or 'the whole'}: {fault}") from fault


@cache
def _hints(kind: type) -> dict[str, object]:
    """Return the hint of each field of a dataclass."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}
