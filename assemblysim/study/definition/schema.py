"""Which keys a study file may hold and of which kind, with every fault told in one line."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, field_validator
from pydantic_core import ErrorDetails

from assemblysim.errors import InputError, did_you_mean
from assemblysim.inference.model.temperature_laws import TEMPERATURE_LAWS
from assemblysim.language import either, quoted
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.tails.registry import TAILS

if typing.TYPE_CHECKING:
    LawName: typing.TypeAlias = str
    ScaleName: typing.TypeAlias = str
    NoiseName: typing.TypeAlias = str
    TailsName: typing.TypeAlias = str
else:  # one of the names of a registry, which are known when the program runs
    LawName, ScaleName = typing.Literal[tuple(TEMPERATURE_LAWS)], typing.Literal[tuple(SCALES)]
    NoiseName, TailsName = typing.Literal[tuple(NOISES)], typing.Literal[tuple(TAILS)]

_TABLES = ("measurement", "priors", "sampling", "statements", "interpretations", "parameters",
           "temperature", "derived")  # fmt: skip


class TomlTable(BaseModel):
    """A TOML table: no key beyond those listed, no value of another kind."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ExperimentTable(TomlTable):
    """One ``[[experiments]]``.

    Attributes:
        name: unique in the study.
        initial: species to a quantity, or to a prior.
        data: table of intensities, CSV or XLSX, relative to the study's folder.
        covariance: file with the covariances of its intensities, or "none"; that beside the table
            that `spectra` makes by default.
        sheet: sheet of an XLSX file that holds several.
        ignore: columns of the table that are no signals.
        sds: signal to the column of its standard deviations, where that one's label does not say
            so; for noise "known".
        signals: which of the study's signals its table has; all by default.
        decimal: the decimal mark of its numbers, "." or ","; others then stand between thousands.
        statements: table of statements, relative to the study's folder.
        sampled: the sampling times that statements are about.
        temperature: one, or (time, temperature) pairs, linear in between.
        temperature_alternatives: other courses of temperature that may be true, by name.
        volume: what the reactor holds at the start, for additions and withdrawals.
        events: additions, withdrawals and dilutions.
        feeds: what pumps bring between two times; a `volume` of 0 is filled by one.
        held: species whose concentration does not change.
        dead_time: between mixing and the study's clock: a time, or a prior.
        time_error: standard deviation of the sampling times, one for all or by time.
        vessels: that each sample is a vessel of its own, and the standard deviations of its
            `start` (a fraction, for all or by species), `temperature` and `time`.
        sample_dilution: by how much samples were diluted before they were measured.
        base: concentration of the base that was added, to say how much of it the assembly needs.
        group: which experiments share what is listed under per_group.
        measurement: keys of ``[measurement]`` that are other ones here, and a name for them.
    """

    name: str = Field(min_length=1)
    initial: dict[str, Any]
    data: str | None = None
    covariance: str | None = None
    sheet: str | None = None
    ignore: list[str] = []
    sds: dict[str, str] = {}
    signals: list[str] | None = Field(default=None, min_length=1)
    decimal: typing.Literal[".", ","] | None = None
    statements: str | None = None
    sampled: list[Any] = []
    temperature: Any = None
    temperature_alternatives: dict[str, Any] = {}
    volume: Any = None
    events: list[dict[str, Any]] = []
    feeds: list[dict[str, Any]] = []
    held: list[str] = []
    dead_time: Any = None
    time_error: Any = None
    vessels: dict[str, Any] | None = None
    sample_dilution: Any = None
    base: Any = None
    group: str | None = None
    measurement: dict[str, Any] = {}


class TemperatureTable(TomlTable):
    """``[temperature]``: how rate constants depend on it.

    Attributes:
        reference: at which the constants are stated; the last one of the programmes by default.
        law: Arrhenius by default.
        form: constant at the reference and energy, or A and Ea (dH and dS).
        weights: probability of each course, "as stated" and the alternatives, before the data.
    """

    reference: Any = None
    law: LawName = "arrhenius"
    form: typing.Literal["reference", "separate"] = "reference"
    weights: dict[str, float] = {}


