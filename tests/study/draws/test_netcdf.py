import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray
from stored_draws import KINDS, stored

from assemblysim.inference.sampling.diagnosis import independent_draws, r_hat
from assemblysim.inference.sampling.ensembles import kept_draws
from assemblysim.study.draws.netcdf import write_draws

with warnings.catch_warnings():  # what it says of its own future at import
    warnings.filterwarnings("ignore", message=r"(?s).*ArviZ is undergoing a major refactor.*")
    import arviz as az
NOT_OURS = (
    # draws about a point that nobody fitted have weights of any kind
    "Estimated shape parameter of Pareto",
    # of the libraries that ArviZ itself stands on
    "The inplace keyword",
    "Passing a dict or None as alias_mapping",
)


@pytest.fixture(scope="module", params=KINDS)
def opened(request, tmp_path_factory):
    problem, states, found = stored(request.param)
    path = tmp_path_factory.mktemp("draws") / "draws.nc"
    write_draws(path, found, {"seed": "7"})
    return problem, states, found, path


def test_arviz_opens_the_groups_of_its_schema(opened):
    problem, _, found, path = opened
    data = az.from_netcdf(path)
    measured = {"posterior_predictive", "observed_data"} if found.readings else set()

    groups = {"posterior", "sample_stats", "log_likelihood", "prior"}
    assert set(data.groups()) == groups | measured
    assert data.log_likelihood["observations"].dims == ("chain", "draw", "observation")
    assert list(data.log_likelihood["observation"].values) == list(problem.observations)
    for i, parameter in enumerate(problem.parameters):
        one = next(v for v in data.posterior.values() if v.attrs["long_name"] == parameter.name)
        np.testing.assert_array_equal(one.values, found.posterior[:, :, i])
        assert one.attrs["units"] == parameter.unit


def test_arviz_draws_and_tells_from_it_unchanged(opened):
    _, states, found, path = opened
    data = az.from_netcdf(path)
    few = list(data.posterior.data_vars)[:2]
    with warnings.catch_warnings():
        for words in NOT_OURS:
            warnings.filterwarnings("ignore", message=words)
        left_out = az.loo(data, pointwise=True)
        ranked = az.compare({"one": data, "other": data})
        table = az.summary(data, round_to="none")
        for plot in (az.plot_trace, az.plot_pair):
            plot(data, var_names=few)
        if found.readings is not None:
            az.plot_ppc(data, num_pp_samples=5)
    plt.close("all")

    assert len(left_out.loo_i) == len(found.observations)
    assert list(ranked.elpd_diff) == [0, 0]
    told = r_hat(independent_draws(kept_draws(states)).chains)
    assert table["r_hat"].max() == pytest.approx(told.max(), abs=0.01)


def test_xarray_opens_it_as_a_tree(opened):
    _, _, found, path = opened
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        assert tree.attrs["seed"] == "7"
        assert tree["posterior"].sizes["chain"] == len(found.posterior)
        if found.readings is not None:
            observed = tree["observed_data"]
            assert list(observed["signal"].values) == list(found.readings.signals)
            assert "time" in observed.coords
