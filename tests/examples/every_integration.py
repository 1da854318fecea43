"""All ways to integrate a batch, and times at which a study would look."""

from functools import partial

import numpy as np
import pytest

from assemblysim.kinetics.engines.integration import (
    ENGINES,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)

TIMES = np.array([0.0, 1 / 12, 0.5, 1.0, 2.0, 3.0, 6.0, 9.0, 12.0, 24.0, 36.0, 48.0])
EVERY = pytest.mark.parametrize(
    "integration",
    [
        pytest.param(partial(function, engine=engine), id=f"{function.__name__}-{engine}")
        for function in (integrate_batch, integrate_extents, integrate_sensitivities)
        for engine in ENGINES
    ],
)


def trajectories_of(batch):
    return getattr(batch, "trajectories", batch)
