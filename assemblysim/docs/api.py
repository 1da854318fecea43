"""The page api.md: what can be called from Python, with its docstrings."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, Final

import assemblysim
from assemblysim.docs.docstrings import Docstring, read_docstring, refuse_gaps
from assemblysim.docs.reference import MADE

# The doors: what a script or a notebook needs. All other modules are listed with one line each.
DOORS: Final = (
    "assemblysim.mechanism.reading.system",
    "assemblysim.mechanism.network.network",
    "assemblysim.mechanism.reading.describe",
    "assemblysim.kinetics.engines.integration",
    "assemblysim.kinetics.trajectory",
    "assemblysim.measurement.data",
    "assemblysim.study.definition.reading",
    "assemblysim.study.definition.study",
    "assemblysim.study.problem.problems",
    "assemblysim.inference.model.problem",
    "assemblysim.study.execution.concluding",
    "assemblysim.study.questions.forecasting",
    "assemblysim.study.questions.designing",
    "assemblysim.study.campaigns.calibration",
    "assemblysim.report.content.stored",
    "assemblysim.report.figures.figures",
    "assemblysim.report.writers.page",
    "assemblysim.errors",
    "assemblysim.units",
)
_SECTIONS: Final = ("Args", "Attributes", "Returns", "Raises")


def api_page() -> str:
    """Return the page.

    Raises:
        InputError: a public function or class of a door has no docstring, or one that explains
            other arguments or fields than there are.
    """
    parts = [
        MADE,
        "# From Python",
        "Shapes: S species, R reactions, P parameters, T times, I signals, B parameter vectors. "
        "Inside, times are in h, concentrations in mM (or % of a stated amount).",
    ]
    for door in DOORS:
        module = importlib.import_module(door)
        parts += [f"## `{door}`", _text(read_docstring(module, door))]
        for name, thing in _public(module):
            parts += _entry(name, thing, f"{door}.{name}")
    parts += ["## All modules", "\n".join(_index())]
    return "\n\n".join(parts) + "\n"


def _public(module: Any) -> Iterator[tuple[str, Any]]:
    """Yield the public functions and classes that a module defines, in its order."""
    for name, thing in vars(module).items():
        mine = getattr(thing, "__module__", None) == module.__name__
        callable_once = inspect.isfunction(inspect.unwrap(thing)) or inspect.isclass(thing)
        if mine and callable_once and not name.startswith("_"):
            yield name, thing


def _entry(name: str, thing: Any, place: str) -> list[str]:
    """Describe one function or class."""
    found = read_docstring(thing, place)
    if inspect.isclass(thing):
        head, wanted, heading = f"class `{name}`", _fields(thing), "Attributes"
    else:
        signature = inspect.signature(thing)
        head = f"`{name}({', '.join(_names(signature))})`"
        wanted, heading = tuple(signature.parameters), "Args"
    explained = found.entries(heading)
    if explained:
        refuse_gaps(explained, wanted, place)
    return [f"### {head}", _text(found), *_lists(found)]


def _fields(thing: type) -> tuple[str, ...]:
    """Return the fields of a dataclass; what an exception carries is told by its docstring."""
    if dataclasses.is_dataclass(thing):
        return tuple(field.name for field in dataclasses.fields(thing))
    return tuple(read_docstring(thing, thing.__name__).entries("Attributes"))


def _names(signature: inspect.Signature) -> Iterator[str]:
    """Yield the arguments as they are passed: with defaults, and a star before names only."""
    starred = False
    for one in signature.parameters.values():
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        plain = one.default is inspect.Parameter.empty
        simple = isinstance(one.default, (int, float, str, bool, type(None), tuple))
        yield one.name if plain else f"{one.name}={one.default!r}" if simple else f"{one.name}=..."


def _text(found: Docstring) -> str:
    paragraphs = found.text.split("\n\n")
    return "\n\n".join(p if _is_laid_out(p) else " ".join(p.split()) for p in paragraphs).replace(
        "``", "`"
    )


def _is_laid_out(paragraph: str) -> bool:
    """Say whether line breaks of a paragraph mean something: code, or a list."""
    return bool(re.match(r"\s{4}|[*-] ", paragraph))


def _lists(found: Docstring) -> Iterator[str]:
    for heading, lines in found.sections:
        if heading in _SECTIONS:
            entries = "\n".join(f"- {_listed(line)}" for line in lines)
            yield f"*{heading}*\n\n{entries}"


def _listed(line: str) -> str:
    return re.sub(r"^(\w+): ", r"`\1`: ", line.replace("``", "`"))


def _index() -> Iterator[str]:
    """Yield one line for each module of the package."""
    for module in sorted(pkgutil.walk_packages(assemblysim.__path__, "assemblysim."), key=str):
        last = module.name.rpartition(".")[2]
        if not last.startswith("_"):
            found = importlib.import_module(module.name)
            summary = read_docstring(found, module.name).summary.replace("``", "`")
            yield f"- `{module.name}`: {summary}"
