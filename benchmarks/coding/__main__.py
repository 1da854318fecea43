"""What each change of the coding moved: ``python -m benchmarks.coding``.

    python -m benchmarks.coding --work /tmp/codings --out benchmarks/results/coding.md

For both ligands, after each change: verdict, probabilities of mechanisms, and how much of Dy6L2 was
made through Dy5L2. It resumes: draws that lie in the folder of work are not made again.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from assemblysim.inference.evidence.comparison import Candidate, rank_mechanisms
from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.problem import Problem
from assemblysim.result.evidence import ComparisonResult, LogEvidence
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from benchmarks.coding.pairs import PairwiseLikelihood
from benchmarks.coding.steps import STEPS, Coding, codings, read_coding
from benchmarks.coding.weighing import Weighed, through_dy5l2, weigh

ROOT = Path(__file__).parents[2]
LIGANDS = ("dy6", "hnp_dy6")


def parsed() -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coding", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder of studies and draws")
    parser.add_argument("--out", type=Path, help="table to write, besides printing it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pilots", type=int, default=65_536)
    parser.add_argument("--error", type=float, default=0.03, help="of a log evidence, in nats")
    parser.add_argument("--most", type=int, default=1_000_000, help="draws of a mechanism at most")
    parser.add_argument("--routes", type=int, default=1000, help="draws that routes are from")
    parser.add_argument("--only", nargs="*", default=[], help="mechanisms, to share the work")
    parser.add_argument("ligands", nargs="*", default=LIGANDS)
    return parser.parse_args()


def pairwise(problem: Problem) -> Problem:
    """Return a problem whose words are products over pairs."""
    (experiment,) = problem.experiments
    words = experiment.statements
    if words is None:
        raise ValueError(f"{problem.mechanism} has no words")
    former = PairwiseLikelihood(words.samples, words.signals, words.scale, words.sentences)
    return replace(problem, experiments=(replace(experiment, statements=former),))


def unlike(found: tuple[Coding, ...]) -> list[int]:
    """Return for each step the first one whose likelihood is the same: rivals change none."""
    texts: list[tuple[object, ...]] = []
    for step, coding in zip(STEPS, found, strict=True):
        study = {k: v for k, v in coding.study.items() if k != "mechanisms"}
        texts.append((step.pairwise, repr(study), coding.rows))
    return [texts.index(text) for text in texts]


def main() -> None:
    """Weigh both ligands' codings and write the table."""
    asked = parsed()
    text = ""
    for ligand in asked.ligands:
        found = codings(read_coding(ROOT / "fits" / ligand))
        studies = [
            read_study(coding.write(asked.work / ligand / step.name, ROOT / "models"))
            for step, coding in zip(STEPS, found, strict=True)
        ]
        same = unlike(found)
        weighed = {}
        problems = {}
        for mechanism in found[-1].study["mechanisms"]:
            if asked.only and mechanism not in asked.only:
                continue
            own = [
                build_problem(replace(studies[i], mechanisms=(mechanism,)), mechanism)
                for i in dict.fromkeys(same)
            ]
            own[0] = pairwise(own[0])
            kept = asked.work / ligand / "draws"
            weighed[mechanism] = weigh(own, asked.seed, asked.pilots, asked.error, asked.most, kept)
            problems[mechanism] = own
            errors = [one.error for one in weighed[mechanism].log_evidence]
            sys.stderr.write(
                f"{ligand} {mechanism}: {weighed[mechanism].drawn} draws, "
                f"errors up to {max(errors):.3f}\n"
            )
        if not asked.only:
            text += table(ligand, found, same, weighed, problems, asked)
    sys.stdout.write(text)
    if asked.out and text:
        asked.out.write_text(text, encoding="utf-8")


def table(
    ligand: str,
    found: tuple[Coding, ...],
    same: list[int],
    weighed: dict[str, Weighed],
    problems: dict[str, list[Problem]],
    asked: argparse.Namespace,
) -> str:
    """Return the table of one ligand, in Markdown."""
    mechanisms = list(weighed)
    columns = list(dict.fromkeys(same))
    lines = [
        f"## {ligand}\n",
        f"| coding | verdict | {' | '.join(mechanisms)} | through Dy5L2, if both | averaged |",
        "| --- " * (len(mechanisms) + 4) + "|",
    ]
    before: ComparisonResult | None = None
    for i, (step, coding) in enumerate(zip(STEPS, found, strict=True)):
        column = columns.index(same[i])
        rivals = coding.study["mechanisms"]
        candidates = tuple(
            _candidate(name, weighed[name].log_evidence[column], problems[name][column])
            for name in rivals
        )
        ranked = rank_mechanisms(candidates, stream(asked.seed, ligand, "ranking"))
        if before is not None and before.probabilities == ranked.probabilities:
            lines.append(f"| {step.title} | the same |" + " |" * (len(mechanisms) + 2))
            continue
        before = ranked
        routes = {
            name: through_dy5l2(
                problems[name][column],
                weighed[name].resampled(column, asked.routes, stream(asked.seed, name, "routes")),
            )
            for name in rivals
        }
        average = sum(p * float(np.nanmean(routes[n])) for n, p in ranked.probabilities.items())
        low, middle, high = np.nanquantile(routes["both"], [0.025, 0.5, 0.975])
        cells = [_per_cent(ranked.probabilities.get(name)) for name in mechanisms]
        lines.append(
            f"| {step.title} | {_verdict(ranked)} | {' | '.join(cells)} | "
            f"{100 * middle:.0f} % ({100 * low:.1f} to {100 * high:.0f}) | {100 * average:.0f} % |"
        )
    return "\n".join(lines) + "\n\n"


def _candidate(name: str, evidence: LogEvidence, problem: Problem) -> Candidate:
    return Candidate(name, evidence, evidence, len(problem.parameters), trusted=True)


def _per_cent(probability: float | None) -> str:
    return "" if probability is None else f"{100 * probability:.1f}"


def _verdict(ranked: ComparisonResult) -> str:
    verdict = ranked.verdict
    against = f"; against {', '.join(verdict.against)}" if verdict.against else ""
    if verdict.kind == "favoured":
        return f"{verdict.mechanisms[0]} favoured ({verdict.strength}){against}"
    return f"{verdict.kind}{against}"


if __name__ == "__main__":
    main()
