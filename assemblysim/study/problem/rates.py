"""The rate constants of a problem, what they follow from, and how they go with temperature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assemblysim.inference.model.default_priors import rate_constant_prior
from assemblysim.inference.model.derived import DerivedByLaw
from assemblysim.inference.model.prior import Prior
from assemblysim.inference.model.priors import LogUniform
from assemblysim.inference.model.problem import Temperatures
from assemblysim.mechanism.constants.constants import ENERGY as FREE_ENERGIES
from assemblysim.mechanism.constants.constants import NUMBER, involved
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_dimensions
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.expanding import without_labels
from assemblysim.study.definition.heating import ENERGY, ENTHALPY, FREE_ENERGY, Heating
from assemblysim.study.definition.study import Study
from assemblysim.study.definition.unknowns import energy_name
from assemblysim.study.problem.unknowns import Unknowns


def add_rate_constants(
    study: Study, network: Network, networks: Sequence[Network], unknowns: Unknowns
) -> Temperatures | None:
    """Add rate constants and what their change with temperature takes.

    Args:
        study: what is said of them.
        network: all steps of a hypothesis.
        networks: the steps that take place in each experiment.
        unknowns: what to add them to.
    """
    # A unit may be settled by another mechanism's steps.
    whole = study.system.whole_network()
    dimensions = rate_constant_dimensions(whole)
    heating, energies = study.heating, []
    for name in network.rate_constant_names:
        unit, dimension = unknowns.unit(name), dimensions[name]
        heated = heating if heating is not None and heating.varies and dimension.timed else None
        energies.append(heated.energy(name) if heated else "")
        if heated and heated.form == "separate" and not unknowns.mentions(name):
            _add_separate(heated, unknowns, name, (unit, dimension.order))
            continue
        default = None if unknowns.knows(name) else _default_prior(study, networks, name)
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


def _default_prior(study: Study, networks: Sequence[Network], constant: str) -> Prior:
    """Return the widest default prior that a rate constant has over the experiments that have it.

    Raises:
        InputError: it has none.
    """
    found = []
    expansion = study.system.expansion
    common = constant if expansion is None else expansion.labels.unchanged(constant)
    for network in dict.fromkeys(networks):
        if constant in network.rate_constant_names:
            conditions = tuple(
                one.prior_conditions
                if expansion is None
                else replace(
                    one.prior_conditions, initial=expansion.by_cores(one.prior_conditions.initial)
                )
                for one, own in zip(study.experiments, networks, strict=True)
                if own is network
            )
            # Labels say nothing of speeds: the prior is that of the mechanism without them.
            plain = without_labels(study.system, network)
            found.append(rate_constant_prior(plain, common, conditions))
    if len(found) == 1:
        return found[0]
    return LogUniform(min(one.bounds[0] for one in found), max(one.bounds[1] for one in found))


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
