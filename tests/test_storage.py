import json
import math

import h5netcdf
import numpy as np
import pytest

from assemblysim.errors import RunError
from assemblysim.inference.parameters import Parameter
from assemblysim.inference.priors import Prior
from assemblysim.study.storage import fingerprint, write_draws, write_json
from assemblysim.writing import write_whole


def test_draws_are_stored_as_a_posterior_group_with_units(tmp_path):
    parameters = (
        Parameter("k_grow", "1/(mM h)", "rate", Prior("log_uniform", 1e-3, 1.0)),
        Parameter("noise", "", "noise", Prior("log_normal", 0.2, 2.0)),
    )
    values = np.random.default_rng(0).uniform(0.1, 1, (2, 5, 4, 2))
    path = tmp_path / "draws.nc"
    write_draws(path, parameters, values, {"seed": "7"})

    with h5netcdf.File(path, "r") as file:
        group = file["posterior"]
        assert group["k_grow"].dimensions == ("chain", "draw")
        assert group["k_grow"].attrs["units"] == "1/(mM h)"
        # chain 5 is walker 1 of the second ensemble
        np.testing.assert_allclose(group["k_grow"][5], values[1, :, 1, 0], rtol=1e-6)
        assert list(group["ensemble"][:]) == [0] * 4 + [1] * 4
        assert file.attrs["seed"] == "7"


def test_json_has_full_floats_and_null_for_what_is_not_finite(tmp_path):
    path = tmp_path / "a" / "summary.json"
    write_json(path, {"x": np.float64(0.1) + 0.2, "y": [np.inf, math.nan], "n": np.int64(3)})

    assert json.loads(path.read_text()) == {"x": 0.1 + 0.2, "y": [None, None], "n": 3}


def test_a_file_that_cannot_be_written_is_one_line_and_keeps_the_old_one(tmp_path):
    (tmp_path / "file").write_text("old")
    with pytest.raises(RunError, match="cannot be written"):
        write_whole(tmp_path / "file" / "inside", b"new")

    assert (tmp_path / "file").read_text() == "old"


def test_a_fingerprint_changes_with_any_part_and_not_with_their_order():
    one = fingerprint({"seed": 1, "inputs": {"a": "x", "b": "y"}})

    assert one == fingerprint({"inputs": {"b": "y", "a": "x"}, "seed": 1})
    assert one != fingerprint({"inputs": {"b": "y", "a": "z"}, "seed": 1})
