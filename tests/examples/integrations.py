"""Every way to integrate, and times and tolerances to do it with."""

from functools import partial

import numpy as np
import pytest

from assemblysim.kinetics.engines.integration import (
    ENGINES,
    Tolerance,
    integrate,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)

TIMES = np.array([0.0, 1 / 12, 0.5, 1.0, 2.0, 3.0, 6.0, 9.0, 12.0, 24.0, 36.0, 48.0])
TIGHT = Tolerance(rtol=1e-10, atol_fraction=1e-13, max_steps=100_000)
EVERY = pytest.mark.parametrize(
    "integration",
    [
        pytest.param(partial(function, engine=engine), id=f"{function.__name__}-{engine}")
        for function in (integrate_batch, integrate_extents, integrate_sensitivities)
        for engine in ENGINES
    ],
)


def trajectories_of(batch):
    """Return the courses alone, whatever came with them."""
    return getattr(batch, "trajectories", batch)


def concentrations(network, rate_constants, initial, times=TIMES, **options):
    """Integrate one vector, and return its concentrations."""
    return integrate(
        network, np.array(rate_constants), np.array(initial), times, **options
    ).concentrations
