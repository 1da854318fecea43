"""Are the explorer's numbers those of Python: ``python -m benchmarks.explorer.agreement``.

For every study of ``fits/`` the page before a fit is opened in a headless Chromium. Settings are
drawn by a seed: a mechanism, an experiment, constants from their priors, starts, a temperature, a
step switched off. Courses of both are compared relative to the most that each species can be; and
log-likelihoods at the same numbers under the experiments' own conditions as they are or, beyond
one, relative to themselves.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assemblysim.explorer.page_text import explorer_page
from assemblysim.explorer.study import explored_study
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import Problem, reactor_of
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.mechanism.properties.balance import composition_matrix
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
from chromium import Chromium, find_browser  # noqa: E402

ALLOWED = 1e-6
# As the page follows the curve that is moved.
FINE = Tolerance(rtol=1e-8, atol_fraction=1e-12, max_steps=100_000)
TIMES = 12
COMPARED = ("concentrations", "log_likelihoods")


@dataclass(frozen=True, eq=False)
class Setting:
    """One setting of the page, and what Python makes of it.

    Attributes:
        asked: the arguments of the page's `evaluate`.
        expected: shape (T, S), mM.
        most: shape (S,), mM, what each species can be at most, or is.
        numbers: the arguments of the page's `logLikelihood`.
        log_likelihood: of all data; nan where an integration failed.
    """

    asked: tuple[object, ...]
    expected: np.ndarray
    most: np.ndarray
    numbers: tuple[object, ...]
    log_likelihood: float


def random_setting(problems: list[Problem], rng: np.random.Generator) -> Setting | None:
    """Return a setting; None where Python's own integration did not reach its end."""
    which = int(rng.integers(len(problems)))
    problem = problems[which]
    place = int(rng.integers(len(problem.experiments)))
    experiment = problem.experiments[place]
    values = values_from_normal(problem.parameters, rng.normal(size=len(problem.parameters)))
    reactor = reactor_of(problem, experiment, problem.named(values[None]))
    asked: dict[str, object] = {"off": []}
    start = reactor.initial * rng.choice([0.3, 1.0, 2.0], size=reactor.initial.shape)
    names = reactor.network.species_names
    asked["start"] = dict(zip(names, start[0].tolist(), strict=True))
    reactor = replace(reactor, initial=start)
    if rng.random() < 0.3:
        reactor, name = _switched_off(reactor, rng)
        asked["off"] = [dict(experiment.aliases).get(one, one) for one in name]
    heated = problem.temperatures is not None and any(problem.temperatures.energies)
    if heated and rng.random() < 0.4:
        kelvin = float(rng.uniform(280.0, 360.0))
        asked["kelvin"] = kelvin
        protocol = replace(reactor.protocol, programme=Programme((0.0,), (kelvin,)))
        reactor = replace(reactor, protocol=protocol)
    times = np.sort(rng.uniform(0.0, 1.2 * experiment.window, TIMES))
    found = courses(reactor, times, FINE)
    if not found.completed[0]:
        return None
    moved = dict(zip(problem.parameter_names, values.tolist(), strict=True))
    # The page moves responses, of which only ratios count, by themselves.
    for name in (name for one in problem.exchangeable for name in one.responses):
        moved[name] = float(problem.named(values[None]).get(name)[0])
    arguments = (which, place, moved, asked, times.tolist())
    course = found.concentrations[0]
    said = log_likelihood(replace(problem, tolerance=FINE), values[None])
    likelihood = float("nan") if said.failed[0] else float(said.total[0])
    most = np.maximum(_most(reactor), course.max(axis=0))
    return Setting(arguments, course, most, (which, moved), likelihood)


