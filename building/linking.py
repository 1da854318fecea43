"""The engine compiled and linked by zig, for this machine or for another."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

# What every compiler of the engine is told; `pyproject.toml` has the same.
FLAGS = ("-std=c++17", "-O3", "-ffp-contract=off", "-Wno-psabi", "-g0")


@dataclass(frozen=True)
class Platform:
    """What an extension is linked for.

    Attributes:
        target: as zig names it, such as ``x86_64-linux-gnu.2.17``.
        libraries: to link with, beside C's and C++'s own.
    """

    target: str
    libraries: tuple[Path, ...] = ()

    @property
    def processor(self) -> tuple[str, ...]:
        """Return which instructions may be used where a function does not say so itself.

        Zig shuts the wide form of AVX-512 off unless it is named, even where functions ask for it.
        """
        return ("-mcpu=baseline+evex512",) if self.target.startswith("x86_64") else ()

    @property
    def link(self) -> tuple[str, ...]:
        """Return what the linker is told."""
        found = tuple(str(path) for path in self.libraries)
        if "macos" in self.target:  # Python's functions are found when it loads the extension
            found += ("-undefined", "dynamic_lookup")
        return found


class CannotBuild(Exception):
    """Zig did not compile or link; the text is what it said."""


def build(
    zig: Sequence[str], where: Platform, sources: Sequence[Path], include: Sequence[Path], out: Path
) -> None:
    """Compile sources side by side and link them into an extension.

    Args:
        zig: how it is called.
        where: what for.
        sources: C++ files.
        include: folders of headers.
        out: the extension; its objects lie in a folder beside it.

    Raises:
        CannotBuild: zig refuses a source, or the link.
    """
    objects = out.with_name(f"{out.name}.objects")
    objects.mkdir(parents=True, exist_ok=True)
    common = [*zig, "c++", "-target", where.target, *where.processor, "-fno-sanitize=all"]
    headers = [word for folder in include for word in ("-I", str(folder))]
    shared = [] if "windows" in where.target else ["-fPIC", "-pthread"]

    def compiled(numbered: tuple[int, Path]) -> Path:
        number, source = numbered
        made = objects / f"{number}-{source.stem}.o"
        told = [*FLAGS, "-DNDEBUG", *shared, *headers, "-c", str(source), "-o", str(made)]
        _run([*common, *told])
        return made

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(compiled, enumerate(sources)))
    _run([*common, "-shared", "-s", *map(str, made), *where.link, "-o", str(out)])


def _run(words: Sequence[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(done.stderr.strip() or f"status {done.returncode}: {' '.join(words)}")
