"""What the units that an SBML model states are worth in h, mmol and litres."""

from __future__ import annotations

from typing import Any

from assemblysim.exchange.sbml.content.model import SbmlUnits


def stated_units(model: Any, library: Any) -> SbmlUnits:
    """Return what the model's units of time, amount and size are worth; None where it is silent.

    Args:
        model: libSBML's.
        library: the module libsbml.
    """
    sizes = [one.getUnits() for one in model.getListOfCompartments() if one.getUnits()]
    amounts = [one.getSubstanceUnits() for one in model.getListOfSpecies()]
    amount = next((unit for unit in amounts if unit), model.getSubstanceUnits())
    return SbmlUnits(
        _worth(model, library, model.getTimeUnits(), {"second": 1 / 3600}),
        _worth(model, library, amount, {"mole": 1e3, "item": 1e3 / 6.02214179e23}),
        _worth(
            model,
            library,
            sizes[0] if sizes else model.getVolumeUnits(),
            {"litre": 1.0, "liter": 1.0, "metre": 1e3, "meter": 1e3},
        ),
    )


def _worth(model: Any, library: Any, unit: str, kinds: dict[str, float]) -> float | None:
    """Return a unit as a number of ours; None where it is not of one of the kinds."""
    if unit in kinds and unit not in ("metre", "meter"):
        return kinds[unit]
    definition = model.getUnitDefinition(unit) if unit else None
    if definition is None or definition.getNumUnits() != 1:
        return None
    part = definition.getUnit(0)
    kind = library.UnitKind_toString(part.getKind())
    wanted = 3 if kind in ("metre", "meter") else 1
    if kind not in kinds or part.getExponentAsDouble() != wanted:
        return None
    one = part.getMultiplier() * 10.0 ** part.getScale()
    return float(one**wanted * kinds[kind])
