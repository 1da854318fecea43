"""Studies of words alone: the stored log evidence against brute force over the prior.

``python -m benchmarks.evidence fits/dy6 fits/hnp_dy6 --error 0.02`` does all mechanisms at
full size; here are two that few draws are enough for.
"""

import json

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.inference.model.posterior import Posterior
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from benchmarks.evidence import prior_mean

FITS = ROOT / "fits"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "mechanism", "draws"),
    [
        ("dy6", "two_Dy3L", 60_000),
        ("hnp_dy6", "two_Dy3L", 40_000),
    ],
)
def test_stored_evidence_of_words_is_the_mean_likelihood_over_the_prior(name, mechanism, draws):
    claims = json.loads((FITS / name / "accepted" / "claims.json").read_text(encoding="utf-8"))
    stored = claims["mechanisms"][mechanism]["log_evidence"][0]
    problem = build_problem(read_study(FITS / name), mechanism)

    rng = np.random.default_rng(12)
    found = prior_mean(Posterior(problem), len(problem.parameters), draws, rng)

    error = found.log_evidence.error
    gap = stored["value"] - found.log_evidence.value
    # The brute force is itself good: its error is small, and rests on many draws.
    assert found.effective_size > 500
    assert error < 0.05
    assert abs(gap) < 0.1 + 3 * error
    # The check has power: an evidence that is off by 0.4 nat is seen.
    assert abs(gap + 0.4) > 0.1 + 3 * error
