"""A study whose mechanisms bear the titles that people read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from assemblysim.mechanism.reading.texts import LISTED_STEPS
from assemblysim.report.content.stored import Curve, StoredStudy
from assemblysim.report.document.naming import marked, marked_species
from assemblysim.result.forecast import ForecastAnswer
from assemblysim.result.mechanism import MechanismResult, StoredSpecies
from assemblysim.result.summary import StudyResult

T = TypeVar("T")

# What holds equations of species, in stored results; and what holds other names or words, which may
# read as a species does: K, M, h, A. What lies within these may still hold species.
_EQUATIONS = frozenset(("equation",))
_OTHERS = frozenset(
    (
        *("composition", "blocks", "block", "unit", "display_unit", "time_unit", "experiment"),
        *("kind", "relation", "form", "scale", "noise", "tails", "method", "mechanism", "title"),
        *("mechanisms", "leader", "between", "pair", "left_open", "simplest", "against", "under"),
        *("probabilities", "label", "labels", "description", "rate_constant", "parameters", "text"),
        *("further_rate_constants", "derived", "forms", "needed", "reading", "interpretation"),
        *("reason", "assumed", "statistics", "trends", "strength", "change", "constant", "groups"),
        *("settings", "inputs", "versions", "narrow", "numbers", "law", "reverse_of", "steps"),
        *("courses", "draws", "assembly", "notes", "question", "axis", "response", "row", "rows"),
    )
)
_BY_EXPERIMENT = "_by_experiment"

# A description, or its first clause, that is no longer than this is a title.
_LONGEST = 72
# What holds names of mechanisms, in stored results: as keys, as items, or as the only text.
_HOLDING = frozenset(
    (
        "probabilities",
        "intervals",
        "log_bayes_factors",
        "left_open",
        "averaged",
        "mechanisms",
        "against",
        "simplest",
        "mechanism",
        "under",
        "leader",
        "cut_off",
        "differing",
        "common",
        "between",
        "pair",
        "routes",
    )
)


def title_of(name: str, mechanism: MechanismResult) -> str:
    """Return what people read in place of a mechanism's name."""
    return shown_title(name, mechanism.title, mechanism.description)


def shown_title(name: str, title: str, description: str) -> str:
    """Return a title, or else a description that is short, or the name with spaces."""
    if title:
        return title
    description = description.strip()
    plain = name.replace("_", " ")
    if description.startswith(LISTED_STEPS):
        return plain
    for clause in (description.partition(". ")[0], re.split(r"[.:;] ", description)[0]):
        first = clause.removesuffix(".")
        if 0 < len(first) <= _LONGEST:
            word = first.partition(" ")[0]
            return first[0].lower() + first[1:] if word.isalpha() and word.istitle() else first
    return plain


def titled_result(result: StudyResult) -> StudyResult:
    """Return a result in which mechanisms and species bring their titles."""
    return _with_species(_renamed(result, _names(result)), species_titles(result))


def species_titles(result: StudyResult) -> dict[str, str]:
    """Return what people read in place of a species' name, for each that has a title."""
    every = (one for mechanism in result.mechanisms.values() for one in mechanism.species)
    return {one.name: one.title for one in every if one.title}


def titled_study(study: StoredStudy) -> StoredStudy:
    """Return all that is stored of a study with names that bring their titles."""
    names = _names(study.result)
    found = replace(
        study,
        result=_renamed(study.result, names),
        courses={names.get(n, n): one for n, one in study.courses.items()},
        draws={names.get(n, n): one for n, one in study.draws.items()},
        design=_renamed(study.design, names),
        assembly={names.get(n, n): one for n, one in study.assembly.items()},
    )
    return _with_species(found, species_titles(study.result))


def titled_answer(answer: ForecastAnswer, result: StudyResult) -> ForecastAnswer:
    """Return a forecast of a study in which mechanisms and species bring their titles."""
    return _with_species(_renamed(answer, _names(result)), species_titles(result))


def _names(result: StudyResult) -> dict[str, str]:
    titles = {name: title_of(name, one) for name, one in result.mechanisms.items()}
    known = Counter(titles.values())
    # Two mechanisms of one title would be one to the reader.
    return {n: marked(n, title if known[title] == 1 else n) for n, title in titles.items()}


def _renamed(value: T, names: Mapping[str, str], *, holds: bool = False) -> T:
    """Put marked names in the place of names, wherever a field holds such."""
    found: object = value
    if isinstance(value, str):
        found = names.get(value, value) if holds else value
    elif isinstance(value, Mapping):
        found = {
            names.get(key, key) if holds else key: _renamed(one, names, holds=holds)
            for key, one in value.items()
        }
    elif isinstance(value, tuple):
        found = tuple(_renamed(one, names, holds=holds) for one in value)
    elif is_dataclass(value) and not isinstance(value, type | MechanismResult):
        told = {
            one.name: _renamed(getattr(value, one.name), names, holds=one.name in _HOLDING)
            for one in fields(value)
        }
        found = replace(value, **told)
    return cast(T, found)


def _with_species(value: T, titles: Mapping[str, str]) -> T:
    """Put marked names in the place of species wherever one is named, and within sentences."""
    if not titles:
        return value
    marks = {name: marked_species(name, title) for name, title in titles.items()}
    # Not within the formula of an ion, such as [Dy3L(OH)6]+, nor within a longer name.
    words = re.compile(rf"(?<![\w\[])({'|'.join(map(re.escape, marks))})(?![\w(\]])")

    def within(one: object, field: str = "") -> object:
        if isinstance(one, str):
            if field in _EQUATIONS:
                return words.sub(lambda found: marks[found[1]], one)
            return one if field in _OTHERS else marks.get(one, one)
        if isinstance(one, Mapping):
            if field.endswith(_BY_EXPERIMENT):
                return {key: within(part) for key, part in one.items()}
            return {within(key, field): within(part, field) for key, part in one.items()}
        if isinstance(one, tuple):
            return tuple(within(part, field) for part in one)
        if is_dataclass(one) and not isinstance(one, type):
            told = {f.name: within(getattr(one, f.name), f.name) for f in fields(one)}
            if "name" in told and not isinstance(one, StoredSpecies | Curve):
                told["name"] = getattr(one, "name", "")
            return replace(one, **told)
        return one

    return cast(T, within(value))
