"""The build backend: setuptools, and zig as a compiler where there is none.

`ziglang` comes from the package index like any other requirement of a build, 100 MB of it, and
only where no C++ compiler works; ASSEMBLYSIM_NO_ZIG=1 refuses it. Without build isolation pip does
not ask for it, and the installation goes on without the engine if it is not there.
"""

from __future__ import annotations

from typing import Any

from compilers import wanted_zig
from setuptools.build_meta import (
    build_editable,
    build_sdist,
    build_wheel,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)
from setuptools.build_meta import get_requires_for_build_editable as _for_editable
from setuptools.build_meta import get_requires_for_build_wheel as _for_wheel

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Settings = dict[str, Any] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """Return what the build of a wheel needs beside setuptools."""
    return [*_for_wheel(config_settings), *wanted_zig()]


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """Return what an editable installation needs beside setuptools."""
    return [*_for_editable(config_settings), *wanted_zig()]
