import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "assemblysim"
# From the ground up; a module may import what stands before it, and its own room.
ROOMS = (
    "errors",
    "units",
    "writing",
    "mechanism",
    "kinetics",
    "measurement",
    "inference",
    "prediction",
    "study",
    "report",
    "progress",
    "checking",
    "simulation",
    "commands",
    "__main__",
    "docs",
)
FILES = sorted(PACKAGE.rglob("*.py"))


def imported(source):
    """Modules of this package that some source text imports, wherever the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def room_of(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def upward(room, source):
    """Rooms above its own that the source imports from."""
    found = (room_of(m) for m in imported(source) if m.split(".")[0] == "assemblysim")
    return [other for other in found if other and ROOMS.index(other) > ROOMS.index(room)]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downwards_only(path):
    relative = path.relative_to(PACKAGE)
    room = relative.parts[0].removesuffix(".py")
    if room == "__init__":
        room = ROOMS[0]

    assert upward(room, path.read_text()) == []


def test_an_upward_import_is_seen():
    source = "def f():\n    from assemblysim.report.folder import write_report\n"

    assert upward("study", source) == ["report"]
    assert upward("report", source) == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_say_what_they_are_for_and_stay_short(path):
    source = path.read_text()

    assert ast.get_docstring(ast.parse(source))
    assert len(source.splitlines()) <= 400


def test_the_package_root_brings_nothing_but_the_version():
    names = list(imported((PACKAGE / "__init__.py").read_text()))

    assert names == []
