"""One page of what an accepted result claims: ``python -m benchmarks.claims fits/NAME``.

    python -m benchmarks.claims fits/hnp_dy6 --results fits/hnp_dy6/results

writes ``accepted/claims.json`` of a study from its stored results: how they were made, what is
claimed, and how closely another run has to agree.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from assemblysim.files.codec import Plain, to_plain
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.on_disk import stored_result
from assemblysim.result.summary import StudyResult

# Of a number on the page: more than any claim needs.
DIGITS = 6
# Of a larger network only the shares of a few products would fit on the page.
MOST_SHARED = 20
TOLERANCES = {
    "log_evidence": "three combined errors of the two estimates; 0.2 between seeds",
    "parameters": "medians by a third of the 95 % interval, its ends by a fifth",
    "pathways": "likewise",
    "verdict": "the same kind, with the same mechanisms",
}


def claims(result: StudyResult) -> dict[str, Any]:
    """Return what a result claims."""
    found = to_plain(result.comparison)
    comparison = found if isinstance(found, dict) else {}
    return {
        "study": result.study,
        "made": {
            "command": f"assemblysim run fits/{result.study}",
            "seed": result.seed,
            "versions": dict(result.versions),
            "inputs": dict(result.inputs),
        },
        "tolerances": TOLERANCES,
        "converged": result.converged,
        "checks": _checks(result),
        "comparison": {
            key: comparison[key]
            for key in ("verdict", "left_open", "probabilities", "log_bayes_factors")
        },
        "mechanisms": {name: _mechanism(one) for name, one in result.mechanisms.items()},
    }


def _checks(result: StudyResult) -> dict[str, dict[str, float]]:
    """Return the value of each check that came nearest to its bound."""
    found: dict[str, dict[str, float]] = {}
    for mechanism in result.mechanisms.values():
        for check in mechanism.checks:
            least = check.value >= check.bound
            worst = found.get(check.name, {}).get("worst", check.value)
            value = min(worst, check.value) if least else max(worst, check.value)
            found[check.name] = {"worst": value, "bound": check.bound}
    return found


def _mechanism(one: MechanismResult) -> dict[str, Any]:
    small = len(one.reactions) <= MOST_SHARED
    return {
        "size": {"species": len(one.species), "reactions": len(one.reactions)},
        "log_evidence": [to_plain(evidence) for evidence in one.log_evidence[:2]],
        "cost": {
            "failed_integrations": one.failed_integrations,
            "likelihood_calls": one.likelihood_calls,
        },
        "parameters": {
            name: {
                "median": p.median,
                "lower": p.lower,
                "upper": p.upper,
                "map": p.map,
                "unit": p.unit,
                "kind": p.kind,
                "determined": p.determined,
            }
            for name, p in one.parameters.items()
        },
        "pathways": to_plain(one.pathways) if small else {},
    }


def page(tree: Any, deep: int = 0, most: int = 100) -> str:
    """Write a tree as JSON, a branch on one line wherever it fits."""
    tree = _rounded(tree)
    flat = json.dumps(tree, ensure_ascii=False)
    if not isinstance(tree, dict | list) or not tree or deep + len(flat) <= most:
        return flat
    inside = deep + 1
    if isinstance(tree, dict):
        parts = [f"{json.dumps(k)}: {page(v, inside, most)}" for k, v in tree.items()]
    else:
        parts = [page(one, inside, most) for one in tree]
    joined = f",\n{' ' * inside}".join(parts)
    opening, closing = "{}" if isinstance(tree, dict) else "[]"
    return f"{opening}\n{' ' * inside}{joined}\n{' ' * deep}{closing}"


def _rounded(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _rounded(one) for key, one in tree.items()}
    if isinstance(tree, list | tuple):
        return [_rounded(one) for one in tree]
    return float(f"{tree:.{DIGITS}g}") if isinstance(tree, float) else tree


def write_page(path: Path, tree: Plain | dict[str, Any], most: int = 200) -> None:
    """Write a page whose lines hold so many characters."""
    path.write_text(page(tree, 0, most) + "\n", encoding="utf-8")


def main() -> None:
    """Write the page of a study."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--results", type=Path)
    asked = parser.parse_args()
    result = stored_result(asked.results or asked.study / "results", asked.study)
    path = asked.study / "accepted" / "claims.json"
    write_page(path, claims(result))
    sys.stdout.write(f"wrote {path}\n")


if __name__ == "__main__":
    main()
