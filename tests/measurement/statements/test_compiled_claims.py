import numpy as np
import pytest
from scipy.special import ndtr

from assemblysim.errors import InputError
from assemblysim.measurement.data import Statement
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.statements.compiled_claims import claim_tables
from assemblysim.measurement.statements.interpretations import ONLY, samples_of
from assemblysim.measurement.statements.likelihood import SourceReader, statement_likelihood
from assemblysim.measurement.statements.relations import Claim
from assemblysim.measurement.statements.sentences import Rates

SMALLEST_RATE = 1e-9  # nothing above 1e-18 may be left out
WITH_FRACTION = ("at most of maximum", "at most of spectrum")
RELATIONS = ("increasing", "decreasing", "maximum", "abundant", "detected", "absent")


def any_sentence(rng, times):
    """Up to four rows about one of two signals, said together."""
    rows = []
    for relation in rng.choice([*RELATIONS, *WITH_FRACTION], rng.integers(1, 5)):
        first, last = np.sort(rng.choice(len(times), 2))
        share = rng.uniform(0.05, 1.0) if relation in WITH_FRACTION else None
        if relation == "abundant" and rng.random() < 0.5:
            share = rng.uniform(0.1, 1.0)
        start, end = times[first], times[max(last, first)]
        name = "AB"[int(rng.random() < 0.2)]
        rows.append(Statement(name, relation, start, end, "x", "all", (), share))
    return rows


def likelihood_of(rows, times, rate):
    samples = samples_of(times, ONLY, {})
    return statement_likelihood(
        tuple(rows), samples, ("A", "B"), SCALES["per spectrum"], Rates(rate, 0.5)
    )


def any_likelihoods(rng, count, rate):
    """Sentences drawn at random, those left out that contradict themselves."""
    found = []
    while len(found) < count:
        times = np.arange(1.0, 1 + rng.integers(2, 7)) * 10
        try:
            found.append((likelihood_of(any_sentence(rng, times), times, rate), len(times)))
        except InputError:
            continue
    return found


def any_vectors(rng, count, times):
    """Courses from flat ones to such that noise says nothing beside, and readers of them."""
    spread = rng.choice([0.0, 0.3, 1.0, 5.0, 40.0], (count, 1, 1))
    signals = np.exp(spread * rng.normal(size=(count, times, 2)))
    limit, noise = 10 ** rng.uniform(-4, -0.3, count), 10 ** rng.uniform(-2, 0.5, count)
    return signals, SourceReader(limit, noise, rng.uniform(0.05, 1.1, count))


@pytest.mark.parametrize(
    ("rate", "atol", "rtol"), [(0.02, 1e-9, 0.0), (SMALLEST_RATE, 1e-17, 1e-7)]
)
def test_compiled_claims_have_the_probabilities_of_numpy(rate, atol, rtol):
    """At the smallest rate digits of tiny probabilities count, too; otherwise they are spared."""
    rng = np.random.default_rng(5)
    seen, off = [], 0
    for likelihood, times in any_likelihoods(rng, 60, rate):
        signals, reader = any_vectors(rng, 12, times)

        found = likelihood.probabilities(signals, reader)

        exact = likelihood.probabilities_in_numpy(signals, reader)
        np.testing.assert_allclose(found, exact, rtol=rtol, atol=atol)
        seen += exact.ravel().tolist()
        noisier = SourceReader(reader.limit, reader.noise * (1 + 1e-6), reader.fraction)
        beside = likelihood.probabilities_in_numpy(signals, noisier)
        off += (np.abs(beside - exact) > atol + rtol * exact).sum()
    between = (np.array(seen) > 0.01) & (np.array(seen) < 0.99)
    assert between.mean() > 0.2  # neither certain nor impossible
    assert off > 0.5 * between.sum()  # noise that is off by a millionth is seen


@pytest.mark.parametrize("place", ["near", "far"])
def test_the_table_of_the_normal_distribution_is_that_of_the_library(place):
    z = np.linspace(-8.7, 8.7, 4001) if place == "near" else np.array([-30.0, -9.0, 9.0, 1e9])
    tables = claim_tables([(0, (0,), Claim(detected=frozenset({0})))], 1e-18)
    zero, one = np.zeros(len(z)), np.ones(len(z))

    found = tables.chances(z[:, None, None], zero[:, None], (zero, one, zero))[:, 0]

    np.testing.assert_allclose(found, ndtr(z), rtol=1e-9, atol=1e-18)


def test_a_reading_that_is_no_number_has_no_probability():
    claim = Claim(rises=frozenset({(0, 1)}))
    tables = claim_tables([(0, (0, 1), claim)], 1e-12)
    logs = np.array([[np.nan, 0.0], [0.0, 1.0]])[:, :, None]

    found = tables.chances(logs, np.zeros((2, 2)), (np.zeros(2), np.ones(2), np.zeros(2)))[:, 0]

    np.testing.assert_array_equal(np.isnan(found), [True, False])


def test_without_a_claim_or_a_vector_there_is_nothing_to_compute():
    assert claim_tables([], 1e-12) is None
    tables = claim_tables([(0, (0,), Claim(detected=frozenset({0})))], 1e-12)
    nothing = np.zeros(0)
    assert tables.chances(
        np.zeros((0, 1, 1)), np.zeros((0, 1)), (nothing, nothing, nothing)
    ).shape == (0, 1)
