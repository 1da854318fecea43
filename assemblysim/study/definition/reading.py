"""A study folder read from disk: every file checked, every number in the units used inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assemblysim.errors import Faults, InputError, did_you_mean, refuse_unknown
from assemblysim.files.former_names import with_todays_keys
from assemblysim.files.places import at
from assemblysim.files.toml import read_toml
from assemblysim.inference.model.prior import Prior
from assemblysim.language import listed, quoted
from assemblysim.measurement.data import Measurement
from assemblysim.measurement.statements.interpretations import ONLY, Interpretation, samples_of
from assemblysim.mechanism.properties.orders import notes_on_steps
from assemblysim.mechanism.reading.expanding import read_expanded_system, with_labels_of_study
from assemblysim.mechanism.reading.system import System
from assemblysim.mechanism.reading.texts import former_name_lines
from assemblysim.study.definition.conditions import (
    Conditions,
    check_time_errors,
    is_fed,
    read_conditions,
)
from assemblysim.study.definition.heating import Heating, read_heating_and_weights
from assemblysim.study.definition.hypotheses import (
    Hypothesis,
    mechanisms_compared,
    mechanisms_named,
    mechanisms_written,
    network_of_all,
    read_hypotheses,
    with_ratios,
)
from assemblysim.study.definition.priors_and_fixed import (
    read_number_or_prior,
    read_priors_and_fixed,
)
from assemblysim.study.definition.schema import (
    ExperimentTable,
    StudyTable,
    TruthTable,
    settings_from,
    validated,
)
from assemblysim.study.definition.settings import StatementSettings, read_sampling
from assemblysim.study.definition.sharing import Sharing, own_chemistries, read_sharing
from assemblysim.study.definition.signals import (
    OwnMeasurement,
    read_measurement,
    read_own_measurements,
    refuse_repeated,
    responses_alike,
)
from assemblysim.study.definition.study import Experiment, Study, Truth
from assemblysim.study.definition.tables import read_intensities
from assemblysim.study.definition.unknowns import Place, starts_in_expressions, study_units
from assemblysim.study.definition.wording import (
    interpretations_of,
    read_further_samples,
    read_sampling_times,
    read_statements,
)
from assemblysim.study.locating import model_file, study_file, with_hashes
from assemblysim.study.spectra.covariances import covariance_file, with_covariances


@dataclass(frozen=True)
class Outline:
    """What study.toml and its model say, before any data are read.

    Attributes:
        path: study.toml.
        table: its content.
        model: the mechanism file.
        system: its chemistry.
        mechanisms: those that are compared.
        measurement: how signals become readings.
        units: of every parameter that there is.
        initial: for each experiment, (species, concentration or its prior) pairs.
        all_conditions: how each experiment was conducted.
        heating: how rate constants depend on temperature, where one is stated.
        sharing: which parameters experiments have for themselves; None where they share all.
        derived: (parameter, expression) pairs.
        notices: a line for each key or mechanism that is written under a former name.
        hypotheses: those that are more than one mechanism for all experiments.
        owns: how each experiment was measured, where not as `measurement` says.
        interpretations: the ways in which the words of all experiments may be read.
        course_weights: (name, weight) of the courses of temperature that count.
    """

    path: Path
    table: StudyTable
    model: Path
    system: System
    mechanisms: tuple[str, ...]
    measurement: Measurement
    units: dict[str, str]
    initial: tuple[tuple[tuple[str, float | Prior], ...], ...]
    all_conditions: tuple[Conditions, ...] = ()
    heating: Heating | None = None
    sharing: Sharing | None = None
    derived: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    owns: tuple[OwnMeasurement | None, ...] = ()
    interpretations: tuple[Interpretation, ...] = ONLY
    course_weights: tuple[tuple[str, float], ...] = (("", 1.0),)


def read_study(folder: Path | str, system: System | None = None) -> Study:
    """Read a study and all files that it names, complete and checked.

    Args:
        folder: the study's folder, or its study.toml.
        system: the chemistry, expanded; that of the study's model if None.

    Raises:
        InputError: one line that names the file, the place, the fault and the remedy.
    """
    outline = read_outline(folder, system)
    path, table = outline.path, outline.table
    faults = Faults()
    with at(str(path)):
        with faults.gathered(), at("[priors]"):
            fixed, priors = read_priors_and_fixed(table.priors, outline.units)
            given = dict(outline.derived)
            for name in (*dict(fixed), *dict(priors)):
                if name in given:
                    raise InputError(f"{name}: [derived] gives it already; state it once")
        with faults.gathered(), at("[sampling]"):
            sampling = read_sampling(table.sampling)
        with faults.gathered(), at("[statements]"):
            statement_settings = settings_from(StatementSettings, table.statements)
        with faults.gathered():
            if table.truth is not None and not table.synthetic:
                raise InputError("'truth' belongs to simulated data; add synthetic = true")
        faults.end()
    experiments = _experiments(outline)
    truth = None if table.truth is None else read_truth(outline)
    steps = network_of_all(table, outline.mechanisms, outline.system)
    return Study(
        folder=path.parent,
        title=table.title,
        question=table.question,
        notes=(*table.notes, *notes_on_steps(steps)),
        system=outline.system,
        mechanisms=outline.mechanisms,
        seed=table.seed,
        concentration_unit=table.concentration,
        experiments=experiments,
        measurement=outline.measurement,
        fixed=fixed,
        priors=priors,
        statement_settings=statement_settings,
        sampling=sampling,
        inputs=_inputs(outline),
        synthetic=table.synthetic,
        truth=truth,
        heating=outline.heating,
        sharing=outline.sharing,
        derived=outline.derived,
        notices=(*outline.notices, *(truth.notices if truth else ())),
        hypotheses=outline.hypotheses,
        interpretations=outline.interpretations,
        course_weights=outline.course_weights,
        group_systems=own_chemistries(table, outline.system),
    )


def _experiments(outline: Outline) -> tuple[Experiment, ...]:
    """Read all experiments and what was seen in them, and tell the faults of all at once."""
    faults, found = Faults(), []
    for i in range(len(outline.table.experiments)):
        with faults.gathered():
            found.append(_experiment(outline, i))
    faults.end()
    return tuple(found)


def read_outline(folder: Path | str, known: System | None = None) -> Outline:
    """Read study.toml and its model, but none of its data.

    Args:
        folder: the study's folder, or its study.toml.
        known: the chemistry; that of the study's model if None.

    Raises:
        InputError: one line that names the file, the place, the fault and the remedy.
    """
    path, faults = study_file(Path(folder)), Faults()
    content, former = with_todays_keys(read_toml(path))
    with at(str(path)):
        table = validated(StudyTable, content)
        model = path if known else model_file(path.parent, table.model)
    system = known or read_expanded_system(model)
    with at(str(path)):
        system = with_labels_of_study(system, table.labelled, table.labelled_constants)
        with faults.gathered():
            mechanisms = mechanisms_compared(table, system)
        with faults.gathered():
            measurement = read_measurement(table.measurement, system, table.concentration)
            owns = read_own_measurements(table, system)
        with faults.gathered():
            initial, all_conditions = _starts(table, system)
        faults.end()
        heating, course_weights = read_heating_and_weights(table, all_conditions)
        sharing = read_sharing(table)
        every = mechanisms_named(table, mechanisms, system)
        units = study_units(system, every, measurement, table.concentration, heating, sharing, owns)
        hypotheses = read_hypotheses(table, system, units, sharing)
        units = with_ratios(units, hypotheses)
        alike = responses_alike(table.measurement, system, {*table.derived, *table.priors})
        starts = starts_in_expressions(table, initial, all_conditions)
        derived = starts.derived({**alike, **table.derived}, units, system.constants)
        if sharing is not None:
            sharing.check(tuple(units))
        interpretations = interpretations_of(table)
    return Outline(
        path,
        table,
        model,
        system,
        mechanisms,
        measurement,
        units,
        initial,
        all_conditions,
        heating=heating,
        sharing=sharing,
        derived=derived,
        notices=(
            *(f"{path}: {line}" for line in former),
            *former_name_lines(str(path), system.former_names, mechanisms_written(table)),
        ),
        interpretations=interpretations,
        hypotheses=hypotheses,
        owns=owns,
        course_weights=course_weights,
    )


def _starts(
    table: StudyTable, system: System
) -> tuple[tuple[tuple[tuple[str, float | Prior], ...], ...], tuple[Conditions, ...]]:
    """Return how each experiment starts and was conducted."""
    faults, starts, conditions = Faults(), [], []
    of_groups = dict(own_chemistries(table, system))
    with faults.gathered():
        refuse_repeated("experiments", [one.name for one in table.experiments])
    for one in table.experiments:
        with faults.gathered():
            starts.append(_initial(one, table.concentration, system))
        with faults.gathered(), at(f"experiment '{one.name}'"):
            own = of_groups.get(one.group or "", system)
            conditions.append(read_conditions(one, table.concentration, own))
    faults.end()
    return tuple(starts), tuple(conditions)


def _initial(
    table: ExperimentTable, unit: str, system: System
) -> tuple[tuple[str, float | Prior], ...]:
    """Return where the species of one experiment start."""
    found = []
    with at(f"experiment '{table.name}'"), at("initial"):
        for name, written in table.initial.items():
            refuse_unknown("species", name, system.species_names)
            with at(name):
                found.append((name, read_number_or_prior(written, unit)))
        if not any(start for _, start in found) and not is_fed(table, system):
            raise InputError("everything starts at 0; state what is mixed")
    return tuple(found)


def _experiment(outline: Outline, index: int) -> Experiment:
    """Read the tables of one experiment."""
    table, own = outline.table.experiments[index], outline.owns[index]
    measurement = outline.measurement if own is None else own.measurement
    folder, initial = outline.path.parent, outline.initial[index]
    unit = outline.table.concentration
    with at(str(outline.path)), at(f"experiment '{table.name}'"):
        if table.data is None and table.statements is None:
            raise InputError("nothing was seen; state 'data', 'statements' or both")
        keys = ("ignore", "sds", "sheet", "decimal", "signals", "covariance")
        if table.data is None and any(getattr(table, key) for key in keys):
            raise InputError(f"{listed(keys)} belong to 'data'; state it, or take them out")
        sampled = read_sampling_times(table.sampled)
        if table.data is None and not sampled.size:
            raise InputError(
                "'sampled' is missing; state the times that the statements are about, "
                'as ["5 min", "1 h"]'
            )
        if table.statements is None and sampled.size:
            raise InputError("'sampled' belongs to 'statements'; state them, or take it out")
    intensities = None
    if table.data is not None:
        intensities = read_intensities(
            folder / table.data,
            measurement,
            unit,
            ignore=table.ignore,
            sds=table.sds,
            sheet=table.sheet,
            decimal=table.decimal,
            only=table.signals,
            species=outline.system.species_names,
        )
        beside = _covariances_of(outline, table)
        with at(str(outline.path)), at("[measurement]"):
            measurement.refuse_unsupported(intensities.times)
            if beside is not None:
                measurement.refuse_covariances()
        if beside is not None:
            intensities = with_covariances(intensities, folder / beside)
        sampled = sampled if sampled.size else np.unique(intensities.times)
    conditions = outline.all_conditions[index]
    with at(str(outline.path)), at(f"experiment '{table.name}'"):
        measured = sampled[:0] if intensities is None else intensities.times
        spoken = [e.name for e in outline.table.experiments if e.statements is not None]
        words = {} if table.statements is None else outline.table.interpretations
        further = read_further_samples(words, table.name, spoken)
        alone = (times for _, times in further)
        together = np.unique(np.concatenate([measured, sampled, *alone]))
        check_time_errors(conditions, together.tolist())
    if table.statements is None:
        return Experiment(table.name, initial, intensities, (), sampled[:0], conditions, own=own)
    names = [signal.name for signal in measurement.signals]
    samples = samples_of(sampled, outline.interpretations, dict(further))
    statements = read_statements(folder / table.statements, names, samples)
    return Experiment(
        table.name, initial, intensities, statements, sampled, conditions, further, own
    )


def _covariances_of(outline: Outline, table: ExperimentTable) -> str | None:
    return covariance_file(table.data, table.covariance, outline.table.spectra)


def read_truth(outline: Outline) -> Truth:
    """Read what simulated data were made from: mechanism, seed, times, replicates, parameters.

    Args:
        outline: a study that names its truth.

    Returns:
        The truth, times in h, values in the parameters' units.

    Raises:
        InputError: one line that names the file, the place, the fault and the remedy.
    """
    path = outline.path.parent / str(outline.table.truth)
    content = read_toml(path)
    with at(str(path)):
        table = validated(TruthTable, content)
        mechanism = outline.system.name_today(table.mechanism)
        if mechanism not in outline.mechanisms:
            raise InputError(
                f"mechanism: {quoted(mechanism)} is not in the study"
                f"{did_you_mean(mechanism, outline.mechanisms)}"
            )
        times = tuple(map(float, read_sampling_times(table.times, "times")))
        with at("[parameters]"):
            units = {**outline.units, **_own_units(outline, times)}
            values, priors = read_priors_and_fixed(table.parameters, units)
            if priors:
                raise InputError(f"{priors[0][0]}: a prior is no truth; write a quantity")
    former = former_name_lines(str(path), outline.system.former_names, [table.mechanism])
    return Truth(mechanism, values, times, table.replicates, table.seed, former)


def _own_units(outline: Outline, times: Sequence[float]) -> dict[str, str]:
    """Return the units of the unknowns that belong to one experiment: its start, its clock."""
    experiments = outline.table.experiments
    found: dict[str, str] = {}
    for one, initial, conditions in zip(
        experiments, outline.initial, outline.all_conditions, strict=True
    ):
        listed = [time for time, _ in conditions.time_errors if time is not None]
        every = sorted({*times, *map(float, read_sampling_times(one.sampled)), *listed})
        place = Place(one.name, len(experiments) > 1)
        found |= place.units(initial, conditions, every, outline.table.concentration)
    return found


def _inputs(outline: Outline) -> tuple[tuple[str, str], ...]:
    """Return (path from the study's folder, sha256) of every file read, each once."""
    folder, table = outline.path.parent, outline.table
    each = ((e.data, _covariances_of(outline, e), e.statements) for e in table.experiments)
    named = [table.truth, *(name for names in each for name in names)]
    files = [folder / name for name in named if name is not None]
    chemistry = [outline.model, *(Path(name) for name in outline.system.files)]
    return with_hashes(folder, [outline.path, *chemistry, *files])
