import numpy as np
import pytest
from scipy.stats import norm

from assemblysim.errors import InputError
from assemblysim.measurement.data import Statement
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.statements.interpretations import ONLY, samples_of
from assemblysim.measurement.statements.likelihood import SourceReader, statement_likelihood
from assemblysim.measurement.statements.relations import claim_of
from assemblysim.measurement.statements.sentences import Rates

TIMES = np.array([1 / 12, 1.0, 6.0, 12.0, 48.0])
NAMES = ("Dy2L", "Dy3L")
COURSE = np.array([[4.0, 0.1], [3.0, 1.0], [1.0, 5.0], [0.5, 2.0], [0.01, 0.2]])
LIMIT, SIGMA_Q, FRACTION = 0.05, 0.3, 1 / 3
# LIMIT is in the unit of COURSE; the likelihood wants it as a share of the largest signal
LARGEST = COURSE.max()
READER = SourceReader(np.array([LIMIT / LARGEST]), np.array([SIGMA_Q]), np.array([FRACTION]))


def built(*statements, scale="absolute", error_rate=0.02):
    return statement_likelihood(
        tuple(Statement(*s) if len(s) > 4 else Statement(*s, "as written") for s in statements),
        samples_of(TIMES, ONLY, {}),
        NAMES,
        SCALES[scale],
        Rates(error_rate, 0.5),
    )


def holds(*statement, scale="absolute"):
    return built(statement, scale=scale).probabilities(COURSE[None], READER)[0, 0, 0]


def phi(x):
    return norm.cdf(x)


def test_detected_is_above_the_limit_and_absent_below():
    score = (np.log(0.1) - np.log(LIMIT)) / SIGMA_Q

    assert holds("Dy3L", "detected", 0.0833, 0.0833) == pytest.approx(phi(score), rel=1e-12)
    assert holds("Dy3L", "absent", 0.0833, 0.0833) == pytest.approx(phi(-score), rel=1e-12)


def test_a_span_is_about_every_sampling_time_in_it():
    scores = (np.log(LIMIT) - np.log([0.5, 0.01])) / SIGMA_Q

    assert holds("Dy2L", "absent", 12, 48) == pytest.approx(phi(scores).prod(), rel=1e-12)


def seen(claim, rng, draws=400_000):
    """How often a claim about noisy log signals, shape (draws, T, I), is true."""
    noisy = np.log(COURSE) + SIGMA_Q * rng.standard_normal((draws, *COURSE.shape))
    fraction = float(np.mean(claim(noisy)))
    return fraction, np.sqrt(fraction * (1 - fraction) / draws) + 1 / draws


@pytest.mark.parametrize(
    ("statement", "claim"),
    [
        (("Dy3L", "maximum", 6, 6), lambda z: z[:, :, 1].argmax(axis=1) == 2),
        (("Dy2L", "maximum", 1, 6), lambda z: np.isin(z[:, :, 0].argmax(axis=1), (1, 2))),
        (("Dy3L", "increasing", 1, 12), lambda z: (np.diff(z[:, 1:4, 1], axis=1) > 0).all(axis=1)),
        (("Dy2L", "decreasing", 0.0833, 12), lambda z: (np.diff(z[:, :4, 0], axis=1) < 0).all(1)),
        (
            ("Dy3L", "abundant", 1, 12),
            lambda z: (z[:, 1:4, 1] >= z[:, :, 1].max(axis=1)[:, None] + np.log(FRACTION)).all(1),
        ),
        (
            ("Dy3L", "appears between", 0.0833, 1),
            lambda z: (z[:, 0, 1] < np.log(LIMIT)) & (z[:, 1, 1] > np.log(LIMIT)),
        ),
        (
            ("Dy3L", "appears between", 1, 6),
            lambda z: (z[:, :2, 1] < np.log(LIMIT)).all(axis=1) & (z[:, 2, 1] > np.log(LIMIT)),
        ),
        (
            ("Dy3L", "at most of maximum", 12, 12, "", "", (), 0.4),
            lambda z: z[:, 3, 1] <= z[:, :, 1].max(axis=1) + np.log(0.4),
        ),
        (
            ("Dy2L", "abundant", 1, 1, "", "", (), 0.8),
            lambda z: z[:, 1, 0] >= z[:, :, 0].max(axis=1) + np.log(0.8),
        ),
    ],
)
def test_a_relation_holds_as_often_as_for_noisy_signals(statement, claim):
    rng = np.random.default_rng(5)

    p = holds(*statement)
    fraction, error = seen(claim, rng)

    assert abs(p - fraction) < 4.5 * error  # nine relations: false alarm 6e-5
    assert abs(p - 0.01 - fraction) > 2 * error  # a hundredth off would be seen


