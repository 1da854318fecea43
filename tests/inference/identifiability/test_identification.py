import numpy as np
import pytest
from checkout import ROOT
from identifiability_studies import chain_readings, draws_of, problem_of
from scipy.optimize import brentq

from assemblysim.inference.identifiability.identification import (
    identify,
)
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.inference.model.priors import LogUniform
from assemblysim.language import capital, listed
from assemblysim.measurement.data import Statement
from assemblysim.sentences.unknowns import combination_words, prospect_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

FITS = ROOT / "fits"
FREE = LogUniform(1e-2, 1e2)


def identified(problem, *starts):
    position = normal_from_values(problem.parameters, np.array(starts[0]))
    return identify(problem, position, draws_of(problem, *starts))


def said(found):
    by_class = {}
    for name, determined in classes(found).items():
        by_class.setdefault(determined, []).append(name)
    count = len(by_class.get("determined", ()))
    parts = [f"Determined: {count} of {len(found.parameters)} unknowns"]
    for word in ("bounded on one side", "not determined"):
        if by_class.get(word):
            parts.append(f"{word}: {listed(by_class[word])}")
    told = [capital(combination_words(one)) for one in found.together.combinations]
    sentences = [f"{text}." for text in ("; ".join(parts), *told)]
    return " ".join([*sentences, *prospect_words(found.together, classes(found))])


def classes(found):
    return {one.name: one.overall for one in found.parameters}


def test_two_constants_that_enter_as_a_product_are_reported_with_their_product(tmp_path):
    problem = problem_of(tmp_path, "redundant", chain_readings(1.0, 0.2))
    found = identified(problem, [1.0, 1.0, 0.2], [50.0, 0.02, 0.2], [0.02, 50.0, 0.2])

    assert classes(found) == {
        "k_a": "not determined", "k_b": "not determined", "k_second": "determined"
    }  # fmt: skip
    assert (found.together.rank, len(found.together.parameters)) == (2, 3)
    assert found.together.structurally_non_identifiable == ("k_a", "k_b")
    assert [one.text for one in found.together.combinations] == ["k_a * k_b"]
    product = found.together.combinations[0]
    assert product.structural
    assert product.determined
    assert product.unit == "1/h"
    assert 0.95 < product.lower < product.upper < 1.05
    assert "Only k_a * k_b is determined: no data of this kind can tell k_a and k_b apart" in (
        said(found)
    )
    assert "No data of this kind, however precise, can determine k_a and k_b" in said(found)
    assert "rank 2 of 3" in said(found)


def test_a_mechanism_that_its_data_identify_is_not_flagged(tmp_path):
    problem = problem_of(tmp_path, "chain", chain_readings(2.0, 0.5))
    found = identified(problem, [2.0, 0.5])

    assert set(classes(found).values()) == {"determined"}
    assert (
        found.together.rank,
        found.together.rank_at_optimum,
        len(found.together.parameters),
    ) == (2, 2, 2)
    assert found.together.structurally_non_identifiable == ()
    assert found.together.combinations == ()
    assert said(found) == "Determined: 2 of 2 unknowns."
    for one, truth in zip(found.parameters, (2.0, 0.5), strict=True):
        assert one.interval.lower < truth < one.interval.upper < 1.5 * one.interval.lower


def lower_end(problem, low, high):
    """Where the likelihood over k_first, with the best k_second, is 1.92 below its greatest."""

    def profile(k_first):
        grid = np.stack([np.full(2001, k_first), np.linspace(0.45, 0.55, 2001)], axis=1)
        return float(log_likelihood(problem, grid).total.max())

    top = max(profile(k) for k in np.geomspace(high, 1e5, 30))
    return brentq(lambda k: profile(k) - top + 1.9207, low, high, xtol=0.1)


def test_a_step_too_fast_to_be_seen_is_bounded_below_only(tmp_path):
    problem = problem_of(tmp_path, "chain", chain_readings(200.0, 0.5))
    found = identified(problem, [200.0, 0.5])
    fast, slow = found.parameters

    assert (fast.by.posterior, fast.by.profile, fast.overall) == 3 * ("bounded on one side",)
    assert fast.interval.upper is None
    assert fast.interval.lower == pytest.approx(lower_end(problem, 20.0, 200.0), rel=0.05)
    assert slow.overall == "determined"
    assert found.together.rank == len(found.together.parameters)
    assert prospect_words(found.together, classes(found)) == (
        "In principle more, or more precise, data of the same kind could determine k_first "
        "(rank 2 of 2).",
    )
    assert said(found).endswith(prospect_words(found.together, classes(found))[0])


