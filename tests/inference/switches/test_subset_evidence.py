"""The evidence of one subset by importance sampling, against a closed form."""

import numpy as np
import pytest
from linear_switches import linear_switches

from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.search import Optimum
from assemblysim.inference.switches.subset_evidence import EvidenceEffort, weighed_evidence

EFFORT = EvidenceEffort(draws=300, refits=2)


def weighed(seed, at=0.0, effort=EFFORT):
    problem, _ = linear_switches(seed)
    on = np.ones((1, 4))

    def target(position):
        return problem.log_likelihood(position, on) + log_standard_normal(position)

    optimum = Optimum(np.full(4, at), 0.0, 1, np.eye(4))
    found = weighed_evidence(target, (optimum,), effort, np.random.default_rng(seed))
    return found, problem.subset_evidence(on[0])


def test_evidences_are_those_of_the_closed_form_within_their_errors():
    every = [weighed(seed) for seed in range(20)]
    gaps = [found.value - exact for found, exact in every]

    assert max(abs(g) / found.error for g, (found, _) in zip(gaps, every, strict=True)) < 3
    assert np.std(gaps) < 0.1
    assert abs(np.mean(gaps)) < 0.05


def test_draws_that_do_not_cover_the_posterior_are_no_estimate():
    found, exact = weighed(1, at=30.0, effort=EvidenceEffort(draws=20, refits=0))

    assert found.error == float("inf") or abs(found.value - exact) < 4 * found.error
    assert weighed(1, effort=EvidenceEffort(draws=15, refits=0))[0].error == pytest.approx(np.inf)
