import pickle
from dataclasses import fields

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm
from spectra import COMBINATIONS, NAMES, SIGNALS, goes_with, likelihood, measurement, table

from assemblysim.errors import InputError
from assemblysim.language import time_label
from assemblysim.measurement.data import IntensityTable, Measurement, Signal, SignalLimit
from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES

RNG = np.random.default_rng(2)
TIMES = np.array([1 / 12, 1 / 12, 0.5, 6.0])
VALUES = np.array(
    [[3.0, 1.2, 0.0, 0.4], [2.5, 1.4, 0.0, 0.0], [1.0, 2.0, np.nan, 3.0], [0.0, 2.0, 2.0, 5.0]]
)


def made(scale, noise, shared=True):
    return likelihood(VALUES, TIMES, scale=scale, noise=noise, limit=0.05, share_replicates=shared)


@pytest.mark.parametrize(
    ("scale", "noise", "shared"),
    [
        (s, n, shared)
        for s, n in COMBINATIONS
        for shared in (True, False)
        if goes_with(s, n, shared)
    ],
)
def test_any_positive_signal_has_a_finite_log_likelihood(scale, noise, shared):
    built = made(scale, noise, shared)
    signals = 10 ** RNG.uniform(-30, 3, size=(40, 3, 4))
    signals[0] = 0.0
    noises = 10 ** RNG.uniform(-2, 0.3, size=(40, len(built.noise_names)))

    values = built.pointwise(signals, noises)

    assert values.shape == (40, len(built.observations))
    assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("scale", "noise", "shared"),
    [
        (s, n, shared)
        for s, n in COMBINATIONS
        for shared in (True, False)
        if goes_with(s, n, shared)
    ],
)
def test_each_parameter_vector_is_computed_as_if_alone(scale, noise, shared):
    """To the last bit, or one worker and two would not give the same numbers."""
    built = made(scale, noise, shared)
    signals = np.exp(RNG.normal(size=(33, 3, 4)))
    noises = RNG.uniform(0.05, 0.5, size=(33, len(built.noise_names)))

    together = built.pointwise(signals, noises)
    alone = [built.pointwise(signals[b : b + 1], noises[b : b + 1])[0] for b in range(33)]
    halves = [built.pointwise(signals[h], noises[h]) for h in (slice(0, 16), slice(16, 33))]

    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, np.concatenate(halves))


@pytest.mark.parametrize(("scale", "noise"), COMBINATIONS)
def test_a_likelihood_pickles(scale, noise):
    built = made(scale, noise, shared=goes_with(scale, noise, shared=True))
    signals = np.ones((2, 3, 4))
    noises = np.full((2, len(built.noise_names)), 0.2)
    before = built.pointwise(signals, noises)

    again = pickle.loads(pickle.dumps(built))

    np.testing.assert_array_equal(again.pointwise(signals, noises), before)


NOISE_NAMES = {
    ("absolute", "constant"): ("noise", "sampling_error"),
    ("absolute", "proportional"): ("noise", "sampling_error"),
    ("absolute", "two-component"): ("noise", "noise_additive", "sampling_error"),
    ("per species", "constant"): ("noise",),
    ("per species", "proportional"): ("noise", "sampling_error"),
    ("per species", "two-component"): ("noise", "noise_additive"),
    ("per spectrum", "constant"): ("noise",),
    ("per spectrum", "proportional"): ("noise", "sampling_error"),
    ("per spectrum", "two-component"): ("noise", "noise_additive"),
}


@pytest.mark.parametrize(("setting", "names"), NOISE_NAMES.items())
def test_replicates_have_a_sampling_error_where_it_is_modelled(setting, names):
    assert made(*setting).noise_names == names
    assert "sampling_error" not in made(*setting, shared=False).noise_names


def test_the_pieces_are_named_by_time_and_replicate():
    assert made("per spectrum", "constant").observations == (
        "spectrum at 5 min, replicate 1",
        "spectrum at 5 min, replicate 2",
        "spectrum at 30 min",
        "spectrum at 6 h",
    )
    assert made("absolute", "constant").observations[:2] == ("Dy2L at 5 min", "Dy3L at 5 min")


def test_sampling_times_are_unique_and_increasing():
    np.testing.assert_array_equal(made("per spectrum", "constant").times, [1 / 12, 0.5, 6.0])


def test_columns_may_come_in_any_order_and_be_missing():
    straight = likelihood(VALUES, TIMES, limit=0.05)
    turned = IntensityTable(NAMES[::-1], TIMES, VALUES[:, ::-1])
    fewer = IntensityTable(NAMES[1:], TIMES, VALUES[:, 1:])

    np.testing.assert_array_equal(
        intensity_likelihood(turned, measurement(limit=0.05)).measured.values,
        straight.measured.values,
    )
    assert np.isnan(
        intensity_likelihood(fewer, measurement(limit=0.05)).measured.values[:, 0]
    ).all()


