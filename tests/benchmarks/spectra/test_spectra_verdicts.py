"""From spectra to a verdict: the stored courses, and one table with and without covariances."""

import json
from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.measurement.likelihoods.intensities import intensity_likelihood
from benchmarks.spectra import verdicts

STORED = ROOT / "benchmarks" / "results" / "spectra_verdicts.json"


def test_no_stored_verdict_is_wrong_and_errors_are_as_large_as_they_say():
    page = json.loads(STORED.read_text(encoding="utf-8"))
    (found,) = verdicts.summary(page["rows"]).values()

    assert {"all": found} == page["summary"]
    assert found["courses"] == 20
    assert found["confidently wrong"] == 0
    assert found["confidently right"] == found["confidently right by the true table"] == 20
    assert found["within three times the effect of the table's errors"] >= 19
    # The bar is one that leaving the covariances out does not reach.
    assert found["within that without covariances"] <= 16
    assert 70 < found["mean square of the table's errors, per cent"] < 140


def test_leaving_covariances_out_takes_counting_for_scatter(monkeypatch):
    """At few counts the table's errors are twice what samples scatter by, which is stated here."""
    monkeypatch.setattr(verdicts, "COUNTS", 600.0)
    _, table = verdicts.measured(0, 3)
    true = verdicts.chain(np.log([verdicts.RATES]))
    squares = []
    for one in (table, replace(table, covariances=None)):
        likelihood = intensity_likelihood(one, verdicts.measurement())
        rest = likelihood.standardised_residuals(true, np.array([[verdicts.SCATTER]]))
        squares.append(float(np.nanmean(rest**2)))

    assert 0.1 < squares[0] < 2.0
    assert squares[1] > max(2.0, 4 * squares[0])


def test_ions_of_one_to_eight_charges_share_places():
    found = verdicts.candidates()

    assert {one.charge for one in found} == set(range(1, 9))
    most = [one for one in found if abs(one.envelope.highest - 918) < 1]
    assert {one.core for one in most} == set(verdicts.CORES)


def test_ln_evidence_of_a_table_is_that_of_a_plain_grid():
    shares = verdicts.chain(np.log([verdicts.RATES]))[0]
    errors = np.exp(0.06 * np.random.default_rng(1).normal(size=shares.shape))
    table = verdicts.IntensityTable(tuple(verdicts.CORES), verdicts.TIMES, shares * errors)
    likelihood = intensity_likelihood(table, verdicts.measurement())
    first, second = (
        np.log(k) + np.linspace(-reach, reach, 41)
        for k, reach in zip(verdicts.RATES, (0.04, 0.1), strict=True)
    )
    noise = np.linspace(np.log(0.015), np.log(0.5), 25)
    x = np.stack(np.meshgrid(first, second, noise, indexing="ij"), -1).reshape(-1, 3)
    points = likelihood.pointwise(verdicts.chain(x[:, :2]), np.exp(x[:, 2:])).sum(axis=1)
    z = (x[:, 2] - np.log(0.1)) / np.log(2.5)
    prior = -2 * np.log(np.log(1e4)) - 0.5 * z**2 - np.log(np.log(2.5) * np.sqrt(2 * np.pi))
    values = points + prior
    cell = np.log(0.002 * 0.005 * (noise[1] - noise[0]))
    plain = values.max() + np.log(np.exp(values - values.max()).sum()) + cell

    assert verdicts.log_evidence(table, verdicts.chain) == pytest.approx(plain, abs=0.1)
