"""Made-up routes over time, and a mean composition that grows from 2:1 to 6:2."""

import numpy as np

from assemblysim.result.courses import AssemblyCourses


def assembly(times, pathways=None, experiment="80C", blocks=("Dy", "L")):
    """Routes that begin apart and come together; nothing is known at the start.

    Args:
        times: h.
        pathways: steps by product; those that make theirs alone are left out.
        experiment: its name.
        blocks: that are counted.
    """
    every = (pathways or {}).items()
    routes = tuple((p, step) for p, steps in every for step in steps if len(steps) > 1)
    grown = times / (times + 5)
    middle = np.zeros((len(times), len(routes)))
    for i in range(len(routes)):
        middle[:, i] = 0.5 + 0.3 * (-1) ** i * (1 - grown)
    means = np.stack([2 + 4 * grown, 1 + grown], axis=-1)
    spread = np.exp(0.05 * np.array([-1.96, -0.674, 0, 0.674, 1.96]))[:, None, None]
    fractions, composition = middle * spread, means * spread
    fractions[:, 0], composition[:, 0] = np.nan, np.nan
    return AssemblyCourses(experiment, times, routes, fractions, blocks, composition)
