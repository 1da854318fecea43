"""The command ``check``: a mechanism file, or a study's conditions and unknowns, in plain words."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assemblysim.errors import InputError
from assemblysim.files.codec import to_plain
from assemblysim.files.paths import what_lies_at
from assemblysim.mechanism.ions.facts import chemistry_facts
from assemblysim.mechanism.reading.describe import describe
from assemblysim.mechanism.reading.describe_labels import (
    describe_expanded,
    describe_labels,
    expanded_facts,
)
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.mechanism.reading.system import read_system
from assemblysim.sentences.chemistry import chemistry_lines, exchange_sentences

if TYPE_CHECKING:
    from assemblysim.inference.model.problem import Problem
    from assemblysim.result.mechanism import ChemistryResult


def check_model(path: Path, *, as_json: bool, expanded: bool = False) -> str:
    """Describe a mechanism file, or a study with its conditions and its priors.

    Args:
        path: the file, or the study.
        as_json: whether to write one JSON object.
        expanded: whether to list the labelled species and steps instead.

    Raises:
        InputError: a file is at fault, or there are no labelled forms to expand over.
    """
    if expanded:
        return _check_expanded(path, as_json=as_json)
    if what_lies_at(path) == "folder" or path.name == "study.toml":
        return _check_study(path, as_json=as_json)
    system = read_system(path)
    text = describe(system)
    if system.labelled is not None:
        text += f"\n{describe_labels(read_expanded_system(path))}\n"
    found = None
    if system.chemistry is not None:
        networks = {name: system.network(name) for name in system.mechanism_names}
        found = chemistry_facts(system.chemistry, networks)
    if as_json:
        facts = {} if found is None else {"chemistry": to_plain(found)}
        shown = {"path": str(path), "mechanisms": list(system.mechanism_names), **facts}
        return json.dumps(shown, ensure_ascii=False)
    return text if found is None else "\n".join([text, *chemistry_lines(found), ""])


def _check_expanded(path: Path, *, as_json: bool) -> str:
    """List the labelled species and steps of a mechanism file, or of a study's model."""
    if what_lies_at(path) == "folder" or path.name == "study.toml":
        # Slow to import, and not needed for a mechanism file.
        from assemblysim.study.definition.reading import read_outline

        system = read_outline(path).system
    else:
        system = read_expanded_system(path)
    if system.expansion is None:
        raise InputError(f"{path}: no block has a labelled form; add [labelled] to expand over")
    if as_json:
        return json.dumps({"path": str(path), **expanded_facts(system)}, ensure_ascii=False)
    return describe_expanded(system)


def _check_study(path: Path, *, as_json: bool) -> str:
    """Say how a study was conducted, and list every mechanism's unknowns with their priors."""
    # Slow to import, and not needed for a mechanism file.
    from assemblysim.language import counted
    from assemblysim.study.definition.reading import read_study
    from assemblysim.study.problem.problems import build_problem, units_of
    from assemblysim.study.questions.in_words import (
        course_words,
        experiment_words,
        measurement_words,
        sharing_words,
        wording_words,
    )
    from assemblysim.study.results.chemistry import study_chemistry
    from assemblysim.study.steps.definition import candidate_phrases

    study, candidates = read_study(path), candidate_phrases(path)
    for line in study.notices:
        sys.stderr.write(f"assemblysim: {line}\n")
    problems = [build_problem(study, name) for name in study.mechanisms]
    conditions = {
        one.name: experiment_words(one, study.concentration_unit) for one in study.experiments
    }
    wording, courses = wording_words(study, problems[0]), course_words(study)
    sharing, derived, units = sharing_words(study), dict(study.derived), units_of(study)
    chemistry, measured = study_chemistry(study), measurement_words(study, problems[0])
    fixed = {name: f"{value:g} {units[name]}".rstrip() for name, value in study.fixed}
    if as_json:
        found = {
            "study": study.folder.name,
            "experiments": conditions,
            "sharing": sharing,
            "words": wording,
            "courses": courses,
            "measurement": measured,
            "fixed": fixed,
            "derived": derived,
            "notes": list(study.notes),
            "priors": {p.mechanism: _priors(p) for p in problems},
            "steps": candidates,
            **_plain_chemistry(chemistry),
        }
        return json.dumps(found, ensure_ascii=False)
    lines = [study.title, f"{counted(len(problems), 'mechanism')}, seed {study.seed}"]
    for name, phrases in conditions.items():
        lines += _part(f"experiment {name}", phrases)
    lines += _part("courses of temperature", courses)
    lines += _part("between the experiments", sharing)
    lines += _part("measurement", measured)
    lines += _part("words", wording)
    lines += _chemistry(chemistry)
    lines += _part("candidate steps", candidates)
    lines += _part("fixed", [f"{name} = {value}" for name, value in fixed.items()])
    lines += _part("derived", [f"{name} = {text}" for name, text in derived.items()])
    for problem in problems:
        lines += _unknowns(problem)
    lines += _part("note", study.notes)
    return "\n".join(lines)


def _part(heading: str, phrases: Sequence[str]) -> list[str]:
    """Return the lines of a part; none where there is nothing to say."""
    return ["", heading, *(f"  {phrase}" for phrase in phrases)] if phrases else []


def _plain_chemistry(chemistry: Mapping[str, ChemistryResult]) -> dict[str, object]:
    """Return the chemistry of the model, and those that groups have for themselves, as JSON."""
    common = {"chemistry": to_plain(chemistry[""])} if "" in chemistry else {}
    by_group = {group: to_plain(one) for group, one in chemistry.items() if group}
    return {**common, **({"chemistry_of_groups": by_group} if by_group else {})}


def _chemistry(chemistry: Mapping[str, ChemistryResult]) -> list[str]:
    """Return the lines on what steps take up and give off, a part for each group that has ions."""
    return [
        line
        for group, one in chemistry.items()
        for line in _part(
            f"chemistry of the group {group}" if group else "chemistry", exchange_sentences(one)
        )
    ]


def _unknowns(problem: Problem) -> list[str]:
    """Return the part on a mechanism's unknowns and on what follows from them."""
    from assemblysim.language import counted
    from assemblysim.study.results.mechanism_result import followed

    priors = [f"{name}: {prior}" for name, prior in _priors(problem).items()]
    follows = [f"{name} = {text}, follows" for name, text in followed(problem).items()]
    ratios = " (of responses only ratios count)" * (len(priors) > len(problem.parameters))
    heading = f"{problem.mechanism}: {counted(len(problem.parameters), 'unknown')}{ratios}"
    return _part(heading, [*priors, *follows])


def _priors(problem: Problem) -> dict[str, str]:
    """Say what is known of each unknown before the data, responses in place of contrasts."""
    from assemblysim.inference.identifiability.reported import reported

    every = [one.parameter for one in reported(problem)]
    return {one.name: one.prior.describe(one.unit) for one in every}
