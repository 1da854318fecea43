import json

import numpy as np
import pytest
from checkout import ROOT
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


@pytest.mark.parametrize("study", ["dy6", "hnp_dy6"])
def test_every_accepted_evidence_of_words_meets_brute_force(study):
    """`python -m benchmarks.evidence fits/dy6 fits/hnp_dy6 --error 0.02`, and its power."""
    page = ROOT / "benchmarks" / "results" / "prior_evidence.json"
    rows = json.loads(page.read_text("utf-8"))["rows"]
    claims = json.loads((ROOT / "fits" / study / "accepted" / "claims.json").read_text("utf-8"))
    z = []
    for mechanism, one in claims["mechanisms"].items():
        row, found = rows[f"{study} {mechanism}"], one["log_evidence"]

        assert row["effective_size"] > 1000
        assert row["error"] <= 0.02
        assert found[0]["error"] <= 0.03
        for estimate in found[:2]:
            error = np.hypot(estimate["error"], row["error"])
            assert abs(estimate["value"] - row["value"]) <= 3 * error, mechanism
        z.append((found[0]["value"] - row["value"]) / np.hypot(found[0]["error"], row["error"]))

    assert len(z) == 10
    # a common shift of 0.05 nat would be seen: the mean of ten has an error of a third
    assert abs(np.mean(z)) < 1
    assert abs(np.mean(z) + 0.05 / 0.032) > 1


def test_every_accepted_evidence_of_both_ligands_meets_nested_sampling():
    """`python -m benchmarks.evidence fits/both_ligands --nested`, and its power."""
    page = ROOT / "benchmarks" / "results" / "nested_evidence.json"
    rows = json.loads(page.read_text("utf-8"))["rows"]
    claims = ROOT / "fits" / "both_ligands" / "accepted" / "claims.json"
    mechanisms = json.loads(claims.read_text("utf-8"))["mechanisms"]
    z, spread = [], []
    for name, one in mechanisms.items():
        row = rows[f"both_ligands {name}"]
        for estimate in one["log_evidence"][:2]:
            spread.append(np.hypot(estimate["error"], row["error"]))
            z.append((estimate["value"] - row["value"]) / spread[-1])

    assert len(z) == 20
    assert max(map(abs, z)) <= 3
    # Both estimates are held against one row: ten independent ones. A common shift of 0.2 nat and
    # errors half as large would be seen: chi-square with 10 degrees of freedom is above 29.6 once
    # in a thousand.
    assert abs(np.mean(z)) < 3 / np.sqrt(10) < abs(np.mean(z) - np.mean(0.2 / np.array(spread)))
    assert np.sum(np.square(z[::2])) < 29.6 < np.sum(np.square(2 * np.array(z[::2])))
