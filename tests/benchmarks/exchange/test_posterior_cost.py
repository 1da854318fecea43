"""The cost of the interface's posterior, by a clock that the test winds."""

import numpy as np
import pytest

from benchmarks.posteriors import cost


def test_the_best_of_each_function_counts(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(cost.time, "process_time", lambda: now[0])
    slow, fast = iter([9.0, 1.2, 3.0]), iter([5.0, 2.0, 1.0])

    def outer(_positions):
        now[0] += next(slow)

    def inner(_positions):
        now[0] += next(fast)

    found = cost.extra_cost(outer, inner, np.zeros((1, 1)), repetitions=3)
    assert found == pytest.approx(0.2)


@pytest.mark.parametrize(("extra", "status"), [(0.02, 0), (0.08, 1)])
def test_more_than_five_per_cent_is_a_fault(extra, status, monkeypatch, capsys):
    monkeypatch.setattr(cost, "CASES", cost.CASES[:1])
    monkeypatch.setattr(cost, "extra_cost", lambda *_: extra)

    assert cost.main() == status
    assert f"hudson_bay lotka_volterra: {100 * extra:+.1f} %" in capsys.readouterr().out
