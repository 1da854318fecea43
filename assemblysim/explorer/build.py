"""Compile the native engine for browsers: `python -m assemblysim.explorer.build`, with zig.

The compiler is the package `ziglang` of the extra `explorer`. Beside the engine lies what it was
made from, so that a test sees when the two no longer belong together.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from assemblysim.errors import RunError
from assemblysim.files.writing.whole import write_whole

ZIG = "0.15.2"
FLAGS = (
    "-target", "wasm32-wasi", "-mexec-model=reactor", "-msimd128", "-std=c++17", "-O3",
    "-ffp-contract=off", "-fno-exceptions", "-fno-rtti", "-g0", "-Wl,--strip-all",
)  # fmt: skip
PACKAGE = Path(__file__).resolve().parents[1]
KERNEL = PACKAGE / "kinetics" / "engines" / "kernel"
ENTRIES = PACKAGE / "explorer" / "engine"
# The likelihoods are the files that Python's are compiled from.
COMPILED = (
    ENTRIES / "entries.cpp",
    ENTRIES / "likelihoods.cpp",
    *(KERNEL / "network" / f"{name}.cpp" for name in ("factorisation", "program", "tables")),
    *sorted(path for room in ("likelihood", "readings") for path in (KERNEL / room).rglob("*.cpp")),
)
HEADERS = ("method", "network", "likelihood", "readings")
ENGINE = PACKAGE / "explorer" / "engine" / "engine.wasm"
MADE_FROM = ENGINE.with_suffix(".json")


def source_digest() -> str:
    """Return the SHA-256 of all that the engine is compiled from, and of how it is."""
    found = hashlib.sha256(json.dumps([ZIG, FLAGS]).encode())
    headers = [*ENTRIES.glob("*.hpp")]
    headers += [path for room in HEADERS for path in KERNEL.glob(f"{room}/**/*.hpp")]
    for path in sorted([*COMPILED, *headers], key=lambda one: one.relative_to(PACKAGE).as_posix()):
        found.update(path.relative_to(PACKAGE).as_posix().encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def compile_engine(python: str = sys.executable) -> bytes:
    """Return the engine as WebAssembly.

    Args:
        python: an interpreter whose environment has zig.

    Raises:
        RunError: there is no zig, it is another version, or it does not compile.
    """
    zig = [python, "-m", "ziglang"]
    asked = subprocess.run([*zig, "version"], capture_output=True, text=True, check=False)
    if asked.stdout.strip() != ZIG:
        found = asked.stdout.strip() or "none"
        raise RunError(f"zig {ZIG} is needed, found {found}; pip install 'assemblysim[explorer]'")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "engine.wasm"
        sources = [path.relative_to(PACKAGE).as_posix() for path in COMPILED]
        rooms = (KERNEL, ENTRIES)
        include = [word for room in rooms for word in ("-I", room.relative_to(PACKAGE).as_posix())]
        words = [*include, *sources, "-o", str(out)]
        made = subprocess.run(
            [*zig, "c++", *FLAGS, *words], cwd=PACKAGE, capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise RunError(f"zig: {made.stderr.strip()}")
        return out.read_bytes()


def build_engine() -> None:
    """Compile the engine and store it with what it was made from."""
    engine = compile_engine()
    write_whole(ENGINE, engine)
    told = {
        "zig": ZIG,
        "sources_sha256": source_digest(),
        "engine_sha256": hashlib.sha256(engine).hexdigest(),
    }
    write_whole(MADE_FROM, (json.dumps(told, indent=1) + "\n").encode())
    sys.stdout.write(f"wrote {ENGINE}, {len(engine)} bytes\n")


if __name__ == "__main__":
    build_engine()
