import numpy as np
from gaussians import Gaussian

from benchmarks.evidence import prior_mean


def test_the_mean_over_the_prior_finds_a_known_evidence():
    target = Gaussian(np.full(3, 0.3), 0.5 * np.eye(3), -2.0)
    found = [prior_mean(target, 3, 20_000, np.random.default_rng(seed)) for seed in range(40)]
    values = np.array([one.log_evidence.value for one in found])
    errors = np.array([one.log_evidence.error for one in found])
    z = (values.mean() - target.log_evidence) / (values.std(ddof=1) / np.sqrt(40))

    assert abs(z) < 4
    # The check has power: 0.01 nat is seen.
    assert abs(values.mean() - (target.log_evidence + 0.01)) > 4 * values.std(ddof=1) / np.sqrt(40)
    # the standard deviation of 40 values has a relative standard error of 11 %
    assert 0.6 < errors.mean() / values.std(ddof=1) < 1.7
    assert {one.draws for one in found} == {20_000}
    assert all(1000 < one.effective_size < 20_000 for one in found)
