"""What the report says of a mechanism's unknowns: their table, and what the data settle of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assemblysim.report.content import words
from assemblysim.report.content.stored import Summary
from assemblysim.report.content.words import MISSING, is_number
from assemblysim.report.document.nodes import Cell, Table

EXPLANATION = (
    "A constant counts as determined where two tests say so, each with a 95 % interval of less "
    "than a factor of ten. The posterior: it is at most half as wide as the prior and has left "
    "both of its ends. The profile likelihood: all other unknowns, within what was known of them, "
    "are free to make up for a change, the constant's own prior does not count, and still every "
    "value outside the interval fits worse by more than 1.92 log units; “open” is a side on which "
    "no value short of the prior's outermost 5 % does."
)
_PARAMETER_WORDS = {
    "noise": "noise",
    "noise_additive": "additive noise",
    "sampling_error": "sampling error",
    "background": "background",
    "limit": "detection limit",
    "statement_noise": "reading noise",
    "fraction": "abundant: fraction of the maximum",
}
_PREFIX_WORDS = (
    ("response_", "response of"),
    ("initial_", "initial"),
    ("noise_additive_", "additive noise of"),
    ("noise_", "noise of"),
)
_KIND_WORDS = {
    "noise": "noise",
    "background": "background",
    "statement": "of the statements",
}


def parameter_label(name: str) -> str:
    """Name a parameter in a chemist's words where it has a technical name."""
    if name in _PARAMETER_WORDS:
        return _PARAMETER_WORDS[name]
    for prefix, label in _PREFIX_WORDS:
        if name.startswith(prefix):
            return f"{label} {name.removeprefix(prefix)}"
    return name


def parameter_note(name: str, one: Mapping[str, Any]) -> str:
    """Say what an unknown belongs to, where its label does not; else nothing."""
    note = _KIND_WORDS.get(str(one.get("kind") or ""), "")
    return "" if note == parameter_label(name) else note


def parameter_table(mechanism: Summary) -> Table:
    """Show every unknown with both intervals, how far it is determined, and its prior."""
    rows = tuple(
        (
            Cell(parameter_label(name), parameter_note(name, one)),
            Cell(words.interval(one.get("median"), one.get("lower"), one.get("upper"))),
            Cell(_profile(one.get("profile"))),
            Cell(words.unit(one.get("unit") or "") or MISSING),
            Cell(words.number(one.get("map"))),
            _class(one),
            Cell(words.prior(str(one.get("prior") or MISSING))),
        )
        for name, one in mechanism["parameters"].items()
    )
    columns = (
        "parameter",
        "median (95 %)",
        "profile, 95 %",
        "unit",
        "at the optimum",
        "by these data",
        "prior",
    )
    return Table("Unknowns of this mechanism", columns, rows)


def settled(mechanism: Summary) -> list[str]:
    """Say what the data settle beyond single constants, and whether more data could help."""
    found = mechanism.get("identifiability") or {}
    sentences = [_combination(one) for one in found.get("combinations") or []]
    return [*sentences, *found.get("prospect", ())]


def _combination(one: Mapping[str, Any]) -> str:
    """Write a combination's sentence with its interval."""
    known = words.interval(one.get("median"), one.get("lower"), one.get("upper"))
    unit = words.unit(str(one.get("unit") or ""))
    sentence = str(one.get("sentence") or "")
    value = f"{known} {unit}".rstrip()
    text = f"{sentence[:1].upper()}{sentence[1:]}; {one.get('text')} = {value}."
    return text.replace(" * ", " · ")


def _profile(profile: Mapping[str, Any] | None) -> str:
    """Write a profile interval, such as ``0.31 to 0.42``, ``0.31 to open`` or ``open``."""
    if profile is None:
        return MISSING
    lower, upper = profile.get("lower"), profile.get("upper")
    if lower is None and upper is None:
        return "open"
    return " to ".join(words.number(v, 2) if is_number(v) else "open" for v in (lower, upper))


def _class(one: Mapping[str, Any]) -> Cell:
    """Show the class, and the word of each test where they differ."""
    overall = str(one.get("determined") or MISSING)
    by = one.get("determined_by") or {}
    differ = len(set(by.values())) > 1
    note = f"posterior: {by.get('posterior')}; profile: {by.get('profile')}" if differ else ""
    return Cell(overall, note, "" if overall == "determined" else "notable")


def activation_table(mechanism: Summary) -> Table | None:
    """Show the free energies of activation; None where no temperature is stated."""
    found = mechanism.get("activation") or []
    if not found:
        return None
    rows = [
        (
            parameter_label(one["name"]),
            f"{one['temperature_K'] - 273.15:.4g} °C",
            words.interval(one["median"], one["lower"], one["upper"]),
        )
        for one in found
    ]
    caption = (
        "Free energies of activation at the temperatures that the experiments end at, by Eyring's "
        "equation (standard state 1 M): median and 95 % interval"
    )
    return Table.of(caption, ("rate constant", "at", "ΔG‡, kJ/mol"), rows)
