"""What a run leaves on disk, written so that a kill at any moment leaves the last whole file."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np

from assemblysim.inference.evidence import LogEvidence
from assemblysim.inference.fitting import FitStart
from assemblysim.inference.parameters import Parameter
from assemblysim.inference.population import Component
from assemblysim.inference.sampling import EnsembleState
from assemblysim.inference.search import Optimum
from assemblysim.writing import write_whole

# Raise when the checkpoint's content changes, so that an old one is not resumed.
CHECKPOINT_VERSION = "2"


@dataclass(frozen=True, eq=False)
class Progress:
    """How far one mechanism's fit has come.

    Attributes:
        start: what the search found, with the ensembles before their first step.
        states: the ensembles now.
        calls: likelihood calls spent so far.
        failed: how many of them failed.
        seconds: computing time spent so far, summed over workers.
        finished: whether sampling is over, converged or not.
    """

    start: FitStart
    states: tuple[EnsembleState, ...]
    calls: int
    failed: int
    seconds: float
    finished: bool


def write_json(path: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """Write JSON with every float in full and no NaN (null instead); return what was written."""
    plain = dict(_plain(content))
    text = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(path, (text + "\n").encode())
    return plain


def _plain(value: Any) -> Any:
    """Turn numpy numbers into Python's and what is not finite into None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value


def fingerprint(parts: Mapping[str, Any]) -> str:
    """Return one short text that changes whenever anything a fit depends on changes."""
    text = json.dumps(_plain(parts), sort_keys=True) + CHECKPOINT_VERSION
    return hashlib.sha256(text.encode()).hexdigest()


_STATE_ARRAYS = (
    "chain",
    "log_density",
    "position",
    "position_log_density",
    "random_keys",
    "random_place",
    "accepted",
)


def write_checkpoint(path: Path, progress: Progress, made_from: str) -> None:
    """Store how far a fit has come.

    Args:
        path: an .npz file.
        progress: what to store.
        made_from: fingerprint of everything that the fit depends on.
    """
    start = progress.start
    arrays: dict[str, np.ndarray] = {
        "made_from": np.array(made_from),
        "counts": np.array([progress.calls, progress.failed, start.calls, start.failed]),
        "seconds": np.array([progress.seconds, float(progress.finished)]),
        "importance": np.array(
            [start.importance.value, start.importance.error, start.effective_size]
        ),
        "proposal_mean": start.proposal.mean,
        "proposal_covariance": start.proposal.covariance,
        "optimum_position": np.stack([o.position for o in start.optima]),
        "optimum_covariance": np.stack([o.covariance for o in start.optima]),
        "optimum_log_density": np.array([o.log_density for o in start.optima]),
        "optimum_count": np.array([o.basin_count for o in start.optima]),
    }
    for name in _STATE_ARRAYS:
        arrays[name] = np.stack([getattr(state, name) for state in progress.states])
    with io.BytesIO() as buffer:
        np.savez(buffer, allow_pickle=False, **arrays)
        write_whole(path, buffer.getvalue())


def read_checkpoint(path: Path, made_from: str) -> Progress | None:
    """Read a fit's progress; None where there is none or it belongs to other inputs."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    if str(arrays.get("made_from")) != made_from:
        return None
    optima = tuple(
        Optimum(position, float(value), int(count), covariance)
        for position, value, count, covariance in zip(
            arrays["optimum_position"],
            arrays["optimum_log_density"],
            arrays["optimum_count"],
            arrays["optimum_covariance"],
            strict=True,
        )
    )
    states = tuple(
        EnsembleState(**{name: arrays[name][i] for name in _STATE_ARRAYS})
        for i in range(len(arrays["chain"]))
    )
    value, error, size = arrays["importance"].tolist()
    calls, failed, start_calls, start_failed = arrays["counts"].tolist()
    start = FitStart(
        optima,
        LogEvidence("importance sampling", value, error),
        size,
        Component(arrays["proposal_mean"], arrays["proposal_covariance"]),
        states,
        start_calls,
        start_failed,
    )
    seconds, finished = arrays["seconds"].tolist()
    return Progress(start, states, calls, failed, seconds, bool(finished))


def write_draws(
    path: Path, parameters: tuple[Parameter, ...], values: np.ndarray, attributes: Mapping[str, str]
) -> None:
    """Store draws as netCDF with a group ``posterior``, as ArviZ opens it.

    Args:
        path: the .nc file.
        parameters: the P unknowns.
        values: shape (E, N, W, P), in the parameters' units; each walker is one chain.
        attributes: provenance, such as seed and versions.
    """
    ensembles, steps, walkers, _ = values.shape
    chains = values.transpose(0, 2, 1, 3).reshape(ensembles * walkers, steps, -1)
    with io.BytesIO() as buffer:
        with h5netcdf.File(buffer, "w") as file:
            file.attrs.update(attributes)
            group = file.create_group("posterior")
            group.dimensions = {"chain": len(chains), "draw": steps}
            group.create_variable("chain", ("chain",), data=np.arange(len(chains)))
            group.create_variable("draw", ("draw",), data=np.arange(steps))
            group.create_variable(
                "ensemble", ("chain",), data=np.repeat(np.arange(ensembles), walkers)
            )
            for i, parameter in enumerate(parameters):
                variable = group.create_variable(
                    parameter.name,
                    ("chain", "draw"),
                    data=chains[:, :, i].astype(np.float32),
                    compression="gzip",
                )
                variable.attrs["units"] = parameter.unit
        write_whole(path, buffer.getvalue())
