"""The versions of everything that a number depends on."""

from __future__ import annotations

import platform
from importlib.metadata import version

import assemblysim
from assemblysim.kinetics.engines.integration import engine_in_use

LIBRARIES = ("numpy", "scipy", "sympy", "emcee", "arviz-stats", "matplotlib")


def versions() -> dict[str, str]:
    """Return the versions of assemblysim, Python and libraries, and which engine integrates."""
    return {
        "assemblysim": assemblysim.__version__,
        "engine": engine_in_use(),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }
