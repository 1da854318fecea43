import numpy as np
import pytest
from scipy.special import log_ndtr
from spectra import likelihood, log_integral, normal_log_density, total

RNG = np.random.default_rng(17)
Y = np.array([3.0, 1.2, 0.4, 7.0])
S = np.array([2.0, 1.5, 0.3, 6.0])


def brute(y, s, additive, relative=0.0, limit=None, largest=100.0):
    """Integrate over the scale factor itself, from its definition."""
    whole = y.sum()
    direction = s / np.sqrt((s**2).sum())
    seen = y > 0
    y = y / whole
    limit = 0.0 if limit is None else limit

    def integrand(log_scale_factor):
        mean = direction[:, None] * np.exp(log_scale_factor)
        sd = np.hypot(additive, relative * mean)
        above = normal_log_density(y[seen, None] - mean[seen], sd[seen]).sum(axis=0)
        return log_scale_factor + above + log_ndtr((limit - mean[~seen]) / sd[~seen]).sum(axis=0)

    return log_integral(integrand, np.log(additive) - 45, np.log(largest))


@pytest.mark.parametrize("sigma", [0.003, 0.05, 0.5, 3.0])
def test_constant_noise_integrates_the_scale_factor(sigma):
    value = total([Y], [S], [sigma], noise="constant")

    assert value == pytest.approx(brute(Y, S, sigma, largest=1e4), abs=1e-8, rel=1e-10)


@pytest.mark.parametrize("zeros", [1, 2, 3])
@pytest.mark.parametrize("sigma", [0.003, 0.05, 0.5])
@pytest.mark.parametrize("change", [1.0, 1e-4, 30.0])
def test_constant_noise_with_zeros_matches_brute_force(zeros, sigma, change):
    y, s = Y.copy(), S.copy()
    y[:zeros] = 0.0
    s[:zeros] *= change

    value = total([y], [s], [sigma], noise="constant", limit=0.05)

    assert value == pytest.approx(brute(y, s, sigma, limit=0.05, largest=1e4), abs=1e-6, rel=1e-9)


@pytest.mark.parametrize("relative", [0.02, 0.15, 0.5])
@pytest.mark.parametrize("additive", [1e-4, 0.01, 0.2])
@pytest.mark.parametrize("change", [1.0, 0.05, 8.0])
def test_two_component_noise_matches_brute_force(relative, additive, change):
    s = S.copy()
    s[1] *= change

    value = total([Y], [s], [relative, additive], noise="two-component")

    assert value == pytest.approx(brute(Y, s, additive, relative), abs=1e-6, rel=1e-9)


@pytest.mark.parametrize("relative", [0.02, 0.2])
@pytest.mark.parametrize("additive", [1e-3, 0.05])
@pytest.mark.parametrize("change", [1e-3, 1.0, 20.0])
def test_two_component_noise_with_zeros_matches_brute_force(relative, additive, change):
    y, s = Y.copy(), S.copy()
    y[:2] = 0.0
    s[:2] *= change

    value = total([y], [s], [relative, additive], noise="two-component", limit=0.02)

    assert value == pytest.approx(brute(y, s, additive, relative, 0.02), abs=1e-6, rel=1e-9)


def test_without_its_relative_part_two_component_noise_is_constant():
    values, signals = Y * np.exp(RNG.normal(size=(5, 4))), S * np.exp(RNG.normal(size=(5, 4)))

    two = total(values, signals, [1e-9, 0.05], noise="two-component")
    constant = total(values, signals, [0.05], noise="constant")

    assert two == pytest.approx(constant, abs=1e-6)


@pytest.mark.parametrize("noise", ["constant", "two-component"])
def test_only_the_direction_of_the_signals_counts(noise):
    made = likelihood([Y], noise=noise)
    sigma = np.full((2, len(made.noise_names)), 0.1)

    values = made.pointwise(np.array([[S], [1e-7 * S]]), sigma)

    assert values[0, 0] == pytest.approx(values[1, 0], abs=1e-10)


def test_signals_of_nothing_are_finite():
    made = likelihood([Y, [0.0, 1.0, 2.0, 3.0]], noise="two-component", limit=0.05)

    values = made.pointwise(np.full((1, 2, 4), 0.0), np.array([[0.1, 0.01]]))

    assert np.isfinite(values).all()


@pytest.mark.parametrize("noise", ["constant", "two-component"])
def test_scale_factor_residuals_have_unit_variance(noise):
    rows = 4000
    sd = np.full(4, 0.01) if noise == "constant" else np.hypot(0.01, 0.05 * S / S.sum())
    values = np.maximum(S / S.sum() + sd * RNG.normal(size=(rows, 4)), 1e-6)
    made = likelihood(values, noise=noise)
    sigma = [0.01] if noise == "constant" else [0.05, 0.01]

    z = made.standardised_residuals(np.broadcast_to(S, (1, rows, 4)), np.array([sigma]))

    # Dividing by the total that was read, not the expected one, moves it by a few per cent.
    assert abs((z**2).mean() - 1) < 0.1
    assert abs((1.3 * z**2).mean() - 1) > 0.1