def test_at_most_of_the_spectrum_is_about_the_fraction_of_all_signals():
    fraction = 0.1 / 4.1
    score = np.log(0.05 / fraction) / SIGMA_Q
    row = ("Dy3L", "at most of spectrum", 0.0833, 0.0833, "", "", (), 0.05)

    assert holds(*row) == pytest.approx(phi(score), rel=1e-12)
    assert holds(*row, scale="per spectrum") == pytest.approx(phi(score), rel=1e-12)


def test_at_most_of_the_spectrum_needs_a_common_scale():
    with pytest.raises(InputError, match="signals have no common scale"):
        built(("Dy3L", "at most of spectrum", 1, 1, "", "", (), 0.05), scale="per species")


def sentence(*rows, **settings):
    """The probability that the claims of one sentence hold."""
    labelled = [(*row, "", "said") for row in rows]
    return built(*labelled, **settings).probabilities(COURSE[None], READER)[0, 0]


def test_the_claims_of_a_sentence_hold_together():
    rng = np.random.default_rng(6)
    rows = [("Dy3L", "maximum", 6, 6), ("Dy3L", "decreasing", 6, 48), ("Dy3L", "detected", 48, 48)]

    p = sentence(*rows)
    fraction, error = seen(
        lambda z: (
            (z[:, :, 1].argmax(axis=1) == 2)
            & (np.diff(z[:, 2:, 1], axis=1) < 0).all(axis=1)
            & (z[:, 4, 1] > np.log(LIMIT))
        ),
        rng,
    )

    assert p.shape == (1,)
    assert abs(p[0] - fraction) < 4.5 * error
    apart = np.prod([holds(*row) for row in rows])
    assert p[0] > apart + 0.01  # apart the fall would count twice


def test_claims_about_two_signals_are_independent():
    rows = [("Dy3L", "abundant", 6, 6), ("Dy2L", "decreasing", 1, 12)]

    assert sentence(*rows)[0] == pytest.approx(np.prod([holds(*row) for row in rows]), rel=1e-12)


def test_a_claim_that_is_said_twice_in_a_sentence_counts_once():
    rows = [("Dy3L", "maximum", 6, 6), ("Dy3L", "maximum", 1, 6)]

    assert sentence(*rows)[0] == pytest.approx(holds(*rows[0]), rel=1e-9)


def test_the_order_of_rows_and_signals_changes_nothing():
    rows = [("Dy3L", "maximum", 6, 6, "", "a"), ("Dy2L", "absent", 48, 48, "", "b"),
            ("Dy3L", "decreasing", 6, 48, "", "b")]  # fmt: skip
    turned = statement_likelihood(
        tuple(Statement(*row) for row in rows[::-1]),
        samples_of(TIMES, ONLY, {}),
        NAMES[::-1],
        SCALES["absolute"],
        Rates(),
    )

    there = built(*rows).log_probabilities(COURSE[None], READER)
    back = turned.log_probabilities(COURSE[None, :, ::-1], READER)

    np.testing.assert_allclose(there.sum(), back.sum(), rtol=1e-12)
    np.testing.assert_allclose(np.sort(there), np.sort(back), rtol=1e-12)


def test_silence_is_worth_less_than_a_sentence():
    p = holds("Dy3L", "absent", 0.0833, 1)

    likelihood = built(("Dy3L", "unmentioned", 0.0833, 1))
    found = np.exp(likelihood.log_probabilities(COURSE[None], READER))[0, 0, 0]

    assert found == pytest.approx(p + 0.5 * (1 - p), rel=1e-12)


def test_a_sentence_has_an_error_rate_of_its_own():
    row = ("Dy3L", "absent", 6, 6, "", "", (), None, 0.2)

    found = np.exp(built(row).log_probabilities(COURSE[None], READER))[0, 0, 0]

    assert found == pytest.approx(0.2 + 0.6 * holds("Dy3L", "absent", 6, 6), rel=1e-12)


def test_per_spectrum_the_statements_are_about_shares():
    fraction = 0.1 / 4.1

    value = holds("Dy3L", "detected", 0.0833, 0.0833, scale="per spectrum")

    assert value == pytest.approx(phi(np.log(fraction * LARGEST / LIMIT) / SIGMA_Q), rel=1e-12)


def test_per_spectrum_a_scale_factor_changes_nothing():
    statements = built(("Dy3L", "maximum", 6, 6), ("Dy2L", "absent", 48, 48), scale="per spectrum")
    scale_factors = np.array([3.0, 1e-4, 7.0, 1.0, 1e5])[:, None]

    np.testing.assert_allclose(
        statements.log_probabilities((scale_factors * COURSE)[None], READER),
        statements.log_probabilities(COURSE[None], READER),
        rtol=1e-9,
    )


