"""What a study says about its parameters before the data: priors and fixed values, with units."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pydantic import Field, create_model

from assemblysim.errors import InputError, did_you_mean
from assemblysim.files.places import at
from assemblysim.inference.model.prior import PRIORS, SIGNED_UNITS, Prior
from assemblysim.inference.model.scipy_priors import Distribution
from assemblysim.language import quoted
from assemblysim.measurement.data import Measurement
from assemblysim.study.definition.schema import TomlTable, validated
from assemblysim.units import quantity


def _prior_table() -> type[TomlTable]:
    """Return the schema of a prior's table, as the kinds of priors make it."""
    kinds = {name: kind for name, kind in PRIORS.items() if kind is not Distribution}
    keys: dict[str, Any] = {}
    for name, kind in kinds.items():
        count = len(dataclasses.fields(kind))
        several = Field(default=None, min_length=count, max_length=count)
        keys[name] = (Any, None) if count == 1 else (list[Any] | None, several)
    meanings = "\n".join(f"    {name}: {kind.meaning}." for name, kind in kinds.items())
    text = (
        "A prior as written: exactly one of its kinds, with two quantities. Or the "
        f"``{Distribution.kind}``: the {Distribution.meaning}, as "
        '``{ distribution = "gamma", a = 2, scale = "0.1 1/(mM h)" }``.'
    )
    return create_model(
        "PriorTable", __base__=TomlTable, __doc__=f"{text}\n\nAttributes:\n{meanings}", **keys
    )


PriorTable = _prior_table()


def noise_unit(measurement: Measurement, name: str, concentration_unit: str) -> str:
    """Return the unit of a noise parameter: none if relative, of unknown scale, or of a ratio."""
    parameters = measurement.noise_parameters(shared=True)
    own = parameters.signal_of(name)
    about = [one for one in measurement.signals if own in (None, one.name)]
    if not parameters.is_additive(name) or not measurement.scale.known:
        return ""
    return "" if all(one.divisor for one in about) else concentration_unit


def read_priors_and_fixed(
    table: Mapping[str, object], units: Mapping[str, str]
) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[str, Prior], ...]]:
    """Split the table ``[priors]`` into priors and fixed values.

    Args:
        table: parameter to a prior, or to a quantity.
        units: of every parameter that there is.

    Returns:
        (name, value) pairs and (name, prior) pairs.

    Raises:
        InputError: an unknown parameter, or what is said of it is no prior and no quantity.
    """
    fixed, priors = [], []
    for name, written in table.items():
        if name not in units:
            hint = did_you_mean(name, units)
            if name.startswith("initial_"):
                hint = "; an initial concentration belongs in its experiment's 'initial'"
            raise InputError(f"unknown parameter {quoted(name)}{hint}")
        with at(name):
            found = read_number_or_prior(written, units[name])
        if isinstance(found, Prior):
            priors.append((name, found))
        else:
            fixed.append((name, found))
    return tuple(fixed), tuple(priors)


def read_number_or_prior(written: object, unit: str) -> float | Prior:
    """Read a quantity such as "190 mM", or a prior such as { log_uniform = ["1 mM", "9 mM"] }.

    Args:
        written: as TOML gave it.
        unit: the unit inside; "" for a pure number.

    Returns:
        A number that is not negative, or the prior, in `unit`.

    Raises:
        InputError: it is neither, its unit does not fit, or the prior is none.
    """
    if isinstance(written, dict):
        return _read_prior(written, unit)
    number = quantity(written, unit)
    if number < 0 and unit not in SIGNED_UNITS:
        raise InputError(f"{quoted(str(written))} is negative; write 0 or more")
    return number


def _read_prior(written: Mapping[str, object], unit: str) -> Prior:
    if Distribution.kind in written:
        return Distribution.read(written, unit)
    table = validated(PriorTable, written).model_dump(exclude_none=True)
    if len(table) != 1:
        kinds = ", ".join(PriorTable.model_fields)
        raise InputError(f"{len(table)} priors; write one of {kinds}, with two numbers")
    (kind,) = table
    return PRIORS[kind].read(table, unit)
