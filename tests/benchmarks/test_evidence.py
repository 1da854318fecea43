import numpy as np
from gaussians import Gaussian

from benchmarks.evidence import prior_mean, summary
from benchmarks.stored.rows import Row


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


def test_draws_are_made_until_the_error_is_as_asked():
    target = Gaussian(np.full(3, 0.3), 0.5 * np.eye(3), -2.0)
    found = prior_mean(target, 3, 10_000_000, np.random.default_rng(1), error=0.01)
    longer = prior_mean(target, 3, 40_960, np.random.default_rng(1), error=0.0)

    assert 0.005 < found.log_evidence.error <= 0.01
    assert found.draws < longer.draws == 40_960
    assert abs(found.log_evidence.value - target.log_evidence) < 0.05
    # nothing stops a mean of fewer than a thousand effective draws
    assert prior_mean(target, 3, 500, np.random.default_rng(1), error=1.0).draws == 500


def test_estimates_off_by_more_than_three_errors_are_counted():
    near, far = ({"method": "m", "value": value, "error": 0.04} for value in (-5.14, -5.16))
    rows = {"dy6 both": Row(value=-5.0, error=0.03, stored=[near, far])}

    assert summary(rows) == {"dy6": {"estimates": 2, "within 3 errors": 1}}
