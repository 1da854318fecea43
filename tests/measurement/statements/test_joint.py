import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from assemblysim.measurement.statements.joint import Claims, joint_probability
from assemblysim.measurement.statements.paths import Numbers

DRAWS = 200_000
RISING = ((0, 1), (1, 2))


def claims(count, rises=(), largest=None, relative=(), bounded=()):
    return Claims(
        count,
        frozenset(rises),
        frozenset(range(count) if largest is None else largest),
        frozenset(relative),
        frozenset(bounded),
    )


def numbers(signals, lower=None, upper=None, above=None, below=None):
    """Numbers of one vector or several, with what is held against thresholds at some times."""
    signals = np.atleast_2d(np.asarray(signals, dtype=float))

    def filled(given, nothing):
        found = np.full(signals.shape, nothing)
        for time, value in (given or {}).items():
            found[:, time] = value
        return found

    return Numbers(
        signals,
        filled(lower, -np.inf),
        filled(upper, np.inf),
        filled(above, -np.inf),
        filled(below, np.inf),
    )


def monte_carlo(what, given, rng, draws=DRAWS):
    """The fraction of noisy signals of which the claims hold, one vector's."""
    z = given.signal[0] + rng.standard_normal((draws, what.count))
    largest = z.max(axis=1, keepdims=True)
    holds = (z >= given.lower[0]) & (z <= given.upper[0])
    holds &= (z >= largest + given.above[0]) & (z <= largest + given.below[0])
    found = holds.all(axis=1) & np.isin(z.argmax(axis=1), list(what.largest))
    for low, high in what.rises:
        found &= z[:, low] < z[:, high]
    return float(found.mean())


def of_one(what, given):
    return float(joint_probability(what, given)[0])


def any_claims(rng):
    """Rises, falls, bounds and fractions of the largest, drawn at random, and their numbers."""
    count = int(rng.integers(2, 6))
    rises = [[(i, i + 1), (i + 1, i), None, None][rng.integers(4)] for i in range(count - 1)]
    some = lambda chance: [i for i in range(count) if rng.random() < chance]  # noqa: E731
    lower = {i: rng.normal(-1, 2) for i in some(0.2)}
    upper = {i: rng.normal(1, 2) for i in some(0.3)}
    above = {i: -rng.exponential(2) for i in some(0.2)}
    below = {i: -rng.exponential(1) for i in some(0.15)}
    largest = rng.choice(count, rng.integers(1, count + 1), replace=False).tolist()
    what = claims(
        count,
        [pair for pair in rises if pair],
        largest if rng.random() < 0.5 else None,
        {*above, *below},
        {*lower, *upper},
    )
    signals = rng.normal(0, rng.choice([0.5, 2.0, 6.0]), count)
    return what, numbers(signals, lower, upper, above, below)


def test_of_three_equal_signals_each_is_the_largest_with_a_third():
    for time in range(3):
        assert of_one(claims(3, largest=[time]), numbers([2.0] * 3)) == pytest.approx(1 / 3, 1e-9)


@pytest.mark.parametrize(("count", "orders"), [(2, 2), (3, 6), (4, 24), (6, 720)])
def test_of_equal_signals_every_order_is_as_probable(count, orders):
    rising = claims(count, [(i, i + 1) for i in range(count - 1)])

    assert of_one(rising, numbers([-3.0] * count)) == pytest.approx(1 / orders, 1e-9)


def test_the_sum_over_which_time_is_the_largest_is_one():
    given = numbers([0.3, -2.0, 1.1, 0.9])

    total = sum(of_one(claims(4, largest=[i]), given) for i in range(4))

    assert total == pytest.approx(1.0, abs=1e-9)


