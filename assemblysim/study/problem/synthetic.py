"""Synthetic data from a study's truth.toml: what the generate.py of such a study calls."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import numpy as np

from assemblysim.errors import InputError
from assemblysim.kinetics.engines.integration import Tolerance
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.kinetics.reactor.temperature import RateConstants
from assemblysim.measurement.signals import expected_signals
from assemblysim.measurement.simulation.spectra import spectrum_counts
from assemblysim.mechanism.constants.dimension import Dimension
from assemblysim.mechanism.network.network import Network
from assemblysim.study.definition.reading import Outline
from assemblysim.study.definition.study import Truth

_PRECISE = Tolerance(1e-10, 1e-14, 100_000)


def true_signals(outline: Outline, truth: Truth, experiment: int = 0) -> np.ndarray:
    """Integrate the true mechanism in one experiment, conducted as the study says.

    Args:
        outline: the study's files without its data.
        truth: which mechanism is true, with which numbers.
        experiment: its number.

    Returns:
        The expected signals at the truth's sampling times, shape (T, I), mM.

    Raises:
        InputError: the truth lacks a number, or a start has a prior in place of one.
    """
    network, values = outline.system.network(truth.mechanism), dict(truth.values)
    starts = dict(outline.initial[experiment])
    initial = np.array([[_number(starts, name, 0.0) for name in network.species_names]])
    constants = _rate_constants(outline, network, values)
    protocol = outline.all_conditions[experiment].protocol
    course = courses(
        Reactor(network, constants, initial, protocol), np.array(truth.times), _PRECISE
    )
    signals = outline.measurement.signals
    responses = np.array([[_response(outline, values, i) for i in range(len(signals))]])
    species, concentrations = network.species_names, course.concentrations
    return np.asarray(expected_signals(species, signals, concentrations, responses, np.zeros(1))[0])


def _rate_constants(
    outline: Outline, network: Network, values: Mapping[str, object]
) -> RateConstants:
    """Return the true rate constants, with their activation energies where there is a heating."""
    names, heating = network.rate_constant_names, outline.heating
    constants = np.array([[_number(values, name) for name in names]])
    if heating is None:
        return RateConstants.isothermal(constants)
    # What has no time in its unit, as a Michaelis constant, is the same at every temperature.
    timed = [Dimension.read(outline.units[name]).timed for name in names]
    energies = [
        _number(values, heating.energy(name)) if rate else 0.0
        for name, rate in zip(names, timed, strict=True)
    ]
    powers = tuple(heating.law.power if rate else 0.0 for rate in timed)
    return RateConstants(constants, np.array([energies]), heating.reference, powers)


def _response(outline: Outline, values: Mapping[str, object], signal: int) -> float:
    """Return a true response factor: 1 on a known scale, and of the first signal unless stated."""
    if not outline.measurement.scale.responses_unknown:
        return 1.0
    name = f"response_{outline.measurement.signals[signal].name}"
    # One that follows from another, as where forms of one core are equally visible, is that.
    name = dict(outline.derived).get(name, name)
    return _number(values, name, 1.0 if signal == 0 else None)


def _number(values: Mapping[str, object], name: str, default: float | None = None) -> float:
    found = values.get(name, default)
    if not isinstance(found, float | int):
        raise InputError(f"truth.toml: no number for '{name}'; state one under [parameters]")
    return float(found)


def spectra_text(outline: Outline, truth: Truth, experiment: int = 0) -> str:
    """Simulate a table of spectra with unknown totals, as CSV.

    Args:
        outline: the study's files without its data.
        truth: as in `true_signals`, with the noise, the replicates and the seed.
        experiment: its number; each has random numbers of its own.

    Returns:
        A row for each spectrum, in counts; 0 where a peak is below the detection limit.

    Raises:
        InputError: as `true_signals`, or the study states no detection limit.
    """
    limit = outline.measurement.detection_limit
    if limit is None:
        raise InputError(f"{outline.path}: no detection limit to simulate with; state one")
    expected = np.repeat(true_signals(outline, truth, experiment), truth.replicates, axis=0)
    rng = np.random.default_rng([truth.seed, experiment])
    counts = spectrum_counts(expected, _number(dict(truth.values), "noise"), limit, rng)
    times = np.repeat(truth.times, truth.replicates)
    file = io.StringIO(newline="")
    file.write("# SYNTHETIC: made by generate.py from truth.toml; no spectrum was measured.\n")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["time (min)", *(signal.name for signal in outline.measurement.signals)])
    for hours, row in zip(times, counts, strict=True):
        writer.writerow([f"{60 * hours:g}", *(f"{count:.4g}" for count in row)])
    return file.getvalue()
