"""From a study to one mechanism's problem: every unknown with its prior, everything else fixed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.inference.model.experiment import Clock, ExperimentProblem, Vessels
from assemblysim.inference.model.prior import PRIORS, Prior
from assemblysim.inference.model.priors import (
    LogNormal,
    LogUniform,
    PositiveNormal,
    SignedNormal,
)
from assemblysim.inference.model.problem import Problem
from assemblysim.kinetics.engines.integration import DEFAULT_TOLERANCE
from assemblysim.measurement.data import IntensityTable, Measurement
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.noise_model import DefaultPrior
from assemblysim.measurement.responses import Exchangeable
from assemblysim.measurement.statements.interpretations import samples_of
from assemblysim.measurement.statements.likelihood import StatementLikelihood, statement_likelihood
from assemblysim.mechanism.network.network import Network
from assemblysim.study.definition.conditions import Conditions
from assemblysim.study.definition.hypotheses import Hypothesis, ratio_units
from assemblysim.study.definition.study import Experiment, Study
from assemblysim.study.definition.unknowns import Place, measurement_units, study_units
from assemblysim.study.problem.naming import naming_of
from assemblysim.study.problem.rates import add_rate_constants
from assemblysim.study.problem.response_unknowns import add_responses
from assemblysim.study.problem.unknowns import Unknowns

# What a reader of a figure takes for "absent": between 0.1 and 5 % of the spectrum.
STATEMENT_LIMIT = LogUniform(0.001, 0.05)
STATEMENT_NOISE = LogNormal(0.3, 1.5)
ABUNDANT_FRACTION = 1 / 3
# Standard deviations beyond which no sampling time lies.
FARTHEST = 5.0
STATEMENT_NUMBERS = ("limit", "statement_noise", "fraction")
# Chemical background, as a fraction of the scarcest component: peaks are assigned by mass and
# isotope pattern, so what is left of it lies far below a detection limit of about half a per cent.
BACKGROUND_SHARES = (1e-6, 1e-4)


def build_problem(study: Study, mechanism: str) -> Problem:
    """Hold one mechanism against a study's data.

    Args:
        study: as read from its folder.
        mechanism: one of its mechanisms or hypotheses.

    Returns:
        The problem: unknowns in the order rate constants, initial concentrations,
        responses, background, noise, statements.

    Raises:
        InputError: a number has neither a prior nor a value nor a default; the text names the
            study's file.
    """
    hypothesis = study.hypothesis(mechanism)
    network = study.system.network(*dict.fromkeys(hypothesis.mechanisms))
    with at(str(study.folder / "study.toml")):
        return _problem(study, hypothesis, network)


def _problem(study: Study, hypothesis: Hypothesis, network: Network) -> Problem:
    for experiment in study.experiments:
        if not np.any(experiment.times > 0):
            raise InputError(
                f"experiment '{experiment.name}': 0 samples after the start; add a sampling time "
                "above 0"
            )
    units = {**_own_units(study), **units_of(study)}
    networks = tuple(study.system.network(name) for name in hypothesis.mechanisms)
    unknowns = Unknowns(study, units, naming_of(study, hypothesis), networks)
    temperatures = add_rate_constants(study, network, networks, unknowns)
    intensities = [_intensities(study, experiment) for experiment in study.experiments]
    statements = [_statements(study, experiment) for experiment in study.experiments]
    experiments = tuple(
        _experiment(study, networks[i], unknowns, i, intensities[i], statements[i])
        for i in range(len(study.experiments))
    )
    exchanged = _add_measurements(study, unknowns, intensities, statements)
    unknowns.add_what_derived_ones_need()
    _refuse_nothing_to_fit(study, unknowns, intensities, statements)
    return Problem(
        mechanism=hypothesis.name,
        network=network,
        parameters=unknowns.parameters,
        fixed=tuple(unknowns.fixed.items()),
        experiments=tuple(
            replace(experiment, aliases=unknowns.aliases(i))
            for i, experiment in enumerate(experiments)
        ),
        tolerance=DEFAULT_TOLERANCE,
        temperatures=temperatures,
        derived=unknowns.derived,
        interpretations=study.interpretations,
        course_weights=study.course_weights,
        exchangeable=exchanged,
    )


def _own_units(study: Study) -> dict[str, str]:
    """Return the units of what belongs to single experiments: their starts and clocks."""
    found: dict[str, str] = {}
    for one in study.experiments:
        place = Place(one.name, len(study.experiments) > 1)
        times, unit = one.times.tolist(), study.concentration_unit
        found |= place.own_units(one.initial, one.conditions, times, unit)
    return found


def units_of(study: Study) -> dict[str, str]:
    """Return the unit of everything that a study may say something of, by name."""
    every = [name for one in study.mechanisms for name in study.hypothesis(one).mechanisms]
    units = study_units(
        study.system,
        tuple(dict.fromkeys(every)),
        study.measurement,
        study.concentration_unit,
        study.heating,
        study.sharing,
        tuple(one.own for one in study.experiments),
    )
    return {**units, **ratio_units(study.hypotheses)}


def _refuse_nothing_to_fit(
    study: Study,
    unknowns: Unknowns,
    intensities: list[IntensityLikelihood | None],
    statements: list[StatementLikelihood | None],
) -> None:
    """Refuse a study whose data say nothing, or in which nothing is unknown."""
    if not any(part is not None and part.observations for part in (*intensities, *statements)):
        raise InputError(
            f"[measurement]: with scale '{study.measurement.scale.name}' the data compare "
            "nothing, since no spectrum or column has two intensities; add signals or samples"
        )
    if not unknowns.parameters:
        raise InputError("[priors]: every number is stated, 0 are unknown; leave at least one out")
    for i, experiment in enumerate(study.experiments):
        own = dict(unknowns.aliases(i))
        noises = study.measurement_of(experiment).noise_parameters(shared=True).names
        for name in (*noises, *STATEMENT_NUMBERS):
            if unknowns.fixed.get(own.get(name, name), 1.0) <= 0:
                raise InputError(
                    f"[priors]: {own.get(name, name)}: 0 is no size; write a number above 0"
                )


def _intensities(study: Study, experiment: Experiment) -> IntensityLikelihood | None:
    """Return the likelihood of an experiment's table, if it has one."""
    if experiment.table is None:
        return None
    return intensity_likelihood(experiment.table, study.measurement_of(experiment))


