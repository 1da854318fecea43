"""From a study to one mechanism's problem: every unknown with its prior, everything else fixed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.inference.model.default_priors import rate_constant_prior
from assemblysim.inference.model.derived import DerivedByLaw
from assemblysim.inference.model.experiment import Clock, ExperimentProblem
from assemblysim.inference.model.prior import PRIORS, Prior
from assemblysim.inference.model.priors import LogNormal, LogUniform, PositiveNormal
from assemblysim.inference.model.problem import (
    Problem,
    Temperatures,
)
from assemblysim.kinetics.engines.integration import DEFAULT_TOLERANCE
from assemblysim.measurement.data import IntensityTable
from assemblysim.measurement.likelihoods.intensities import (
    IntensityLikelihood,
    intensity_likelihood,
)
from assemblysim.measurement.noise_model import DefaultPrior
from assemblysim.measurement.statements.interpretations import samples_of
from assemblysim.measurement.statements.likelihood import StatementLikelihood, statement_likelihood
from assemblysim.mechanism.constants.constants import ENERGY as FREE_ENERGIES
from assemblysim.mechanism.constants.constants import NUMBER, involved
from assemblysim.mechanism.constants.rate_constant_units import (
    rate_constant_dimensions,
)
from assemblysim.mechanism.network.network import Network
from assemblysim.study.definition.conditions import Conditions
from assemblysim.study.definition.experiment_unknowns import Place
from assemblysim.study.definition.heating import (
    ENERGY,
    ENTHALPY,
    FREE_ENERGY,
    Heating,
)
from assemblysim.study.definition.study import Experiment, Study
from assemblysim.study.definition.unknowns import Unknowns, energy_name, study_units

# ESI responses of clusters of one family lie within a factor of two, two times in three.
RESPONSE = LogNormal(1.0, 2.0)
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
        mechanism: one of its mechanisms.

    Returns:
        The problem: unknowns in the order rate constants, initial concentrations,
        responses, background, noise, statements.

    Raises:
        InputError: a number has neither a prior nor a value nor a default; the text names the
            study's file.
    """
    network = study.system.network(mechanism)
    with at(str(study.folder / "study.toml")):
        return _problem(study, mechanism, network)


def _problem(study: Study, mechanism: str, network: Network) -> Problem:
    for experiment in study.experiments:
        if not np.any(experiment.times > 0):
            raise InputError(
                f"experiment '{experiment.name}': 0 samples after the start; add a sampling time "
                "above 0"
            )
    units = units_of(study)
    unknowns = Unknowns(study, units)
    temperatures = _add_rate_constants(study, network, unknowns)
    intensities = [_intensities(study, experiment) for experiment in study.experiments]
    statements = [_statements(study, experiment) for experiment in study.experiments]
    experiments = tuple(
        _experiment(study, network, unknowns, i, intensities[i], statements[i])
        for i in range(len(study.experiments))
    )
    _add_measurement(study, unknowns, units, intensities, any(s is not None for s in statements))
    unknowns.add_what_derived_ones_need()
    _refuse_nothing_to_fit(study, unknowns, intensities, statements)
    return Problem(
        mechanism=mechanism,
        network=network,
        measurement=study.measurement,
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
    )


def units_of(study: Study) -> dict[str, str]:
    """Return the unit of everything that a study may say something of, by name."""
    return study_units(
        study.system,
        study.mechanisms,
        study.measurement,
        study.concentration_unit,
        study.heating,
        study.sharing,
    )


def _add_rate_constants(study: Study, network: Network, unknowns: Unknowns) -> Temperatures | None:
    """Add rate constants and what their change with temperature takes."""
    # A unit may be settled by another mechanism's steps.
    whole = study.system.whole_network()
    dimensions = rate_constant_dimensions(whole)
    conditions = tuple(experiment.prior_conditions for experiment in study.experiments)
    heating, energies = study.heating, []
    for name in network.rate_constant_names:
        unit, dimension = unknowns.unit(name), dimensions[name]
        heated = heating if heating is not None and heating.varies and dimension.timed else None
        energies.append(heated.energy(name) if heated else "")
        if heated and heated.form == "separate" and not unknowns.mentions(name):
            _add_separate(heated, unknowns, name, (unit, dimension.order))
            continue
        default = None if unknowns.knows(name) else rate_constant_prior(network, name, conditions)
        unknowns.add(name, unit, "rate", default)
    further = _add_constants(study, network, unknowns)
    if heating is None:
        return None
    rate_constants = whole.rate_constant_names
    for name, energy in zip(network.rate_constant_names, energies, strict=True):
        if energy:
            parameter = unknowns.derived_energy(name, heating, rate_constants)
            unknowns.add(energy, "kJ/mol", "energy", parameter or ENERGY)
    for name in further if heating.varies else ():
        if not name.startswith(NUMBER):
            enthalpy = energy_name(name, heating, rate_constants)
            parameter = unknowns.derived_energy(name, heating, rate_constants)
            unknowns.add(enthalpy, "kJ/mol", "energy", parameter or ENTHALPY)
    powers = tuple(
        unknowns.power_of_temperature(name, heating, rate_constants) if energy else 0.0
        for name, energy in zip(network.rate_constant_names, energies, strict=True)
    )
    return Temperatures(heating.reference, tuple(energies), powers)


