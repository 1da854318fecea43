"""Whether the best of a list is believed, and what the verdict's sentence says of that."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from report_example import result_of, summary
from unknowns import unknown

from assemblysim.report.sections.criteria import fault_table
from assemblysim.result.checks import PredictiveCheckResult, WildSpectrum
from assemblysim.result.evidence import ComparisonResult, FaultResult, LogEvidence, Verdict
from assemblysim.sentences.cautions import cautions, unbelieved_words
from assemblysim.sentences.verdict import verdict_words
from assemblysim.study.doubts.lack_of_fit import (
    averaged_probabilities,
    fault_results,
    looked_at,
    with_lack_of_fit,
)

EVIDENCES = {"a": -10.0, "b": -14.0, "c": -100.0}
QUIET = {"a": {"drift in time": -1.0}, "b": {"drift in time": 0.5}}
FAVOURED = Verdict("favoured", ("a",), ("b",), "strong")


def mechanism(value, failed=(), wild=0, spectra=20, noise=0.2):
    p_values = {"scatter": 0.3, "trend": 0.2} | dict.fromkeys(failed, 0.001)
    checks = PredictiveCheckResult(not failed, 0.0125, 300, p_values, {}, ())
    every = [
        WildSpectrum("", i + 1, f"{i} h", i, 0.9 if i < wild else 0.01) for i in range(spectra)
    ]
    return SimpleNamespace(
        log_evidence=(LogEvidence("x", value, 0.1),),
        predictive_checks=checks,
        wild_spectra=tuple(every),
        parameters={"noise": unknown("noise", noise, prior=0.2, factor=2.5)},
    )


def judged(factors=QUIET, verdict=FAVOURED, **leader):
    made = {name: mechanism(value) for name, value in EVIDENCES.items()}
    made["a"] = mechanism(-10.0, **leader)
    comparison = ComparisonResult({"a": 0.98, "b": 0.02, "c": 0.0}, {}, {}, ("a",), verdict)
    return with_lack_of_fit(comparison, made, factors)


def test_a_mechanism_without_a_fault_is_believed():
    found = judged()

    assert found.verdict.lack_of_fit is None
    assert found.decided
    assert verdict_words(found.verdict).startswith("The data favour a")


def test_a_check_that_fails_takes_the_verdict_away():
    found = judged(failed=("trend",))

    assert not found.decided
    assert verdict_words(found.verdict) == (
        "None of the mechanisms compared describes these data; a is nearest (a signal stays above "
        "or below its intensities over several sampling times)."
    )


@pytest.mark.parametrize(("noise", "believed"), [(0.5, True), (1.2, True), (1.3, False)])
def test_noise_that_swallows_everything_takes_it_away(noise, believed):
    """Two widths above 20 %, known to a factor of 2.5, are 125 %."""
    found = judged(noise=noise)

    assert found.decided is believed
    assert ("would have to scatter by 130 %" in verdict_words(found.verdict)) is not believed


def test_noise_a_little_beyond_a_narrow_prior_is_no_chaos():
    narrow = unknown("noise", 0.06, prior=0.05, factor=1.05)
    made = {"a": mechanism(-10.0), "b": mechanism(-14.0)}
    made["a"].parameters["noise"] = narrow
    comparison = ComparisonResult({"a": 0.98, "b": 0.02}, {}, {}, ("a",), FAVOURED)

    assert narrow.prior_widths > 3
    assert with_lack_of_fit(comparison, made, {}).decided


def test_what_follows_from_a_mechanism_that_is_not_believed_is_said_not_to_be_found():
    assert unbelieved_words(judged()) == []
    (said,) = unbelieved_words(judged(failed=("trend",)))
    assert "take none of them as found" in said


def test_a_fault_of_three_nats_takes_it_away_with_reason_and_experiment():
    strong = {"a": {"drift in time": 5.0, "starting amounts": 4.0}, "b": {"drift in time": 0.0}}

    text = verdict_words(judged(strong).verdict)

    assert text.startswith("None of the mechanisms compared describes these data; a is nearest.")
    assert "Possible reasons: responses drift in time (ln Bayes factor 5.0, with a the" in text
    assert "; starting amounts are not as stated (ln Bayes factor 4.0" in text
    assert "To tell: measure one and the same mixture at the beginning and at the end" in text


def test_a_rival_whose_fault_helps_it_counts_although_the_leader_has_none():
    """The truth may lie behind, with the fault that puts it in front."""
    found = judged({"a": {"drift in time": 0.0}, "b": {"drift in time": 12.0}})

    (fault,) = found.verdict.lack_of_fit.faults
    assert fault.leader == "b"
    assert fault.log_bayes_factor == pytest.approx(8.0, abs=0.05)
    assert next(iter(found.averaged)) == "b"


def test_many_wild_spectra_are_a_lack_of_fit_and_two_or_three_are_not():
    assert judged(wild=3).verdict.lack_of_fit is None
    assert judged(wild=2, spectra=8).verdict.lack_of_fit is None
    assert judged(wild=1, spectra=4).verdict.lack_of_fit is None
    assert judged(wild=2, spectra=6).verdict.lack_of_fit.wild == 2
    assert judged(wild=1, spectra=3).verdict.lack_of_fit.wild == 1
    many = judged(wild=4)

    assert "(4 of 20 spectra do not fit it)" in verdict_words(many.verdict)


def test_the_report_lists_the_faults_and_their_average():
    example = result_of(summary())
    found = judged({"a": {"drift in time": 5.0}, "b": {"drift in time": 0.0}})

    table = fault_table(replace(example, comparison=found))

    rows = [[getattr(cell, "text", cell) for cell in row] for row in table.rows]
    assert rows[0] == ["responses drift in time", "5.0", "a", "> 0.999"]
    assert rows[1][0] == "averaged over all"
    assert fault_table(example) is None


def test_no_verdict_stays_none():
    failed = judged(failed=("trend",), verdict=Verdict("draws failed", ("a",)))

    assert verdict_words(failed.verdict).startswith("No verdict: the draws of a")


def test_the_average_is_that_of_its_terms():
    found = averaged_probabilities({"a": 0.0, "b": -1.0}, {"a": {"x": 0.0, "y": 2.0}})

    a = 0.9 + 0.05 * 1 + 0.05 * np.exp(2)
    b = np.exp(-1.0)
    assert found["a"] == pytest.approx(a / (a + b))
    assert averaged_probabilities({"a": 0.0}, {}) == {}


def test_faults_are_fitted_to_what_is_not_far_behind():
    assert looked_at(EVIDENCES) == ("a", "b")
    assert [one.name for one in fault_results(EVIDENCES, QUIET)] == ["drift in time"]


def test_a_weaker_fault_is_a_caution(monkeypatch):
    comparison = judged({"a": {"drift in time": 2.0}, "b": {"drift in time": 2.0}})
    result = SimpleNamespace(
        mechanisms={},
        comparison=comparison,
        measurement=SimpleNamespace(fixed={}),
    )
    monkeypatch.setattr("assemblysim.sentences.cautions._several_modes", lambda *_: [])
    monkeypatch.setattr("assemblysim.sentences.cautions._criterion", lambda *_: [])
    monkeypatch.setattr("assemblysim.sentences.cautions._leave_one_out", lambda *_: [])

    assert comparison.verdict.lack_of_fit is None
    assert comparison.faults == (
        FaultResult("drift in time", pytest.approx(2.0), "a", pytest.approx(0.982, abs=1e-3)),
    )
    assert cautions(result)[0].startswith(
        "The data would be somewhat more probable if responses drift in time (ln Bayes factor 2.0)."
    )
