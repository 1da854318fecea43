"""Reactors at posterior draws of all mechanisms in play, of each as many as it is probable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.inference.groundwork import stream
from assemblysim.inference.model.problem import Problem
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.mechanism.properties.balance import building_blocks, composition_matrix
from assemblysim.prediction.windows import scarcest_block
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.forecasting import Question
from assemblysim.study.results.forecast import DRAWS
from assemblysim.study.results.stored_posterior import probabilities_in_play, stored_values


@dataclass(frozen=True, eq=False)
class DrawnReactors:
    """What runs under the conditions of a question.

    Attributes:
        experiment: whose start was changed, if anything was.
        until: h, how long it is followed.
        moments: h, at which something is added or withdrawn.
        species: names of the S species of all mechanisms.
        reactors: by mechanism; the draws of all count alike.
    """

    experiment: str
    until: float
    moments: tuple[float, ...]
    species: tuple[str, ...]
    reactors: dict[str, Reactor]

    def placed(self, reactor: Reactor, values: np.ndarray) -> np.ndarray:
        """Return values of a reactor's species, (..., S'), among all, 0 for those it has not."""
        found = np.zeros((*values.shape[:-1], len(self.species)))
        names = reactor.network.species_names
        found[..., [self.species.index(name) for name in names]] = values
        return found

    def block_of(self, asked: str | None) -> str:
        """Return the building block that yields are fractions of; "" where there are none.

        What is added on the way counts too, and a fraction of what is in can fall: "" then. What
        a held species consists of never runs short, so that there are no fractions of it either.
        """
        if self.moments:
            return ""
        reactor = next(iter(self.reactors.values()))
        endless = {block for one in self.reactors.values() for block in endless_blocks(one)}
        if asked:
            return "" if asked in endless else asked
        network = reactor.network
        there = (reactor.initial @ composition_matrix(network.species)).any(axis=0).tolist()
        blocks = zip(building_blocks(network.species), there, strict=True)
        among = [name for name, yes in blocks if yes and name not in endless]
        return scarcest_block(network, reactor.initial, among) if among else ""


def drawn_reactors(study: Study, results: Path, question: Question) -> DrawnReactors:
    """Draw numbers of every mechanism in play and put them under the conditions of a question.

    Args:
        study: as read.
        results: the folder of its fit.
        question: the start, and how long.

    Raises:
        InputError: there is no stored fit, or the question does not fit the study.
    """
    probabilities, start = probabilities_in_play(study, results), question.start
    problems = {name: build_problem(study, name) for name in probabilities}
    experiment = next(iter(problems.values())).experiments[start.experiment]
    networks = [one.experiments[start.experiment].network for one in problems.values()]
    return DrawnReactors(
        experiment.name,
        question.until or experiment.window,
        tuple(experiment.protocol.moments),
        tuple(dict.fromkeys(name for one in networks for name in one.species_names)),
        {
            name: _drawn(study, results, problems[name], question, probability)
            for name, probability in probabilities.items()
        },
    )


def _drawn(
    study: Study, results: Path, problem: Problem, question: Question, probability: float
) -> Reactor:
    """Return reactors at as many draws as a mechanism is probable."""
    count = max(1, round(DRAWS * probability))
    values = stored_values(problem, results, count, stream(study.seed, problem.mechanism, "course"))
    return question.start.reactor(problem, problem.named(values))


def endless_blocks(reactor: Reactor) -> frozenset[str]:
    """Return the building blocks of species that are held, of which there is ever more."""
    held = [one for one in reactor.network.species if one.name in reactor.protocol.held]
    return frozenset(block for one in held for block, _ in one.composition)


def fractions_of(reactor: Reactor, concentrations: np.ndarray, block: str) -> np.ndarray:
    """Return what fraction of a building block each species holds.

    Args:
        reactor: B reactors.
        concentrations: shape (B, T, S), mM.
        block: its name.

    Returns:
        Shape (B, T, S); nan where no species holds the block, or none was put in.
    """
    names = building_blocks(reactor.network.species)
    if block not in names:
        return np.full(concentrations.shape, np.nan)
    counts = composition_matrix(reactor.network.species)[:, names.index(block)]
    total = reactor.initial @ counts
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(concentrations * counts / total[:, None, None])
