"""What the report says of a mechanism's unknowns: their table, and what the data settle of them."""

from __future__ import annotations

from assemblysim.language import capital
from assemblysim.report.content import words
from assemblysim.report.content.words import MISSING, is_number
from assemblysim.report.document.nodes import Cell, Table
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.unknowns import Combination, ParameterResult, ProfileInterval
from assemblysim.sentences.conditions import prior_words
from assemblysim.sentences.responses import exchanged_words, far_words, wider_words
from assemblysim.sentences.unknowns import combination_words, prospect_words

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
    "noise_factor": "factor of the stated errors",
    "sampling_error": "sampling error",
    "background": "background",
    "limit": "detection limit",
    "statement_noise": "measurement noise",
    "fraction": "abundant: fraction of the maximum",
}
_PREFIX_WORDS = (
    ("response_", "response of"),
    ("contrast_", "response, over those before it, of"),
    ("initial_", "initial"),
    ("start_", "of the vessel, start by stated start:"),
    ("warmer_", "of the vessel, K above what is stated:"),
    ("noise_additive_", "additive noise of"),
    ("noise_factor_", "factor of the stated errors of"),
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


def parameter_note(name: str, one: ParameterResult) -> str:
    """Say what an unknown belongs to, where its label does not; else nothing."""
    note = _KIND_WORDS.get(one.kind, "")
    return "" if note == parameter_label(name) else note


def parameter_table(mechanism: MechanismResult) -> Table:
    """Show every unknown with both intervals, how far it is determined, and its prior."""
    rows = [
        (
            Cell(parameter_label(name), parameter_note(name, one)),
            words.interval(one.median, one.lower, one.upper),
            _profile(one.profile),
            words.unit(one.unit) or MISSING,
            words.number(one.map),
            _class(one),
            words.prior(prior_words(one.prior, one.unit)),
        )
        for name, one in mechanism.parameters.items()
    ]
    columns = (
        "parameter",
        "median (95 %)",
        "profile, 95 %",
        "unit",
        "at the optimum",
        "by these data",
        "prior",
    )
    return Table.of("Unknowns of this mechanism", columns, rows)


def settled(mechanism: MechanismResult) -> list[str]:
    """Say what the data settle beyond single constants, and what responses were taken to be."""
    found = mechanism.identifiability
    classes = {name: one.determined for name, one in mechanism.parameters.items()}
    return [
        *(_combination(one) for one in found.combinations),
        *prospect_words(found, classes),
        *(f"{capital(exchanged_words(one))}." for one in mechanism.responses),
        *wider_words(mechanism),
        *far_words(mechanism.parameters),
    ]


def _combination(one: Combination) -> str:
    """Write a combination's sentence with its interval."""
    known = words.interval(one.median, one.lower, one.upper)
    value = f"{known} {words.unit(one.unit)}".rstrip()
    text = f"{capital(combination_words(one))}; {one.text} = {value}."
    return text.replace(" * ", " · ")


def _profile(profile: ProfileInterval) -> str:
    """Write a profile interval, such as ``0.31 to 0.42``, ``0.31 to open`` or ``open``."""
    ends = (profile.lower, profile.upper)
    if ends == (None, None):
        return "open"
    return " to ".join(words.number(v, 2) if is_number(v) else "open" for v in ends)


def _class(one: ParameterResult) -> Cell:
    """Show the class, and the word of each test where they differ."""
    by = one.determined_by
    note = f"posterior: {by.posterior}; profile: {by.profile}" if by.posterior != by.profile else ""
    return Cell(one.determined, note, "" if one.determined == "determined" else "notable")


def activation_table(mechanism: MechanismResult) -> Table | None:
    """Show the free energies of activation; None where no temperature is stated."""
    if not mechanism.activation:
        return None
    rows = [
        (
            parameter_label(one.name),
            f"{one.temperature_K - 273.15:.4g} °C",
            words.interval(one.median, one.lower, one.upper),
        )
        for one in mechanism.activation
    ]
    caption = (
        "Free energies of activation at the temperatures that the experiments end at, by Eyring's "
        "equation (standard state 1 M): median and 95 % interval"
    )
    return Table.of(caption, ("rate constant", "at", "ΔG‡, kJ/mol"), rows)
