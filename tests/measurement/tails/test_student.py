"""What holds of Student's t whatever the scale and the noise."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest, norm, t
from spectra import COMBINATIONS, intensity_likelihood, measurement, table

from assemblysim.measurement.tails.registry import TAILS
from assemblysim.measurement.tails_model import Alike

TIMES = np.repeat([1.0, 2.0, 4.0], 2)
VALUES = np.exp(np.random.default_rng(0).normal(size=(6, 4)))


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(("scale", "noise"), COMBINATIONS)
def test_every_scale_and_noise_has_a_likelihood_with_heavy_tails(scale, noise, shared):
    values = VALUES.copy()
    values[0, 1] = 0
    usual = measurement(scale, noise, limit=0.05, share_replicates=shared)
    made = [
        intensity_likelihood(table(values, TIMES, sds=0.1), replace(usual, tails=tails))
        for tails in TAILS.values()
    ]
    sizes = np.array([[0.2, 0.1, 0.15][: len(made[0].noise_names)]])
    signals = VALUES[None, ::2]

    normal, heavy = (one.pointwise(signals, sizes) for one in made)
    residuals = made[1].standardised_residuals(signals, sizes)

    assert heavy.shape == normal.shape
    assert np.isfinite(heavy).all()
    assert np.abs(heavy - normal).max() > 0.01
    assert np.array_equal(np.isnan(residuals[0]), values == 0)


def test_errors_that_are_drawn_are_of_students_t():
    rng = np.random.default_rng(5)
    own, shared = TAILS["student-t"].stretches(
        (4000, 1, 1), Alike(np.zeros(1, dtype=int), False, False), rng
    )
    drawn = (own * rng.standard_normal((4000, 1, 1))).ravel()

    assert kstest(drawn, t(4).cdf).pvalue > 0.001
    assert kstest(drawn, norm.cdf).pvalue < 1e-6
    assert np.all(shared == 1)


def test_errors_of_a_block_are_stretched_together():
    rows, rng = np.array([0, 0, 1]), np.random.default_rng(1)

    own, shared = TAILS["student-t"].stretches((5, 3, 2), Alike(rows, False, True), rng)
    by_column, _ = TAILS["student-t"].stretches((5, 3, 2), Alike(rows, True, True), rng)

    assert own is shared
    assert own.shape == (5, 3, 1)
    assert (own[:, 0] == own[:, 1]).all()
    assert (own[:, 0] != own[:, 2]).all()
    assert by_column.shape == (5, 1, 2)


def test_normal_errors_draw_nothing_more():
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state

    own, _ = TAILS["normal"].stretches((2, 3, 4), Alike(np.arange(3), False, False), rng)

    assert (own == 1).all()
    assert rng.bit_generator.state == before


def test_a_quantile_of_a_normal_error_is_itself():
    z = np.array([-3.0, 0.2])

    assert TAILS["normal"].as_normal(z) is z
    np.testing.assert_allclose(norm.cdf(TAILS["student-t"].as_normal(z)), t.cdf(z, 4))
