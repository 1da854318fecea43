"""Expected information against closed forms: a linear and a quadratic response, Gaussian noise."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from assemblysim.prediction.design.design import (
    InPlay,
    best_together,
    draw_truths,
    expected_case_information,
    expected_gain,
    expected_log_bayes_factors,
    expected_narrowing,
    imagine,
)
from assemblysim.result.design import VERY_STRONG, DesignCandidate, SpectrumPlan
from assemblysim.result.forecast import ChangedStart
from assemblysim.sentences.design import told_words

SLOPE, CURVE, SPREAD = 1.0, 0.5, 0.2  # means of a in y = a x and of b in y = b x^2, sd of both
WEIGHTS = np.array([0.6, 0.4])


@dataclass(frozen=True, eq=False)
class Response:
    """y at x, read with Gaussian noise: a x if the response is linear, b x^2 if quadratic."""

    x: float
    noise: float
    draws: np.ndarray  # (2, D): a, b

    def expected(self, mechanism):
        return self.draws[mechanism] * self.x ** (mechanism + 1)

    def simulate(self, mechanism, draw, rng):
        return rng.normal(self.expected(mechanism)[draw], self.noise)

    def log_densities(self, outcome):
        expected = np.stack([self.expected(m) for m in range(len(self.draws))])
        return norm.logpdf(outcome, expected, self.noise)


def marginals(x, noise):
    """p(y | m) in closed form: normal, since parameter and noise are."""
    sds = [np.hypot(SPREAD * x, noise), np.hypot(SPREAD * x**2, noise)]
    return norm(SLOPE * x, sds[0]), norm(CURVE * x**2, sds[1])


def over_outcomes(x, noise, function):
    """Integral of w1 p1 f(y, 1) + w2 p2 f(y, 2) over y, by quadrature."""
    both = marginals(x, noise)
    ends = [f.ppf(q) for f in both for q in (1e-10, 1 - 1e-10)]

    def integrand(y):
        densities = np.array([f.pdf(y) for f in both])
        posterior = WEIGHTS * densities / (WEIGHTS * densities).sum()
        return sum(
            w * p * function(posterior, densities, m)
            for m, (w, p) in enumerate(zip(WEIGHTS, densities, strict=True))
        )

    return quad(integrand, min(ends), max(ends), limit=500, points=[f.mean() for f in both])[0]


def exact_information(x, noise):
    return over_outcomes(x, noise, lambda q, p, m: np.log(max(q[m], 1e-300) / WEIGHTS[m]))


def fine_sums(x, noise):
    """Chance that one of the two gets 0.95, and the bounded log Bayes factor: both have kinks."""
    both = marginals(x, noise)
    ends = [f.ppf(q) for f in both for q in (1e-9, 1 - 1e-9)]
    y = np.linspace(min(ends), max(ends), 200_001)
    joint = np.stack([w * f.pdf(y) for w, f in zip(WEIGHTS, both, strict=True)])
    sure = joint.max(axis=0) >= 0.95 * joint.sum(axis=0)
    logs = np.clip(both[0].logpdf(y) - both[1].logpdf(y), -VERY_STRONG, VERY_STRONG)
    step = y[1] - y[0]
    return float((joint.sum(axis=0) * sure).sum() * step), float(
        (joint[0] - joint[1]) @ logs * step
    )


def imagined(x, noise, rng, draws=300, each=150):
    parameters = rng.normal([[SLOPE], [CURVE]], SPREAD, (2, draws))
    in_play = InPlay(("linear", "quadratic"), WEIGHTS, draws)
    truths = draw_truths(in_play, each, rng)
    experiment = Response(x, noise, parameters)
    return imagine(experiment, in_play, truths, rng), in_play, parameters


# nearly nothing to learn; something; much, with sharp readings; everything
PLACES = [(1.9, 0.5), (1.0, 0.3), (0.5, 0.02), (5.0, 0.5)]


@pytest.mark.parametrize(("x", "noise"), PLACES)
def test_expected_information_matches_its_closed_form_within_its_error(x, noise):
    repeats = 24
    off = {"information_nats": [], "decided": [], "log_bayes_factor": []}
    chance, factor = fine_sums(x, noise)
    truth = {
        "information_nats": exact_information(x, noise),
        "decided": chance,
        "log_bayes_factor": factor,
    }
    for seed in range(repeats):
        rng = np.random.default_rng([1, seed])
        outcomes, in_play, _ = imagined(x, noise, rng)
        gain = expected_gain(outcomes, in_play, rng)
        for name, values in off.items():
            found = getattr(gain, name)
            values.append((found.value - truth[name]) / max(found.error, 2e-3))

    for name, values in off.items():
        z = np.array(values)
        # neither the error nor the bias is understated: 24 z-scores of mean 0 and sd 1
        assert abs(z.mean()) < 4 / np.sqrt(repeats), name
        assert np.sqrt((z**2).mean()) < 1.7, name
        assert np.abs(z).max() < 5, name


def test_the_sentence_with_the_wrong_closed_form_would_be_noticed():
    rng = np.random.default_rng(0)
    outcomes, in_play, _ = imagined(1.0, 0.3, rng)
    found = expected_gain(outcomes, in_play, rng).information_nats

    assert abs(found.value - exact_information(1.0, 0.3)) < 4 * found.error
    assert abs(found.value - exact_information(0.5, 0.15)) > 4 * found.error


def test_information_lies_between_nothing_and_what_is_open():
    rng = np.random.default_rng(2)
    nothing, in_play, _ = imagined(1.9, 50.0, rng)
    everything, _, _ = imagined(0.5, 0.02, rng)
    little, much = (expected_gain(o, in_play, rng) for o in (nothing, everything))

    assert little.information_nats.value == pytest.approx(0, abs=0.01)
    assert little.decided.value == 0
    assert much.information_nats.value == pytest.approx(much.open_nats, abs=0.05)
    assert much.open_nats == pytest.approx(-(WEIGHTS * np.log(WEIGHTS)).sum())


@pytest.mark.parametrize(("x", "noise"), [(1.0, 0.3), (3.0, 0.3)])
def test_expected_narrowing_of_a_slope_matches_its_closed_form(x, noise):
    expected = 1 / (1 + (noise / (SPREAD * x)) ** 2)
    off = []
    for seed in range(20):
        rng = np.random.default_rng([3, seed])
        parameters = rng.normal(SLOPE, SPREAD, (1, 400))
        alone = InPlay(("linear",), np.ones(1), 400)
        outcomes = imagine(Response(x, noise, parameters), alone, draw_truths(alone, 100, rng), rng)
        found = expected_narrowing(outcomes, alone, parameters, rng)
        off.append(found.fraction.value - expected)
        assert found.few_draws < 0.05

    assert abs(np.mean(off)) < 4 * np.std(off) / np.sqrt(20)
    assert np.std(off) < 0.1


def test_a_number_that_only_one_mechanism_has_is_judged_by_that_one():
    rng = np.random.default_rng(4)
    outcomes, in_play, parameters = imagined(1.0, 0.3, rng)
    alone = np.stack([parameters[0], np.full(300, np.nan)])
    found = expected_narrowing(outcomes, in_play, alone, rng)
    fixed = expected_narrowing(outcomes, in_play, np.ones((2, 300)), rng)

    assert found.fraction.value == pytest.approx(1 / (1 + (0.3 / SPREAD) ** 2), abs=0.1)
    assert fixed is None
    assert expected_narrowing(outcomes, in_play, np.full((2, 300), np.nan), rng) is None


def test_readings_sharper_than_the_draws_are_flagged():
    rng = np.random.default_rng(5)
    sharp, in_play, parameters = imagined(1.0, 1e-4, rng)
    dull, _, _ = imagined(1.0, 0.3, rng)

    assert expected_gain(sharp, in_play, rng).few_draws > 0.9
    assert expected_gain(dull, in_play, rng).few_draws < 0.05
    assert expected_narrowing(sharp, in_play, parameters, rng).few_draws > 0.9


def test_two_readings_tell_as_much_as_one_with_less_noise():
    rng = np.random.default_rng(6)
    parameters = rng.normal([[SLOPE], [CURVE]], SPREAD, (2, 300))
    in_play = InPlay(("linear", "quadratic"), WEIGHTS, 300)
    truths = draw_truths(in_play, 300, rng)
    once, again, single = (
        imagine(Response(1.0, noise, parameters), in_play, truths, rng)
        for noise in (0.3, 0.3, 0.3 / np.sqrt(2))
    )
    both = expected_gain(once.beside(again), in_play, rng).information_nats
    one = expected_gain(single, in_play, rng).information_nats

    assert abs(both.value - one.value) < 4 * np.hypot(both.error, one.error)
    assert both.value > expected_gain(once, in_play, rng).information_nats.value + both.error


def test_the_most_telling_experiments_are_chosen_first():
    rng = np.random.default_rng(7)
    parameters = rng.normal([[SLOPE], [CURVE]], SPREAD, (2, 300))
    in_play = InPlay(("linear", "quadratic"), WEIGHTS, 300)
    truths = draw_truths(in_play, 200, rng)
    # at x = 2 both expect the same
    outcomes = {
        x: imagine(Response(x, 0.3, parameters), in_play, truths, rng) for x in (2.0, 0.8, 0.1)
    }

    assert best_together(outcomes, in_play, 1, rng) == (0.8,)
    assert len(set(best_together(outcomes, in_play, 3, rng))) == 3


def test_bayes_factors_of_all_pairs_have_that_of_the_leading_two_and_nothing_for_twins():
    rng = np.random.default_rng(11)
    means = [[SLOPE], [CURVE], [CURVE]]
    parameters = rng.normal(means, SPREAD, (3, 300))
    weights = np.array([0.5, 0.3, 0.2])
    in_play = InPlay(("linear", "quadratic", "twin"), weights, 300)

    class Three(Response):
        def expected(self, mechanism):
            return self.draws[mechanism] * self.x ** (1 if mechanism == 0 else 2)

    truths = draw_truths(in_play, 150, rng)
    outcomes = imagine(Three(0.5, 0.02, parameters), in_play, truths, rng)
    told = {one.between: one.log_bayes_factor for one in expected_log_bayes_factors(
        outcomes, in_play, rng
    )}  # fmt: skip
    gain = expected_gain(outcomes, in_play, rng)

    assert list(told) == [("linear", "quadratic"), ("linear", "twin"), ("quadratic", "twin")]
    assert told["linear", "quadratic"].value == pytest.approx(gain.log_bayes_factor.value)
    assert abs(told["quadratic", "twin"].value) < 4 * told["quadratic", "twin"].error
    assert told["linear", "twin"].value > 4 * told["linear", "twin"].error
    assert told["linear", "twin"].value == pytest.approx(
        told["linear", "quadratic"].value, abs=4 * told["linear", "twin"].error
    )


def half_above(x, noise):
    """Information of y = a x + noise about whether a lies above its mean, by quadrature."""
    sd = np.hypot(SPREAD * x, noise)

    def integrand(y):
        place = (y - SLOPE * x) * SPREAD**2 * x / sd**2
        q = norm.cdf(place / (SPREAD * noise / sd))
        parts = [c * np.log(2 * c) for c in (q, 1 - q) if c > 0]
        return norm.pdf(y, SLOPE * x, sd) * sum(parts)

    return quad(integrand, SLOPE * x - 8 * sd, SLOPE * x + 8 * sd, limit=300)[0]


@pytest.mark.parametrize(("x", "noise"), [(1.0, 0.2), (3.0, 0.2), (0.1, 0.5)])
def test_information_about_a_case_matches_its_closed_form(x, noise):
    off = []
    for seed in range(12):
        rng = np.random.default_rng([2, seed])
        parameters = rng.normal(SLOPE, SPREAD, (1, 300))
        in_play = InPlay(("linear",), np.ones(1), 300)
        outcomes = imagine(
            Response(x, noise, parameters), in_play, draw_truths(in_play, 150, rng), rng
        )
        above = (parameters > SLOPE).astype(float)
        found = expected_case_information(
            outcomes, in_play, np.stack([above, 1 - above], axis=2), rng
        )
        told = found.information_nats
        off.append((told.value - half_above(x, noise)) / max(told.error, 2e-3))
        vague = np.full((1, 300, 2), 0.5)
        none = expected_case_information(outcomes, in_play, vague, rng)
        assert none.information_nats.value == pytest.approx(0, abs=1e-12)
        assert found.open_nats == pytest.approx(np.log(2), abs=0.02)

    z = np.array(off)
    assert abs(z.mean()) < 4 / np.sqrt(len(z))
    assert np.sqrt((z**2).mean()) < 2


def gain_words(what, gain):
    """What is said of a gain, without the plan that is put before it."""
    plan = SpectrumPlan("new time", (1.0,), ChangedStart("80C", "mM"))
    one = DesignCandidate(
        **vars(gain), plan=plan, spectra=(plan,), narrowing=None
    )  # fmt: skip
    return told_words(one).replace("a spectrum at 1 h", what)


def test_words_come_first_and_carry_the_probability():
    rng = np.random.default_rng(8)
    sure, in_play, _ = imagined(8.0, 0.8, rng)
    vain, _, _ = imagined(1.9, 5.0, rng)
    some, _, _ = imagined(1.0, 0.3, rng)

    assert gain_words("one at 8", expected_gain(sure, in_play, rng)).startswith(
        "one at 8 would decide linear against quadratic with probability 0.9"
    )
    assert gain_words("one at 2", expected_gain(vain, in_play, rng)) == (
        "one at 2 would not decide linear against quadratic (probability 0.00 ± 0.01)."
    )
    assert "might decide" in gain_words("one at 1", expected_gain(some, in_play, rng))


def test_of_several_mechanisms_every_two_are_named_and_those_that_stay_open():
    rng = np.random.default_rng(9)
    # two responses that are the same, and one that lies far off at x = 1
    parameters = rng.normal([[1.0], [1.0], [4.0]], SPREAD, (3, 300))
    in_play = InPlay(("one", "twin", "other"), np.array([0.5, 0.3, 0.2]), 300)
    truths = draw_truths(in_play, 100, rng)
    outcomes = imagine(Response(1.0, 0.1, parameters), in_play, truths, rng)
    gain = expected_gain(outcomes, in_play, rng)
    chances = {pair.between: pair.decided.value for pair in gain.pairs}
    text = gain_words("it", gain)

    assert list(chances) == [("one", "twin"), ("one", "other"), ("twin", "other")]
    assert chances["one", "other"] > 0.99
    assert chances["twin", "other"] > 0.99
    assert chances["one", "twin"] < 0.1
    assert gain.pair_decided == gain.pairs[0].decided
    assert text.startswith("it would decide one against other (probability 1.00 ± ")
    assert "; it would not decide one against twin (probability 0.0" in text


def test_where_no_two_are_told_apart_all_are_named():
    rng = np.random.default_rng(10)
    parameters = rng.normal(1.0, SPREAD, (3, 300))
    in_play = InPlay(("one", "twin", "triplet"), np.full(3, 1 / 3), 300)
    truths = draw_truths(in_play, 60, rng)
    outcomes = imagine(Response(1.0, 5.0, parameters), in_play, truths, rng)

    assert gain_words("it", expected_gain(outcomes, in_play, rng)).startswith(
        "it would decide between no two of one, twin and triplet (probability 0.00 ± "
    )
