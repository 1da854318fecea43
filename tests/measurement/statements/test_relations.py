"""Each relation at the extremes of the prior, against noisy signals drawn and looked at."""

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import reactor_of, signals_of
from assemblysim.kinetics.reactor.reactor import courses
from assemblysim.measurement.data import Statement
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.statements.interpretations import ONLY, samples_of
from assemblysim.measurement.statements.likelihood import SourceReader, statement_likelihood
from assemblysim.measurement.statements.relations import RELATION_KINDS
from assemblysim.measurement.statements.sentences import Rates
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

TIMES = np.array([0.0833, 0.1667, 1.0, 6.0, 12.0, 48.0])
DRAWS, VECTORS = 10_000, 30
CORNER = 2.5  # standard deviations from the middle of every prior
FRACTION = 1 / 3


@pytest.fixture(scope="module")
def extremes():
    """Fractions of the spectrum at corners of the prior of dy6, shape (B, T, I), and readers."""
    problem = build_problem(read_study(ROOT / "fits" / "dy6"), "both")
    shape = VECTORS, len(problem.parameters)
    position = np.random.default_rng(11).choice([-CORNER, CORNER], shape)
    named = problem.named(values_from_normal(problem.parameters, position))
    (experiment,) = problem.experiments
    reactor = reactor_of(problem, experiment, named)
    found = courses(reactor, TIMES, problem.tolerance).concentrations
    signals = signals_of(experiment, named, found)
    limit, noise = named.get("limit"), named.get("statement_noise")
    return signals, SourceReader(limit, noise, np.full(VECTORS, FRACTION))


def from_to(first, last):
    return slice(first, last + 1)


HOLDS = {
    "detected": (2, 3, None, lambda z, top, limit: z > limit),
    "absent": (3, 4, None, lambda z, top, limit: z < limit),
    "unmentioned": (0, 5, None, lambda z, top, limit: z < limit),
    "abundant": (3, 5, None, lambda z, top, limit: z >= top + np.log(FRACTION)),
    "at most of maximum": (2, 3, 0.4, lambda z, top, limit: z <= top + np.log(0.4)),
    "at most of spectrum": (0, 2, 0.25, lambda z, top, limit: z <= np.log(0.25)),
    "maximum": (3, 4, None, lambda z, top, limit: (z == top).any(axis=2, keepdims=True)),
    "increasing": (1, 4, None, lambda z, top, limit: np.diff(z, axis=2) > 0),
    "decreasing": (2, 5, None, lambda z, top, limit: np.diff(z, axis=2) < 0),
}


def looked_at(relation, z, limit):
    """How often a relation holds of noisy logs of fractions, shape (draws, B, T)."""
    limit, top = limit[None, :, None], z.max(axis=2, keepdims=True)
    if relation == "appears between":
        holds = (z[..., :2] < limit).all(axis=2) & (z[..., 2] > limit[..., 0])
        return holds.mean(axis=0)
    first, last, _, holds = HOLDS[relation]
    return holds(z[..., from_to(first, last)], top, limit).all(axis=2).mean(axis=0)


@pytest.mark.parametrize("relation", RELATION_KINDS)
@pytest.mark.parametrize("signal", [1, 3])
def test_a_relation_holds_as_often_as_it_is_seen_at_the_extremes_of_the_prior(
    relation, signal, extremes
):
    signals, reader = extremes
    first, last, share, _ = HOLDS.get(relation, (1, 2, None, None))
    name = ("Dy2L", "Dy3L", "Dy5L2", "Dy6L2")[signal]
    row = Statement(name, relation, TIMES[first], TIMES[last], "as written", "", (), share)
    likelihood = statement_likelihood(
        (row,),
        samples_of(TIMES, ONLY, {}),
        ("Dy2L", "Dy3L", "Dy5L2", "Dy6L2"),
        SCALES["per spectrum"],
        Rates(0.02, 0.5),
    )
    rng = np.random.default_rng(12)
    logs = np.log(signals / signals.sum(axis=2, keepdims=True))[:, :, signal]
    errors = rng.standard_normal((DRAWS, *logs.shape))
    z = logs + reader.noise[:, None] * errors

    p = likelihood.probabilities(signals, reader)[:, 0, 0]
    seen = looked_at(relation, z, np.log(reader.limit))

    error = np.sqrt(p * (1 - p) / DRAWS) + 1 / DRAWS
    assert (np.abs(p - seen) < 5 * error).all()  # of 600 a false alarm once in 3000 runs
    assert p.min() < 0.05 or p.max() > 0.95  # extremes, not the middle
    wrong = np.where(p > 0.5, p - 0.03, p + 0.03)
    assert (np.abs(wrong - seen) > 5 * error).any()  # three hundredths off are seen
