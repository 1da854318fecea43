"""Packages that only conversions need, loaded where one is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from assemblysim.errors import InputError


def needed(package: str) -> Any:
    """Return a package that is not needed to run.

    Args:
        package: as it is imported and installed.

    Raises:
        InputError: it is not installed.
    """
    try:
        return import_module(package)
    except ImportError as fault:
        raise InputError(
            f"this needs {package}, which cannot be imported ({fault}); pip install {package}"
        ) from fault