def _statements(study: Study, experiment: Experiment) -> StatementLikelihood | None:
    """Return the likelihood of an experiment's statements, if it has any."""
    if not experiment.statements:
        return None
    measurement = study.measurement_of(experiment)
    return statement_likelihood(
        experiment.statements,
        samples_of(experiment.sampled, study.interpretations, dict(experiment.further_samples)),
        tuple(signal.name for signal in measurement.signals),
        measurement.scale,
        study.statement_settings.rates,
    )


def _experiment(
    study: Study,
    network: Network,
    unknowns: Unknowns,
    index: int,
    intensities: IntensityLikelihood | None,
    statements: StatementLikelihood | None,
) -> ExperimentProblem:
    """Say where each species of the network starts, adding unknown starts to the unknowns."""
    experiment = study.experiments[index]
    given = dict(experiment.initial)
    entries: list[float | str] = []
    for species in network.species_names:
        start = given.get(species, 0.0)
        name = Place(experiment.name, len(study.experiments) > 1).start(species)
        if isinstance(start, Prior) or (species in given and unknowns.in_expressions(name)):
            unknowns.add(name, study.concentration_unit, "initial", start)
            entries.append(name)
        else:
            entries.append(start)
    times = np.concatenate([p.times for p in (intensities, statements) if p is not None])
    protocol = experiment.conditions.protocol.within(network.species_names)
    alternatives = tuple(
        (words, replace(protocol, programme=other))
        for words, other in experiment.conditions.alternatives
    )
    return ExperimentProblem(
        experiment.name,
        network,
        study.measurement_of(experiment),
        tuple(entries),
        experiment.table,
        intensities,
        statements,
        float(times.max()) + _usual_delay(experiment.conditions),
        protocol,
        _clock(study, unknowns, index, np.unique(times)),
        experiment.conditions.dilution,
        alternatives=alternatives,
        vessels=_vessels(study, unknowns, index, np.unique(times)),
    )


def _clock(study: Study, unknowns: Unknowns, index: int, times: np.ndarray) -> Clock:
    """Say when samples were taken, adding what is uncertain of it to the unknowns."""
    experiment = study.experiments[index]
    conditions, place = experiment.conditions, Place(experiment.name, len(study.experiments) > 1)
    late: float | str = place.dead_time
    if isinstance(conditions.dead_time, Prior):
        unknowns.add(place.dead_time, "h", "time", conditions.dead_time)
    else:
        late = conditions.dead_time
    latest = float(times[-1])
    uncertain = place.sampling_times(conditions, times.tolist())
    for time, name in uncertain:
        error = conditions.time_error(time)
        unknowns.add(name, "h", "time", PositiveNormal(time, error))
        latest = max(latest, time + FARTHEST * error)
    if isinstance(conditions.dead_time, Prior):
        latest += float(conditions.dead_time.from_normal(FARTHEST))
    else:
        latest += conditions.dead_time
    return Clock(late, uncertain, latest, _usual_delay(conditions))


def _vessels(study: Study, unknowns: Unknowns, index: int, times: np.ndarray) -> Vessels:
    """Add the errors of samples that are vessels of their own to the unknowns; name them."""
    experiment = study.experiments[index]
    errors = experiment.conditions.vessels
    place = Place(experiment.name, len(study.experiments) > 1)
    found = place.vessels(experiment.conditions, times.tolist())
    for (_, names), (_, fraction) in zip(found.factors, errors.start, strict=True):
        for name in names:
            unknowns.add(name, "", "vessel", PositiveNormal(1.0, fraction))
    for name in found.warmer:
        unknowns.add(name, "K", "vessel", SignedNormal(0.0, errors.temperature))
    return found


