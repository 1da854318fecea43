import numpy as np
import pytest
from scipy.stats import norm

from assemblysim.errors import InputError
from assemblysim.measurement.data import Statement
from assemblysim.measurement.likelihoods.statements import covered_times, statement_likelihood
from assemblysim.measurement.scales import SCALES

TIMES = np.array([1 / 12, 1.0, 6.0, 12.0, 48.0])
NAMES = ("Dy2L", "Dy3L")
COURSE = np.array([[4.0, 0.1], [3.0, 1.0], [1.0, 5.0], [0.5, 2.0], [0.01, 0.2]])
LIMIT, SIGMA_Q, FRACTION = 0.05, 0.3, 1 / 3
# LIMIT is in the unit of COURSE; the likelihood wants it as a share of the largest signal
LARGEST = COURSE.max()
SETTINGS = (np.array([LIMIT / LARGEST]), np.array([SIGMA_Q]), np.array([FRACTION]))


def built(*statements, scale="absolute", error_rate=0.02):
    return statement_likelihood(
        tuple(Statement(*s, "as written") for s in statements),
        TIMES,
        NAMES,
        SCALES[scale],
        error_rate,
    )


def holds(*statement, scale="absolute"):
    return built(statement, scale=scale).probabilities(COURSE[None], *SETTINGS)[0, 0]


def phi(x):
    return norm.cdf(x)


def test_detected_is_above_the_limit_and_absent_below():
    score = (np.log(0.1) - np.log(LIMIT)) / SIGMA_Q

    assert holds("Dy3L", "detected", 0.0833, 0.0833) == pytest.approx(phi(score), rel=1e-12)
    assert holds("Dy3L", "absent", 0.0833, 0.0833) == pytest.approx(phi(-score), rel=1e-12)


def test_a_span_is_about_every_sampling_time_in_it():
    scores = (np.log(LIMIT) - np.log([0.5, 0.01])) / SIGMA_Q

    assert holds("Dy2L", "absent", 12, 48) == pytest.approx(phi(scores).prod(), rel=1e-12)


def test_a_maximum_is_held_against_every_other_sampling_time():
    scores = np.log(5.0 / np.array([0.1, 1.0, 2.0, 0.2])) / (np.sqrt(2) * SIGMA_Q)

    assert holds("Dy3L", "maximum", 6, 6) == pytest.approx(phi(scores).prod(), rel=1e-12)


def test_a_maximum_within_a_span_is_held_against_the_times_outside_it():
    scores = np.log(5.0 / np.array([0.1, 0.2])) / (np.sqrt(2) * SIGMA_Q)

    assert holds("Dy3L", "maximum", 1, 12) == pytest.approx(phi(scores).prod(), rel=1e-12)


def test_increasing_and_decreasing_compare_consecutive_sampling_times():
    rises = np.diff(np.log([1.0, 5.0, 2.0])) / (np.sqrt(2) * SIGMA_Q)

    assert holds("Dy3L", "increasing", 1, 12) == pytest.approx(phi(rises).prod(), rel=1e-12)
    assert holds("Dy3L", "decreasing", 1, 12) == pytest.approx(phi(-rises).prod(), rel=1e-12)


def test_abundant_is_a_share_of_the_largest_of_all_sampling_times():
    scores = np.log(np.array([1.0, 5.0]) / 5.0 / FRACTION) / (np.sqrt(2) * SIGMA_Q)

    assert holds("Dy3L", "abundant", 1, 6) == pytest.approx(phi(scores).prod(), rel=1e-12)
    alone = phi(np.log(2.0 / 5.0 / FRACTION) / (np.sqrt(2) * SIGMA_Q))
    assert holds("Dy3L", "abundant", 12, 12) == pytest.approx(alone, rel=1e-12)


def test_per_spectrum_the_statements_are_about_shares():
    fraction = 0.1 / 4.1

    value = holds("Dy3L", "detected", 0.0833, 0.0833, scale="per spectrum")

    assert value == pytest.approx(phi(np.log(fraction * LARGEST / LIMIT) / SIGMA_Q), rel=1e-12)


def test_per_spectrum_a_scale_factor_changes_nothing():
    statements = built(("Dy3L", "maximum", 6, 6), ("Dy2L", "absent", 48, 48), scale="per spectrum")
    scale_factors = np.array([3.0, 1e-4, 7.0, 1.0, 1e5])[:, None]

    np.testing.assert_allclose(
        statements.pointwise((scale_factors * COURSE)[None], *SETTINGS),
        statements.pointwise(COURSE[None], *SETTINGS),
        rtol=1e-12,
    )


