"""Generated PEtab problems hold what is read, are read, and what is not read is told."""

import numpy as np
import pytest

from benchmarks.petab import generated, making


def test_all_that_is_read_comes_about():
    problems = [generated.made(26, number) for number in range(60)]
    texts = "".join(text for one in problems for text in one.files.values())
    for words in (
        "format_version: 1\n",
        "format_version: 2.0.0\n",
        'size="2.4"',
        'hasOnlySubstanceUnits="true"',
        "<initialAssignment symbol=",
        "observableParameter2_seen0",
        "noisePlaceholders",
        "log-normal",
        "log10",
        "parameterScaleNormal",
        "rayleigh",
        "start_A_e0",
    ):
        assert words in texts, words
    assert {one.refused for one in problems} > {"laplace", "steady state", "second period"}
    assert sum(one.plain for one in problems) > 5
    assert generated.made(26, 3).files == problems[3].files


@pytest.mark.parametrize("version", [1, 2])
def test_a_problem_is_read_and_what_it_is_spoilt_by_is_refused_by_name(version, tmp_path):
    problem = making.generated_problem(np.random.default_rng(5), version)
    found, likelihood, prior = generated.by_us(generated.laid(problem, tmp_path / "whole"))
    assert np.isfinite([likelihood, prior]).all()
    assert len(found.simulations(found.nominal)) > 1
    for kind in making.REFUSED:
        if version == 2 or kind not in making.ONLY_SECOND:
            spoilt = making.generated_problem(np.random.default_rng(5), version, kind)
            path = generated.laid(spoilt, tmp_path / kind)
            assert generated.fault_of(spoilt, path) == ("", {}), kind


def test_a_number_that_is_off_and_a_refusal_are_faults(tmp_path, monkeypatch):
    problem = making.generated_problem(np.random.default_rng(5), 2)
    path = generated.laid(problem, tmp_path)
    monkeypatch.setattr(generated, "differences", lambda *_: {"log-prior": 2e-6})
    assert generated.fault_of(problem, path)[0] == "log-prior 2.0e-06"
    monkeypatch.undo()
    path.write_text("format_version: 3\n")
    assert generated.fault_of(problem, path)[0].startswith("refused: ")
