import math

import numpy as np
import pytest

from assemblysim.explorer.trees import tree_of
from assemblysim.inference.model.derived import (
    DerivedByExpression,
    DerivedByLaw,
    DerivedByRatios,
)
from assemblysim.inference.model.temperature_laws import TEMPERATURE_LAWS

FUNCTIONS = {
    "+": lambda *terms: math.fsum(terms),
    "*": lambda *factors: math.prod(factors),
    "^": pow,
    "exp": math.exp,
    "log": math.log,
}


def evaluated(tree, values):
    """What the page's script does."""
    if isinstance(tree, str):
        return values[tree]
    if isinstance(tree, list):
        return FUNCTIONS[tree[0]](*(evaluated(one, values) for one in tree[1:]))
    return tree


@pytest.mark.parametrize(
    "derived",
    [
        DerivedByExpression("k", ("G", "a", "b"), "2*a/b^2 * c0 * exp(-G/RT) + a", 2.4789),
        DerivedByRatios("k", ("a", "b"), (1.0, -0.5)),
        DerivedByLaw("k", ("a", "b"), TEMPERATURE_LAWS["arrhenius"], 298.15, 2.0),
        DerivedByLaw("k", ("G", "b"), TEMPERATURE_LAWS["eyring"], 333.15, 2.0),
    ],
)
def test_a_tree_has_the_value_of_what_it_stands_for(derived):
    values = {"a": 3.7, "b": 52.0, "G": -7.5}
    given = {name: np.array([values[name]]) for name in derived.inputs}

    assert evaluated(tree_of(derived), values) == pytest.approx(derived.value(given)[0], rel=1e-12)