class MeasurementTable(TomlTable):
    """``[measurement]``.

    Attributes:
        scale: what is unknown about the intensity axis.
        signals: names; sums, ``Dy3 = Dy3L + Dy5L2``, or a table of them; ratios of sums,
            ``x = (B + C) / (A + C)``; ``x = rest of L``, all L that no other sum shows. In
            ``Q = D5 + f D4`` the coefficient is a parameter.
        noise: how readings scatter.
        tails: "normal", or "student-t" where single readings may lie far out.
        detection_limit: what a zero means: a fraction such as "0.5 %", or but for the scale "per
            spectrum" a concentration such as "0.02 mM"; one for all signals, or a table by signal.
        share_replicates: whether replicates share a sampling error.
        noise_per_signal: whether every signal scatters by a size of its own.
        relative_to: what stated responses are relative to; by default the one fixed, or the first.
        response_spread: by what factor unstated responses lie around their mean, 2 by default.
        wild_spectra: the probability that a spectrum is wrong as a whole; 0 for none.
        standards: inert compound to its concentration in every sample as measured; a signal.
    """

    scale: ScaleName
    signals: list[str] = Field(min_length=1)
    noise: NoiseName
    tails: TailsName = "normal"
    detection_limit: Any = None
    share_replicates: bool = True
    noise_per_signal: bool = False
    relative_to: str | None = None
    response_spread: Any = None
    wild_spectra: float = Field(default=0.03, ge=0, lt=0.5)
    standards: dict[str, Any] = {}

    @field_validator("signals", mode="before")
    @classmethod
    def _sums_from_table(cls, value: object) -> object:
        """Turn the table ``{ Dy3 = "Dy3L + Dy5L2" }`` into the list of the same sums."""
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return [f"{name} = {text}" for name, text in value.items()]
        return value


class InterpretationTable(TomlTable):
    """One of ``[interpretations]``: a way to read the words of all experiments.

    Attributes:
        title: what people read.
        weight: probability before the data; equal for all where none is stated.
        sampled: samples that it alone knows of, in every experiment with statements, or by the
            experiment's name.
    """

    title: str = ""
    weight: float | None = None
    sampled: Any = []


class StudyTable(TomlTable):
    """A whole study.toml.

    Attributes:
        title: the report's title.
        model: name of a file in a ``models`` folder above the study, or a path to one.
        seed: of all random numbers.
        experiments: fitted together.
        measurement: how signals become readings.
        question: what the study asks, for the report.
        notes: sentences on what the report's reader has to know.
        mechanisms: those compared; by default all of the model, or the hypotheses alone.
        hypotheses: name to one that competes with these.
        concentration: unit of concentrations.
        synthetic: whether the data are simulated.
        truth: file with what they were simulated from.
        priors: parameter to a prior, or to a stated quantity.
        sampling: how many draws.
        statements: how statements are weighed.
        interpretations: by name, the ways in which the words of all experiments may be read.
        temperature: how rate constants depend on it.
        derived: parameter to an expression of others.
        labelled: building block to its labelled form, or a list of them, as in a model.
        labelled_constants: rate constant to what a label changes it to, as in a model.
        per_experiment: patterns of parameters that every experiment has for itself.
        per_group: patterns of parameters that every group of experiments has for itself.
        groups: name to the formulas and ions that a group has for itself.
        ions: list of the assigned ions that the signals rest on.
        steps: which steps are certain and which are candidates, for the command ``steps``.
        spectra: measured spectra that a table of intensities is made of.
    """

    title: str = Field(min_length=1)
    model: str = Field(min_length=1)
    seed: int = Field(ge=0)
    experiments: list[ExperimentTable] = Field(min_length=1)
    measurement: MeasurementTable
    question: str = ""
    notes: list[str] = []
    mechanisms: list[str] | None = Field(default=None, min_length=1)
    hypotheses: dict[str, dict[str, Any]] = {}
    concentration: typing.Literal["mM", "%"] = "mM"
    synthetic: bool = False
    truth: str | None = None
    priors: dict[str, Any] = {}
    sampling: dict[str, Any] = {}
    statements: dict[str, Any] = {}
    interpretations: dict[str, InterpretationTable] = {}
    temperature: TemperatureTable | None = None
    derived: dict[str, str] = {}
    labelled: dict[str, Any] = {}
    labelled_constants: dict[str, Any] = {}
    per_experiment: list[str] = []
    per_group: list[str] = []
    groups: dict[str, dict[str, Any]] = {}
    ions: dict[str, Any] = {}
    steps: dict[str, Any] | None = None
    spectra: dict[str, Any] = {}


Checked = TypeVar("Checked", bound=TomlTable)
Settings = TypeVar("Settings")


class TruthTable(TomlTable):
    """What simulated data were made from.

    Attributes:
        mechanism: the true one.
        seed: of the simulation.
        times: sampling times.
        replicates: spectra at each time.
        parameters: every parameter's true value, ``dead_time`` and ``time_5_min`` of an
            experiment's clock and its ``initial_Dy`` among them; of several experiments each
            ends in the experiment's name.
    """

    mechanism: str
    seed: int = Field(ge=0)
    times: list[Any] = Field(min_length=1)
    replicates: int = Field(ge=1)
    parameters: dict[str, Any] = Field(min_length=1)


