import numpy as np
import pytest
from scipy import stats

from assemblysim.errors import InputError
from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.prior import together
from assemblysim.inference.model.priors import (
    LogNormal,
    LogUniform,
    PositiveNormal,
    Uniform,
)
from assemblysim.inference.model.scipy_priors import Distribution
from assemblysim.language import number_words

GAMMA = Distribution("gamma", (("a", 2.0), ("scale", 0.1)))
PRIORS = {
    "log-uniform": (LogUniform(1e-4, 1e4), stats.loguniform(1e-4, 1e4)),
    "narrow": (LogUniform(1.0, 1.001), stats.loguniform(1.0, 1.001)),
    "uniform": (Uniform(0.0, 3.0), stats.uniform(0, 3)),
    "uniform above 0": (Uniform(2.0, 3.0), stats.uniform(2, 1)),
    "log-normal": (LogNormal(23.8, 1.1), stats.lognorm(np.log(1.1), scale=23.8)),
    "normal": (PositiveNormal(1.0, 0.5), stats.truncnorm(-2, np.inf, 1.0, 0.5)),
    "normal cut hard": (PositiveNormal(-1.0, 0.5), stats.truncnorm(2, np.inf, -1.0, 0.5)),
    "normal far from 0": (PositiveNormal(10.0, 0.5), stats.truncnorm(-20, np.inf, 10, 0.5)),
    "scipy's gamma": (GAMMA, stats.gamma(2.0, scale=0.1)),
    "scipy's beta": (Distribution("beta", (("a", 2.0), ("b", 3.0))), stats.beta(2.0, 3.0)),
}
named = pytest.mark.parametrize("name", PRIORS)


@named
def test_values_at_normal_coordinates_are_scipys_quantiles(name):
    prior, reference = PRIORS[name]
    u = np.linspace(-5, 5, 41)

    expected = np.where(u < 0, reference.ppf(stats.norm.cdf(u)), reference.isf(stats.norm.sf(u)))
    np.testing.assert_allclose(prior.from_normal(u), expected, rtol=1e-9)


