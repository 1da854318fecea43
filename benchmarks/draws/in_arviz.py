"""Does ArviZ tell from stored draws what the report tells: ``python benchmarks/draws/in_arviz.py``.

Opens the draws of studies that were run, by ArviZ 0.23 or 1.x, whichever is installed, and calls
``summary``, ``plot_trace``, ``plot_pair``, ``loo``, ``compare`` and ``plot_ppc`` (1.x:
``plot_ppc_dist``) on them as they are. R-hat is held against the report's, and the expected log
predictive density against the report's with its error. It imports nothing of assemblysim, so that
it runs under a Python that has ArviZ alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xarray

R_HAT = "R-hat across ensembles"
# Of R-hat, which the report computes before draws are thinned.
ALLOWED = 0.01


def looked_at(path: Path, arviz: Any) -> tuple[float, float]:
    """Call the named functions on draws; return the largest R-hat, and the expected density.

    Args:
        path: of a draws.nc.
        arviz: the library.
    """
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        if set(tree["log_likelihood"].dims) < {"chain", "draw"} or "posterior" not in tree:
            raise ValueError(f"{path}: its groups are not those of ArviZ")
    data = arviz.from_netcdf(str(path))
    groups = {str(name).strip("/") for name in data.groups} - {""} if _is_tree(data) else None
    groups = groups if groups is not None else set(data.groups())
    few = list(data["posterior"].data_vars)[:2]
    table = arviz.summary(data, round_to="none")
    arviz.plot_trace(data, var_names=few)
    arviz.plot_pair(data, var_names=few)
    if "posterior_predictive" in groups:
        if hasattr(arviz, "plot_ppc_dist"):
            arviz.plot_ppc_dist(data, num_samples=5)
        else:
            arviz.plot_ppc(data, num_pp_samples=5)
    found = arviz.loo(data, pointwise=True)
    ranked = arviz.compare({"one": data, "other": data})
    if len(ranked) != 2:
        raise ValueError(f"{path}: compare ranks {len(ranked)} of 2")
    density = found.elpd if hasattr(found, "elpd") else found.elpd_loo
    return float(table["r_hat"].astype(float).max()), float(density)


def _is_tree(data: Any) -> bool:
    return not callable(data.groups)


def differences(results: Path, arviz: Any) -> dict[str, tuple[float, float]]:
    """Return for each mechanism how far R-hat is, and the density in the report's own error.

    Args:
        results: a study's results folder, with summary.json.
        arviz: the library.
    """
    said = json.loads((results / "summary.json").read_text("utf-8"))["mechanisms"]
    found = {}
    for name, one in said.items():
        if not (results / name / "draws.nc").is_file():
            continue
        told = next(check["value"] for check in one["checks"] if check["name"] == R_HAT)
        r_hat, density = looked_at(results / name / "draws.nc", arviz)
        loo = one["elpd_loo"]
        found[name] = (abs(r_hat - told), abs(density - loo["value"]) / loo["error"])
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each mechanism; 1 where a number is not the report's."""
    parser = argparse.ArgumentParser(prog="python benchmarks/draws/in_arviz.py")
    parser.add_argument("results", type=Path, nargs="+", help="folders of results")
    asked = parser.parse_args(arguments)
    with warnings.catch_warnings():  # of weights with heavy tails, and of its own future
        warnings.simplefilter("ignore")
        import arviz

        count, wrong = 0, 0
        for folder in asked.results:
            for name, (r_hat, density) in differences(folder, arviz).items():
                count += 1
                wrong += r_hat > ALLOWED or density > 1
                sys.stdout.write(
                    f"{folder} {name}: R-hat {r_hat:.1e} off, expected log density {density:.1e} "
                    "of its error off\n"
                )
    sys.stdout.write(f"ArviZ {arviz.__version__}: {count - wrong} of {count} as reported\n")
    return 0 if count and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
