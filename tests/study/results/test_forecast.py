"""What a run stores for the report: windows, rate control and fluxes of the mechanisms in play."""

import json
from dataclasses import replace

import numpy as np
import pytest
from closed_forms import chain_middle
from open_networks import law_network
from sample_networks import open_species, species
from small_study import WORDS, chain_table, small_study

from assemblysim.files.codec import to_plain
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.prediction.windows import Level
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results import forecast
from assemblysim.study.results.forecast import (
    forecast_in,
    level_in,
    shared_blocks,
    some_draws,
    study_forecast,
)
from assemblysim.study.results.stored_posterior import in_play
from assemblysim.study.results.verdict import apart
from assemblysim.study.workers import OneWorker

TRUE = np.array([[1.0, 0.5]])


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return small_study(tmp_path_factory.mktemp("study"), table=chain_table())


@pytest.fixture(scope="module")
def summary(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    run_all(study, folder, OneWorker(), lambda event: None)
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def test_an_outlook_matches_the_closed_form_of_a_chain(study):
    problem = build_problem(study, "chain")
    drawn = forecast_in(problem, TRUE, forecast.UNCHANGED, 8.0, Level("M", 0.2))
    found = to_plain(drawn.result("mM"))
    middle = chain_middle(8.0, 1.0, 0.5, 10.0, np.exp)
    window = found["windows"]["B"]

    made = 10 - 10 * np.exp(-8.0) - middle
    assert found["extents"]["second"]["extent"]["median"] == pytest.approx(made, rel=1e-6)
    assert window["peak_time"]["median"] == pytest.approx(2 * np.log(2), rel=1e-6)
    for end in ("start", "end"):  # the level is passed there: 20 % of 10 mM
        time = window[end]["median"]
        assert chain_middle(time, 1.0, 0.5, 10.0, np.exp) == pytest.approx(2.0, rel=1e-6)
    at = int(np.argmin(np.abs(np.array(found["flux"]["times_h"]) - 2.0)))
    time = found["flux"]["times_h"][at]
    expected = [10 * np.exp(-time), 0.5 * chain_middle(time, 1.0, 0.5, 10.0, np.exp)]
    np.testing.assert_allclose(found["flux"]["median"][at], expected, rtol=1e-4)


def test_a_run_stores_the_outlook_of_every_mechanism_in_play_and_of_no_other(summary):
    weights = in_play(summary["comparison"]["probabilities"])
    told = summary["forecast"]

    assert told["probabilities"] == pytest.approx(weights)
    assert (told["experiment"], told["block"], told["share"]) == ("reactor", "M", 0.2)
    assert told["until_h"] == 8.0
    for name, one in summary["mechanisms"].items():
        assert (one["forecast"] is not None) == (name in weights)
    chain = summary["mechanisms"]["chain"]["forecast"]
    # the truth, k = 1 and 0.5 per hour
    assert chain["windows"]["B"]["peak_time"]["median"] == pytest.approx(1.386, rel=0.1)
    assert summary["averaged"]["windows"]["B"]["best"]["probability"] > 0.99
    assert {"lifetimes", "pathways", "windows"} <= set(summary["averaged"])


def test_windows_are_averaged_with_the_probabilities(study):
    problems = [build_problem(study, name) for name in ("chain", "detour")]
    # under 'chain' B is above 20 % at its best moment; in 'detour' it never is with A gone to C
    draws = {"chain": TRUE, "detour": np.array([[0.01, 100.0]])}
    found = study_forecast(study, problems, draws, {"chain": 0.7, "detour": 0.3}, OneWorker())

    assert found.mechanisms["chain"].windows["B"].best.probability == 1.0
    assert "B" not in found.mechanisms["detour"].windows  # made, and not used up
    assert found.windows["B"].best.probability == pytest.approx(0.7)


def test_a_mechanism_out_of_play_has_no_outlook(study):
    problems = [build_problem(study, name) for name in ("chain", "detour")]
    draws = {"chain": TRUE, "detour": TRUE}
    found = study_forecast(study, problems, draws, {"chain": 0.995, "detour": 0.005}, OneWorker())

    assert set(found.mechanisms) == {"chain"}
    assert found.conditions.probabilities == {"chain": 1.0}


def test_words_alone_have_an_outlook(tmp_path):
    study = small_study(tmp_path, words=WORDS)
    result = run_all(study, tmp_path / "results", OneWorker(), lambda event: None)
    first = next(iter(result.forecast.probabilities))

    assert result.mechanisms[first].forecast is not None
    assert result.mechanisms[first].predictive_checks is None


@pytest.mark.parametrize(
    "network",
    [
        law_network("michaelis"),
        Network(
            open_species("A"),
            (Reaction("feed", (), ("A",), "k_in"), Reaction("leave", ("A",), (), "k_out")),
        ),
    ],
    ids=["cycle with a law", "source and sink"],
)
def test_an_open_network_has_an_outlook_without_a_level(study, network):
    problem = replace(build_problem(study, "chain"), network=network,
                      fixed=tuple((name, 0.5) for name in network.rate_constant_names)
                      )  # fmt: skip
    experiment = replace(
        problem.experiments[0],
        network=network,
        initial=np.eye(1, len(network.species))[0],
    )
    problem = replace(problem, experiments=(experiment,))
    values = np.repeat(TRUE, 2, axis=0)  # of unknowns that the network does not have

    assert level_in(problem, values, forecast.UNCHANGED, 0.2, None, ()) is None
    found = forecast_in(problem, values, forecast.UNCHANGED, 4.0, None).result("mM")
    assert found.windows == {}
    assert set(found.extents) == {r.name for r in network.reactions}


def test_rivals_of_different_building_blocks_share_the_level_that_all_of_them_have(study):
    def made(ligand):
        kinds = species(M="M", L="L", X="X", ML=f"M {ligand}")
        return Network(kinds[:1] + kinds[1 if ligand == "L" else 2 :: 2][:1] + kinds[3:],
                       (Reaction("bind", ("M", ligand), ("ML",), "k_bind"),))  # fmt: skip

    problem = build_problem(study, "chain")
    problems = [replace(problem, network=made(ligand)) for ligand in ("L", "X")]
    start = replace(problem.experiments[0], initial=np.array([10.0, 4.0, 0.0]))
    rival = replace(problems[0], experiments=(replace(start, network=made("L")),))

    assert shared_blocks(problems) == {"M"}
    # L is the scarcest, but only one of the two has it
    level = level_in(rival, TRUE, forecast.UNCHANGED, 0.2, None, shared_blocks(problems))
    assert level.block == "M"
    alone = level_in(rival, TRUE, forecast.UNCHANGED, 0.2, None, shared_blocks(problems[:1]))
    assert alone.block == "L"


def test_draws_are_used_once_each_and_no_more_than_needed(study):
    problem = build_problem(study, "chain")
    values = np.arange(1000.0)[:, None] * np.ones(2)
    chosen = some_draws(problem, values, np.random.default_rng(0))

    assert chosen.shape == (forecast.DRAWS, 2)
    assert len(np.unique(chosen[:, 0])) == forecast.DRAWS


def test_a_time_to_propose_keeps_a_fifth_of_the_gap_from_measured_ones():
    measured = [1.0, 2.0, 6.0]
    times = np.array([0.1, 0.5, 0.9, 1.1, 1.5, 1.9, 2.5, 3.0, 5.0, 5.9, 6.0, 6.5, 7.0])

    assert times[apart(times, measured)].tolist() == [0.5, 1.5, 3.0, 5.0, 7.0]
    assert apart(times, []).all()
    assert not apart(times, times.tolist()).any()


def test_a_study_in_per_cent_says_so_of_maxima_turnovers_and_fluxes(study, tmp_path):
    yields = replace(study, concentration_unit="%")
    result = run_all(yields, tmp_path, OneWorker(), lambda event: None)
    chain = result.mechanisms["chain"]

    assert result.averaged.lifetimes["B"]["maximum"].unit == "%"
    assert chain.lifetimes["B"]["maximum"].unit == "%"
    assert chain.lifetimes["B"]["half_life"].unit == "h"
    assert chain.forecast.extents["first"].unit == "%"
    assert chain.forecast.flux.unit == "%/h"
