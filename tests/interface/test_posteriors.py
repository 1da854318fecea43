"""The posterior as a function of others' samplers."""

from __future__ import annotations

import numpy as np
import pytest
from checkout import ROOT

import assemblysim as asm
from assemblysim.inference.model.posterior import Posterior


@pytest.fixture(scope="module")
def posterior():
    return asm.read_study(ROOT / "fits/hnp_dy6_synthetic").posterior("both")


@pytest.fixture(scope="module")
def positions(posterior):
    return 0.5 * np.random.default_rng(5).standard_normal((4, len(posterior.names)))


def test_it_is_the_function_that_is_sampled(posterior, positions):
    assert posterior(positions).tolist() == Posterior(posterior.problem)(positions).tolist()
    prior = posterior(positions) - posterior.log_likelihood(positions)
    expected = -0.5 * (positions**2 + np.log(2 * np.pi)).sum(axis=1)
    assert np.allclose(prior, expected, rtol=0, atol=1e-9)


def test_its_gradient_is_that_of_differences(posterior, positions):
    value, gradient = posterior.gradient(positions)
    assert np.allclose(value, posterior(positions))
    step = 1e-4 * np.eye(len(posterior.names))[0]
    rise = (posterior(positions + step) - posterior(positions - step)) / 2e-4
    assert np.allclose(gradient[:, 0], rise, rtol=1e-3, atol=1e-4)


def test_coordinates_go_there_and_back(posterior, positions):
    values = posterior.to_values(positions)
    assert np.allclose(posterior.from_values(values), positions)
    middle = posterior.from_unit_cube(np.full((1, len(posterior.names)), 0.5))
    assert (middle == 0).all()
    assert len(posterior.units) == len(posterior.names)


def test_a_single_vector_is_refused_with_the_remedy(posterior):
    with pytest.raises(asm.InputError, match=r"\(3,\) for \d+ unknowns; .* positions\[None\]"):
        posterior(np.zeros(3))


def test_an_unknown_mechanism_is_one_line():
    with pytest.raises(asm.InputError, match="unknown mechanism 'bth'"):
        asm.read_study(ROOT / "fits/hnp_dy6_synthetic").posterior("bth")
