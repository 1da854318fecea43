"""A study as values: competing mechanisms and the experiments that judge them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from assemblysim.inference.model.default_priors import PriorConditions
from assemblysim.inference.model.prior import Prior
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.measurement.data import IntensityTable, Measurement, Statement
from assemblysim.measurement.statements.interpretations import ONLY, Interpretation
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.conditions import Conditions
from assemblysim.study.definition.heating import Heating
from assemblysim.study.definition.hypotheses import Hypothesis, only_mechanism
from assemblysim.study.definition.settings import StatementSettings
from assemblysim.study.definition.sharing import Sharing
from assemblysim.study.definition.signals import OwnMeasurement


@dataclass(frozen=True, eq=False)
class Experiment:
    """One experiment: where it started and what was seen.

    Attributes:
        name: unique in its study.
        initial: (species, concentration or its prior) pairs, in the study's concentration
            unit; a species that is not listed starts at 0.
        table: the readings, if there are any.
        statements: what is said about them in words; may be empty.
        sampled: shape (T,), h, increasing: the times that statements are about; empty
            where there are none.
        conditions: how it was conducted.
        further_samples: (interpretation, times in h) pairs, of samples that it alone knows of.
        own: how it was measured, where not as the study says.
    """

    name: str
    initial: tuple[tuple[str, float | Prior], ...]
    table: IntensityTable | None
    statements: tuple[Statement, ...]
    sampled: np.ndarray
    conditions: Conditions = field(default_factory=Conditions)
    further_samples: tuple[tuple[str, np.ndarray], ...] = ()
    own: OwnMeasurement | None = None

    @property
    def times(self) -> np.ndarray:
        """All sampling times, shape (T,), h, increasing."""
        measured = self.sampled[:0] if self.table is None else self.table.times
        further = (times for _, times in self.further_samples)
        return np.unique(np.concatenate([measured, self.sampled, *further]))

    @property
    def prior_conditions(self) -> PriorConditions:
        """What default priors depend on; an unknown initial concentration counts as its median."""
        initial = {
            name: float(start.quantile(0.5)) if isinstance(start, Prior) else start
            for name, start in self.initial
        }
        # What is added before the last sample takes part, too, as if it were there from the start.
        protocol = self.conditions.protocol
        for event in protocol.events:
            if event.time >= self.times[-1]:
                continue
            after = float(protocol.volumes(np.array(event.time))) + event.volume
            for name, concentration in event.contents:
                fraction = event.volume / after
                initial[name] = initial.get(name, 0.0) + fraction * concentration
            for name, concentration in event.settings:  # at its largest it does most
                initial[name] = max(initial.get(name, 0.0), concentration)
        for feed in protocol.feeds:
            end = min(feed.end, float(self.times[-1]))
            if end > feed.begin:
                part = feed.rate * (end - feed.begin) / float(protocol.volumes(np.array(end)))
                for name, concentration in feed.contents:
                    initial[name] = initial.get(name, 0.0) + part * concentration
        after_start = self.times[self.times > 0]
        return PriorConditions(
            tuple(initial.items()),
            float(after_start[0]),
            float(after_start[-1]),
            protocol.held,
        )


@dataclass(frozen=True)
class Truth:
    """What simulated data were made from.

    Attributes:
        mechanism: the true one.
        values: (parameter name, value) pairs, in the parameters' units.
        times: sampling times, h.
        replicates: spectra at each time.
        seed: of the simulation.
        notices: a line where the mechanism is written under a former name.
    """

    mechanism: str
    values: tuple[tuple[str, float], ...]
    times: tuple[float, ...]
    replicates: int
    seed: int
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that a study's files say.

    Attributes:
        folder: where study.toml lies.
        title: of the report.
        question: what the study asks; may be empty.
        notes: sentences that the report's reader has to know.
        system: the chemistry, with all its mechanisms.
        mechanisms: names of those that are compared, hypotheses among them.
        seed: of all random numbers.
        concentration_unit: of all concentrations.
        experiments: fitted together, sharing rate constants.
        measurement: how signals become readings.
        fixed: (parameter name, value) of what is not unknown.
        priors: (parameter name, prior) where it is not the default.
        statement_settings: how statements are weighed.
        sampling: how much work goes into each mechanism.
        inputs: (path relative to the folder, sha256) of every file read.
        synthetic: whether the data are simulated.
        truth: what they were simulated from, where the study says so.
        heating: how rate constants depend on temperature; None where none is stated.
        sharing: which parameters experiments have for themselves; None where they share all.
        derived: (parameter name, expression of others) pairs.
        notices: a line for each key or mechanism that is written under a former name.
        interpretations: the ways in which the words of all experiments may be read.
        course_weights: (name, weight) of the courses of temperature that count, the stated one
            first, called "".
        hypotheses: those that are more than one mechanism for all experiments.
        group_systems: (group, the chemistry with its own formulas and ions) where it has some.
    """

    folder: Path
    title: str
    question: str
    notes: tuple[str, ...]
    system: System
    mechanisms: tuple[str, ...]
    seed: int
    concentration_unit: Literal["mM", "%"]
    experiments: tuple[Experiment, ...]
    measurement: Measurement
    fixed: tuple[tuple[str, float], ...]
    priors: tuple[tuple[str, Prior], ...]
    statement_settings: StatementSettings
    sampling: FitSettings
    inputs: tuple[tuple[str, str], ...]
    synthetic: bool = False
    truth: Truth | None = None
    heating: Heating | None = None
    sharing: Sharing | None = None
    derived: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    interpretations: tuple[Interpretation, ...] = ONLY
    course_weights: tuple[tuple[str, float], ...] = (("", 1.0),)
    hypotheses: tuple[Hypothesis, ...] = ()
    group_systems: tuple[tuple[str, System], ...] = ()

    def hypothesis(self, name: str) -> Hypothesis:
        """Return one of those that are compared."""
        for one in self.hypotheses:
            if one.name == name:
                return one
        return only_mechanism(name, [one.conditions.group for one in self.experiments])

    def measurement_of(self, experiment: Experiment) -> Measurement:
        """Return how an experiment was measured."""
        return self.measurement if experiment.own is None else experiment.own.measurement