@pytest.mark.parametrize("scale", SCALES)
def test_a_zero_without_a_detection_limit_is_refused(scale):
    with pytest.raises(InputError) as fault:
        likelihood(VALUES, TIMES, scale=scale)

    assert str(fault.value) == (
        "intensities: 'Dy5L2' is 0 at 5 min, which says nothing without a detection limit; "
        "state detection_limit in [measurement]"
    )


def test_an_unknown_column_is_refused():
    with pytest.raises(InputError) as fault:
        intensity_likelihood(
            IntensityTable(("Dy2L", "Dy5L"), np.ones(1), np.ones((1, 2))), measurement()
        )

    assert str(fault.value) == (
        "intensities: unknown signal 'Dy5L'; did you mean 'Dy5L2'?; "
        "list it under signals in [measurement]"
    )


def test_an_absolute_table_of_zeros_is_refused():
    with pytest.raises(InputError, match="no intensity is above zero"):
        likelihood([[0.0, 0.0]], scale="absolute", limit=0.01)


@pytest.mark.parametrize(
    ("times", "values", "fault"),
    [
        ([1.0], [[1.0, 2.0], [3.0, 4.0]], "1 times and 2 signals, but the values are 2 x 2"),
        ([2.0, 1.0], [[1.0, 2.0], [3.0, 4.0]], "the times are not in order"),
        ([1.0, 2.0], [[1.0, np.inf], [3.0, 4.0]], "a value is infinite"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(times, values, fault):
    with pytest.raises(InputError, match=fault):
        table(values, times)


@pytest.mark.parametrize(
    ("hours", "label"),
    [(0.0, "0 h"), (0.0833, "5 min"), (1 / 12, "5 min"), (0.5, "30 min"), (1.0, "1 h"),
     (12.0833, "12.08 h"),
     (48.0, "48 h"), (0.001, "0.001 h"), (1230 / 60, "20.5 h")],
)  # fmt: skip
def test_times_are_written_as_people_do(hours, label):
    assert time_label(hours) == label


def test_a_sum_of_species_is_a_signal_like_any_other():
    signals = (Signal("Dy3", (("Dy3L", 1.0), ("Dy5L2", 1.0))), SIGNALS[0])
    built = intensity_likelihood(
        IntensityTable(("Dy2L", "Dy3"), np.ones(1), np.array([[1.0, 2.0]])),
        Measurement(SCALES["per spectrum"], NOISES["proportional"], signals),
    )

    np.testing.assert_array_equal(built.measured.values, [[2.0, 1.0]])


@pytest.mark.parametrize("noise", ["constant", "two-component"])
def test_zero_and_negative_intensities_have_the_density_of_added_noise(noise):
    values = np.array([[0.4, -0.3], [0.0, 1.1], [2.0, -0.01]])
    below = np.zeros(values.shape, dtype=bool)
    built = intensity_likelihood(
        IntensityTable(NAMES[:2], np.arange(1.0, 4), values, below=below),
        measurement("absolute", noise, count=2),
    )
    signals = np.array([[0.2, 0.1], [0.3, 0.8], [1.5, 0.05]])
    sizes = {"noise": 0.3, "noise_additive": 0.2}
    sd = np.full(values.shape, 0.3)
    if noise == "two-component":
        sd = np.hypot(0.2, 0.3 * signals)

    found = built.pointwise(signals[None], np.array([[sizes[n] for n in built.noise_names]]))

    expected = norm.logpdf(values, signals, sd)
    np.testing.assert_allclose(found[0], expected.ravel(), rtol=1e-12)


def test_replicates_with_negative_intensities_share_their_sampling_error():
    values = np.array([[-0.2], [0.1], [0.4]])
    built = intensity_likelihood(
        IntensityTable(NAMES[:1], np.ones(3), values, below=np.zeros((3, 1), dtype=bool)),
        measurement("absolute", "constant", count=1),
    )
    covariance = 0.3**2 * np.eye(3) + 0.5**2

    found = built.pointwise(np.array([[[0.25]]]), np.array([[0.3, 0.5]])).sum()

    expected = multivariate_normal.logpdf(values[:, 0], np.full(3, 0.25), covariance)
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("noise", ["constant", "two-component"])
def test_negative_intensities_on_an_unknown_scale_agree_with_quadrature(noise):
    values = np.array([[0.7, -0.1, 0.0, 0.4]])
    built = intensity_likelihood(
        IntensityTable(NAMES, np.ones(1), values, below=np.zeros((1, 4), dtype=bool)),
        measurement("per spectrum", noise),
    )
    signals = np.array([0.5, 0.03, 0.01, 0.4])
    sizes = {"noise": 0.2, "noise_additive": 0.1}
    direction = signals / np.linalg.norm(signals)

    def density(size):
        mean = size * direction
        sd = 0.2 if noise == "constant" else np.hypot(0.1, 0.2 * mean)
        return np.exp(norm.logpdf(values[0], mean, sd).sum())

    found = built.pointwise(
        signals[None, None], np.array([[sizes[n] for n in built.noise_names]])
    ).sum()

    expected = np.log(quad(density, 0, 30, points=[0.5, 1, 2], limit=200)[0])
    assert found == pytest.approx(expected, abs=1e-6)


def test_limits_of_signals_and_of_cells_go_before_that_of_all():
    told = Measurement(
        SCALES["absolute"],
        NOISES["constant"],
        SIGNALS[:3],
        0.1,
        signal_limits=(SignalLimit("Dy3L", 0.02, relative=False),),
    )
    values = np.array([[4.0, 0.0, 0.0], [0.0, 3.0, 2.0]])
    own = np.array([[np.nan, np.nan, 0.5], [np.nan] * 3])
    below = values == 0
    built = intensity_likelihood(
        IntensityTable(NAMES[:3], np.array([1.0, 2.0]), values, (), below, own), told
    )

    np.testing.assert_allclose(built.measured.limits, [[0.4, 0.02, 0.5], [0.4, 0.02, 0.2]])
    found = built.pointwise(np.full((1, 2, 3), 0.1), np.array([[0.3]])).reshape(2, 3)
    np.testing.assert_allclose(
        found[below], norm.logcdf([(0.02 - 0.1) / 0.3, (0.5 - 0.1) / 0.3, (0.4 - 0.1) / 0.3]),
        rtol=1e-12,
    )  # fmt: skip


def test_a_negative_intensity_has_no_logarithm():
    with pytest.raises(InputError, match="a value is negative"):
        likelihood([[1.0, -2.0], [3.0, 4.0]])


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(("scale", "noise"), COMBINATIONS)
def test_blocks_add_up_and_do_without_a_spectrum_as_without_its_row(scale, noise, shared):
    values = np.exp(0.3 * np.random.default_rng(5).normal(size=(5, 4)))
    values[1] *= 0.4  # no column's largest
    values[1, 2] = values[3, 0] = 0.0
    times = [1.0, 1.0, 2.0, 2.0, 3.0]
    told = {"scale": scale, "noise": noise, "share_replicates": shared, "limit": 0.05}
    made = likelihood(values, times, **told)
    signals = np.ones((2, 3, 4)) * [[[1.0]], [[1.3]]]
    sizes = np.full((2, len(made.noise_names)), 0.2)

    whole = made.blockwise(signals, sizes)
    absent = np.array([False, True, False, False, False])
    rest = made.without(absent)
    found = rest.blockwise(signals, sizes)

    np.testing.assert_allclose(whole.sum(axis=1), made.pointwise(signals, sizes).sum(axis=1))
    assert whole.shape == (2, len(made.blocks.rows)) == found.shape
    assert made.blocks.names == rest.blocks.names
    touched = np.array([1 in rows for rows in made.blocks.rows])
    np.testing.assert_allclose(found[:, ~touched], whole[:, ~touched], rtol=1e-12)
    assert (np.abs(found - whole)[:, touched] > 1e-3).all()
    # The same as with nothing measured in that row, but where a column's total is the unit.
    blank = values.copy()
    blank[1] = np.nan
    again = likelihood(blank, times, **told)
    if scale != "per species" or noise == "proportional":
        np.testing.assert_allclose(found, again.blockwise(signals, sizes), rtol=1e-9)


@pytest.mark.parametrize("shared", [True, False])
def test_every_second_sampling_time_says_what_it_says_among_all(shared):
    whole = made("per spectrum", "proportional", shared)
    few = whole.every(2)

    np.testing.assert_array_equal(few.times, TIMES[[0, 3]])
    assert few.noise_names == whole.noise_names
    signals = 10 ** RNG.uniform(-1, 1, size=(5, 3, 4))
    noise = 10 ** RNG.uniform(-2, 0.3, size=(5, len(whole.noise_names)))
    kept = [i for i, name in enumerate(whole.observations) if name in few.observations]
    assert len(kept) == len(few.observations) < len(whole.observations)
    np.testing.assert_allclose(
        few.pointwise(signals[:, [0, 2]], noise),
        whole.pointwise(signals, noise)[:, kept],
        rtol=1e-12,
    )


# What differs where there are fewer spectra; all else of a table's intensities stays.
CHANGED = {"rows", "times", "at", "values", "limits", "below", "absent", "sds", "covariances"}


def test_limits_of_few_spectra_are_those_of_the_whole_table():
    whole = made("per species", "proportional", shared=False)
    few = whole.every(3)
    kept = {one.name for one in fields(few.measured)} - CHANGED
    assert all(getattr(few.measured, one) is getattr(whole.measured, one) for one in kept)
    np.testing.assert_array_equal(few.times, TIMES[[3]])
    np.testing.assert_array_equal(few.measured.limits, whole.measured.limits[3:])
