"""The command ``check``: a mechanism file, or a study's unknowns, in plain words."""

from __future__ import annotations

import json
from pathlib import Path

from assemblysim.mechanism.describe import describe
from assemblysim.mechanism.system import read_system


def check_model(path: Path, *, as_json: bool) -> str:
    """Describe a mechanism file, or a study with its priors."""
    if path.is_dir() or path.name == "study.toml":
        return _check_study(path, as_json=as_json)
    system = read_system(path)
    text = describe(system)
    if as_json:
        return json.dumps({"path": str(path), "mechanisms": list(system.mechanism_names)})
    return text


def _check_study(path: Path, *, as_json: bool) -> str:
    """List every mechanism's unknowns with their priors."""
    # Slow to import, and not needed for a mechanism file.
    from assemblysim.study.problems import build_problem
    from assemblysim.study.reading import read_study

    study = read_study(path)
    problems = [build_problem(study, name) for name in study.mechanisms]
    unknowns = {
        p.mechanism: {q.name: q.prior.describe(q.unit) for q in p.parameters} for p in problems
    }
    if as_json:
        return json.dumps({"study": study.folder.name, "priors": unknowns}, ensure_ascii=False)
    lines = [f"{study.title}", f"{len(problems)} mechanisms, seed {study.seed}"]
    for name, priors in unknowns.items():
        lines += ["", f"{name}: {len(priors)} unknowns"]
        lines += [f"  {parameter}: {prior}" for parameter, prior in priors.items()]
    return "\n".join(lines)
