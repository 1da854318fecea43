"""``python building/wheels.py FOLDER``: a wheel for each platform, from this machine by zig.

The package is built once; for each platform its engine is compiled and linked for that, put into
the wheel in place of the other, and named. One wheel serves all Pythons from 3.11 on that have a
global lock. What can be checked without running it is checked: that the extension is one of its
platform, holds no debug information, and that it asks Python for nothing but the limited API
(`abi3audit`) and the C library for nothing newer than its name says (`auditwheel`), where these two
are installed. Wheels of other platforms than this one are NOT RUN, and the last lines say which.
Needs setuptools and the `ziglang` of `compilers.ZIG`.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from compilers import zig_command
from linking import Platform, build

ROOT = Path(__file__).resolve().parent.parent
ENGINE = "assemblysim/kinetics/engines/_kernel"
# Functions of the limited API that the engine calls are in this library on Windows.
_DLL = "python3.dll"


@dataclass(frozen=True)
class Wheel:
    """What a wheel is made for.

    Attributes:
        tag: of the platform, in the wheel's name.
        target: as zig names it.
        ending: of the engine's file.
        magic: with which a file of the platform begins.
    """

    tag: str
    target: str
    ending: str
    magic: bytes


WHEELS = (
    Wheel("manylinux_2_17_x86_64", "x86_64-linux-gnu.2.17", ".abi3.so", b"\x7fELF"),
    Wheel("manylinux_2_17_aarch64", "aarch64-linux-gnu.2.17", ".abi3.so", b"\x7fELF"),
    Wheel("macosx_11_0_arm64", "aarch64-macos.11.0", ".abi3.so", b"\xcf\xfa\xed\xfe"),
    Wheel("macosx_11_0_x86_64", "x86_64-macos.11.0", ".abi3.so", b"\xcf\xfa\xed\xfe"),
    Wheel("win_amd64", "x86_64-windows-gnu", ".pyd", b"MZ"),
)

# What Python's headers ask of a platform, for the limited API; its own `pyconfig.h` is of this one.
_CONFIGURATION = {
    "windows": """
#define MS_WINDOWS
#define MS_WIN64
#define Py_ENABLE_SHARED
#define HAVE_DECLSPEC_DLL
#define SIZEOF_LONG 4
#define SIZEOF_WCHAR_T 2
""",
    "": """
#define SIZEOF_LONG 8
#define SIZEOF_WCHAR_T 4
#define HAVE_SYS_TYPES_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_UNISTD_H 1
#define HAVE_DYNAMIC_LOADING 1
#define _POSIX_THREADS 1
""",
}
_COMMON = """
#define HAVE_ERRNO_H 1
#define HAVE_STDDEF_H 1
#define HAVE_STDINT_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_SYS_STAT_H 1
#define HAVE_LONG_LONG 1
#define SIZEOF_LONG_LONG 8
#define SIZEOF_INT 4
#define SIZEOF_SHORT 2
#define SIZEOF_SIZE_T 8
#define SIZEOF_VOID_P 8
#define SIZEOF_FLOAT 4
#define SIZEOF_DOUBLE 8
#define SIZEOF_TIME_T 8
#define ALIGNOF_LONG SIZEOF_LONG
#define ALIGNOF_SIZE_T 8
#define ALIGNOF_MAX_ALIGN_T 16
#define HAVE_PROTOTYPES 1
#define HAVE_STDARG_PROTOTYPES 1
#define WITH_THREAD 1
"""


def headers_for(one: Wheel, folder: Path) -> Path:
    """Copy Python's headers with a configuration of the platform; return their folder."""
    made = folder / one.tag / "include"
    shutil.copytree(sysconfig.get_path("include"), made)
    kind = "windows" if "windows" in one.target else ""
    (made / "pyconfig.h").write_text(_CONFIGURATION[kind] + _COMMON, encoding="utf-8")
    return made


def import_library(functions: list[str], folder: Path, zig: list[str]) -> Path:
    """Make what the linker needs of ``python3.dll``: the names of the functions called."""
    definitions, made = folder / "python3.def", folder / "python3.lib"
    named = "".join(f"    {name}\n" for name in functions)
    definitions.write_text(f"LIBRARY {_DLL}\nEXPORTS\n{named}", encoding="utf-8")
    words = ["-m", "i386:x86-64", "-d", str(definitions), "-l", str(made), "-D", _DLL]
    subprocess.run([*zig, "dlltool", *words], check=True)
    return made


def called_functions(sources: list[Path]) -> list[str]:
    """Return the names of Python that the sources use: functions, and types and exceptions."""
    found: set[str] = set()
    for path in sources:
        found.update(re.findall(r"\b_?Py[A-Z]?\w*", path.read_text(encoding="utf-8")))
    known = {"_Py_Dealloc", "_Py_NoneStruct", "Py_IncRef", "Py_DecRef"}
    data = re.compile(r"PyExc_\w+|Py\w+_Type|_Py_\w+Struct")
    functions = {one for one in found | known if "_" in one}
    return sorted(f"{one} DATA" if data.fullmatch(one) else one for one in functions)