@named
def test_densities_are_scipys(name):
    prior, reference = PRIORS[name]
    x = reference.ppf(np.linspace(0.01, 0.99, 21))

    np.testing.assert_allclose(prior.log_density(x), reference.logpdf(x), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(
        prior.log_density_of_log(x), reference.logpdf(x) + np.log(x), rtol=1e-10, atol=1e-10
    )


@named
def test_density_of_the_log_integrates_to_one(name):
    prior, _ = PRIORS[name]
    logs = np.linspace(*np.log(prior.from_normal([-8.0, 8.0])), 20_001)

    assert np.trapezoid(np.exp(prior.log_density_of_log(np.exp(logs))), logs) == pytest.approx(
        1, abs=1e-5
    )


@named
def test_values_stay_strictly_inside_the_bounds_to_37_standard_deviations(name):
    prior, _ = PRIORS[name]
    values = prior.from_normal(np.linspace(-37, 37, 1001))

    low, high = prior.bounds
    assert (values > low).all()
    assert (values < high).all()
    assert (np.diff(values) >= 0).all()
    assert np.isfinite(prior.log_density(values)).all()


@named
def test_coordinates_survive_the_way_there_and_back(name):
    prior, _ = PRIORS[name]
    # A bounded prior packs its far tails into the last digits of its bound.
    u = np.linspace(-4, 4, 81)

    np.testing.assert_allclose(prior.to_normal(prior.from_normal(u)), u, atol=1e-7)


@pytest.mark.parametrize("name", ["log-normal", "normal", "normal cut hard", "normal far from 0"])
def test_unbounded_tails_survive_the_way_there_and_back(name):
    prior, _ = PRIORS[name]
    u = np.linspace(-36, 36, 145)

    np.testing.assert_allclose(prior.to_normal(prior.from_normal(u)), u, rtol=1e-6, atol=1e-6)


@named
def test_values_outside_the_bounds_have_no_density_and_the_farthest_coordinate(name):
    prior, _ = PRIORS[name]
    low, high = prior.bounds

    assert prior.log_density(-1.0) == -np.inf
    assert prior.log_density_of_log(0.0) == -np.inf
    assert prior.to_normal(low) == -37
    if np.isfinite(high):
        assert prior.log_density(1.1 * high) == -np.inf
        assert prior.to_normal(1.1 * high) == 37


@pytest.mark.parametrize(
    "prior", [GAMMA, Distribution("norm", (("loc", -3.0), ("scale", 2.0)))], ids=["gamma", "norm"]
)
def test_any_prior_can_be_widened_and_moved_about_its_median(prior):
    axis = (lambda x: x) if prior.signed else np.log
    u = np.linspace(-3, 3, 13)
    low, middle, high = axis(prior.from_normal([-1.0, 0.0, 1.0]))
    changed = prior.scaled(2.0), prior.shifted(-0.25)
    expected = (
        middle + 2 * (axis(prior.from_normal(u)) - middle),
        axis(prior.from_normal(u)) - 0.25 * (high - low),
    )

    for found, places in zip(changed, expected, strict=True):
        np.testing.assert_allclose(axis(found.from_normal(u)), places, rtol=1e-12)
        np.testing.assert_allclose(found.to_normal(found.from_normal(u)), u, atol=1e-9)
        x = found.from_normal(np.linspace(-8, 8, 40_001))
        dense = np.exp(found.log_density(x))
        assert np.trapezoid(dense, x) == pytest.approx(1, abs=1e-5)
        assert np.exp(found.log_density(found.bounds[0])) == 0


def test_a_quantile_is_its_share():
    assert Uniform(2.0, 4.0).quantile(0.25) == pytest.approx(2.5)
    np.testing.assert_allclose(LogNormal(5.0, 2.0).quantile([0.5]), [5.0])


def test_a_huge_factor_saturates_before_it_overflows():
    values = LogNormal(1.0, 1e20).from_normal([-37.0, 37.0])

    assert np.isfinite(values).all()
    assert values[0] > 0


def test_description_is_a_phrase_with_the_unit():
    assert LogUniform(1e-4, 1e4).describe("1/(mM h)") == "log-uniform between 1e-4 and 1e4 1/(mM h)"
    assert Uniform(0, 0.5).describe() == "uniform between 0 and 0.5"
    assert LogNormal(23.8, 1.1).describe("mM") == "log-normal with median 23.8 mM and factor 1.1"
    assert (
        PositiveNormal(1, 0.5).describe("1/h")
        == "normal with mean 1 and standard deviation 0.5 1/h, cut at 0"
    )
    assert GAMMA.describe("1/h") == "gamma with a 2 and scale 0.1 1/h"


@pytest.mark.parametrize(
    ("kind", "numbers", "text"),
    [
        (
            LogUniform,
            (2.0, 1.0),
            "log_uniform prior has 2 and 1; it needs a lower bound above 0 and an upper bound "
            "above it",
        ),
        (
            LogUniform,
            (0.0, 1.0),
            "log_uniform prior has 0 and 1; it needs a lower bound above 0 and an upper bound "
            "above it",
        ),
        (
            Uniform,
            (-1.0, 1.0),
            "uniform prior has -1 and 1; it needs a lower bound of at least 0 and an upper bound "
            "above it",
        ),
        (
            LogNormal,
            (1.0, 1.0),
            "log_normal prior has 1 and 1; it needs a median above 0 and a factor above 1",
        ),
        (
            PositiveNormal,
            (1.0, float("inf")),
            "normal prior has 1 and inf; it needs a mean and a standard deviation above 0",
        ),
        (PositiveNormal, (-100.0, 1.0), "normal prior has its mean -100 far below 0"),
        (
            Distribution,
            ("gamma", (("a", -2.0),)),
            "no distribution is gamma with a -2; see scipy.stats.gamma",
        ),
    ],
)
def test_numbers_that_are_no_distribution_are_refused(kind, numbers, text):
    with pytest.raises(InputError) as refusal:
        kind(*numbers)

    assert str(refusal.value) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (0.25, "0.25"), (1e-4, "1e-4"), (2.5e6, "2.5e6"), (1234.5, "1234"), (-2e4, "-2e4")],
)
def test_numbers_are_written_short(value, words):
    assert number_words(value) == words


def test_priors_transformed_together_give_what_each_gives_alone():
    priors = [prior for prior, _ in PRIORS.values()]
    parameters = tuple(Parameter(f"p{i}", "", "rate", prior) for i, prior in enumerate(priors))
    u = np.random.default_rng(3).uniform(-40, 40, (200, len(priors)))

    together = values_from_normal(parameters, u)

    alone = np.stack([prior.from_normal(u[:, i]) for i, prior in enumerate(priors)], axis=1)
    np.testing.assert_allclose(together, alone, rtol=1e-14)
    np.testing.assert_array_equal(values_from_normal(parameters, u[7]), together[7])


def test_priors_of_all_kinds_together_are_those_one_by_one():
    priors = [
        LogUniform(1e-4, 1e4),
        PositiveNormal(1.0, 0.3),
        Uniform(0.0, 3.0),
        LogNormal(2.0, 1e40),
        LogNormal(1e-3, 2.0),
        PositiveNormal(-1.0, 2.0),
    ]
    position = np.concatenate(
        (np.random.default_rng(7).normal(size=(50, 6)), np.full((1, 6), 60.0), -np.ones((1, 6)))
    )
    before = position.copy()

    values = together(priors)(position)

    alone = [prior.from_normal(position[:, i]) for i, prior in enumerate(priors)]
    np.testing.assert_array_equal(values, np.stack(alone, axis=-1))
    np.testing.assert_array_equal(position, before)