def test_claims_drawn_at_random_have_the_probability_that_noisy_signals_give_them():
    """120 of them: a worst of 4.5 standard errors would be a false alarm in one of 1200 runs."""
    rng = np.random.default_rng(1)
    scores, shifted = [], []
    for _ in range(120):
        what, given = any_claims(rng)
        p, seen = of_one(what, given), monte_carlo(what, given, rng)
        error = np.sqrt(max(p * (1 - p), 1e-12) / DRAWS) + 0.5 / DRAWS
        scores.append(abs(p - seen) / error)
        shifted.append(abs(p * 1.02 - seen) / error)

    assert max(scores) < 4.5
    assert max(shifted) > 4.5  # two per cent too much would be seen


@pytest.mark.parametrize("middle", [0.0, 3.0, 6.5, -6.5])
@pytest.mark.parametrize("last", [0.0, 4.0, -4.0])
def test_two_rises_match_an_integral_down_to_small_probabilities(middle, last):
    def integrand(z):
        return norm.pdf(z - middle) * norm.cdf(z) * norm.cdf(last - z)

    expected, _ = quad(integrand, -12, 12, points=[middle, last / 2], epsabs=0, epsrel=1e-10)

    assert of_one(claims(3, RISING), numbers([0.0, middle, last])) == pytest.approx(expected, 1e-7)


@pytest.mark.parametrize("gap", [-9.0, -4.0, 0.0, 4.0])
def test_a_largest_matches_an_integral_down_to_small_probabilities(gap):
    def integrand(z):
        return norm.pdf(z - gap) * norm.cdf(z) * norm.cdf(z + 1) * norm.cdf(z - 0.5)

    expected, _ = quad(integrand, -12, 16, points=[gap, gap / 2], epsabs=0, epsrel=1e-10)

    found = of_one(claims(4, largest=[2]), numbers([0.0, -1.0, gap, 0.5]))
    assert found == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("spread", [1e2, 1e4, 1e6, 1e9])
def test_far_apart_signals_decide_without_a_doubt(spread):
    rising, falling = numbers([0.0, spread, 2 * spread]), numbers([0.0, -spread, -2 * spread])

    assert of_one(claims(3, RISING), rising) == 1.0
    assert of_one(claims(3, RISING), falling) == 0.0
    assert of_one(claims(3, largest=[2]), rising) == pytest.approx(1.0, abs=1e-9)
    assert of_one(claims(3, largest=[0]), rising) == 0.0


def test_vectors_do_not_depend_on_their_neighbours():
    rng = np.random.default_rng(2)
    what = claims(4, [(0, 1), (3, 2)], [1, 2], [0], [3])
    given = numbers(rng.normal(0, 4, (50, 4)), upper={3: 0.5}, above={0: -2.0})

    together = joint_probability(what, given)
    alone = [joint_probability(what, given.of(np.array([i])))[0] for i in range(50)]

    np.testing.assert_allclose(together, alone, rtol=1e-9, atol=1e-15)


def test_turning_time_around_turns_rises_into_falls():
    rng = np.random.default_rng(3)
    signals = rng.normal(0, 2, (40, 5))
    there = joint_probability(
        claims(5, [(0, 1), (1, 2), (4, 3)], [2, 3], [1], [0]),
        numbers(signals, lower={0: -1.0}, above={1: -1.5}),
    )
    back = joint_probability(
        claims(5, [(4, 3), (3, 2), (0, 1)], [2, 1], [3], [4]),
        numbers(signals[:, ::-1], lower={4: -1.0}, above={3: -1.5}),
    )

    np.testing.assert_allclose(there, back, rtol=1e-7, atol=1e-16)


def test_a_probability_is_smooth_enough_to_be_differentiated():
    what = claims(4, [(1, 0), (3, 2)], [0, 2], [2], [3])
    line = np.linspace(-3, 3, 25)
    signals = np.stack([line, 0.5 * line**2, 1 - line, np.zeros(25)], axis=1)

    def slope(step):
        sides = [
            joint_probability(what, numbers(signals + way * step, upper={3: 0.3}, above={2: -1.0}))
            for way in (1, -1)
        ]
        return (sides[0] - sides[1]) / (2 * step)

    np.testing.assert_allclose(slope(1e-4), slope(1e-2), atol=2e-5)
