"""Exchangeable responses: contrasts give the covariance of independent logs, whatever the order."""

from itertools import permutations

import numpy as np
import pytest

from assemblysim.measurement.responses import Exchangeable, components

NAMES = [f"response_{letter}" for letter in "dbace"]


def exchangeable(count, stated=0, spread=3.0):
    return Exchangeable.of(NAMES[:count], [f"response_s{i}" for i in range(stated)], spread)


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("stated", [0, 1, 4])
def test_logs_vary_as_independent_ones_given_their_mean_or_what_is_stated(count, stated):
    directions = exchangeable(count, stated).directions
    covariance = directions @ directions.T / np.log(3.0) ** 2

    # of independent standard normals: given that they sum up to 0, or less the mean of m others
    expected = np.eye(count) + (1 / stated if stated else -1 / count)
    np.testing.assert_allclose(covariance, expected, atol=1e-14)
    assert np.abs(covariance - np.eye(count)).max() > 0.1  # which the first at 1 would not give


def test_all_ratios_have_one_prior_where_the_first_at_1_had_two():
    directions = exchangeable(4, spread=2.0).directions
    widths = {
        round(float(np.linalg.norm(directions[i] - directions[j])), 12)
        for i, j in permutations(range(4), 2)
    }
    former = np.log(2.0) * np.diag([0.0, 1.0, 1.0, 1.0])

    assert widths == {round(np.sqrt(2) * np.log(2.0), 12)}
    assert np.linalg.norm(former[0] - former[1]) < np.linalg.norm(former[1] - former[2])


def test_the_order_of_names_has_no_say():
    for order in permutations(NAMES[:3]):
        assert Exchangeable.of(order, (), 2.0) == exchangeable(3, spread=2.0)


@pytest.mark.parametrize("stated", [0, 2])
def test_contrasts_that_raise_one_response_leave_the_others_in_proportion(stated):
    one = exchangeable(5, stated)
    for place, name in enumerate(one.responses):
        change = one.powers @ one.raised(name)

        assert change[place] - np.delete(change, place) == pytest.approx(np.ones(4))
        if stated:
            assert np.delete(change, place) == pytest.approx(np.zeros(4))


def test_a_response_alone_has_no_contrast_unless_another_is_stated():
    assert exchangeable(1).contrasts == ()
    assert exchangeable(1).powers.shape == (1, 0)
    assert exchangeable(1, 1).contrasts == ("contrast_d",)
    assert exchangeable(1, 1, spread=2.0).factors == pytest.approx([2 ** np.sqrt(2)])


def test_what_shares_a_name_hangs_together():
    assert components([["a", "b"], ["c"], ["b", "d"]]) == [["c"], ["a", "b", "d"]]
    assert [sorted(one) for one in components([["a"], ["b"], ["a", "b"]])] == [["a", "b"]]
