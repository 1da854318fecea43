from dataclasses import replace

import numpy as np
import pytest
from spectra import measurement, table

from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.likelihoods.network import NetworkLikelihood

RNG = np.random.default_rng(12)
TIMES = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 5.0])
SIGNALS = np.exp(RNG.normal(size=(5, 3, 4)))
# Of each spectrum so many of four signals stay below the limit, some of them by far.
ABSENT = np.array([0, 1, 2, 2, 3, 0])
STEP = 1e-4


def built(scale, *, shared, per_signal=False, wild=0.0):
    values = np.exp(RNG.normal(size=(6, 4)))
    for row, count in enumerate(ABSENT):
        values[row, 4 - count :] = 0.0
    told = measurement(scale, limit=0.05, share_replicates=shared, per_signal=per_signal)
    return intensity_likelihood(table(values, TIMES), replace(told, wild_spectra=wild))


def noise_of(made):
    return RNG.uniform(0.2, 0.6, (5, len(made.noise_names)))


def by_differences(made, signals, noise):
    """Of the total by the logs of all signals, then of all sizes, shape (B, T I + Q)."""
    width = signals[0].size

    def total(logs):
        there = np.exp(logs[:, :width]).reshape(signals.shape), np.exp(logs[:, width:])
        return made.pointwise(*there).sum(axis=1)

    logs = np.log(np.concatenate([signals.reshape(len(signals), -1), noise], axis=1))
    steps = STEP * np.eye(logs.shape[1])
    return np.stack([(total(logs + s) - total(logs - s)) / (2 * STEP) for s in steps], axis=1)


@pytest.mark.parametrize(
    ("scale", "shared", "per_signal", "wild"),
    [
        ("per spectrum", False, False, 0.0),
        ("per spectrum", False, True, 0.05),
        ("per spectrum", True, False, 0.0),
        ("per spectrum", True, False, 0.05),
        ("per species", False, True, 0.0),
        ("per species", True, False, 0.0),
    ],
)
def test_gradients_are_those_of_the_likelihood(scale, shared, per_signal, wild):
    made = built(scale, shared=shared, per_signal=per_signal, wild=wild)
    noise = noise_of(made)

    found = made.gradients(SIGNALS, noise)

    both = np.concatenate([found.by_signal, found.by_size], axis=1)
    np.testing.assert_allclose(found.total, made.pointwise(SIGNALS, noise).sum(axis=1), rtol=1e-13)
    np.testing.assert_allclose(both, by_differences(made, SIGNALS, noise), rtol=1e-4, atol=1e-4)


def test_closed_gradients_are_as_good_as_the_differences_are():
    made = built("per spectrum", shared=False)
    noise = noise_of(made)

    found = made.gradients(SIGNALS, noise)

    differences = by_differences(made, SIGNALS, noise)[:, :12]
    # Of the third and fourth spectra two cells are in doubt, of the fifth three: no closed form.
    np.testing.assert_allclose(found.by_signal[:, 8:], differences[:, 8:], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.by_signal[:, :4], differences[:, :4], rtol=1e-6, atol=1e-6)


def test_what_follows_beside_is_right_to_first_order():
    made = built("per spectrum", shared=True, wild=0.05)
    noise, away = noise_of(made), np.exp(1e-5 * RNG.normal(size=(15, 3, 4)))
    there = np.repeat(SIGNALS, 3, axis=0) * away, np.repeat(noise, 3, axis=0) * 1.00001

    found = made.gradients(SIGNALS, noise).beside((SIGNALS, noise), there)

    before = np.repeat(made.pointwise(SIGNALS, noise).sum(axis=1), 3)
    change = made.pointwise(*there).sum(axis=1) - before
    np.testing.assert_allclose(found - before, change, rtol=1e-3, atol=1e-7)


def test_without_the_kernel_or_a_network_there_are_none(monkeypatch):
    made = built("per spectrum", shared=False, wild=0.05)
    monkeypatch.setattr("assemblysim.measurement.likelihoods.network._kernel", None)

    assert made.gradients(SIGNALS, noise_of(made)) is None
    assert isinstance(made.model, NetworkLikelihood)
    known = built("absolute", shared=False)
    assert known.gradients(SIGNALS, noise_of(known)) is None


def test_a_spectrum_that_is_surely_wild_counts_nothing_however_small_the_noise():
    """Its own derivatives are beyond every number at noise that a search may try."""
    made = built("per spectrum", shared=False, wild=0.05)
    noise = np.full((5, len(made.noise_names)), 1e-160)

    found = made.gradients(SIGNALS, noise)

    assert np.isfinite(found.by_signal).all()
    assert np.isfinite(found.by_size).all()
    np.testing.assert_array_equal(found.by_signal, 0.0)  # all six are
