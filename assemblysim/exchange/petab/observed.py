"""What was measured in a study's experiments, as observables and measurements of PEtab."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace

import numpy as np

from assemblysim.exchange.petab.formulas import petab_number
from assemblysim.exchange.petab.model import PetabModel
from assemblysim.exchange.petab.problem import Observable, PetabParameter, PetabPrior, PetabReading
from assemblysim.inference.model.experiment import ExperimentProblem
from assemblysim.inference.model.parameters import NamedValues
from assemblysim.inference.model.problem import courses_of, filled, signals_of
from assemblysim.kinetics.task import Tolerance
from assemblysim.measurement.data import Signal
from assemblysim.measurement.likelihoods.intensities import IntensityLikelihood
from assemblysim.measurement.noise_model import NoiseParameters

# By so much a scale factor may be off its nominal value, in each direction.
_WIDTH = 1e6
_FINE = Tolerance(1e-11, 1e-13)
# What a measurement gives a value: its scale factor; its total, or its known standard deviation.
_FACTOR, _TOTAL = "@factor@", "@size@"


@dataclass(eq=False)
class Observed:
    """Gathers the tables of what was measured.

    Attributes:
        model: of the problem.
        named: nominal values, a batch of one.
        observables: by their content, so that experiments share them.
        readings: in order.
        factors: scale factors of spectra or columns.
        log_jacobian: sum of the logarithms of intensities that count as logarithms.
        left_out: how many intensities below a limit are left out.
    """

    model: PetabModel
    named: NamedValues
    observables: dict[tuple[str, str, str], Observable] = field(default_factory=dict)
    readings: list[PetabReading] = field(default_factory=list)
    factors: list[PetabParameter] = field(default_factory=list)
    log_jacobian: float = 0.0
    left_out: int = 0

    def add(self, experiment: ExperimentProblem, identifier: str) -> None:
        """Add an experiment's intensities.

        Args:
            experiment: one with a table.
            identifier: of the experiment.
        """
        intensities = experiment.intensities
        if intensities is None:
            return
        measured = intensities.measured
        times = experiment.at_moments(measured.times + experiment.clock.usual_delay)[measured.at]
        expected = self._expected(experiment)[measured.at]
        logs, sds = experiment.measurement.noise.logarithmic, measured.sds
        columns = [
            self._observable(experiment, intensities.parameters, signal)
            for signal in experiment.measurement.signals
        ]
        self.left_out += int(measured.censored.sum())
        if logs:
            self.log_jacobian += float(np.log(measured.values[measured.observed]).sum())
        for cells, name in self._groups(intensities, identifier):
            seen, shown = measured.values[tuple(cells.T)], expected[tuple(cells.T)]
            total = float(seen.sum()) or 1.0

            def size_of(n: int, i: int, total: float = total) -> float:
                return total if sds is None else float(sds[n, i])

            factor = (self._factor(name, seen, shown, logs=logs),) if name else ()
            for n, i in cells:
                one = columns[i]
                self.readings.append(
                    PetabReading(
                        one.name,
                        identifier,
                        float(times[n]),
                        float(measured.values[n, i]),
                        factor,
                        (size_of(n, i),) if one.noise_placeholders else (),
                    )
                )

    def _expected(self, experiment: ExperimentProblem) -> np.ndarray:
        """Return the signals at nominal values, shape (T, I), at the times of the intensities."""
        problem = replace(self.model.problem, tolerance=_FINE)
        batch = courses_of(problem, experiment, self.named)
        signals = signals_of(experiment, self.named, filled(batch))[0]
        return np.asarray(signals[experiment.reading_places])

    def _groups(
        self, intensities: IntensityLikelihood, identifier: str
    ) -> list[tuple[np.ndarray, str]]:
        """Return the cells, shape (N, 2), that share an unknown factor, with the factor's name.

        A group of one intensity says nothing, since its factor explains it.
        """
        observed, scale = intensities.measured.observed, intensities.measurement.scale
        cells = np.argwhere(observed)
        if scale.known:
            return [(cells, "")]
        found = []
        for group in range(observed.shape[0 if scale.by_row else 1]):
            own = cells[cells[:, 0 if scale.by_row else 1] == group]
            if len(own) > 1:
                what = f"{group + 1}" if scale.by_row else intensities.measured.signals[group]
                found.append((own, f"scale_{identifier}_{what}"))
        return found

    def _factor(self, name: str, seen: np.ndarray, shown: np.ndarray, *, logs: bool) -> str:
        shown = np.maximum(shown, 1e-300)
        best = (
            math.exp(float((np.log(seen) - np.log(shown)).mean()))
            if logs
            else float((seen * shown).sum() / (shown**2).sum())
        )
        best = best if best > 0 and math.isfinite(best) else 1.0
        identifier = self.model.formulas.fresh(name)
        bounds = (best / _WIDTH, best * _WIDTH)
        prior = PetabPrior("log-uniform", bounds)
        self.factors.append(PetabParameter(identifier, *bounds, best, True, prior, "log"))
        return identifier

    def _observable(
        self, experiment: ExperimentProblem, parameters: NoiseParameters, signal: Signal
    ) -> Observable:
        measurement = experiment.measurement
        formula = self._formula(experiment, signal)
        if not measurement.scale.known:
            formula = f"{_FACTOR} * ({formula})"
        noise = self._noise(experiment, parameters, signal, formula)
        kind = "log-normal" if measurement.noise.logarithmic else "normal"
        key = (formula, noise, kind)
        if key not in self.observables:
            name = self.model.formulas.fresh(f"obs_{signal.name}")
            places = {_FACTOR: f"observableParameter1_{name}", _TOTAL: f"noiseParameter1_{name}"}
            self.observables[key] = Observable(
                name,
                signal.name,
                _filled(formula, places),
                _filled(noise, places),
                kind,
                (places[_FACTOR],) if _FACTOR in formula else (),
                (places[_TOTAL],) if _TOTAL in noise else (),
            )
        return self.observables[key]

    def _formula(self, experiment: ExperimentProblem, signal: Signal) -> str:
        """Return the expected signal."""
        species = experiment.network.species_names
        if signal.divisor:
            return self._ratio(experiment, signal)
        terms = [
            name if factor == 1 else f"{petab_number(factor)} * {name}"
            for name, factor in signal.terms
            if name in species
        ]
        terms += [
            f"{self.model.here(experiment, coefficient)} * {name}"
            for name, coefficient in signal.weighted
            if name in species
        ]
        seen = " + ".join(terms) or "0"
        if experiment.dilution != 1:
            seen = f"({seen}) / {petab_number(experiment.dilution)}"
        if signal.standard:
            seen = f"{seen} + {petab_number(signal.standard)}"
        place = [one.name for one in experiment.measurement.signals].index(signal.name)
        response = self.model.here(experiment, experiment.response_names[place])
        if response != "1":
            seen = f"{response} * ({seen})"
        background = self.model.here(experiment, "background")
        return seen if background == "0" else f"{seen} + {background}"

    def _ratio(self, experiment: ExperimentProblem, signal: Signal) -> str:
        """Return a quotient of two sums, which has no background."""
        species = experiment.network.species_names
        above, below = (
            " + ".join(
                f"{petab_number(factor)} * {name}" for name, factor in part if name in species
            )
            or "0"
            for part in (signal.terms, signal.divisor)
        )
        place = [one.name for one in experiment.measurement.signals].index(signal.name)
        response = self.model.here(experiment, experiment.response_names[place])
        return f"{response} * ({above}) / ({below})"

    def _noise(
        self,
        experiment: ExperimentProblem,
        parameters: NoiseParameters,
        signal: Signal,
        formula: str,
    ) -> str:
        """Return the standard deviation of an intensity, or of its logarithm."""
        own = {}
        for name in parameters.names:
            if parameters.signal_of(name) in (None, signal.name):
                own[parameters.size_of(name)] = self.model.here(experiment, name)
        model = parameters.model
        size = own[model.sizes[0]]
        if model.logarithmic:
            return size
        if model.stated:
            return f"{_TOTAL} * {size}"
        known = experiment.measurement.scale.known
        added = own.get("noise_additive", size)
        added = added if known else f"{_TOTAL} * {added}"
        if not model.relative:
            return added
        return f"(({added})^2 + ({size} * ({formula}))^2)^0.5"


def _filled(text: str, places: dict[str, str]) -> str:
    return re.sub("@[a-z]+@", lambda found: places[found[0]], text)
