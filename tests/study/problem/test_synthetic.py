from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT
from spectra import true_vector

from assemblysim.errors import InputError
from assemblysim.inference.model.problem import reactor_of, signals_of
from assemblysim.kinetics.reactor.reactor import courses
from assemblysim.study.definition.reading import read_outline, read_study, read_truth
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.problem.synthetic import spectra_text, true_signals

FITS = ROOT / "fits"


@pytest.mark.parametrize(
    ("name", "experiment"),
    [("hnp_dy6_synthetic", 0), ("crossover_synthetic", 1), ("three_temperatures_synthetic", 2)],
)
def test_the_true_signals_are_those_that_a_fit_would_expect(name, experiment):
    """The same numbers by the way that a fit takes, from unknowns to signals."""
    outline, study = read_outline(FITS / name), read_study(FITS / name)
    truth = read_truth(outline)
    problem = build_problem(study, truth.mechanism)
    one = problem.experiments[experiment]
    named = problem.named(true_vector(problem, truth, 1e-12))
    course = courses(reactor_of(problem, one, named), np.array(truth.times))
    expected = signals_of(one, named, course.concentrations)[0]

    found = true_signals(outline, truth, experiment)
    # Where no response is stated their common level is hidden in the scale of a spectrum.
    level = np.median(expected[expected > 1e-3] / found[expected > 1e-3])
    np.testing.assert_allclose(level * found, expected, rtol=1e-3, atol=1e-5)
    assert found.max() > 1


def test_what_the_truth_lacks_is_named():
    outline = read_outline(FITS / "hnp_dy6_synthetic")
    truth = read_truth(outline)
    less = tuple((name, value) for name, value in truth.values if name != "k_grow")
    with pytest.raises(InputError, match=r"truth\.toml: no number for 'k_grow'"):
        true_signals(outline, replace(truth, values=less))
    without = replace(outline, measurement=replace(outline.measurement, detection_limit=None))
    with pytest.raises(InputError, match="no detection limit to simulate with"):
        spectra_text(without, truth)