def _switched_off(reactor: Reactor, rng: np.random.Generator) -> tuple[Reactor, list[str]]:
    """Set one constant to 0, of a step whose rate is a product of it."""
    simple = [step.rate_constant for step in reactor.network.reactions if step.law is None]
    if not simple:
        return reactor, []
    name = str(rng.choice(simple))
    constants = reactor.rate_constants
    at_reference = constants.at_reference.copy()
    at_reference[:, reactor.network.rate_constant_names.index(name)] = 0.0
    return replace(reactor, rate_constants=replace(constants, at_reference=at_reference)), [name]


def _most(reactor: Reactor) -> np.ndarray:
    """Return what each species is at most: all of its scarcest block, or the largest start."""
    counts = composition_matrix(reactor.network.species).astype(float)
    start = reactor.initial[0]
    added = sum((e.volume for e in reactor.protocol.events), 0.0) == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(counts > 0, (start @ counts) / counts, np.inf).min(axis=1, initial=np.inf)
    known = np.isfinite(each) & (each > 0) & added
    return np.where(known, each, max(start.max(), 1e-300))


def compare(study: Path, count: int, seed: int, browser: Chromium) -> dict[str, object]:
    """Compare settings of one study; return the worst difference and what it was at."""
    read = read_study(study)
    problems = [build_problem(read, name) for name in read.mechanisms]
    rng = np.random.default_rng([seed, *study.name.encode()])
    settings = []
    while len(settings) < count:
        if (one := random_setting(problems, rng)) is not None:
            settings.append(one)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "explorer.html"
        page.write_text(explorer_page(explored_study(read, study / "results", None)))
        browser.open(page.as_uri(), 1440)
        browser.evaluate("started")
        apart = [_apart(browser, one) for one in settings]
    worst = {name: [float(each[i]) for each in apart] for i, name in enumerate(COMPARED)}
    return {
        "settings": count,
        **{name: _worst(found) for name, found in worst.items()},
    }


def _apart(browser: Chromium, one: Setting) -> tuple[float, float]:
    """Return how far the page's concentrations and log-likelihood are from Python's."""
    words = ", ".join(map(json.dumps, one.asked))
    found = browser.evaluate(f"Array.from(explorer.evaluate({words}))")
    course = np.array(found, dtype=float).reshape(one.expected.shape)
    apart = float(np.max(np.abs(course - one.expected) / one.most))
    if not np.isfinite(one.log_likelihood):
        return apart, 0.0
    words = ", ".join(map(json.dumps, one.numbers))
    said = browser.evaluate(f"explorer.logLikelihood({words})")
    difference = abs(float("nan" if said is None else said) - one.log_likelihood)
    return apart, difference / max(1.0, abs(one.log_likelihood))


def _worst(found: list[float]) -> dict[str, float | int]:
    """Return the largest difference, and of which setting it is."""
    at = max(range(len(found)), key=lambda i: np.inf if np.isnan(found[i]) else found[i])
    return {"worst": found[at], "setting": at}


def agrees(found: dict[str, object]) -> bool:
    """Say whether all numbers of a study are within what is allowed."""
    return all(float(found[name]["worst"]) <= ALLOWED for name in COMPARED)  # type: ignore[index]


def main() -> int:
    """Compare, say and perhaps store; 0 where all agree."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explorer.agreement")
    parser.add_argument("studies", nargs="*", type=Path)
    parser.add_argument("--settings", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    path = find_browser()
    if path is None:
        sys.stdout.write("DID NOT RUN: no Chromium is installed\n")
        return 3
    studies = asked.studies or sorted(one.parent for one in (ROOT / "fits").glob("*/study.toml"))
    found = {}
    with Chromium(path) as browser:
        for study in studies:
            found[study.name] = compare(study, asked.settings, asked.seed, browser)
            sys.stdout.write(f"{study.name}: {found[study.name]}\n")
            sys.stdout.flush()
    good = all(agrees(one) for one in found.values())
    if asked.out:
        told = {"seed": asked.seed, "allowed": ALLOWED, "studies": found}
        asked.out.write_text(json.dumps(told, indent=1) + "\n")
    sys.stdout.write("all agree\n" if good else f"a difference is above {ALLOWED:g}\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
