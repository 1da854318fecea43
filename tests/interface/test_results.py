"""Results are read from a study's folder or from that of its results."""

from __future__ import annotations

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
