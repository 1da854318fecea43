"""What data say of a curve, as lists that the engine in the browser makes its likelihood of.

The engine has the C++ that Python's likelihoods of intensities with unknown scale factors and of
sentences are compiled from. Of intensities on a known scale, whose density is a line, it has that.
"""

from __future__ import annotations

import numpy as np

from assemblysim.explorer.tables import Plain
from assemblysim.inference.model.experiment import ExperimentProblem
from assemblysim.measurement.likelihoods.absolute import AbsoluteLikelihood
from assemblysim.measurement.likelihoods.chances import NEGLIGIBLE, normal_rules
from assemblysim.measurement.likelihoods.correlated import CorrelatedLikelihood
from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from assemblysim.measurement.likelihoods.limits_in_concentrations import ConcentrationLimits
from assemblysim.measurement.likelihoods.network import NetworkLikelihood
from assemblysim.measurement.noise_model import NoiseParameters
from assemblysim.measurement.statements.lattice import PANEL_POINTS, UP_TO_NODES, WEIGHTS, WIDTH

# What stands for an infinite number, which JSON does not have.
ENDLESS = 1e308


def engine_lists(*lists: np.ndarray | float) -> dict[str, Plain]:
    """Return whole and real numbers as the engine's `Lists` reads them; a number stands alone."""
    whole: list[int] = []
    real: list[float] = []
    for one in lists:
        if not isinstance(one, np.ndarray):
            whole.append(int(one))
            continue
        whole.append(one.size)
        if one.dtype.kind == "f":
            real.extend(np.clip(one, -ENDLESS, ENDLESS).ravel().tolist())
        else:
            whole.extend(one.astype(int).ravel().tolist())
    return {"whole": whole, "real": real}


def rule_tables() -> dict[str, Plain]:
    """Return the points of all integrals."""
    rules = normal_rules()
    panels = PANEL_POINTS, WEIGHTS, UP_TO_NODES.T
    last = np.array([NEGLIGIBLE, WIDTH])
    return engine_lists(rules.count, rules.excess, rules.points, rules.log_weights, *panels, last)


def told_likelihood(experiment: ExperimentProblem) -> Plain:
    """Return the likelihood of an experiment's intensities.

    Returns:
        None where there are no intensities; words where the page has no likelihood of them.
    """
    intensities = experiment.intensities
    if intensities is None:
        return None
    if experiment.distortion is not None:
        return "signals that drift have no likelihood on this page"
    mixture, blocks = intensities.mixture, len(intensities.blocks.names)
    parts: list[tuple[np.ndarray, object]] = [(np.zeros(blocks), intensities)]
    if mixture is not None:
        parts = [(part.log_weights, part.rest) for part in mixture.parts]
    told: list[Plain] = []
    for weights, rest in parts:
        table = _table(rest) if isinstance(rest, IntensityLikelihood) else None
        if isinstance(table, str):
            return table
        told.append({"weights": _finite(weights), "table": table})
    return {
        "blocks": blocks,
        "parts": told,
        "places": np.arange(len(experiment.times))[experiment.reading_places].tolist(),
        "sizes": _sizes(intensities),
    }


def _finite(numbers: np.ndarray) -> list[float]:
    return [float(one) for one in np.clip(numbers, -ENDLESS, ENDLESS)]


def _parameters(intensities: IntensityLikelihood) -> NoiseParameters:
    model = intensities.model
    if isinstance(model, AbsoluteLikelihood | NetworkLikelihood):
        return model.parameters
    return intensities.parameters


def _sizes(intensities: IntensityLikelihood) -> dict[str, Plain]:
    """Return which of the noise parameters, by their places, are which part of an error."""
    parameters = _parameters(intensities)
    model, k = parameters.model, len(parameters.own_names)
    places = {size: list(range(i * k, i * k + k)) for i, size in enumerate(model.sizes)}
    # Stated standard deviations are multiplied, but do not grow with the signal.
    added = [places[one] for one in model.sizes if one in model.additive or model.stated]
    relative = [one for one in places.values() if one not in added]
    return {
        "own": k,
        "additive": added[0] if added else None,
        "relative": relative[0] if relative else None,
        "shared": parameters.shared,
    }


def _table(intensities: IntensityLikelihood) -> Plain:
    """Return the numbers of one likelihood, or why there is none."""
    model = intensities.model
    if not intensities.measurement.tails.normal:
        return "errors with heavy tails have no likelihood on this page"
    if isinstance(model, NetworkLikelihood):
        cells = model.cells
        if cells.lattice.size:
            return "more than three replicates with a shared error have no likelihood on this page"
        told = engine_lists(
            cells.begin, cells.gain, cells.error, cells.place, cells.own, cells.censored, cells.log
        )
        return {"kind": "readings", "block": model.block_of.tolist(), **told}
    if isinstance(model, CorrelatedLikelihood):
        return "known covariances of intensities have no likelihood on this page"
    if isinstance(model, ConcentrationLimits):
        return "limits in concentrations beside unknown scales have no likelihood on this page"
    if not isinstance(model, AbsoluteLikelihood):
        return "additive noise with unknown scale factors has no likelihood on this page"
    if model.parameters.shared:
        return "replicates with a shared error on a known scale have no likelihood on this page"
    measured, (row, column) = model.intensities, model.places.T
    censored = measured.censored[row, column]
    number = np.where(censored, model.limits[row, column], model.numbers[row, column])
    place = measured.at[row] * len(measured.signals) + column
    own = column if model.parameters.signals else np.zeros_like(column)
    sd = np.ones(len(row)) if measured.sds is None else measured.sds[row, column]
    told = engine_lists(model.parameters.model.logarithmic, place, own, censored, number, sd)
    return {"kind": "known_scale", "block": model.block_of.tolist(), **told}


def told_claims(experiment: ExperimentProblem) -> Plain:
    """Return the likelihood of an experiment's sentences.

    Returns:
        None where there are none; words where no compiled code made their tables.
    """
    statements = experiment.statements
    if statements is None:
        return None
    if statements.tables is None:
        return "sentences have no likelihood on this page, as it was made without compiled code"
    tables = statements.tables
    columns, begin = statements.columns
    fail, hold = statements.if_they_fail_or_hold
    return {
        **engine_lists(
            tables.begin, tables.signal, tables.time, tables.said, tables.share,
            np.array([tables.reach]),
        ),
        "parts": len(tables.signal),
        "columns": columns.tolist(),
        "begin": [*begin.tolist(), len(columns)],
        "fail": fail.ravel().tolist(),
        "hold": hold.ravel().tolist(),
        "readings": len(fail),
        "by_spectrum": statements.scale.by_row,
        "places": np.arange(len(experiment.times))[experiment.statement_places].tolist(),
    }  # fmt: skip
