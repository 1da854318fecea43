import numpy as np
import pytest

from assemblysim.measurement.scales import SCALES

VALUES = np.random.default_rng(1).lognormal(size=(5, 3))
UNKNOWN = [name for name, scale in SCALES.items() if not scale.known]


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_factor_of_each_group_changes_no_share(name):
    scale = SCALES[name]
    changed = scale.multiplied(VALUES, np.random.default_rng(2).lognormal(size=VALUES.shape))

    assert (np.abs(changed / VALUES - 1) > 1e-3).any()
    np.testing.assert_allclose(changed / scale.whole(changed), VALUES / scale.whole(VALUES))
    np.testing.assert_allclose(
        changed / scale.total(changed, changed), VALUES / scale.total(VALUES, VALUES)
    )


@pytest.mark.parametrize("name", UNKNOWN)
def test_groups_part_what_was_measured_and_each_shares_one_factor(name):
    measured = np.random.default_rng(3).uniform(size=VALUES.shape) < 0.7
    groups = SCALES[name].groups_of(measured)
    ratio = SCALES[name].multiplied(VALUES, np.arange(1.0, 16.0).reshape(5, 3)) / VALUES

    np.testing.assert_array_equal(np.sum(groups, axis=0), measured)
    assert all(np.ptp(ratio[group]) < 1e-12 for group in groups)


@pytest.mark.parametrize("name", SCALES)
def test_the_gradient_of_a_statements_reference_is_that_of_differences(name):
    scale, signals = SCALES[name], VALUES[None]
    direction = np.random.default_rng(4).normal(size=(1, 5, 3, 1))
    step = 1e-6 * direction[..., 0]

    gradient = scale.reference_gradient(signals, direction)[..., 0]

    up, down = (np.log(scale.reference(signals * np.exp(s))) for s in (step, -step))
    np.testing.assert_allclose(gradient, (up - down) / 2e-6, rtol=1e-7)


@pytest.mark.parametrize("name", SCALES)
def test_what_is_not_recorded_lies_below_the_limit_of_what_is(name):
    recorded = SCALES[name].recorded(VALUES, np.full(VALUES.shape[1], 0.2))
    lost = recorded == 0

    assert 0 < lost.sum() < lost.size
    assert (VALUES[lost] < SCALES[name].limits(recorded, 0.2)[lost]).all()
    np.testing.assert_array_equal(recorded[~lost], VALUES[~lost])
