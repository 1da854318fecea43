"""What a problem that was read says of itself."""

import numpy as np
import pytest
from petab_problems import SECOND, by_hand, laid

from assemblysim.exchange.petab.incoming.opened import read_petab


def test_it_counts_and_its_priors_are_those_of_the_bounds(tmp_path):
    found = read_petab(laid(tmp_path, SECOND))

    assert repr(found) == "PetabEstimation " + tmp_path.name + ": 4 measurements, 3 unknowns"
    # uniform in 0 to 10, 0 to 10 and 0 to 1
    assert found.log_prior(found.nominal[None])[0] == pytest.approx(-np.log(100))
    assert found.simulations(found.nominal) == pytest.approx(by_hand()[0], rel=1e-6)
