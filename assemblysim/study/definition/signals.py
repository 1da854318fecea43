"""What a study says about its signals and how they are read: the table ``[measurement]``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from assemblysim.errors import Faults, InputError, refuse_unknown
from assemblysim.files.places import at
from assemblysim.language import quoted
from assemblysim.measurement.data import Measurement, Signal, SignalLimit
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.ratios import check_ratios, read_ratio
from assemblysim.measurement.responses import RESPONSE_SPREAD
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.tails.registry import TAILS
from assemblysim.mechanism.labelled.expansion import Expansion
from assemblysim.mechanism.labelled.labelled_species import LabelledSpecies
from assemblysim.mechanism.network.names import NAME
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.schema import MeasurementTable, StudyTable, validated
from assemblysim.study.definition.sharing import refuse_alike, suffix
from assemblysim.units import quantity

# A factor beyond this says less of a response than nothing.
MOST_SPREAD: Final = 1000.0
_TERM: Final = re.compile(
    rf"\s*(?P<count>\d+\.?\d*|\.\d+)?\s*\*?\s*(?P<all>all\s+)?(?P<species>{NAME})"
    rf"(?:\s+by\s+(?P<block>{NAME}))?\s*",
    re.ASCII,
)
# A name before a species is its unknown coefficient.
_WEIGHTED: Final = re.compile(
    rf"\s*(?P<coefficient>{NAME})(?:\s*\*\s*|\s+)(?P<species>{NAME})\s*", re.ASCII
)
_EACH: Final = re.compile(
    rf"\s*each\s+(?P<species>{NAME})(?:\s+by\s+(?P<block>{NAME}))?\s*", re.ASCII
)
_REST: Final = re.compile(rf"(?P<name>[^=]+)=\s*rest\s+of\s+(?P<block>{NAME})\s*", re.ASCII)


@dataclass(frozen=True)
class OwnMeasurement:
    """How an experiment was measured that was measured otherwise than the others.

    Attributes:
        name: which its parameters end in; experiments of one name share them.
        measurement: how signals become readings.
    """

    name: str
    measurement: Measurement


def read_measurement(table: MeasurementTable, system: System, unit: str = "mM") -> Measurement:
    """Read ``[measurement]``.

    Args:
        table: its content.
        system: the chemistry.
        unit: of concentrations.

    Raises:
        InputError: a signal cannot be read or names an unknown species, the detection limit is no
            share, or the noise does not go with the scale.
    """
    with at("[measurement]"):
        faults = Faults()
        found: list[Signal] = []
        standards = _standards(table, system, unit)
        for text in table.signals:
            with faults.gathered():
                if text in standards:
                    found.append(Signal(text, (), standard=standards[text]))
                elif _REST.fullmatch(text):
                    found.append(Signal(text, ()))
                else:
                    found += _signals(text, system)
        faults.end()
        signals = tuple(_rest(one, found, system) for one in found)
        refuse_repeated("signals", [signal.name for signal in signals])
        with at("detection_limit"):
            limit, limits = _limits(table, [signal.name for signal in signals], unit)
        measurement = Measurement(
            SCALES[table.scale],
            NOISES[table.noise],
            signals,
            limit,
            table.share_replicates,
            table.noise_per_signal,
            limits,
            _reference(table, [signal.name for signal in signals]),
            _spread(table),
            table.wild_spectra,
            TAILS[table.tails],
        )
        measurement.noise_parameters(shared=table.share_replicates)
        check_ratios(measurement)
    return measurement


def _standards(table: MeasurementTable, system: System, unit: str) -> dict[str, float]:
    """Read inert compounds of known concentration, each of which is a signal."""
    found = {}
    for name, written in table.standards.items():
        with at("standards"), at(name):
            if name in system.species_names:
                raise InputError("is a species, which reacts; give the standard another name")
            if name not in table.signals:
                raise InputError("is no signal; list it under signals, or take it out")
            found[name] = quantity(written, unit)
            if not found[name] > 0:
                raise InputError(f"{found[name]:g} {unit} is none; write one above 0")
    return found


def _reference(table: MeasurementTable, signals: Sequence[str]) -> str | None:
    """Read the signal that stated responses are relative to."""
    if table.relative_to is None:
        return None
    with at("relative_to"):
        refuse_unknown("signal", table.relative_to, signals)
        _refuse_known_responses(table)
    return table.relative_to


def _spread(table: MeasurementTable) -> float:
    """Read the factor by which responses lie around their geometric mean."""
    if table.response_spread is None:
        return RESPONSE_SPREAD
    with at("response_spread"):
        _refuse_known_responses(table)
        spread = quantity(table.response_spread, "")
        if not 1 < spread < MOST_SPREAD:
            raise InputError(
                f"{spread:g} is not between 1 and {MOST_SPREAD:g}; write a factor such as 2"
            )
    return spread


def _refuse_known_responses(table: MeasurementTable) -> None:
    if not SCALES[table.scale].responses_unknown:
        raise InputError(
            f"with scale '{table.scale}' 0 responses are unknown; take it out, or write "
            'scale = "per spectrum"'
        )


def _limits(
    table: MeasurementTable, signals: Sequence[str], unit: str
) -> tuple[float | None, tuple[SignalLimit, ...]]:
    """Read "0.5 %", "0.02 mM", or a limit of each signal: { A = "0.02 mM", B = "1 %" }."""
    written = table.detection_limit
    if written is None:
        return None, ()
    known = not SCALES[table.scale].by_row
    if isinstance(written, dict):
        found = []
        for name, one in written.items():
            with at(name):
                refuse_unknown("signal", name, signals)
                found.append(_limit(name, one, unit, known=known))
        return None, tuple(found)
    first = _limit("", written, unit, known=known)
    if first.relative:
        return first.number, ()
    return None, tuple(replace(first, signal=name) for name in signals)


def _limit(signal: str, written: object, unit: str, *, known: bool) -> SignalLimit:
    """Read a fraction, or a concentration where the scale is one of concentrations."""
    fraction = not isinstance(written, str) or written.strip(" 0123456789.eE+-") in ("", "%")
    if not fraction and known:
        number = quantity(written, unit)
        if not number > 0:
            raise InputError(f"{number:g} {unit} is none; write one above 0")
        return SignalLimit(signal, number, relative=False)
    number = quantity(written, "")
    if not 0 < number < 1:
        raise InputError(f'{number:g} is not between 0 and 1; write one such as "0.5 %"')
    return SignalLimit(signal, number, relative=True)


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
            measurement = read_measurement(content, system, table.concentration)
            if known.setdefault(name, measurement) != measurement:
                raise InputError(
                    f"measurement: '{name}' is another one than in an experiment before; give it "
                    "a name of its own"
                )
        found.append(OwnMeasurement(suffix(name), measurement))
    refuse_alike(list(known), "measurements")
    return tuple(found)


def responses_alike(
    table: MeasurementTable, system: System, stated: Collection[str]
) -> dict[str, str]:
    """Return the response factors that forms of one core share: those of ``each Dy6L2``.

    Args:
        table: ``[measurement]``.
        system: the chemistry.
        stated: parameters that the study says something of; these stay as they are.

    Returns:
        Parameter to the one that it equals.
    """
    found = {}
    for text in table.signals:
        if _EACH.fullmatch(text):
            first, *rest = _signals(text, system)
            for one in rest:
                if f"response_{one.name}" not in stated:
                    found[f"response_{one.name}"] = f"response_{first.name}"
    return found


def _signals(text: str, system: System) -> tuple[Signal, ...]:
    """Read "Dy2L", a sum "Dy3 = Dy3L + 2 Dy5L2", "all Dy3L", or "each Dy6L2" with its forms."""
    # A label may have any characters, the sum behind it has no further "=".
    name, equals, right = (part.strip() for part in text.rpartition("="))
    if not equals:
        name = right
    each = None if equals else _EACH.fullmatch(text)
    with at(f"signal {quoted(text)}"):
        if each is not None:
            return _one_for_each(each["species"], each["block"], system)
        if not name or not name.isprintable():
            raise InputError('write a species, or a sum as "Dy3 = Dy3L + Dy5L2"')
        ratio = read_ratio(name, right, partial(_sum, system=system)) if equals else None
        if ratio is not None:
            return (ratio,)
        parts = (right if equals else name).split("+")
        weighted = [one for part in parts for one in _weighted(part, system)]
        plain = [part for part in parts if not _weighted(part, system)]
        terms = [term for part in plain for term in _terms(part, system)]
        refuse_repeated("the sum", [species for species, _ in (*terms, *weighted)])
    return (Signal(name, tuple(terms), tuple(weighted)),)


def _rest(signal: Signal, signals: Sequence[Signal], system: System) -> Signal:
    """Return a signal; "rest of L" as what holds L and is in no other sum, each times its count."""
    written = None if signal.terms or signal.standard else _REST.fullmatch(signal.name)
    if written is None:
        return signal
    seen = {
        species for one in signals if not one.divisor for species, _ in (*one.terms, *one.weighted)
    }
    block = written["block"]
    with at(f"signal {quoted(signal.name)}"):
        every = dict.fromkeys(name for one in system.species for name, _ in one.composition)
        refuse_unknown("building block", block, every)
        terms = tuple(
            (one.name, float(dict(one.composition)[block]))
            for one in system.species
            if block in dict(one.composition) and one.name not in seen
        )
        if not terms:
            raise InputError(f"all that holds {block} is in another signal; take it out")
    return Signal(written["name"].strip(), terms)


def _sum(text: str, system: System) -> tuple[tuple[str, float], ...]:
    """Read one of the two sums of a ratio."""
    terms = tuple(term for part in text.split("+") for term in _terms(part, system))
    refuse_repeated("the sum", [species for species, _ in terms])
    return terms


def _weighted(text: str, system: System) -> list[tuple[str, str]]:
    """Read a term whose coefficient is a parameter, "f D4" or "f * D4"; nothing if it is none."""
    found = _WEIGHTED.fullmatch(text)
    if found is None or found["coefficient"] in ("all", "each"):
        return []
    coefficient, species = found["coefficient"], found["species"]
    refuse_unknown("species", species, system.species_names)
    if coefficient in system.species_names:
        raise InputError(f"{quoted(text.strip())}: 2 species in one term; write a + between them")
    return [(species, coefficient)]


def _terms(text: str, system: System) -> list[tuple[str, float]]:
    """Read one term of a sum: a species, or several labelled forms of a core."""
    found = _TERM.fullmatch(text)
    if found is None:
        raise InputError(f'cannot read {quoted(text)}; write a sum as "Dy3 = Dy3L + 2 Dy5L2"')
    species, block, count = found["species"], found["block"], float(found["count"] or 1)
    refuse_unknown("species", species, system.species_names)
    if count <= 0:
        raise InputError(f"'{species}' counts {count:g} times; write a number above 0")
    if found["all"] is None and block is None:
        return [(species, count)]
    if found["all"] is not None and block is not None:
        raise InputError(f'"all" has no block; write "all {species}" or "{species} by {block}"')
    own = _expansion(system).by_name[species]
    alike = _forms_of(species, block, system)
    if found["all"] is not None and not own.is_first:
        raise InputError(f'{species} is one form of {own.core}; write "all {own.core}"')
    return [
        (one.name, count)
        for one in alike
        if block is None or one.by_block[block] == own.by_block[block]
    ]


def _one_for_each(species: str, block: str | None, system: System) -> tuple[Signal, ...]:
    """Return a signal for each labelled form of a core, or for each choice for one block."""
    refuse_unknown("species", species, system.species_names)
    own = _expansion(system).by_name[species]
    if not own.is_first:
        raise InputError(f'{species} is one form of {own.core}; write "each {own.core}"')
    forms = _forms_of(species, block, system)
    if block is None:
        return tuple(Signal(one.name, ((one.name, 1.0),)) for one in forms)
    # The form with nothing else labelled comes first, and gives the signal its name.
    groups: dict[tuple[int, ...], list[str]] = {}
    for one in forms:
        groups.setdefault(one.by_block[block], []).append(one.name)
    return tuple(
        Signal(names[0], tuple((name, 1.0) for name in names)) for names in groups.values()
    )


def _forms_of(species: str, block: str | None, system: System) -> tuple[LabelledSpecies, ...]:
    expansion = _expansion(system)
    own = expansion.by_name[species]
    if block is not None:
        refuse_unknown("labelled block", block, own.by_block)
    return expansion.by_core[own.core]


def _expansion(system: System) -> Expansion:
    if system.expansion is None:
        raise InputError("no block has a labelled form; name one species, or add [labelled]")
    return system.expansion


def refuse_repeated(place: str, names: Iterable[str]) -> None:
    """Refuse a name that is there twice."""
    seen = set()
    for name in names:
        if name in seen:
            raise InputError(f"{place}: {quoted(name)} is there twice; name it once")
        seen.add(name)
