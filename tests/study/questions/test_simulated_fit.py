"""A fit simulated at numbers that are known, against closed forms."""

from types import SimpleNamespace

import numpy as np
import pytest
from closed_forms import chain_middle
from small_study import chain_table, small_study

from assemblysim.errors import InputError
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions import simulated_fit as simulating
from assemblysim.study.questions.simulated_fit import (
    FitSimulation,
    read_numbers,
    read_scans,
    simulated_fit,
)

DRAWN = np.array([[1.0, 0.5], [1.2, 0.4], [1.4, 0.3]])
BEST = (1.1, 0.45)


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study whose fit is known: three draws and a best point of `chain`."""
    found = small_study(tmp_path, table=chain_table())
    problem = build_problem(found, "chain")

    def vectors(*_):
        known = dict(zip(("k_first", "k_second"), DRAWN.T, strict=True))
        return np.stack([known.get(n, np.ones(3)) for n in problem.parameter_names], axis=1)

    best = dict(zip(("k_first", "k_second"), BEST, strict=True))
    parameters = {
        name: SimpleNamespace(map=best.get(name, 1.0)) for name in problem.parameter_names
    }
    result = SimpleNamespace(
        comparison=SimpleNamespace(probabilities={"detour": 0.2, "chain": 0.8}),
        mechanisms={"chain": SimpleNamespace(parameters=parameters)},
    )
    monkeypatch.setattr(simulating, "result_of", lambda *_: result)
    monkeypatch.setattr(simulating, "every_stored_value", vectors)
    monkeypatch.setattr(simulating, "stored_values", vectors)
    return found


def middle(courses, level=2):
    return courses.concentrations[level, :, courses.species.index("B")]


@pytest.mark.parametrize(("numbers", "constants"), [("median", (1.2, 0.4)), ("best", BEST)])
def test_numbers_of_the_fit_are_those_of_the_closed_form(numbers, constants, study):
    found = simulated_fit(study, study.folder, FitSimulation(numbers=numbers))
    ((values, courses),) = found.cells

    assert (found.mechanism, values) == ("chain", ())
    expected = chain_middle(courses.times, *constants, 10.0, np.exp)
    np.testing.assert_allclose(middle(courses), expected, rtol=1e-5, atol=1e-7)
    assert courses.data.shape == (len(study.experiments[0].table.values), len(courses.signals))


def test_draws_have_bands(study):
    ((_, courses),) = simulated_fit(study, study.folder, FitSimulation(numbers="draws")).cells
    every = [chain_middle(courses.times[50], *one, 10.0, np.exp) for one in DRAWN]

    assert middle(courses, 0)[50] == pytest.approx(np.quantile(every, 0.025), rel=1e-5)
    assert middle(courses, 4)[50] == pytest.approx(np.quantile(every, 0.975), rel=1e-5)


def test_constants_are_set_and_scanned_over_other_starts_without_the_data(study):
    wanted = FitSimulation(
        constants=("k_second=0.1 1/h",), scans=("k_first=0.01, 0.02 1/min",),
        initial=("A=4 mM",), until=3.0,
    )  # fmt: skip
    found = simulated_fit(study, study.folder, wanted)

    assert [values for values, _ in found.cells] == [(0.01,), (0.02,)]
    for (_, courses), first in zip(found.cells, (0.6, 1.2), strict=True):
        expected = chain_middle(courses.times, first, 0.1, 4.0, np.exp)
        np.testing.assert_allclose(middle(courses), expected, rtol=1e-5, atol=1e-7)
        assert courses.times[-1] == 3.0
        assert len(courses.data_times) == 0


UNITS = {"k_first": "1/h", "factor": ""}


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (("k_first",), "--scan: 'k_first' is not name=values; write it as \"k_first=1, 2 1/h\""),
        (("k=1, 2 1/h",), "--scan: unknown constant 'k'"),
        (("k_first=1, 2",), "--scan k_first: the values have no unit; write 1/h behind the last"),
        (("k_first=1, 2 mM",), "--scan k_first: unit 'mM'"),
        (("k_first=-1, 2 1/h",), "--scan k_first: -1 is negative"),
        (("k_first=0 to 2 1/h",), "--scan k_first: 0 is no end"),
        (("k_first=1 to 2 1/h in 10",), "--scan k_first: 10 values; write 9 at most"),
        (("k_first=1, 2 1/h", "k_first=1 1/h"), "--scan: 'k_first' is given twice"),
        (("k_first=1 1/h", "factor=1, 2", "factor=3"), "--scan: 3 constants; scan 2 at most"),
    ],
)
def test_scans_that_cannot_be_are_refused_in_one_line(texts, line):
    with pytest.raises(InputError) as fault:
        read_scans(UNITS, texts)
    assert str(fault.value).startswith(line)
    assert "\n" not in str(fault.value)


def test_a_range_is_even_in_the_logarithm_and_numbers_have_names():
    (scan,) = read_scans(UNITS, ("k_first=0.01 to 1 1/h in 3",))

    assert (scan.shown, scan.unit) == ((0.01, 0.1, 1.0), "1/h")
    assert read_numbers("best") == "best"
    with pytest.raises(InputError, match=r"--numbers: 'mean' is not known; write median, best"):
        read_numbers("mean")


def test_a_constant_that_is_scanned_is_not_set_too(study):
    wanted = FitSimulation(constants=("k_first=1 1/h",), scans=("k_first=1, 2 1/h",))
    with pytest.raises(InputError, match="--set: 'k_first' is scanned; leave one of the two"):
        simulated_fit(study, study.folder, wanted)
