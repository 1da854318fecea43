"""One semantic case: which kind it is by its tags, what it asks for, and how it comes out."""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.errors import AssemblysimError
from assemblysim.exchange.sbml.opened import read_sbml

COMPONENTS = {
    "Compartment",
    "Species",
    "Reaction",
    "Parameter",
    "FunctionDefinition",
    "InitialAssignment",
    "AssignmentRule",
}
BEYOND = {
    "MultiCompartment",
    "0D-Compartment",
    "ConversionFactors",
    "SpeciesReferenceInMath",
    "AssignedVariableStoichiometry",
    "NonConstantParameter",
    "BoolNumericSwap",
    "NoMathML",
    "UncommonMathML",
}
# The newest first.
_VERSIONS = ("l3v2", "l3v1", "l2v5", "l2v4", "l2v3", "l2v2", "l2v1", "l1v2")
AGREES, DIFFERS, REFUSED = "agrees", "differs", "refused"


@dataclass(frozen=True)
class Case:
    """A case on disk.

    Attributes:
        name: such as ``00001``, or ``refuse-00026``.
        model: the SBML file.
        supported: whether its tags are of the kind that is supported; None where it has no tags.
    """

    name: str
    model: Path
    supported: bool | None


@dataclass(frozen=True)
class Outcome:
    """How a case came out: AGREES, DIFFERS or REFUSED, and in what words."""

    case: Case
    kind: str
    words: str


def cases_in(folder: Path, *, any_level: bool = False) -> Iterator[Case]:
    """Give the cases in a folder, side by side or each in a folder of its own.

    Args:
        folder: where they are, at any depth.
        any_level: take the newest file of a case that has none of Level 3 Version 2.
    """
    tags = _listed_tags(folder)
    names = {
        path.name.rpartition("-sbml-")[0]: path.parent for path in folder.rglob("*-sbml-*.xml")
    }
    for name in sorted(names):
        place = names[name]
        found = [
            place / f"{name}-sbml-{version}.xml"
            for version in _VERSIONS[: None if any_level else 1]
        ]
        model = next((path for path in found if path.exists()), None)
        if model is not None:
            yield Case(name, model, _supported(name, place, tags))


def outcome_of(case: Case) -> Outcome:
    """Run a case and compare it with its results at its own tolerances."""
    settings = case.model.with_name(f"{case.name}-settings.txt")
    try:
        if not settings.exists():
            return Outcome(case, AGREES, f"{read_sbml(case.model)!r} was read")
        return Outcome(case, *_compared(case, _settings(settings)))
    except AssemblysimError as fault:
        return Outcome(case, REFUSED, str(fault).replace(f"{case.model}: ", ""))


def _compared(case: Case, settings: dict[str, str]) -> tuple[str, str]:
    results = case.model.with_name(f"{case.name}-results.csv")
    with results.open(encoding="utf-8-sig", newline="") as lines:
        head, *rows = [[cell.strip() for cell in row] for row in csv.reader(lines) if row]
    table = np.array([[float(cell) for cell in row] for row in rows])
    expected = dict(zip(head, table.T, strict=True))
    names = _words(settings, "variables")
    course = read_sbml(case.model).simulate(
        _times(settings),
        names,
        amounts=_words(settings, "amount"),
        concentrations=_words(settings, "concentration"),
    )
    allowed = float(settings["absolute"]), float(settings["relative"])
    worst = max(((_distance(course[n], expected[n], *allowed), n) for n in names), default=(0, ""))
    if worst[0] <= 1:
        return AGREES, f"{worst[0]:.2g} of the tolerance"
    return DIFFERS, f"'{worst[1]}' is off by {worst[0]:.3g} times the tolerance"


def _distance(found: np.ndarray, expected: np.ndarray, absolute: float, relative: float) -> float:
    """Return the largest distance as a fraction of what is allowed."""
    if found.shape != expected.shape:
        return math.inf
    alike = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        ratio = np.abs(found - expected) / (absolute + relative * np.abs(expected))
    ratio = np.where(alike, 0.0, np.where(np.isfinite(ratio), ratio, math.inf))
    return float(ratio.max(initial=0.0))


def _times(settings: dict[str, str]) -> np.ndarray:
    start, duration = float(settings["start"]), float(settings["duration"])
    steps = int(settings["steps"])
    return start + duration * np.arange(steps + 1) / max(steps, 1)


def _settings(path: Path) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def _words(settings: dict[str, str], key: str) -> list[str]:
    return [word.strip() for word in settings.get(key, "").split(",") if word.strip()]


def _listed_tags(folder: Path) -> dict[str, tuple[set[str], set[str]]]:
    """Return (components, tests) by case from ``cases.tsv``, where there is one."""
    listed = folder / "cases.tsv"
    if not listed.exists():
        return {}
    rows = [line.split("\t") for line in listed.read_text().splitlines()[1:] if line]
    return {name: (set(parts.split()), set(tests.split())) for name, parts, tests in rows}


def _supported(name: str, place: Path, listed: dict[str, tuple[set[str], set[str]]]) -> bool | None:
    if name.startswith("refuse-"):
        return False
    if name in listed:
        components, tests = listed[name]
        return components <= COMPONENTS and not tests & BEYOND
    described = place / f"{name}-model.m"
    if not described.exists():
        return None
    tags = {}
    for line in described.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() in ("componentTags", "testTags", "testType"):
            tags[key.strip()] = {word.strip() for word in value.split(",")} - {""}
    kind = tags.get("testType", set()) == {"TimeCourse"}
    return (
        kind
        and tags.get("componentTags", set()) <= COMPONENTS
        and not tags.get("testTags", set()) & BEYOND
    )
