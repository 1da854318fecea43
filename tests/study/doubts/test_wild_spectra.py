"""Spectra that are wrong in a study of a chain: found, named, and no longer deciding."""

from dataclasses import replace

import numpy as np
import pytest
from quadrature import grid_draws
from small_study import chain_table, small_study

from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.measurement.scales import SCALES
from assemblysim.result.evidence import ComparisonResult, LeftOut, Verdict
from assemblysim.sentences.verdict import verdict_words
from assemblysim.study.doubts import wild_spectra as wild_module
from assemblysim.study.doubts.wild_spectra import (
    exchanged,
    exchanged_spectra,
    wild_spectra,
    with_left_out,
)
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.posterior_checks import posterior_checks

ROW = 3


def problems_of(folder, table, wild=0.03):
    study = small_study(folder, table=table, noise=0.1)
    study = replace(study, measurement=replace(study.measurement, wild_spectra=wild))
    return tuple(build_problem(study, name) for name in study.mechanisms)


def outlier(table):
    values = table.values.copy()
    values[ROW] = [8.0, 0.1, 1.9]
    return replace(table, values=values)


CLEAN = chain_table(noise=0.1)


def found_of(problem, count=300):
    draws = grid_draws(problem, count, np.random.default_rng(5))
    return draws, wild_spectra(problem, draws)


def test_an_outlier_is_named_and_clean_spectra_are_not(tmp_path):
    bad, _ = problems_of(tmp_path, outlier(CLEAN))
    good, _ = problems_of(tmp_path, CLEAN)

    _, wild = found_of(bad)
    _, none = found_of(good)

    assert [one.row for one in wild if one.probability > 0.5] == [ROW + 1]
    assert (wild[ROW].label, wild[ROW].time_h) == ("2 h", 2.0)
    assert max(one.probability for one in none) < 0.1
    assert found_of(problems_of(tmp_path, CLEAN, wild=0.0)[0])[1] == ()


def test_predictive_checks_leave_out_what_is_wild(tmp_path):
    """With the outlier counted the true mechanism fails; without it does not."""
    for wild, passed in ((0.03, True), (0.0, False)):
        problem, _ = problems_of(tmp_path, outlier(CLEAN), wild)
        draws = grid_draws(problem, 300, np.random.default_rng(5))

        assert posterior_checks(problem, draws, np.random.default_rng(1)).passed is passed


def test_exchanged_spectra_are_found_and_a_single_outlier_has_no_partner(tmp_path):
    swapped, _ = problems_of(tmp_path, exchanged(CLEAN, 1, 4))
    single, _ = problems_of(tmp_path, outlier(CLEAN))

    (pair,) = exchanged_spectra(swapped, *found_of(swapped))

    assert pair.rows == (2, 5)
    assert pair.labels == ("30 min", "4 h")
    assert pair.gain > 10
    assert exchanged_spectra(single, *found_of(single)) == ()


@pytest.mark.parametrize("scale", ["per spectrum", "per species", "absolute"])
def test_of_many_pairs_the_likeliest_are_looked_at(tmp_path, monkeypatch, scale):
    """The exchanged pair is among the two partners of each suspect that are tried at all."""
    swapped, _ = problems_of(tmp_path, exchanged(CLEAN, 1, 4))
    draws, wild = found_of(swapped)
    every = exchanged_spectra(swapped, draws, wild)
    monkeypatch.setattr(wild_module, "MANY_PAIRS", 0)
    monkeypatch.setattr(wild_module, "MOST_PARTNERS", 2)
    assert exchanged_spectra(swapped, draws, wild) == every != ()
    readings = swapped.experiments[0].intensities
    assert readings is not None
    told = replace(readings.measurement, scale=SCALES[scale])
    signals = readings.measured.values[[0, 4, 2, 3, 1, 5]]  # what is expected at each time
    single = scale == "absolute"  # where the height of one signal tells
    if single:
        kept = replace(readings.measured, signals=("B",), values=readings.measured.values[:, 1:2])
        readings, signals = replace(readings, measured=kept), signals[:, 1:2]
    ((i, partners),) = wild_module._partners(replace(readings, measurement=told), signals, [1])
    assert i == 1
    assert partners[0] == 4
    assert len(partners) == 2


def test_gradients_of_the_mixture_are_those_of_its_values(tmp_path):
    problem, _ = problems_of(tmp_path, outlier(CLEAN))
    position = np.array([[0.3, -0.2], [1.5, 0.4]])
    step = 1e-5 * np.eye(2)

    def total(at):
        return log_likelihood(problem, values_from_normal(problem.parameters, at)).total

    _, gradients = log_likelihood_gradients(problem, position)

    for row, gradient in zip(position, gradients, strict=True):
        slope = (total(row + step) - total(row - step)) / 2e-5
        np.testing.assert_allclose(gradient, slope, rtol=2e-4, atol=1e-3)


def test_the_verdict_says_without_which_spectrum_it_is(tmp_path):
    problems = problems_of(tmp_path, outlier(CLEAN))
    made = {}
    for problem in problems:
        draws, wild = found_of(problem)
        made[problem.mechanism] = Found(wild, exchanged_spectra(problem, draws, wild))
    comparison = ComparisonResult(
        {"chain": 0.9, "detour": 0.1},
        {},
        {},
        ("chain",),
        Verdict("favoured", ("chain",), ("detour",)),
    )

    left_out = with_left_out(comparison, 3, problems, made).verdict.left_out

    assert [one.row for one in left_out.spectra] == [ROW + 1]
    assert left_out.under[0] == "chain"
    assert left_out.leader in ("chain", "detour")
    assert 0.5 <= left_out.probability <= 1
    clean = {name: Found((), ()) for name in made}
    assert with_left_out(comparison, 3, problems, clean) is comparison


class Found:
    """What `with_left_out` looks at of a mechanism's result."""

    def __init__(self, wild, pairs):
        self.wild_spectra, self.exchanged_spectra = wild, pairs


def test_words_of_spectra_left_out(tmp_path):
    problem, _ = problems_of(tmp_path, outlier(CLEAN))
    _, wild = found_of(problem)
    named = (wild[ROW],)
    verdict = Verdict(
        "favoured",
        ("chain",),
        ("detour",),
        "strong",
        left_out=LeftOut(named, ("chain", "detour"), True, (), "detour", 0.98),
    )

    assert verdict_words(verdict) == (
        "Without the spectrum in row 4 (2 h), which fits no mechanism, the data favour chain over "
        "every other mechanism: the evidence against the next best, detour, is strong. With every "
        "spectrum counted, detour would be the most probable (98 %)."
    )
    same = replace(verdict, left_out=replace(verdict.left_out, leader="chain", fit_none=False))
    assert "which does not fit chain and detour, the data" in verdict_words(same)
    assert "With every spectrum" not in verdict_words(same)
    failed = replace(same, kind="draws failed")
    assert verdict_words(failed).endswith(
        "The spectrum in row 4 (2 h) does not fit chain and detour."
    )


def test_exchanged_spectra_keep_their_covariances():
    known = np.arange(54.0).reshape(6, 3, 3)

    swapped = exchanged(replace(CLEAN, covariances=known), 1, 4)

    np.testing.assert_array_equal(swapped.covariances, known[[0, 4, 2, 3, 1, 5]])
