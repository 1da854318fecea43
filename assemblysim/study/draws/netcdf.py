"""Posterior draws as netCDF, in the groups and dimensions of ArviZ's InferenceData."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5netcdf
import h5py
import numpy as np

from assemblysim.files.writing.manifest import write_result
from assemblysim.study.draws.inference_data import PosteriorDraws, Readings

# Digits that an array is stored with beyond which nothing depends on it.
_SINGLE = np.float32


@dataclass(frozen=True, eq=False)
class _Variable:
    """An array with the names of its dimensions, as netCDF has it."""

    dimensions: tuple[str, ...]
    values: np.ndarray
    attributes: Mapping[str, str] = field(default_factory=dict)


def variable_name(parameter: str) -> str:
    """Return what a parameter is called in netCDF, where a slash would make a group."""
    return parameter.replace("/", "\N{DIVISION SLASH}")


def write_draws(path: Path, draws: PosteriorDraws, attributes: Mapping[str, str]) -> None:
    """Store draws for ``arviz.from_netcdf`` and ``xarray.open_datatree``.

    Args:
        path: the .nc file.
        draws: what is stored.
        attributes: provenance, such as seed and versions.

    Raises:
        RunError: the file cannot be written.
    """
    with io.BytesIO() as buffer:
        with h5netcdf.File(buffer, "w") as file:
            file.attrs.update(attributes)
            for name, variables in _groups(draws).items():
                _write_group(file, name, variables)
            file["posterior"].attrs.update(
                autocorrelation_time=draws.autocorrelation_time, walkers=draws.walkers
            )
        write_result(path, buffer.getvalue())


def _groups(draws: PosteriorDraws) -> dict[str, dict[str, _Variable]]:
    """Return the variables of each group by name."""
    each = ("chain", "draw")
    density = _Variable(each, draws.log_density, {"long_name": "log of likelihood times prior"})
    found = {
        "posterior": _unknowns(draws, draws.posterior),
        "sample_stats": {"lp": density},
        "log_likelihood": {
            "observations": _Variable((*each, "observation"), draws.log_likelihood),
            "observation": _Variable(("observation",), _texts(draws.observations)),
        },
        "prior": _unknowns(draws, draws.prior[None]),
    }
    if draws.readings is not None:
        drawn = draws.readings.drawn.astype(_SINGLE)
        found["posterior_predictive"] = {
            "intensities": _Variable((*each, "intensity"), drawn),
            **_places(draws.readings),
        }
        found["observed_data"] = {
            "intensities": _Variable(("intensity",), draws.readings.observed),
            **_places(draws.readings),
        }
    return found


def _unknowns(draws: PosteriorDraws, values: np.ndarray) -> dict[str, _Variable]:
    """Return each unknown's draws, (E, K, P), as a variable."""
    return {
        variable_name(name): _Variable(
            ("chain", "draw"), values[:, :, i], {"units": unit, "long_name": name}
        )
        for i, (name, unit) in enumerate(zip(draws.names, draws.units, strict=True))
    }


def _places(readings: Readings) -> dict[str, _Variable]:
    """Return what each intensity is."""
    one = ("intensity",)
    return {
        "experiment": _Variable(one, _texts(readings.experiments)),
        "time": _Variable(one, readings.times, {"units": "h"}),
        "signal": _Variable(one, _texts(readings.signals)),
        "below_limit": _Variable(one, readings.below.astype(np.int8)),
    }


def _texts(texts: tuple[str, ...]) -> np.ndarray:
    return np.array(texts, dtype=object)


def _write_group(file: Any, name: str, variables: Mapping[str, _Variable]) -> None:
    """Write a group; what counts its chains, draws or intensities is added."""
    group = file.create_group(name)
    sizes: dict[str, int] = {}
    for variable in variables.values():
        sizes.update(zip(variable.dimensions, variable.values.shape, strict=True))
    group.dimensions = sizes
    counted = {
        one: _Variable((one,), np.arange(size))
        for one, size in sizes.items()
        if one not in variables
    }
    # What names places along a dimension is no quantity of its own.
    named = [n for n, v in variables.items() if n not in sizes and v.dimensions == ("intensity",)]
    beside = [n for n in named if n != "intensities"]
    if beside:
        group.attrs["coordinates"] = " ".join(beside)
    for called, variable in {**counted, **variables}.items():
        text = variable.values.dtype == object
        stored = group.create_variable(
            called,
            variable.dimensions,
            dtype=h5py.string_dtype() if text else variable.values.dtype,
            compression=None if text else "gzip",
        )
        stored[...] = variable.values
        stored.attrs.update(variable.attributes)
