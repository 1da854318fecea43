from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.special import logsumexp
from spectra import measurement, table

from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.wild_spectra.densities import log_wild_densities

RNG = np.random.default_rng(20)
E = 0.03


def built(values, times=None, probability=E, **settings):
    made = table(values, times)
    told = measurement(count=len(made.signals), **settings)
    return intensity_likelihood(made, replace(told, wild_spectra=probability))


def by_subsets(values, times, signals, sizes, **settings):
    """The sum over subsets, each with a table of its own from which the wild rows are missing."""
    whole = built(values, times, probability=0.0, **settings)
    own = log_wild_densities(
        whole.measured,
        whole.measurement.scale,
        logarithmic=whole.measurement.noise.logarithmic,
    )
    terms, rows = [], range(len(values))
    for size in range(len(values) + 1):
        for wild in combinations(rows, size):
            kept = np.array(values, dtype=float)
            kept[list(wild)] = np.nan
            term = size * np.log(E) + (len(values) - size) * np.log(1 - E) + own[list(wild)].sum()
            if size < len(values):
                term += whole_total(whole, kept, signals, sizes)
            terms.append(term)
    return logsumexp(terms)


def whole_total(whole, kept, signals, sizes):
    """The limits are those of the whole table, as a spectrum that is left out was read too."""
    rest = replace(whole.measured, values=kept, below=whole.measured.below & np.isfinite(kept))
    model = whole.measurement.noise.likelihood(
        rest,
        whole.measurement.scale,
        whole.measurement.own_sizes,
        shared="sampling_error" in whole.noise_names,
    )
    return model.pointwise(signals[None], np.array([sizes]))[0].sum()


VALUES = np.array(
    [[3.0, 1.2, 0.0, 0.4], [2.5, 1.4, 0.0, 0.3], [0.3, 9.0, 2.0, 0.1], [1.0, 2.0, np.nan, 3.0]]
)
TIMES = [1.0, 1.0, 1.0, 6.0]
SIGNALS = np.array([[3.0, 1.2, 0.02, 0.4], [1.2, 2.0, 1.0, 2.0]])


@pytest.mark.parametrize("scale", ["absolute", "per spectrum"])
@pytest.mark.parametrize("noise", ["proportional", "constant", "two-component"])
@pytest.mark.parametrize("shared", [True, False])
def test_it_is_the_sum_over_the_subsets_of_wild_spectra(scale, noise, shared):
    settings = {"scale": scale, "noise": noise, "limit": 0.01, "share_replicates": shared}
    mixture = built(VALUES, TIMES, **settings)
    sizes = np.array([0.2, 0.3, 0.1][: len(mixture.noise_names)])

    found = mixture.pointwise(SIGNALS[None], sizes[None])[0]

    expected = by_subsets(VALUES, TIMES, SIGNALS, sizes, **settings)
    assert found.sum() == pytest.approx(expected, abs=1e-9)
    assert (
        len(mixture.observations)
        == len(found)
        == (2 if "sampling_error" in mixture.noise_names else 4)
    )


def test_the_density_of_a_log_ratio_integrates_to_one():
    """By the trapezoid rule, where no intensity has a limit."""
    x = np.linspace(-40, 40, 801)
    signals, noise = np.array([[[1.0, 2.0]]]), np.array([[0.5]])

    density = [np.exp(built([[np.exp(one), 1.0]]).pointwise(signals, noise)[0, 0]) for one in x]

    assert np.trapezoid(density, x) == pytest.approx(1.0, abs=1e-6)


def test_the_chances_of_being_wild_follow_bayes():
    mixture = built(VALUES, TIMES, limit=0.01)
    sizes = np.array([[0.2, 0.3]])

    chance = mixture.wild_probabilities(SIGNALS[None], sizes)[0]

    whole = built(VALUES, TIMES, probability=0.0, limit=0.01)
    own = log_wild_densities(whole.measured, whole.measurement.scale, logarithmic=True)
    last = np.log(E) + own[3]
    rest = np.log(1 - E) + whole.pointwise(SIGNALS[None], sizes)[0, 1]
    assert chance[3] == pytest.approx(1 / (1 + np.exp(rest - last)), rel=1e-9)
    assert chance[2] > 0.99
    assert (chance[:2] < 0.05).all()


def test_an_outlier_costs_no_more_than_its_wild_density():
    signals = np.array([[[1.0, 1.0, 1.0, 1.0]]])
    good, bad = np.ones((1, 4)), np.array([[1.0, 1e-5, 1.0, 1.0]])
    settings = {"noise": "proportional"}

    fallen = built(bad, **settings).pointwise(signals, np.array([[0.1]]))[0, 0]

    own = log_wild_densities(built(bad).measured, built(bad).measurement.scale, logarithmic=True)
    assert fallen == pytest.approx(np.log(E) + own[0], abs=1e-9)
    assert built(bad, probability=0.0).pointwise(signals, np.array([[0.1]]))[0, 0] < -2000
    assert built(good).wild_probabilities(signals, np.array([[0.1]]))[0, 0] < 0.01


def test_columns_with_unknown_factors_tie_all_spectra_together():
    settings = {"scale": "per species", "limit": 0.01}
    tied = built(VALUES, TIMES, **settings)
    plain = built(VALUES, TIMES, probability=0.0, **settings)
    sizes = np.array([[0.2, 0.3]])

    assert not tied.measurement.may_have_wild_spectra
    np.testing.assert_array_equal(
        tied.pointwise(SIGNALS[None], sizes), plain.pointwise(SIGNALS[None], sizes)
    )
    assert (tied.wild_probabilities(SIGNALS[None], sizes) == 0).all()


def test_of_many_replicates_few_may_be_wild_together():
    """Six replicates: at most one is wild, and the probabilities add up to one."""
    values = np.exp(0.1 * RNG.normal(size=(6, 4)))
    mixture = built(values, [1.0] * 6)
    outliers = values.copy()
    outliers[0, 0] = 50.0
    again = built(outliers, [1.0] * 6)
    signals, sizes = np.ones((1, 1, 4)), np.array([[0.1, 0.1]])

    assert len(mixture.mixture.parts) == 7
    assert sum(
        np.exp(p.log_weights[0] - mixture.mixture.log_densities[p.absent].sum())
        for p in mixture.mixture.parts
    ) == pytest.approx(1)
    assert again.wild_probabilities(signals, sizes)[0] == pytest.approx(
        [1, 0, 0, 0, 0, 0], abs=1e-6
    )
