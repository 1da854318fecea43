"""The sampler of switches against closed forms, and calibrated on studies that are simulated."""

from dataclasses import replace

import numpy as np
import pytest
from linear_switches import linear_switches

from assemblysim.inference.switches import sampler
from assemblysim.inference.switches.sampler import SwitchSettings, run_switches
from assemblysim.inference.switches.subset_chain import fitted_subsets

SETTINGS = SwitchSettings(particles=150, rounds=2, last_rounds=30, screened=16, starts=1)
QUICK = SwitchSettings(particles=48, rounds=1, last_rounds=8, screened=4, starts=1)


def frequencies(problem, settings, seeds):
    runs = [run_switches(problem, settings, np.random.default_rng(seed)) for seed in seeds]
    return np.array([run.switches.mean(axis=0) for run in runs]), runs


@pytest.mark.parametrize("exclusions", [(), ((0, 1),)])
def test_probabilities_and_evidence_are_those_of_the_closed_form(exclusions):
    problem, _ = linear_switches(3, exclusions=exclusions)
    log_evidence, exact = problem.exact()

    found, runs = frequencies(problem, SETTINGS, range(4))

    error = np.maximum(found.std(axis=0, ddof=1) / 2, 0.01)
    assert (abs(found.mean(axis=0) - exact) < 5 * error).all()
    assert (abs(found.mean(axis=0) - exact) < 0.06).all()
    assert (abs(found.mean(axis=0) - (1 - exact)) > 5 * error).any()
    mean = np.logaddexp.reduce([run.log_evidence for run in runs]) - np.log(4)
    assert mean == pytest.approx(log_evidence, abs=0.25)


def test_fits_that_are_off_cost_time_and_no_truth(monkeypatch):
    """Particles that begin and jump by wrong fits end with the closed form's probabilities."""
    rng = np.random.default_rng(9)
    problem, _ = linear_switches(3)

    def wrong(*given):
        fits = fitted_subsets(*given)
        for text, fit in fits.known.items():
            shift = np.where(fit.position == 0, 0.0, 0.4 * rng.standard_normal())
            fits.known[text] = replace(fit, position=fit.position + shift, score=2 * rng.normal())
        return fits

    monkeypatch.setattr(sampler, "fitted_subsets", wrong)
    log_evidence, exact = problem.exact()
    found, runs = frequencies(problem, replace(SETTINGS, particles=400), range(2))

    assert (abs(found.mean(axis=0) - exact) < 0.05).all()
    mean = np.logaddexp.reduce([run.log_evidence for run in runs]) - np.log(2)
    assert mean == pytest.approx(log_evidence, abs=0.25)


def calibration_z(seeds, prior, believed):
    """Sum of (outcome - p), in standard errors clustered by study."""
    gaps = []
    for seed in seeds:
        _, truth = linear_switches(seed, prior=prior)
        believing, _ = linear_switches(seed, prior=believed, truth=truth)
        found = run_switches(believing, QUICK, np.random.default_rng(seed))
        gaps.append(float((truth - found.switches.mean(axis=0)).sum()))
    return sum(gaps) / (np.std(gaps, ddof=1) * np.sqrt(len(gaps)))


def test_over_simulated_studies_outcomes_are_as_probable_as_was_said():
    assert abs(calibration_z(range(25), 0.5, 0.5)) < 3
    # The prior changed behind its back is seen.
    assert abs(calibration_z(range(25), 0.5, 0.15)) > 3
