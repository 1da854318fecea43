"""A fault of the programme itself: one line, and a file to send that says where it happened."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("numpy", "scipy", "sympy", "emcee", "matplotlib", "h5py", "openpyxl", "pydantic")


def fault_line(fault: BaseException) -> str:
    """Write a fault's traceback, the versions and the command to a file; return the line to say."""
    what = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
    shown = " ".join(what.split())
    shown = shown if len(shown) <= 200 else f"{shown[:199]}…"
    try:
        where = _written(_report(fault))
    except OSError as error:
        sys.stderr.write(_report(fault))
        return f"a fault of assemblysim ({shown}); please send the lines above ({error.strerror})"
    return f"a fault of assemblysim ({shown}); please send {where}, which says where it happened"


def _report(fault: BaseException) -> str:
    from assemblysim import __version__

    lines = [
        f"command: {sys.argv}",
        f"assemblysim {__version__}, Python {platform.python_version()}, {platform.platform()}",
        ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES),
        "",
        *traceback.format_exception(fault),
    ]
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _written(text: str) -> str:
    """Write a new file in the folder for temporary files; return where it is."""
    number, path = tempfile.mkstemp(prefix="assemblysim-fault-", suffix=".txt")
    with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path