def rewritten(pure: Path, one: Wheel, engine: bytes, out: Path) -> Path:
    """Write a wheel for a platform: the package with this engine in it, tags and record anew."""
    tag = f"cp311-abi3-{one.tag}"
    name, version, *_ = pure.name.split("-")
    made = out / f"{name}-{version}-{tag}.whl"
    info, record = f"{name}-{version}.dist-info", []
    with (
        zipfile.ZipFile(pure) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        contents = {
            each: old.read(each)
            for each in old.namelist()
            if not each.startswith(ENGINE + ".") or each.endswith(".pyi")
        }
        contents[f"{ENGINE}{one.ending}"] = engine
        lines = contents[f"{info}/WHEEL"].decode().splitlines()
        kept = [line for line in lines if line.strip() and not line.startswith("Tag:")]
        contents[f"{info}/WHEEL"] = "\n".join([*kept, f"Tag: {tag}", ""]).encode()
        contents.pop(f"{info}/RECORD")
        for each, content in contents.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            record.append(f"{each},sha256={digest.decode()},{len(content)}")
            new.writestr(_entry(each), content)
        record.append(f"{info}/RECORD,,")
        new.writestr(_entry(f"{info}/RECORD"), "\n".join(record) + "\n")
    return made


def _entry(name: str) -> zipfile.ZipInfo:
    """Return the entry of a file that all may read, with the same bytes at any time."""
    found = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    found.external_attr = 0o644 << 16
    found.compress_type = zipfile.ZIP_DEFLATED
    return found


def checks(made: Path, one: Wheel, engine: bytes) -> list[str]:
    """Return what is wrong with a wheel, as far as it can be seen without running it."""
    found = []
    if not engine.startswith(one.magic):
        found.append("the engine is no file of this platform")
    if b".debug_info" in engine:
        found.append("the engine holds debug information")
    if find_spec("abi3audit"):
        found += _said(["abi3audit", "--strict", str(made)])
    if "linux" in one.target and find_spec("auditwheel"):
        told = subprocess.run(
            [sys.executable, "-m", "auditwheel", "show", str(made)], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        if f'"{one.tag}"' not in " ".join(told.stdout.split()):
            found.append(f"auditwheel: {' '.join(told.stdout.split()) or told.stderr}")
    return found


def _checkers(one: Wheel) -> str:
    """Name what a wheel was checked by."""
    found = ["its file's form"]
    found += ["abi3audit"] if find_spec("abi3audit") else []
    found += ["auditwheel"] if "linux" in one.target and find_spec("auditwheel") else []
    return ", ".join(found)


def _said(words: list[str]) -> list[str]:
    told = subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, check=False
    )
    return [] if told.returncode == 0 else [f"{words[0]}: {told.stdout}{told.stderr}"]


def main(words: list[str] | None = None) -> int:
    """Make the wheels; 1 where one has a fault."""
    parser = argparse.ArgumentParser(prog="python building/wheels.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=[one.tag for one in WHEELS], action="append")
    asked = parser.parse_args(words)
    zig = zig_command()
    if zig is None:
        sys.exit("zig is needed: pip install ziglang")
    asked.folder.mkdir(parents=True, exist_ok=True)
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (engine,) = told["tool"]["setuptools"]["ext-modules"]
    sources = [ROOT / one for one in engine["sources"]]
    faults = False
    with tempfile.TemporaryDirectory() as scratch:
        pure = _package(Path(scratch))
        for one in WHEELS:
            if asked.only and one.tag not in asked.only:
                continue
            place = Path(scratch) / one.tag
            include = [ROOT / "assemblysim/kinetics/engines/kernel", headers_for(one, place)]
            libraries: tuple[Path, ...] = ()
            if "windows" in one.target:
                every = [*sources, *(ROOT / path for path in engine["depends"])]
                libraries = (import_library(called_functions(every), place, zig),)
            out = place / f"_kernel{one.ending}"
            build(zig, Platform(one.target, libraries), sources, include, out)
            content = out.read_bytes()
            made = rewritten(pure, one, content, asked.folder)
            wrong = checks(made, one, content)
            faults |= bool(wrong)
            state = "; ".join(wrong) if wrong else f"checked by {_checkers(one)}, NOT RUN"
            sys.stdout.write(f"{made.name}: {made.stat().st_size / 1e6:.1f} MB, {state}\n")
            sys.stdout.flush()
    return 1 if faults else 0


def _package(folder: Path) -> Path:
    """Build the package without an engine; return its wheel."""
    environment = {**os.environ, "CXX": "false", "ASSEMBLYSIM_NO_ZIG": "1"}
    words = ["pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run([sys.executable, "-m", *words], env=environment, check=True)
    return next(folder.glob("*.whl"))


if __name__ == "__main__":
    sys.exit(main())