@pytest.mark.parametrize("error_rate", [0.0, 0.02, 0.3])
def test_a_statement_may_be_wrong(error_rate):
    statements = (("Dy3L", "maximum", 6, 6), ("Dy3L", "absent", 6, 6))

    p = built(*statements).probabilities(COURSE[None], *SETTINGS)
    points = built(*statements, error_rate=error_rate).pointwise(COURSE[None], *SETTINGS)

    np.testing.assert_allclose(
        np.exp(points), error_rate + (1 - 2 * error_rate) * p, rtol=1e-9, atol=1e-300
    )


def test_a_certainly_false_statement_costs_one_error():
    """Words decide little: log 0.02 is all that a contradicted statement takes away."""
    nothing = np.array([[[1.0, 1e-12]] * 5])  # all of Dy2L, none of Dy3L
    statements = built(("Dy3L", "detected", 1, 1))

    assert statements.pointwise(nothing, *SETTINGS)[0, 0] == pytest.approx(np.log(0.02), abs=1e-9)


def test_extreme_signals_are_finite_without_an_error_rate():
    every = [("Dy3L", r, 1, 12) for r in ("detected", "absent", "abundant", "increasing")]
    course = np.array([[[0.0, 1e300], [1e-300, 0.0], [0.0, 1e-300], [1e300, 1.0], [1.0, 1e10]]])

    values = built(*every, error_rate=0.0).pointwise(course, *SETTINGS)

    assert np.isfinite(values).all()


def test_parameters_may_differ_from_vector_to_vector():
    statements = built(("Dy3L", "detected", 1, 1))
    limits = np.array([0.01, 0.5, 5.0])

    p = statements.probabilities(
        np.stack([COURSE] * 3), limits / LARGEST, np.full(3, 0.3), np.full(3, 0.3)
    )

    np.testing.assert_allclose(p[:, 0], phi(np.log(1.0 / limits) / 0.3), rtol=1e-12)


def test_units_say_the_statement_in_short():
    statements = built(("Dy3L", "detected", 0.0833, 0.0833), ("Dy2L", "decreasing", 0.0833, 12))

    assert statements.observations == (
        "Dy3L detected at 5 min",
        "Dy2L decreasing from 5 min to 12 h",
    )


@pytest.mark.parametrize(
    ("start", "end", "covered"),
    [(0.0833, 0.0833, [0]), (0.0833, 12, [0, 1, 2, 3]), (0.99, 1.01, [1]), (5.95, 5.95, [2]),
     (2, 5, []), (7, 48, [3, 4])],
)  # fmt: skip
def test_a_time_within_one_per_cent_or_a_minute_is_covered(start, end, covered):
    statement = Statement("Dy3L", "detected", start, end, "as written")

    np.testing.assert_array_equal(covered_times(statement, TIMES), covered)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            ("Dy3L", "detected", 2.0, 3.0),
            "statements: 'Dy3L detected from 2 h to 3 h' covers 0 of the sampling times and needs "
            "1; sampled: 5 min, 1 h, 6 h, 12 h, 48 h",
        ),
        (
            ("Dy3L", "increasing", 6.0, 6.0),
            "statements: 'Dy3L increasing at 6 h' covers 1 of the sampling times and needs 2; "
            "sampled: 5 min, 1 h, 6 h, 12 h, 48 h",
        ),
        (
            ("Dy3", "detected", 1.0, 1.0),
            "statements: 'Dy3 detected at 1 h': unknown signal 'Dy3'; did you mean 'Dy3L'?; "
            "list it under signals",
        ),
    ],
)
def test_a_statement_that_cannot_be_judged_is_refused(statement, fault):
    with pytest.raises(InputError) as raised:
        built(statement)

    assert str(raised.value) == fault


def test_an_error_rate_of_one_half_is_refused():
    with pytest.raises(InputError, match=r"error rate 0.5 is not between 0 and 0.5"):
        built(("Dy3L", "detected", 1, 1), error_rate=0.5)


def test_a_maximum_among_all_sampling_times_always_holds():
    likelihood = statement_likelihood(
        (Statement("A", "maximum", 1.0, 6.0, ""),),
        np.array([1.0, 3.0]),
        ("A", "B"),
        SCALES["absolute"],
        0.0,
    )
    one = np.ones(1)

    found = likelihood.log_relations(np.array([[[1.0, 2.0], [5.0, 1.0]]]), one, one, one)

    np.testing.assert_array_equal(found, [[0.0]])