@pytest.mark.parametrize("error_rate", [1e-9, 0.02, 0.3])
def test_a_statement_may_be_wrong(error_rate):
    statements = (("Dy3L", "maximum", 6, 6), ("Dy3L", "absent", 6, 6))

    p = built(*statements).probabilities(COURSE[None], READER)
    logs = built(*statements, error_rate=error_rate).log_probabilities(COURSE[None], READER)

    np.testing.assert_allclose(np.exp(logs), error_rate + (1 - 2 * error_rate) * p, rtol=1e-9)


def test_a_certainly_false_statement_costs_one_error():
    """Words decide little: log 0.02 is all that a contradicted statement takes away."""
    nothing = np.array([[[1.0, 1e-12]] * 5])  # all of Dy2L, none of Dy3L
    statements = built(("Dy3L", "detected", 1, 1))

    found = statements.log_probabilities(nothing, READER)
    assert found[0, 0, 0] == pytest.approx(np.log(0.02), abs=1e-9)


def test_extreme_signals_are_finite():
    every = [
        ("Dy3L", r, 1, 12) for r in ("detected", "absent", "abundant", "increasing", "maximum")
    ]
    course = np.array([[[0.0, 1e300], [1e-300, 0.0], [0.0, 1e-300], [1e300, 1.0], [1.0, 1e10]]])

    values = built(*every, error_rate=1e-9).log_probabilities(course, READER)

    assert np.isfinite(values).all()


def test_parameters_may_differ_from_vector_to_vector():
    statements = built(("Dy3L", "detected", 1, 1))
    limits = np.array([0.01, 0.5, 5.0])

    p = statements.probabilities(
        np.stack([COURSE] * 3), SourceReader(limits / LARGEST, np.full(3, 0.3), np.full(3, 0.3))
    )

    np.testing.assert_allclose(p[:, 0, 0], phi(np.log(1.0 / limits) / 0.3), rtol=1e-12)


def test_units_say_the_statement_in_short():
    statements = built(("Dy3L", "detected", 0.0833, 0.0833), ("Dy2L", "decreasing", 0.0833, 12))

    assert statements.observations == (
        "Dy3L detected at 5 min",
        "Dy2L decreasing from 5 min to 12 h",
    )


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
    assert holds("Dy3L", "maximum", 0.0833, 48) == 1.0


def test_an_error_rate_of_zero_is_refused():
    with pytest.raises(InputError, match=r"error rate 0 is not between 0 and 0.5"):
        built(("Dy3L", "detected", 1, 1), error_rate=0.0)


def test_a_sample_that_nothing_is_said_of_changes_nothing():
    later = np.sort(np.append(TIMES, 3.0))
    course = np.insert(COURSE, 2, [2.0, 40.0], axis=0)  # a maximum that nobody speaks of
    rows = [
        ("Dy3L", "detected", 12, 12, "x", "said"),
        ("Dy3L", "decreasing", 6, 48, "x", "said"),
        ("Dy2L", "at most of spectrum", 6, 6, "x", "said", (), 0.3),
    ]

    def probability(times, signals, rows):
        found = statement_likelihood(
            tuple(Statement(*row) for row in rows),
            samples_of(times, ONLY, {}),
            NAMES,
            SCALES["per spectrum"],
            Rates(0.02, 0.5),
        )
        return found.probabilities(signals[None], READER)[0, 0, 0]

    assert probability(later, course, rows) == probability(TIMES, COURSE, rows)
    assert 0.01 < probability(TIMES, COURSE, rows) < 0.99
    largest = [("Dy3L", "maximum", 6, 6, "x", "said")]
    assert probability(later, course, largest) < probability(TIMES, COURSE, largest) - 0.05


def test_like_claims_of_two_interpretations_are_one():
    known = {"A": TIMES, "B": np.sort(np.append(TIMES, 1 / 6))}
    falls = Statement("Dy3L", "decreasing", 6, 48, "x", "said")
    largest = Statement("Dy3L", "abundant", 6, 6, "x", "said")

    def told(row, name):
        times, claim = claim_of(row, known[name]).alone(len(known[name]))
        return known[name][list(times)].tolist(), claim

    assert told(falls, "A") == told(falls, "B") == ([6.0, 12.0, 48.0], told(falls, "A")[1])
    assert told(largest, "A")[0] == known["A"].tolist()  # which of all is the largest matters
    assert told(largest, "B")[0] == known["B"].tolist()