def _add_constants(study: Study, network: Network, unknowns: Unknowns) -> tuple[str, ...]:
    """Add what rate constants follow from; return the names."""
    names = involved(study.system.constants, network.rate_constant_names)
    further = tuple(name for name in names if name not in network.rate_constant_names)
    for name in further:
        default = FREE_ENERGY if name.startswith(FREE_ENERGIES) else None
        unknowns.add(name, unknowns.unit(name), "constant", default)
    return further


def _add_separate(heating: Heating, unknowns: Unknowns, name: str, of: tuple[str, float]) -> None:
    """Add A, or the entropy, and the rate constant as it follows from it and the energy.

    Args:
        heating: how rate constants depend on temperature.
        unknowns: what to add them to.
        name: of the rate constant.
        of: its unit, and the order of its step.
    """
    unit, order = of
    energy, partner = heating.energy(name), heating.partner(name)
    law = heating.law
    unknowns.add(partner, law.partner_unit(unit), law.partner_kind, law.partner_prior(order))
    follows = DerivedByLaw(name, (partner, energy), law, heating.reference, order)
    unknowns.add(name, unit, "rate", follows)


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
    noises = study.measurement.noise_parameters(shared=True).names
    for name in (*noises, *STATEMENT_NUMBERS):
        if unknowns.fixed.get(name, 1.0) <= 0:
            raise InputError(f"[priors]: {name}: 0 is no size; write a number above 0")


def _intensities(study: Study, experiment: Experiment) -> IntensityLikelihood | None:
    """Return the likelihood of an experiment's table, if it has one."""
    if experiment.table is None:
        return None
    return intensity_likelihood(experiment.table, study.measurement)


def _statements(study: Study, experiment: Experiment) -> StatementLikelihood | None:
    """Return the likelihood of an experiment's statements, if it has any."""
    if not experiment.statements:
        return None
    return statement_likelihood(
        experiment.statements,
        samples_of(experiment.sampled, study.interpretations, dict(experiment.further_samples)),
        tuple(signal.name for signal in study.measurement.signals),
        study.measurement.scale,
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
        if isinstance(start, Prior):
            name = Place(experiment.name, len(study.experiments) > 1).start(species)
            unknowns.add(name, study.concentration_unit, "initial", start)
            entries.append(name)
        else:
            entries.append(start)
    times = np.concatenate([p.times for p in (intensities, statements) if p is not None])
    here = set(network.species_names)
    protocol = experiment.conditions.protocol
    protocol = replace(protocol, held=tuple(one for one in protocol.held if one in here))
    alternatives = tuple(
        (words, replace(protocol, programme=other))
        for words, other in experiment.conditions.alternatives
    )
    return ExperimentProblem(
        experiment.name,
        tuple(entries),
        experiment.table,
        intensities,
        statements,
        float(times.max()) + _usual_delay(experiment.conditions),
        protocol,
        _clock(study, unknowns, index, np.unique(times)),
        experiment.conditions.dilution,
        alternatives=alternatives,
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


def _usual_delay(conditions: Conditions) -> float:
    delay = conditions.dead_time
    return float(delay.quantile(0.5)) if isinstance(delay, Prior) else delay


def _add_measurement(
    study: Study,
    unknowns: Unknowns,
    units: dict[str, str],
    intensities: list[IntensityLikelihood | None],
    has_statements: bool,
) -> None:
    """Add the unknowns of the measurement: responses, background, noise, statements."""
    measurement = study.measurement
    for i, signal in enumerate(measurement.signals):
        default: Prior | float = RESPONSE if measurement.scale.responses_unknown and i > 0 else 1.0
        unknowns.add(f"response_{signal.name}", "", "response", default)
    logarithmic = measurement.noise.logarithmic or has_statements
    background = background_default(study) if logarithmic else 0.0
    unknowns.add("background", study.concentration_unit, "background", background)
    names = dict.fromkeys(n for r in intensities if r is not None for n in r.noise_names)
    for name in names:
        unknowns.add(name, units[name], "noise", noise_default(study, name))
    if has_statements:
        limit = measurement.detection_limit or STATEMENT_LIMIT
        unknowns.add("limit", "", "statement", limit)
        unknowns.add("statement_noise", "", "statement", STATEMENT_NOISE)
        unknowns.add("fraction", "", "statement", ABUNDANT_FRACTION)


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


def noise_default(study: Study, name: str) -> Prior:
    """Return the default prior of a noise parameter.

    An additive one is told the largest intensity, or 1 where the scale is unknown, since
    intensities are then taken relative to their spectrum's or column's total. Where every signal
    has a size of its own, its own intensities count, if there are any above zero.
    """
    parameters, largest = study.measurement.noise_parameters(shared=True), 1.0
    if study.measurement.scale.known and parameters.is_additive(name):
        tables = [e.table for e in study.experiments if e.table is not None]
        largest = _largest_intensity(tables, parameters.signal_of(name))
        largest = largest or _largest_intensity(tables, None)
    return as_prior(study.measurement.noise.default_prior(parameters.size_of(name), largest))


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
