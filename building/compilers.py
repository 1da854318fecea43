"""Which compiler builds the engine: the first one that works, else zig from the package index."""

from __future__ import annotations

import functools
import importlib.util
import os
import platform
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ZIG = "0.15.2"
REFUSED = "ASSEMBLYSIM_NO_ZIG"
# Where the package index has zig for.
_PROCESSORS = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
# What the engine needs: C++17, Python's headers, and vectors as GCC and Clang have them.
_PROBE = """
#include <Python.h>
#include <optional>
#include <vector>
typedef double Lanes __attribute__((vector_size(32)));
std::optional<double> first(const std::vector<Lanes>& of) {
    if (of.empty()) return {};
    const Lanes twice = of[0] + of[0];
    return twice[0];
}
"""


def candidates() -> list[str]:
    """Return the commands that may be C++ compilers here, what the user names first."""
    if sys.platform == "win32":  # Visual Studio has no vectors, and setuptools calls no other
        return []
    named = os.environ.get("CXX")
    if named:
        return [named]
    known = sysconfig.get_config_var("CXX")
    return list(dict.fromkeys([*([known] if known else []), "c++", "g++", "clang++"]))


def works(command: str) -> bool:
    """Tell whether a command compiles and links an extension of this Python in C++17."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "probe.cpp", Path(folder) / "probe.so"
        source.write_text(_PROBE, encoding="utf-8")
        link = ["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else []
        words = ["-std=c++17", "-fPIC", "-shared", "-pthread", "-w", *link]
        include = ["-I", sysconfig.get_path("include"), "-I", sysconfig.get_path("platinclude")]
        try:
            done = subprocess.run(
                [*shlex.split(command), *words, *include, str(source), "-o", str(out)],
                capture_output=True,
                check=False,
                timeout=120,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0 and out.is_file()


@functools.cache
def usable_compiler() -> str | None:
    """Return the first C++ compiler that works; None where there is none."""
    return next((one for one in candidates() if works(one)), None)


def wanted_zig() -> list[str]:
    """Return the requirement of zig where it shall be fetched; else none."""
    if os.environ.get(REFUSED, "0") not in ("", "0"):
        return []
    # Whoever shuts pip or uv off from the index would only be told that zig cannot be found.
    if any(os.environ.get(one) for one in ("PIP_NO_INDEX", "UV_OFFLINE", "UV_NO_INDEX")):
        return []
    if platform.machine().lower() not in _PROCESSORS or usable_compiler() is not None:
        return []
    return [f"ziglang=={ZIG}"]


def zig_command() -> list[str] | None:
    """Return how zig is called; None where it is not installed, or refused."""
    if os.environ.get(REFUSED, "0") not in ("", "0"):
        return None
    return [sys.executable, "-m", "ziglang"] if importlib.util.find_spec("ziglang") else None


def zig_target() -> str:
    """Return what zig calls this machine: a baseline processor, and the C library that is here."""
    processor = _PROCESSORS[platform.machine().lower()]
    if sys.platform == "win32":
        return f"{processor}-windows-gnu"
    if sys.platform == "darwin":
        return f"{processor}-macos"
    name, version = platform.libc_ver()
    if name != "glibc":
        return f"{processor}-linux-musl"
    # Of a C library newer than zig knows, what the last one it knows has is there as well.
    known = min(tuple(int(one) for one in version.split(".")[:2]), (2, 38))
    return f"{processor}-linux-gnu.{known[0]}.{known[1]}"
