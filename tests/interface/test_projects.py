"""A study that is fitted from Python is what the command line fits."""

from __future__ import annotations

import pytest
from small_study import chain_table, small_study

import assemblysim as asm
from assemblysim.interface.projects import StudyProject
from assemblysim.result.on_disk import stored_result


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return StudyProject(small_study(tmp_path_factory.mktemp("study"), table=chain_table()))


@pytest.fixture(scope="module")
def results(project, tmp_path_factory):
    return project.run(workers=1, results=tmp_path_factory.mktemp("results"), max_steps=40)


def test_a_run_stores_what_it_returns(results):
    again = asm.read_results(results.folder)
    assert again.probabilities == results.probabilities
    assert again.verdict == results.verdict
    assert stored_result(results.folder).seed == results.result.seed
    assert sum(results.probabilities.values()) == pytest.approx(1)
    assert (results.folder / "manifest.sha256").is_file()


def test_draws_and_lifetimes_are_there_by_name(project, results):
    first = results.mechanisms[0]
    draws = results.draws(first)
    assert tuple(draws) == project.posterior(first).names
    assert results.lifetimes(first) == results.mechanism(first).lifetimes
    with pytest.raises(asm.InputError, match="unknown mechanism 'other'"):
        results.draws("other")


def test_both_show_themselves(project, results):
    assert "mechanisms: " in repr(project)
    assert results.verdict.split(".")[0] in repr(results)


def test_results_do_not_go_into_a_study(project, tmp_path):
    (tmp_path / "study.toml").write_text("")
    with pytest.raises(asm.InputError, match=r"holds a study.toml"):
        project.run(results=tmp_path)
