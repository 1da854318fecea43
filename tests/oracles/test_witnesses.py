"""Both witnesses of the log evidence on problems whose answer is known, at a size that fits.

``python -m benchmarks.witnesses`` does the same a hundred times.
"""

import numpy as np
import pytest
from evidence_cases import MAKERS

from benchmarks.witnesses import witnesses

REPETITIONS = 3


@pytest.mark.slow
@pytest.mark.parametrize("name", MAKERS)
def test_both_witnesses_are_within_a_tenth_of_a_nat_and_inside_their_bars(name):
    case = MAKERS[name]()
    found = [witnesses(case.problem, 7000 + seed) for seed in range(REPETITIONS)]
    for estimates in zip(*found, strict=True):
        gaps = np.array([one.value - case.log_evidence for one in estimates])
        errors = np.array([one.error for one in estimates])

        assert errors.max() <= 0.05
        assert np.abs(gaps).max() < 0.1
        # of three at 95 %, fewer than two happen once in 140
        assert (np.abs(gaps) < 1.96 * errors).sum() >= 2
        assert (np.abs(gaps + 0.15) < 1.96 * errors).sum() < 2  # 0.15 nats would be seen
