"""Results are read from a study's folder or from that of its results."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from report_example import summary, write_example

import assemblysim as asm


def test_a_studys_folder_serves_as_that_of_its_results(tmp_path):
    write_example(tmp_path / "results", summary(), drawn=False)
    whole, own = asm.read_results(tmp_path), asm.read_results(str(tmp_path / "results"))
    assert whole.probabilities == own.probabilities
    assert whole.pathways(whole.mechanisms[0]) == own.mechanism(own.mechanisms[0]).pathways
    assert whole.facts.mechanisms


def test_missing_results_are_one_line(tmp_path):
    with pytest.raises(asm.InputError, match="no results"):
        asm.read_results(tmp_path)


def test_draws_open_in_arviz_and_those_that_changed_are_refused(tmp_path):
    write_example(tmp_path / "results", summary(), drawn=True)
    results = asm.read_results(tmp_path)
    name = results.mechanisms[0]
    with warnings.catch_warnings():  # what ArviZ says of its own future
        warnings.filterwarnings("ignore", message=r"(?s).*undergoing a major refactor.*")
        data = results.to_arviz(name)

    np.testing.assert_array_equal(
        data.posterior["k_grow"].values.ravel(), results.draws(name)["k_grow"]
    )
    with pytest.raises(asm.InputError, match="mechanism 'nothing'"):
        results.to_arviz("nothing")
    (tmp_path / "results" / name / "draws.nc").unlink()
    with pytest.raises(asm.InputError, match=r"draws\.nc: no such file; run"):
        results.to_arviz(name)