def validated(kind: type[Checked], content: object) -> Checked:
    """Check a table read from TOML against one of the tables above.

    Args:
        kind: the kind of table.
        content: the table as TOML gave it.

    Returns:
        The table as an object.

    Raises:
        InputError: "<place>: <fault>; <remedy>" for each fault, misspelt keys before others; a
            key that is missing where one is misspelt is not told.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        # A misspelt key is also a missing one; only the spelling helps.
        faults = sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
        misspelt = {fault["loc"][:-1] for fault in faults if fault["type"] == "extra_forbidden"}
        told = [f for f in faults if f["type"] != "missing" or f["loc"][:-1] not in misspelt]
        raise InputError(*(_line(fault, kind) for fault in told)) from None


def settings_from(kind: type[Settings], content: dict[str, Any]) -> Settings:
    """Make a dataclass of settings from a table that holds some of its fields.

    Args:
        kind: a dataclass whose fields all have defaults; a field may be such a class itself.
        content: the table as TOML gave it.

    Returns:
        The settings, with the defaults of what the table does not name.

    Raises:
        InputError: as `validated`, or the settings themselves refuse a number.
    """
    given = validated(_schema_of(kind), content)
    hints = typing.get_type_hints(kind)
    parts = {
        name: settings_from(hints[name], value.model_dump(exclude_unset=True))
        if isinstance(value, TomlTable)
        else value
        for name, value in given
        if name in given.model_fields_set
    }
    return kind(**parts)


def _schema_of(kind: Any) -> type[TomlTable]:
    """Return the table that holds the fields of a settings class, none of them required."""
    hints = typing.get_type_hints(kind)
    fields: dict[str, Any] = {
        name: (_schema_of(hint) if dataclasses.is_dataclass(hint) else hint, None)
        for name, hint in hints.items()
    }
    return create_model(kind.__name__, __base__=TomlTable, **fields)


def _line(fault: ErrorDetails, kind: type[TomlTable]) -> str:
    """Write one pydantic fault as place, fault and remedy."""
    *above, last = fault["loc"] or ("",)
    name = str(last)
    if fault["type"] == "extra_forbidden":
        known = _table_at(kind, above).model_fields
        return f"{_place(above)}unknown key {quoted(name)}{did_you_mean(name, known)}"
    if fault["type"] == "missing":
        return f"{_place(above)}'{name}' is missing; add {_example(name)}"
    return f"{_place(fault['loc'])}{quoted(fault['input'])} {_rule(fault)}"


def _rule(fault: ErrorDetails) -> str:
    """Say what a value is not, and what it has to be."""
    context = fault.get("ctx", {})
    kind = fault["type"]
    if kind == "literal_error":
        return f"is not known; write {context['expected']}"
    if kind in ("too_short", "too_long"):
        least = context.get("min_length", context.get("max_length"))
        return f"has {context['actual_length']} entries; write {least}"
    if kind == "greater_than_equal":
        return f"is too small; write {context['ge']} or more"
    rules = {
        "string_type": "is not text; put it in quotation marks",
        "int_type": "is not a whole number; write one without point and quotation marks",
        "float_type": "is not a number; write one without quotation marks",
        "bool_type": "is neither true nor false; write one of them",
        "list_type": "is not a list; write it in square brackets",
        "dict_type": "is not a table; write it in braces",
        "model_type": "is not a table; write it under its own heading",
        "string_too_short": "is empty; write something",
    }
    message = fault["msg"][:1].lower() + fault["msg"][1:]
    return rules.get(kind, f"does not fit ({message}); mend it")


def _place(loc: Sequence[int | str]) -> str:
    """Write a place as ``[measurement] scale: `` or ``experiment 2 data: ``; "" at the top."""
    if not loc:
        return ""
    first, *rest = loc
    if first == "experiments" and rest:
        words = ["experiment", *(str(int(i) + 1) if isinstance(i, int) else i for i in rest)]
    else:
        words = [f"[{first}]" if first in _TABLES else str(first)]
        words += [f"item {i + 1}" if isinstance(i, int) else i for i in rest]
    return f"{' '.join(words)}: "


def _table_at(kind: type[TomlTable], loc: Sequence[int | str]) -> type[TomlTable]:
    """Return the class of the table at a place of a schema."""
    found: Any = kind
    for key in loc:
        within = isinstance(key, int)
        found = typing.get_args(found)[0] if within else found.model_fields[key].annotation
        # An optional table is the table, or nothing.
        if type(None) in typing.get_args(found):
            found = next(one for one in typing.get_args(found) if one is not type(None))
    return typing.cast("type[TomlTable]", found)


def _example(key: str) -> str:
    examples = {
        "title": 'title = "..."',
        "model": 'model = "hnp_dy6", the name of a file in models/',
        "seed": "seed = 1, any whole number",
        "experiments": "[[experiments]] with name, initial and data or statements",
        "measurement": "[measurement] with scale, signals and noise",
        "name": 'name = "..."',
        "initial": 'initial = { Dy = "190 mM" }',
        "scale": f"scale = {_choice(SCALES)}",
        "signals": "signals = [...], the names of the observed species",
        "noise": f"noise = {_choice(NOISES)}",
    }
    return examples.get(key, f"{key} = ...")


def _choice(names: Iterable[str]) -> str:
    return either(f'"{name}"' for name in names)
