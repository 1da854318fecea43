"""Whether constants differ, from the evidences of hypotheses that say so or not."""

from dataclasses import replace

import numpy as np
import pytest
from report_example import mechanism_of
from two_ligands import studied

from assemblysim.inference.evidence.ratio_widths import WIDTHS, width_name
from assemblysim.result.evidence import LogEvidence
from assemblysim.result.numbers import Estimate, StoredPrior
from assemblysim.study.results.differences import differences, with_differences
from assemblysim.study.results.verdict import candidates, comparison_result

HYPOTHESES = """
same = { mechanism = "both" }
couple = { mechanism = "both", per_group = ["k_couple"] }
join = { mechanism = "both", per_group = ["k_join"] }
every = { mechanism = "both", per_group = ["k_couple", "k_join"] }
open = { mechanism = { LA = "direct", LB = "both" }, per_group = ["k_join"] }
"""
VALUES = {"same": -10.0, "couple": -8.0, "join": -11.0, "every": -9.0, "open": -20.0}


def evidences(**changed):
    return {n: LogEvidence("bridge sampling", v, 0.1) for n, v in {**VALUES, **changed}.items()}


def result_with(name, value, widths):
    """Results of a hypothesis with these log evidences under other widths."""
    one = mechanism_of("both")
    kept = {n: p for n, p in one.parameters.items() if p.kind != "ratio"}
    ratio = replace(
        next(iter(kept.values())),
        kind="ratio",
        prior=StoredPrior("log_normal", {"median": 1.0, "factor": 10.0}),
    )
    both = tuple(LogEvidence(method, value, 0.1) for method in ("bridge sampling", "SMC"))
    changed = {width_name(s): Estimate(value + d, 0.1) for s, d in widths.items()}
    return replace(
        one,
        log_evidence=both,
        prior_changes=changed,
        parameters={**kept, **({f"ratio_{name}": ratio} if widths else {})},
    )


def test_a_difference_is_the_mean_evidence_of_those_that_have_it_over_that_of_those_that_share(
    tmp_path,
):
    found = {one.constant: one for one in differences(studied(tmp_path, HYPOTHESES), evidences())}

    couple, join = found["k_couple"], found["k_join"]
    assert (couple.differing, couple.common) == (("couple", "every"), ("same", "join"))
    # where a route is open in one group alone, its constant neither differs nor is shared
    assert (join.differing, join.common) == (("join", "every", "open"), ("same", "couple"))
    # (e^-8 + e^-9) / (e^-10 + e^-11) is e^2 exactly
    assert couple.log_bayes_factor.value == pytest.approx(2.0, abs=1e-12)
    weights = np.array([1, np.exp(-1)]) / (1 + np.exp(-1))
    assert couple.log_bayes_factor.error == pytest.approx(0.1 * np.sqrt(2 * (weights**2).sum()))
    third = np.log(np.mean(np.exp([-11.0, -9.0, -20.0]))) - np.log(np.mean(np.exp([-10.0, -8.0])))
    assert join.log_bayes_factor.value == pytest.approx(third, abs=1e-12)


def test_each_width_has_its_own_comparison_and_what_does_not_differ_stays(tmp_path):
    hypotheses = "".join(HYPOTHESES.splitlines(keepends=True)[:3])
    study = studied(tmp_path, hypotheses)
    widths = {0.5: 0.3, 1.5: -0.4, 2.0: -0.7}
    mechanisms = {"same": result_with("", -10.0, {}), "couple": result_with("c", -8.0, widths)}
    rng = np.random.default_rng(0)
    plain = comparison_result(mechanisms, rng)
    found = with_differences(plain, study, mechanisms, candidates(mechanisms), rng)

    assert [one.scale for one in found.ratio_widths] == sorted((1.0, *WIDTHS))
    assert [one.factor for one in found.ratio_widths] == pytest.approx([10**0.5, 10, 10**1.5, 100])
    factors = [one.differences[0].log_bayes_factor.value for one in found.ratio_widths]
    assert factors == pytest.approx([2.3, 2.0, 1.6, 1.3])
    assert found.differences == found.ratio_widths[1].differences
    assert found.ratio_widths[1].probabilities == plain.probabilities
    odds = found.ratio_widths[3].probabilities
    assert np.log(odds["couple"] / odds["same"]) == pytest.approx(1.3)
    assert all(change.change in ("wide", "narrow", "faster", "slower")
               for change in found.prior_sensitivity)  # fmt: skip


def test_draws_that_do_not_tell_are_named_and_leave_that_width_alone(tmp_path):
    study = studied(tmp_path, "".join(HYPOTHESES.splitlines(keepends=True)[:3]))
    couple = result_with("c", -8.0, dict.fromkeys(WIDTHS, 0.0))
    lost = {**couple.prior_changes, width_name(0.5): None}
    mechanisms = {"same": result_with("", -10.0, {}), "couple": replace(couple, prior_changes=lost)}
    rng = np.random.default_rng(0)
    plain = comparison_result(mechanisms, rng)
    narrow, *others = with_differences(
        plain, study, mechanisms, candidates(mechanisms), rng
    ).ratio_widths

    assert (narrow.probabilities, narrow.verdict, narrow.cut_off) == (None, None, ("couple",))
    assert all(one.probabilities for one in others)


def test_a_study_in_which_nothing_may_differ_is_compared_as_before(tmp_path):
    study = studied(tmp_path, 'same = { mechanism = "both" }\nother = { mechanism = "direct" }\n')
    mechanisms = {"same": result_with("", -10.0, {}), "other": result_with("", -9.0, {})}
    rng = np.random.default_rng(0)
    plain = comparison_result(mechanisms, rng)

    assert with_differences(plain, study, mechanisms, candidates(mechanisms), rng) is plain
