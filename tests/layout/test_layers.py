import ast
from collections import Counter

import pytest
from checkout import ROOT

PACKAGE = ROOT / "assemblysim"
# From the ground up; a file may import what stands before its room, and its own room.
ROOMS = (
    "language",
    "notebooks",
    "errors",
    "units",
    "progress",
    "files.writing",
    "files",
    "result.spectra",
    "result",
    "result.steps",
    "isotopes",
    "mechanism.network",
    "mechanism.constants",
    "mechanism.properties",
    "mechanism.ions",
    "mechanism.labelled",
    "mechanism.reading",
    "mechanism.proposing",
    "spectra.reading",
    "spectra",
    "spectra.assignment",
    "kinetics",
    "kinetics.symbolic",
    "kinetics.engines",
    "kinetics.reactor",
    "measurement",
    "measurement.wild_spectra",
    "measurement.likelihoods",
    "measurement.statements",
    "measurement.noise",
    "measurement.tails",
    "measurement.simulation",
    "inference.model",
    "inference.sampling",
    "inference.evidence",
    "inference.identifiability",
    "inference",
    "inference.calibration",
    "inference.switches",
    "prediction.courses",
    "prediction",
    "prediction.checks",
    "prediction.design",
    "sentences.spectra",
    "sentences.steps",
    "sentences",
    "study",
    "study.reactors",
    "study.tables",
    "study.spectra",
    "study.definition",
    "study.problem",
    "study.doubts",
    "study.draws",
    "study.results",
    "study.execution",
    "study.questions",
    "study.campaigns",
    "study.steps",
    "report.document",
    "report.content",
    "report.figures",
    "report.figures.over_time",
    "report.schemes",
    "report.sections.forecast",
    "report.sections.spectra",
    "report.sections",
    "report.sections.front",
    "report",
    "report.writers",
    "explorer",
    "exchange.sbml.content",
    "exchange.sbml.course",
    "exchange.sbml.mechanism",
    "exchange.sbml",
    "exchange.petab",
    "exchange.petab.incoming",
    "exchange",
    "commands",
    "commands.steps",
    "commands.spectra_commands",
    "commands.predicting",
    "commands.simulating",
    "interface",
    "command_line",
    "__main__",
    "docs",
)
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = ("assemblysim", "tests", "benchmarks", "fits", "models")
SOURCES = (".py", ".cpp", ".hpp", ".pyi", ".toml", ".js", ".css", ".html")
MOST_FILES = 14
LONGEST = 400


def module_of(path):
    """The module that a file of the package is: ``mechanism.network.names``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_of(path): path for path in FILES}


def imported(source):
    """Modules of this package that some source text imports, wherever the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def within(source):
    """What the source imports of this package, without the package's name."""
    found = {m.partition(".")[2] for m in imported(source) if m.split(".")[0] == "assemblysim"}
    return sorted(found & MODULES.keys() - {""})


def room_of(module):
    """The innermost room that is in the list: a file's own folder, or one above it."""
    while module and module not in ROOMS:
        module = module.rpartition(".")[0]
    return module


def upward(module, source):
    """Rooms above its own that a module imports from."""
    own = ROOMS.index(room_of(module)) if room_of(module) else len(ROOMS)
    rooms = [room_of(m) for m in within(source)]
    return [room for room in rooms if room and ROOMS.index(room) > own]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downwards_only(path):
    assert upward(module_of(path), path.read_text()) == []


def test_an_upward_import_is_seen():
    source = "def f():\n    from assemblysim.report.content.words import number\n"

    assert upward("study.results.verdict", source) == ["report.content"]
    assert upward("report.writers.page", source) == []


def test_every_room_is_in_the_list():
    folders = {module_of(p).rpartition(".")[0] for p in FILES if p.name != "__init__.py"}
    lonely = {f for f in folders - {""} if room_of(f) != f}

    assert lonely == set()


def cycle_in(graph):
    """Some modules that import each other in a circle; [] where there are none."""
    left = {module: set(below) for module, below in graph.items()}
    while free := {module for module, below in left.items() if not below}:
        left = {module: below - free for module, below in left.items() if module not in free}
    return sorted(left)


def test_no_files_import_each_other_in_a_circle():
    graph = {m: set(within(p.read_text())) - {m} for m, p in MODULES.items()}

    assert cycle_in(graph) == []
    assert cycle_in({"a": {"b"}, "b": {"a"}, "c": {"a"}, "d": set()}) == ["a", "b", "c"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_say_what_they_are_for(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


def sources():
    for tree in TREES:
        for path in sorted((ROOT / tree).rglob("*")):
            kept = not {"results", "accepted", "__pycache__"} & set(path.parts)
            if kept and path.suffix in SOURCES and path.is_file():
                yield path


def test_no_folder_is_crowded_and_no_file_is_long():
    folders = Counter(path.parent for path in sources())
    crowded = {str(f.relative_to(ROOT)): n for f, n in folders.items() if n > MOST_FILES}
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in sources()}
    long = {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST}

    assert crowded == {}
    assert long == {}


def test_no_public_name_of_the_package_means_two_things():
    """Top-level functions and classes; what begins with _ is a file's own affair."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    names = Counter(
        node.name
        for path in FILES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, kinds) and not node.name.startswith("_")
    )

    assert {name: n for name, n in names.items() if n > 1} == {}


def test_the_package_root_brings_nothing_until_it_is_used():
    body = ast.parse((PACKAGE / "__init__.py").read_text()).body
    now = [ast.unparse(one) for one in body if isinstance(one, ast.Import | ast.ImportFrom)]

    assert now == ["from importlib import import_module", "from typing import TYPE_CHECKING"]
