import numpy as np
import pytest
from checkout import ROOT

from assemblysim.explorer.study import explored_study
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem


@pytest.fixture(scope="module", params=["cage_synthetic", "both_ligands"])
def told(request):
    study = read_study(ROOT / "fits" / request.param)
    return study, explored_study(study, study.folder / "results", None)


def test_every_number_that_a_run_asks_for_is_known(told):
    _, content = told
    for mechanism in content["mechanisms"]:
        known = {one["name"] for one in (*mechanism["sliders"], *mechanism["derived"])}
        known |= mechanism["fixed"].keys()
        for run in mechanism["experiments"]:
            asked = [*run["constants"], *run["energies"], *run["initial"], run["late"]]
            asked += [run["background"], *(one["response"] for one in run["signals"])]
            assert {one for one in asked if isinstance(one, str)} <= known


def test_before_a_fit_all_start_at_the_priors_medians_and_nothing_is_said_of_a_posterior(told):
    study, content = told
    problem = build_problem(study, study.mechanisms[0])
    medians = {p.name: float(p.prior.quantile(0.5)) for p in problem.parameters}

    assert content["stage"] == "prior"
    for one in content["mechanisms"][0]["sliders"]:
        assert one["at"] == pytest.approx(medians.get(one["name"], 1.0))
        assert one["settled"] == ""


def test_intensities_are_those_of_the_table(told):
    study, content = told
    for experiment, shown in zip(study.experiments, content["experiments"], strict=True):
        if experiment.table is None:
            assert shown["table"] is None
            continue
        values = np.array(shown["table"]["values"], dtype=float)
        names = [one["name"] for one in content["mechanisms"][0]["experiments"][0]["signals"]]
        order = [experiment.table.signals.index(name) for name in names]
        np.testing.assert_array_equal(values, experiment.table.values[:, order])
        assert shown["table"]["times"] == experiment.table.times.tolist()


def test_mechanisms_are_called_as_the_report_calls_them():
    study = read_study(ROOT / "fits" / "alpha_pinene")
    content = explored_study(study, study.folder / "results", None)

    assert {one["name"]: one["title"] for one in content["mechanisms"]}["no_return"] == (
        "as published, but the dimer is final"
    )
