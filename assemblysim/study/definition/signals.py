"""What a study says about its signals and how they are read: the table ``[measurement]``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.language import quoted
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.network.names import NAME
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.schema import MeasurementTable, StudyTable, validated
from assemblysim.study.definition.sharing import refuse_alike, suffix
from assemblysim.units import quantity

_TERM: Final = re.compile(
    rf"\s*(?P<count>\d+\.?\d*|\.\d+)?\s*\*?\s*(?P<species>{NAME})\s*", re.ASCII
)
_SIGNAL_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\- ]*", re.ASCII)


@dataclass(frozen=True)
class OwnMeasurement:
    """How an experiment was measured that was measured otherwise than the others.

    Attributes:
        name: which its parameters end in; experiments of one name share them.
        measurement: how signals become readings.
    """

    name: str
    measurement: Measurement


def read_measurement(table: MeasurementTable, system: System) -> Measurement:
    """Read ``[measurement]``.

    Raises:
        InputError: a signal cannot be read or names an unknown species, the detection limit is no
            share, or the noise does not go with the scale.
    """
    with at("[measurement]"):
        signals = tuple(_signal(text, system) for text in table.signals)
        refuse_repeated("signals", [signal.name for signal in signals])
        limit = None
        if table.detection_limit is not None:
            with at("detection_limit"):
                limit = quantity(table.detection_limit, "")
                if not 0 < limit < 1:
                    raise InputError(f'{limit:g} is not between 0 and 1; write one such as "0.5 %"')
        measurement = Measurement(
            SCALES[table.scale],
            NOISES[table.noise],
            signals,
            limit,
            table.share_replicates,
            table.noise_per_signal,
        )
        measurement.noise_parameters(shared=table.share_replicates)
    return measurement


def read_own_measurements(table: StudyTable, system: System) -> tuple[OwnMeasurement | None, ...]:
    """Read ``measurement`` of each experiment: what is not as under ``[measurement]``.

    Returns:
        One for each experiment; None where it was measured as the others.

    Raises:
        InputError: as `read_measurement`; two that differ have one name.
    """
    usual = table.measurement.model_dump(exclude_unset=True)
    found: list[OwnMeasurement | None] = []
    known: dict[str, Measurement] = {}
    for one in table.experiments:
        if not one.measurement:
            found.append(None)
            continue
        with at(f"experiment '{one.name}'"):
            changed = dict(one.measurement)
            name = changed.pop("name", one.name)
            if not isinstance(name, str) or not suffix(name):
                raise InputError(f"measurement name: {quoted(name)} is no name; write letters")
            with at("measurement"):
                content = validated(MeasurementTable, {**usual, **changed})
            measurement = read_measurement(content, system)
            if known.setdefault(name, measurement) != measurement:
                raise InputError(
                    f"measurement: '{name}' is another one than in an experiment before; give it "
                    "a name of its own"
                )
        found.append(OwnMeasurement(suffix(name), measurement))
    refuse_alike(list(known), "measurements")
    return tuple(found)


def _signal(text: str, system: System) -> Signal:
    """Read "Dy2L", or a sum "Dy3 = Dy3L + 2 Dy5L2"."""
    name, equals, right = (part.strip() for part in text.partition("="))
    with at(f"signal {quoted(text)}"):
        if not _SIGNAL_NAME.fullmatch(name):
            raise InputError('write a species, or a sum as "Dy3 = Dy3L + Dy5L2"')
        terms = [_term(part, system) for part in (right if equals else name).split("+")]
        refuse_repeated("the sum", [species for species, _ in terms])
    return Signal(name, tuple(terms))


def _term(text: str, system: System) -> tuple[str, float]:
    found = _TERM.fullmatch(text)
    if found is None:
        raise InputError(f'cannot read {quoted(text)}; write a sum as "Dy3 = Dy3L + 2 Dy5L2"')
    species, count = found["species"], float(found["count"] or 1)
    refuse_unknown("species", species, system.species_names)
    if count <= 0:
        raise InputError(f"'{species}' counts {count:g} times; write a number above 0")
    return species, count


def refuse_repeated(place: str, names: Iterable[str]) -> None:
    """Refuse a name that is there twice."""
    seen = set()
    for name in names:
        if name in seen:
            raise InputError(f"{place}: {quoted(name)} is there twice; name it once")
        seen.add(name)
