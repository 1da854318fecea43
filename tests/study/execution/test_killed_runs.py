"""A fit that is killed at any moment ends with the same numbers when it is run again."""

import contextlib
import json
import multiprocessing
import os
import shutil
import time

import numpy as np
import pytest
from checkout import ROOT
from killable import SAMPLING, fit, forking


def stored_in(folder):
    """What is stored, as file names with the moments they were written at."""
    return {(path, path.stat().st_mtime_ns) for path in folder.rglob("*.npz")}


def killed_after(folder, results, writes, seconds):
    """Start a fit, and kill it so many seconds after so many files were stored.

    Returns whether it was killed; a fit that ends before that has succeeded.
    """
    known = stored_in(results)
    running = forking().Process(target=fit, args=(folder, results))
    running.start()
    while running.is_alive():
        with contextlib.suppress(FileNotFoundError):  # replaced while it was looked at
            if len(stored_in(results) - known) >= writes:
                break
        time.sleep(0.005)
    running.join(seconds)
    if running.exitcode is None:
        running.kill()
        running.join()
        return True
    assert running.exitcode == 0
    return False


def checkpoint_in(folder):
    """All that a checkpoint holds but the seconds it took: arrays by name, and the rest."""
    with np.load(folder / "checkpoint.npz") as file:
        stored = dict(file)
    rest = json.loads(stored.pop("content").tobytes())
    assert rest["value"].pop("seconds") > 0
    return stored | {"content": rest}


@pytest.mark.slow
@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="Windows")
def test_a_run_killed_at_ten_random_moments_ends_with_the_same_draws(tmp_path):
    folder = tmp_path / "fits" / "alpha_pinene"
    shutil.copytree(ROOT / "fits/alpha_pinene", folder, ignore=shutil.ignore_patterns("results"))
    shutil.copytree(ROOT / "models", tmp_path / "models")
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write(SAMPLING)
    assert not killed_after(folder, tmp_path / "whole", 10**6, None)
    rng = np.random.default_rng(int.from_bytes(os.urandom(4)))

    # the first before anything is stored, the others after one or two more files each
    kills, parts = 0, tmp_path / "parts"
    while kills < 10 and killed_after(
        folder, parts, rng.integers(1, 3) if kills else 0, rng.uniform(0.0, 0.1)
    ):
        kills += 1
    assert not killed_after(folder, parts, 10**6, None)

    assert kills == 10
    for name in ("published", "no_return", "chain"):
        whole, parted = (checkpoint_in(tmp_path / part / name) for part in ("whole", "parts"))
        assert whole.keys() == parted.keys()
        assert {"value.states.1.chain", "value.states.1.random_keys"} <= whole.keys()
        for key, found in whole.items():
            np.testing.assert_array_equal(found, parted[key], err_msg=key)
