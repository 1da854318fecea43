"""What holds of every noise model, those that are still to be written included."""

import numpy as np
import pytest
from spectra import COMBINATIONS, likelihood

from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.noise_model import SAMPLING_ERROR
from assemblysim.study.problem.problems import as_prior

EXPECTED = 1.3
LIMIT = 1e-3


def built(values, noise, **settings):
    """A likelihood with sizes of 0.2 and less."""
    made = likelihood(values, noise=noise, **settings)
    return made, np.array([[0.2, 0.1, 0.15][: len(made.noise_names)]])


@pytest.mark.parametrize("noise", NOISES)
def test_a_density_and_the_chance_to_stay_below_the_limit_add_up_to_one(noise):
    grid = np.geomspace(LIMIT * 1e3, 1e3, 20001)
    values = np.concatenate(([0.0], grid))[:, None]
    made, sizes = built(values, noise, scale="absolute", limit=LIMIT)
    signals = np.full((1, len(values), 1), EXPECTED)

    below, *density = np.exp(made.pointwise(signals, sizes)[0])

    per = grid if not NOISES[noise].logarithmic else 1.0
    whole = below + np.trapezoid(np.array(density) * per, np.log(grid))
    assert 0.01 < below < 0.2
    assert whole == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("scale", "noise"), COMBINATIONS)
def test_without_errors_what_is_drawn_is_what_is_expected(scale, noise):
    made, sizes = built(np.ones((3, 4)), noise, scale=scale)
    expected, nothing = np.full((1, 3, 4), EXPECTED), np.zeros((3, 4))
    parameters = made.parameters.in_signals(sizes, np.ones((1, 1, 1)))

    drawn = NOISES[noise].draw(expected, (nothing, nothing), parameters)

    np.testing.assert_allclose(drawn, expected)
    assert np.ptp(NOISES[noise].draw(expected, (nothing + 1, nothing), parameters) - drawn) < 1e-12


@pytest.mark.parametrize("noise", NOISES)
def test_every_size_has_a_default_prior_that_grows_with_the_intensities_if_it_is_added(noise):
    model = NOISES[noise]
    for size in (*model.sizes, SAMPLING_ERROR):
        small, large = (as_prior(model.default_prior(size, top)) for top in (1.0, 10.0))
        ratio = large.from_normal(0.0) / small.from_normal(0.0)
        assert ratio == pytest.approx(10.0 if size in model.additive else 1.0)