def test_of_an_intermediate_with_an_unknown_response_only_products_are_determined(tmp_path):
    # k_first and k_second may change places when the response makes up for it (25 : 1)
    problem = problem_of(
        tmp_path, "chain", chain_readings(4.0, 0.16, "B"), priors={"response_B": FREE}
    )
    found = identified(problem, [4.0, 0.16, 1.0], [0.16, 4.0, 25.0])

    assert set(classes(found).values()) == {"not determined"}
    assert (
        found.together.rank == len(found.together.parameters) == 3
    )  # it is a matter of two separate answers
    texts = {one.text: one for one in found.together.combinations}
    assert set(texts) == {"k_first * k_second", "k_first * response_B"}
    for text, truth in (("k_first * k_second", 0.64), ("k_first * response_B", 4.0)):
        assert texts[text].determined
        assert not texts[text].structural
        assert texts[text].lower < truth < texts[text].upper < 2 * texts[text].lower
    assert texts["k_first * k_second"].unit == "1/h^2"
    assert "of k_first and k_second only k_first * k_second is determined" in (
        combination_words(texts["k_first * k_second"])
    )


def test_an_unknown_amount_and_an_unknown_response_are_known_as_a_product(tmp_path):
    problem = problem_of(
        tmp_path, "chain", chain_readings(2.0, 0.5, "AB"),
        priors={"response_A": FREE, "initial_A": FREE}, initial=FREE, fixed={"response_B": 1.0},
    )  # fmt: skip
    known_response = identified(problem, [2.0, 0.5, 10.0, 1.0])
    problem = problem_of(
        tmp_path, "decay", chain_readings(2.0, 0.5, "A"),
        priors={"response_A": FREE, "initial_A": FREE}, initial=FREE,
    )  # fmt: skip
    found = identified(problem, [2.0, 10.0, 1.0], [2.0, 1.0, 10.0], [2.0, 90.0, 0.11])

    assert known_response.together.structurally_non_identifiable == ()
    assert set(classes(known_response).values()) == {"determined"}
    assert found.together.structurally_non_identifiable == ("initial_A", "response_A")
    assert [one.text for one in found.together.combinations] == ["initial_A * response_A"]
    assert found.together.combinations[0].unit == "mM"
    assert found.together.combinations[0].lower < 10 < found.together.combinations[0].upper
    assert classes(found)["k_first"] == "determined"


def test_a_signal_of_a_species_that_is_not_made_leaves_its_response_without_effect(tmp_path):
    problem = problem_of(
        tmp_path, "decay", chain_readings(2.0, 0.5, "ABC"), priors={"response_C": FREE},
        fixed={"background": 0.1},
    )  # fmt: skip
    found = identified(problem, [2.0, 1.0])

    assert found.together.structurally_non_identifiable == ("response_C",)
    assert found.together.combinations == ()
    assert "response_C had no effect on anything measured (rank 1 of 2)" in said(found)


def test_all_constants_of_the_published_alpha_pinene_mechanism_are_determined():
    problem = build_problem(read_study(FITS / "alpha_pinene"), "published")
    start = [3.55e-3, 1.78e-3, 1.2e-3, 1.65e-2, 2.4e-3, 0.7]
    found = identify(
        problem, normal_from_values(problem.parameters, np.array(start)), draws_of(problem, start)
    )

    assert set(classes(found).values()) == {"determined"}
    assert (
        found.together.rank == found.together.rank_at_optimum == len(found.together.parameters) == 5
    )
    # Box et al. 1973: 5.93, 2.96, 2.05, 27.5 and 4.00 in 1e-5 1/min
    published = 60e-5 * np.array([5.93, 2.96, 2.05, 27.5, 4.00])
    for one, value in zip(found.parameters, published, strict=False):
        assert one.interval.lower < value < one.interval.upper


def test_words_are_not_said_to_become_precise(tmp_path):
    words = (Statement("B", "maximum", 1.0, 1.0, "most of it at 1 h"),)
    problem = problem_of(
        tmp_path, "chain", None, words=words, signals="ABC",
        fixed={"limit": 0.01, "statement_noise": 0.3},
    )  # fmt: skip
    found = identified(problem, [1.0, 1.0], [30.0, 0.1])

    assert prospect_words(found.together, classes(found)) == (
        "In principle measurements of these signals at these times could determine k_first and "
        "k_second (rank 2 of 2).",
    )


@pytest.mark.parametrize("mechanism", ["decay", "chain"])
def test_the_profile_interval_of_a_well_known_constant_agrees_with_its_posterior(
    tmp_path, mechanism
):
    problem = problem_of(tmp_path, mechanism, chain_readings(2.0, 0.5, "A"))
    start = [2.0, 0.5][: len(problem.parameters)]
    draws = draws_of(problem, start)
    found = identify(problem, normal_from_values(problem.parameters, np.array(start)), draws)
    values = values_from_normal(problem.parameters, draws.reshape(-1, draws.shape[-1]))
    low, high = np.quantile(values[:, 0], (0.025, 0.975))

    # 12 800 draws, about 40 to an independent one: a quantile is good to a tenth of a width
    assert found.parameters[0].interval.lower == pytest.approx(low, abs=0.1 * (high - low))
    assert found.parameters[0].interval.upper == pytest.approx(high, abs=0.1 * (high - low))
    if mechanism == "chain":  # A says nothing of what becomes of B
        assert found.together.structurally_non_identifiable == ("k_second",)
        assert found.parameters[1].overall == "not determined"