def _usual_delay(conditions: Conditions) -> float:
    delay = conditions.dead_time
    return float(delay.quantile(0.5)) if isinstance(delay, Prior) else delay


def _add_measurements(
    study: Study,
    unknowns: Unknowns,
    intensities: list[IntensityLikelihood | None],
    statements: list[StatementLikelihood | None],
) -> tuple[Exchangeable, ...]:
    """Add the unknowns of each measurement: responses, background, noise, statements.

    Returns:
        Which of the responses are exchangeable.
    """
    alike: dict[str, list[int]] = {}
    for i, experiment in enumerate(study.experiments):
        alike.setdefault("" if experiment.own is None else experiment.own.name, []).append(i)
    exchanged: tuple[Exchangeable, ...] = ()
    for among in alike.values():
        likelihoods = [one for i in among if (one := intensities[i]) is not None]
        said = any(statements[i] is not None for i in among)
        exchanged += _add_measurement(study, unknowns, among, likelihoods, has_statements=said)
    return exchanged


def _add_measurement(
    study: Study,
    unknowns: Unknowns,
    among: list[int],
    intensities: list[IntensityLikelihood],
    *,
    has_statements: bool,
) -> tuple[Exchangeable, ...]:
    """Add the unknowns of the measurement that some experiments, by their numbers, share.

    Returns:
        Which of its responses are exchangeable.
    """
    measurement = study.measurement_of(study.experiments[among[0]])
    units = measurement_units(measurement, study.concentration_unit)
    exchanged = add_responses(unknowns, measurement, among, measured=bool(intensities))
    for name in measurement.coefficients:
        unknowns.add(name, "", "coefficient", None, among)
    logarithmic = measurement.noise.logarithmic or has_statements
    background = background_default(study) if logarithmic else 0.0
    unknowns.add("background", study.concentration_unit, "background", background, among)
    tables = [table for i in among if (table := study.experiments[i].table) is not None]
    for name in dict.fromkeys(n for likelihood in intensities for n in likelihood.noise_names):
        unknowns.add(name, units[name], "noise", noise_default(measurement, tables, name), among)
    if has_statements:
        limit = measurement.detection_limit or STATEMENT_LIMIT
        unknowns.add("limit", "", "statement", limit, among)
        unknowns.add("statement_noise", "", "statement", STATEMENT_NOISE, among)
        unknowns.add("fraction", "", "statement", ABUNDANT_FRACTION, among)
    return exchanged


def _totals(study: Study) -> dict[str, float]:
    """Return the largest total of each building block over the experiments, mM."""
    compositions = {s.name: dict(s.composition) for s in study.system.species}
    totals: dict[str, float] = {}
    for experiment in (one.prior_conditions for one in study.experiments):
        here: dict[str, float] = {}
        for species, start in experiment.initial:
            for block, count in compositions[species].items():
                here[block] = here.get(block, 0.0) + count * start
        totals = {b: max(totals.get(b, 0.0), here.get(b, 0.0)) for b in {**totals, **here}}
    return {block: total for block, total in totals.items() if total > 0}


def background_default(study: Study) -> Prior | None:
    """Return the default prior of the chemical background, mM; None without any total."""
    totals = _totals(study)
    if not totals:
        return None
    scarcest = min(totals.values())
    low, high = BACKGROUND_SHARES
    return LogUniform(low * scarcest, high * scarcest)


def noise_default(
    measurement: Measurement, tables: list[IntensityTable], name: str
) -> Prior | float:
    """Return the default prior of a noise parameter, or 1 for the factor of known noise.

    An additive one is told the largest intensity, or 1 where the scale is unknown, since
    intensities are then taken relative to their spectrum's or column's total. Where every signal
    has a size of its own, its own intensities count, if there are any above zero.
    """
    parameters, largest = measurement.noise_parameters(shared=True), 1.0
    if measurement.noise.stated and name in parameters.own_names:
        return 1.0
    if measurement.scale.known and parameters.is_additive(name):
        largest = _largest_intensity(tables, parameters.signal_of(name))
        largest = largest or _largest_intensity(tables, None)
    return as_prior(measurement.noise.default_prior(parameters.size_of(name), largest))


def as_prior(default: DefaultPrior) -> Prior:
    """Make a prior of what the measurement knows as a study would write it."""
    return PRIORS[default.kind].read({default.kind: list(default.numbers)}, "")


def _largest_intensity(tables: list[IntensityTable], signal: str | None) -> float:
    """Return the largest intensity of one signal, or of all; 0 where there is none above zero."""
    columns = [
        table.values[:, i]
        for table in tables
        for i, name in enumerate(table.signals)
        if signal in (None, name)
    ]
    return max((float(np.nan_to_num(column).max()) for column in columns), default=0.0)
