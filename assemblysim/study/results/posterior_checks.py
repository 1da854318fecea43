"""Whether a fitted mechanism would give readings like the study's own."""

from __future__ import annotations

import numpy as np

from assemblysim.inference.model.experiment import within
from assemblysim.inference.model.problem import Problem, courses_of, signals_of
from assemblysim.prediction.checks.predictive_checks import FittedReadings, predictive_checks
from assemblysim.result.checks import PredictiveCheckResult

# Times that the data are drawn anew: p-values down to 1/301, below the threshold of 1/80.
DRAWN_ANEW = 300


def posterior_checks(
    problem: Problem, values: np.ndarray, rng: np.random.Generator
) -> PredictiveCheckResult | None:
    """Check a mechanism against its readings.

    Args:
        problem: the mechanism and the data.
        values: shape (D, P), posterior draws in the parameters' units.
        rng: source of randomness.

    Returns:
        The checks; None where the study has no readings.
    """
    chosen = rng.choice(len(values), min(DRAWN_ANEW, len(values)), replace=False)
    named = problem.named(values[chosen])
    done = np.ones(len(chosen), dtype=bool)
    parts = []
    for experiment in problem.experiments:
        readings = experiment.intensities
        if readings is None or not readings.observations:
            continue
        batch = courses_of(problem, experiment, named)
        done &= batch.completed
        concentrations = batch.concentrations[:, experiment.reading_places]
        signals = signals_of(experiment, named, concentrations)
        noise = within(experiment, named).stack(readings.noise_names)
        chance = readings.wild_probabilities(signals, noise)
        # Drawn only where one may be, so that the others' random numbers stay as they are.
        wild = rng.uniform(size=chance.shape) < chance if chance.any() else chance > 0
        parts.append(FittedReadings(readings, signals, noise, wild))
    if not parts or not done.any():
        return None
    return predictive_checks([part.of(done) for part in parts], rng)
