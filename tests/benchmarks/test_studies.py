import multiprocessing

import numpy as np

from benchmarks.studies.__main__ import row_of
from benchmarks.studies.counted import NAMES, counting


def test_vectors_and_gradients_are_counted_apart_and_across_calls():
    counts = multiprocessing.get_context("fork").Array("d", len(NAMES))
    integrate = counting(lambda **_: 7, counts)

    for vectors, columns in ((3, 0), (4, 0), (5, 2)):
        answer = integrate(rate_constants=np.ones((vectors, 2)), columns=np.zeros(columns))
        assert answer == 7

    assert (counts[0], counts[2]) == (7, 5)
    assert 0 <= counts[1] < 1
    assert 0 <= counts[3] < 1


def test_a_row_has_calls_shares_and_both_evidences():
    counted = dict(zip(NAMES, (80.0, 1.0, 20.0, 2.0), strict=True))
    counted |= {"wall_s": 5.0, "cpu_s": 6.0, "memory_mb": 100.0}
    evidence = [{"method": m, "value": -1.0, "error": 0.1} for m in ("bridge", "SMC", "Laplace")]
    mechanisms = {n: {"likelihood_calls": 40, "log_evidence": evidence} for n in ("a", "b")}

    row = row_of(counted, {"mechanisms": mechanisms})

    assert row["likelihood_calls"] == 80
    assert row["engine_share"] == 0.5
    assert row["us_a_vector"] == 60000.0
    assert row["engine_us_a_gradient"] == 100000.0
    assert row["log_evidences"]["b"] == {"bridge": [-1.0, 0.1], "SMC": [-1.0, 0.1]}


def test_a_run_that_was_stopped_has_a_row_without_evidences():
    counted = dict.fromkeys((*NAMES, "wall_s", "memory_mb"), 0.0) | {"cpu_s": 2.0}

    row = row_of(counted, {})

    assert (row["cpu_s"], row["us_a_vector"], row["log_evidences"]) == (2.0, None, {})
