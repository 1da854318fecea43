"""What a run leaves on disk, written so that a kill at any moment leaves the last whole file."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np

from assemblysim.errors import RunError
from assemblysim.files.writing import write_whole
from assemblysim.inference.fitting import FitStart
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.sampling.ensembles import EnsembleState
from assemblysim.inference.sampling.proposal import Component, Mixture
from assemblysim.inference.sampling.search import Optimum
from assemblysim.inference.sampling.smc import METHOD as TEMPERED
from assemblysim.inference.sampling.smc import Particles, Stage
from assemblysim.result.evidence import LogEvidence

# Raise when the checkpoint's content changes, so that an old one is not resumed.
CHECKPOINT_VERSION = "3"
REMEDY = "nothing was changed; --anew puts stored results aside, --results names another folder"


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


def digest(value: Any) -> str:
    """Return a short text that changes whenever a value does."""
    text = json.dumps(_plain(value), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


Mark = Mapping[str, str]


def write_arrays(path: Path, mark: Mark, arrays: Mapping[str, Any]) -> None:
    """Store arrays in an .npz file, with what they were made from.

    Args:
        path: the file.
        mark: everything that the arrays depend on, by name, each as a short text.
        arrays: what to store.
    """
    made_from = json.dumps({**mark, "checkpoint": CHECKPOINT_VERSION}, sort_keys=True)
    with io.BytesIO() as buffer:
        np.savez(buffer, allow_pickle=False, made_from=np.array(made_from), **arrays)
        write_whole(path, buffer.getvalue())


def read_arrays(path: Path, mark: Mark) -> dict[str, np.ndarray] | None:
    """Read stored arrays; None where there is no file.

    Raises:
        RunError: the file is damaged, or was made from other inputs, settings or versions.
    """
    if not path.exists():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        found = json.loads(str(arrays.pop("made_from")))
    except DAMAGES:
        raise _damaged(path) from None
    wanted = {**mark, "checkpoint": CHECKPOINT_VERSION}
    if found != wanted:
        raise RunError(f"{path}: {_other_origin(found, wanted)}; {REMEDY}")
    return arrays


# What reading a file can come to whose bytes were changed.
DAMAGES = (
    OSError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    RuntimeError,  # NotImplementedError, too
    zipfile.BadZipFile,
    zlib.error,
)


def _damaged(path: Path) -> RunError:
    return RunError(f"{path}: is damaged or no checkpoint; {REMEDY}")


def _other_origin(found: Any, wanted: Mark) -> str:
    """Say what a stored file was made from that differs."""
    if not isinstance(found, dict):
        return "was made by an earlier version"
    names = [n for n in sorted({*found, *wanted}) if found.get(n) != wanted.get(n)]
    readable = [
        f"{n} {found[n]} instead of {wanted[n]}" if n in found and n in wanted else f"another {n}"
        for n in names[:3]
    ]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"was made with {', '.join(readable)}{more}"


_STATE_ARRAYS = (
    "chain",
    "log_density",
    "position",
    "position_log_density",
    "random_keys",
    "random_place",
    "accepted",
)


def write_checkpoint(path: Path, progress: Progress, mark: Mark) -> None:
    """Store how far a fit has come.

    Args:
        path: an .npz file.
        progress: what to store.
        mark: everything that the fit depends on.
    """
    start = progress.start
    names = [name for name, evidence in start.changed.items() if evidence is not None]
    known = [evidence for evidence in start.changed.values() if evidence is not None]
    arrays: dict[str, Any] = {
        "counts": np.array([progress.calls, progress.failed, start.calls, start.failed]),
        "seconds": np.array([progress.seconds, float(progress.finished)]),
        "log_evidence": np.array([start.log_evidence.value, start.log_evidence.error]),
        "changes": np.array(list(start.changed)),
        "changes_known": np.array(names),
        "changed_evidence": np.array([[e.value, e.error] for e in known]).reshape(-1, 2),
        "optimum_position": np.stack([o.position for o in start.optima]),
        "optimum_covariance": np.stack([o.covariance for o in start.optima]),
        "optimum_log_density": np.array([o.log_density for o in start.optima]),
        "optimum_count": np.array([o.basin_count for o in start.optima]),
        **_of_mixtures((start.proposal,)),
    }
    for name in _STATE_ARRAYS:
        arrays[name] = np.stack([getattr(state, name) for state in progress.states])
    write_arrays(path, mark, arrays)


def read_checkpoint(path: Path, mark: Mark) -> Progress | None:
    """Read a fit's progress; None where there is none.

    Raises:
        RunError: as `read_arrays`.
    """
    arrays = read_arrays(path, mark)
    try:
        return None if arrays is None else _progress(arrays)
    except DAMAGES:
        raise _damaged(path) from None


def _progress(arrays: Mapping[str, np.ndarray]) -> Progress:
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
    known = {
        name: LogEvidence(TEMPERED, *pair)
        for name, pair in zip(
            arrays["changes_known"].tolist(), arrays["changed_evidence"].tolist(), strict=True
        )
    }
    calls, failed, start_calls, start_failed = arrays["counts"].tolist()
    start = FitStart(
        optima,
        LogEvidence(TEMPERED, *arrays["log_evidence"].tolist()),
        {name: known.get(name) for name in arrays["changes"].tolist()},
        _mixtures(arrays)[0],
        states,
        start_calls,
        start_failed,
    )
    seconds, finished = arrays["seconds"].tolist()
    return Progress(start, states, calls, failed, seconds, bool(finished))


@dataclass(frozen=True, eq=False)
class StoredRun:
    """One tempered run on its way, and what it cost so far.

    Attributes:
        particles: where it stands.
        calls: likelihood calls spent.
        failed: how many of them failed.
        seconds: computing time.
    """

    particles: Particles
    calls: int
    failed: int
    seconds: float


def write_run(path: Path, run: StoredRun, mark: Mark) -> None:
    """Store one tempered run as an .npz file."""
    particles = run.particles
    arrays: dict[str, Any] = {
        "positions": particles.positions,
        "log_density": particles.log_density,
        "reached": np.array([particles.inverse_temperature, particles.log_evidence]),
        "powers": np.array([stage.inverse_temperature for stage in particles.stages]),
        "cost": np.array([run.calls, run.failed, run.seconds]),
        **_of_mixtures(tuple(stage.proposal for stage in particles.stages)),
    }
    write_arrays(path, mark, arrays)


def read_run(path: Path, mark: Mark) -> StoredRun | None:
    """Read one tempered run; None where there is none.

    Raises:
        RunError: as `read_arrays`.
    """
    arrays = read_arrays(path, mark)
    try:
        return None if arrays is None else _run(arrays)
    except DAMAGES:
        raise _damaged(path) from None


def _run(arrays: Mapping[str, np.ndarray]) -> StoredRun:
    stages = tuple(
        Stage(float(power), mixture)
        for power, mixture in zip(arrays["powers"], _mixtures(arrays), strict=True)
    )
    power, log_evidence = arrays["reached"].tolist()
    calls, failed, seconds = arrays["cost"].tolist()
    particles = Particles(arrays["positions"], arrays["log_density"], power, log_evidence, stages)
    return StoredRun(particles, int(calls), int(failed), seconds)


def _of_mixtures(mixtures: tuple[Mixture, ...]) -> dict[str, np.ndarray]:
    """Put mixtures into arrays, one component after the other."""
    components = [c for mixture in mixtures for c in mixture.components]
    return {
        "components": np.array([len(mixture.components) for mixture in mixtures], dtype=int),
        "prior_shares": np.array([mixture.prior_fraction for mixture in mixtures]),
        "shares": np.concatenate([m.fractions for m in mixtures]) if mixtures else np.zeros(0),
        "means": np.array([c.mean for c in components]),
        "covariances": np.array([c.covariance for c in components]),
    }


def _mixtures(arrays: Mapping[str, np.ndarray]) -> tuple[Mixture, ...]:
    """Take mixtures out of arrays."""
    found, first = [], 0
    for count, prior_fraction in zip(arrays["components"], arrays["prior_shares"], strict=True):
        rows = slice(first, first + int(count))
        components = tuple(
            Component(mean, covariance)
            for mean, covariance in zip(
                arrays["means"][rows], arrays["covariances"][rows], strict=True
            )
        )
        found.append(Mixture(components, arrays["shares"][rows], float(prior_fraction)))
        first += int(count)
    return tuple(found)


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
