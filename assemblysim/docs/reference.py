"""The page reference.md: every key of the files that people write, and every command's options."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Sequence
from typing import Any, Final

from assemblysim.commands import ions
from assemblysim.commands.spectra_commands import tables
from assemblysim.docs.docstrings import read_docstring, refuse_gaps
from assemblysim.inference.model import temperature_laws
from assemblysim.inference.model.prior import Prior
from assemblysim.inference.sampling.settings import (
    ConvergenceCriteria,
    FitSettings,
    SmcSettings,
    WiderPriorSmcSettings,
)
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.noise_model import RELATIVE_NOISE, RELATIVE_SAMPLING_ERROR
from assemblysim.measurement.responses import RESPONSE_SPREAD
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.statements.relations import RELATION_KINDS
from assemblysim.measurement.tails.registry import TAILS
from assemblysim.mechanism.constants import constants
from assemblysim.mechanism.reading import candidate_ions, chemistry, step_table
from assemblysim.spectra import ion_list
from assemblysim.study.definition import heating, priors_and_fixed, schema
from assemblysim.study.definition.conditions import EventTable, FeedTable, VesselTable
from assemblysim.study.definition.hypotheses import HypothesisTable
from assemblysim.study.definition.settings import StatementSettings
from assemblysim.study.definition.sharing import GroupTable
from assemblysim.study.definition.wording import FURTHER_STATEMENT_COLUMNS, STATEMENT_COLUMNS
from assemblysim.study.problem import problems
from assemblysim.study.spectra import listing
from assemblysim.study.steps import definition

MADE: Final = "<!-- Made by python -m assemblysim.docs.build; change the docstrings instead. -->"

# Keys of a mechanism file, which is read by hand and has no schema class.
MODEL_KEYS: Final = {
    "title": "what the system is; the file's name by default",
    "source": "where the chemistry is from",
    "blocks": 'building blocks, as `["Pd", "L"]`: species of the table of steps are then '
    "read from their formulas",
    "species": 'table: name to building blocks, as `Dy5L2 = "5Dy 2L"`; empty stays out of the '
    "balance",
    "steps": "name of a table of steps, beside the mechanism file; see below",
    "reactions": "table: name to `equation ; rate constants`, and after a second semicolon a rate "
    "law other than mass action",
    "constants": "table: a constant to an expression of others; see below",
    "mechanisms": "table: name to a list of reactions (or groups of steps); all reactions by "
    "default",
    "descriptions": "table: mechanism to a sentence about it, for the report",
    "titles": "table: mechanism, species or reaction to what people read in its place, a few words "
    "each; verdict and ranking show those of mechanisms",
    "former_names": "table: a name that a mechanism had before to its name of today; former names "
    "are still read in `study.toml`, in the file named by `truth` and after `--mechanism`, and "
    "answered by one line",
    "ions": "table: species to its typical ion, or a list of them; see below",
    "chemistry": "table: building block to its formula and charge, and `co_reactants`; see below",
    "candidate_ions": "table: which ions to look for in spectra; see below",
    "labelled": "table: building block to its labelled form, or a list of them, as "
    '`Dy = "Gd"`; the mechanism is then expanded over the forms (`check --expanded` lists it)',
    "labelled_constants": "table: rate constant to a table, labelled reactants to the constant "
    'of their steps, as `k_grow = { Gd = "k_grow_Gd" }`; several reactants are joined by +, '
    "products may follow an arrow, `*` stands for any letters",
}

STUDY_TABLES: Final[Sequence[tuple[str, type[schema.TomlTable]]]] = (
    ("At the top", schema.StudyTable),
    ("One of `[hypotheses]`", HypothesisTable),
    ("One of `[groups]`", GroupTable),
    ("`[[experiments]]`", schema.ExperimentTable),
    ("An item of `events`", EventTable),
    ("An item of `feeds`", FeedTable),
    ("`vessels` of an experiment", VesselTable),
    ("`[measurement]`", schema.MeasurementTable),
    ("`[temperature]`", schema.TemperatureTable),
    ("A prior", priors_and_fixed.PriorTable),
    ("One of `[interpretations]`", schema.InterpretationTable),
    ("`[ions]`", ions.IonsTable),
    ("`[steps]`", definition.StepsTable),
    ("`[spectra]`", tables.SpectraTable),
    ("`[spectra.course]`", tables.CourseTable),
    ("The file named by `truth`", schema.TruthTable),
)
SETTINGS_TABLES: Final[Sequence[tuple[str, type]]] = (
    ("`[statements]`", StatementSettings),
    ("`[sampling]`", FitSettings),
    ("`[sampling.convergence]`", ConvergenceCriteria),
    ("`[sampling.smc]`", SmcSettings),
    ("`[sampling.prior_changes]`", WiderPriorSmcSettings),
)
_WORDS: Final = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def reference_page() -> str:
    """Return the page.

    Raises:
        InputError: a key is not explained by its class's docstring.
    """
    parts = [
        MADE,
        "# Reference",
        "What may stand in the files you write, and what the commands take. A *quantity* is a "
        'number with its unit in quotation marks, `"190 mM"`, `"5 min"`, `"0.1 1/(mM h)"`; a pure '
        'number may be bare or in %, `0.05` or `"5 %"`. A temperature is `"80 degC"` or `"353 K"`. '
        "A key that is not listed here is refused.",
        "## A mechanism file, `models/NAME.toml`",
        _table(("key", "meaning"), [(f"`{k}`", text) for k, text in MODEL_KEYS.items()]),
        "Arrows: `->`, `-->`, `=>`, `→` one way; `<=>`, `<->`, `<==>`, `⇌` both ways, with two "
        "constants, forth and back. `A -> B -> C` is a chain with a constant for each arrow. The "
        "rate of a step is `k` times the concentrations, **without** 1/n! for equal partners: for "
        "`2 A -> B` it is k[A]². A statistical factor stands before the constant, `6 k_bind`. "
        "A coefficient may be broken where the step has a rate law, `A + 0.5 O2 -> B ; k ; k*A`: "
        "it is taken twice at once with half of the law, and shown so. "
        "Nothing on one side of the arrow is a source or a sink. In a rate law `t` is the time "
        "since mixing, in h, as in `A -> B ; k, tau ; k*(1 - exp(-t/tau))*A`: a pulse in it "
        "may be as short as a hundredth of an experiment or of a part between two events. A "
        "constant of such a law has no default prior, and no species or constant is called `t`.",
        "### A table of steps",
        _prose(step_table),
        "### Constants that follow from others, `[constants]`",
        _prose(constants),
        "### Ions and co-reactants, `[ions]` and `[chemistry]`",
        _prose(chemistry),
        "### Ions to look for in spectra, `[candidate_ions]`",
        _prose(candidate_ions),
        "## A study, `study.toml`",
    ]
    for heading, kind in STUDY_TABLES:
        parts += [f"### {heading}", _summary(kind), _schema_table(kind)]
    parts += ["### What `scale` and `noise` may be", _choices()]
    for heading, settings in SETTINGS_TABLES:
        parts += [f"### {heading}", _summary(settings), _settings_table(settings)]
    parts += ["## Parameters and their default priors", _parameters()]
    parts += ["## A table of statements", _statements()]
    parts += ["## A list of ions", _prose(ion_list), "## A list of spectra"]
    parts += [_prose(listing), "## Commands", *_commands()]
    return "\n\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines
    )


def _prose(module: types.ModuleType) -> str:
    """Return a module's docstring after its first paragraph's end, code in one piece."""
    text = read_docstring(module, module.__name__).text.replace("``", "`")
    paragraphs = [part for part in text.replace("::\n", ":\n").split("\n\n") if part.strip()]
    return "\n\n".join(
        part if part.startswith("    ") else " ".join(part.split()) for part in paragraphs
    )


def _summary(kind: type) -> str:
    return read_docstring(kind, kind.__name__).summary.replace("``", "`")


def _schema_table(kind: type[schema.TomlTable]) -> str:
    meanings = read_docstring(kind, kind.__name__).entries("Attributes")
    refuse_gaps(meanings, kind.model_fields, kind.__name__)
    rows = []
    for name, field in kind.model_fields.items():
        needed = (
            "**needed**"
            if field.is_required()
            else _default(field.get_default(call_default_factory=True))
        )
        rows.append((f"`{name}`", _kind(field.annotation), needed, _meaning(meanings[name])))
    return _table(("key", "kind", "default", "meaning"), rows)


def _settings_table(kind: type) -> str:
    hints = typing.get_type_hints(kind)
    documented = read_docstring(kind, kind.__name__).entries("Attributes")
    if kind is WiderPriorSmcSettings:
        documented = read_docstring(SmcSettings, "SmcSettings").entries("Attributes")
    refuse_gaps(documented, hints, kind.__name__)
    rows = []
    for field in dataclasses.fields(kind):
        if dataclasses.is_dataclass(hints[field.name]):
            rows.append((f"`{field.name}`", "table", "", _meaning(documented[field.name])))
            continue
        default = _default(field.default)
        rows.append(
            (f"`{field.name}`", _kind(hints[field.name]), default, _meaning(documented[field.name]))
        )
    return _table(("key", "kind", "default", "meaning"), rows)


def _meaning(text: str) -> str:
    return text.replace("``", "`").removesuffix(".")


def _default(value: object) -> str:
    if value is None or value in ("", [], {}):
        return "none"
    return str(value).lower() if isinstance(value, bool) else f"`{value}`"


def _kind(annotation: Any) -> str:
    """Say what a value is, in a user's words."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if type(None) in inner:
        return _kind(next(one for one in inner if one is not type(None)))
    if origin is typing.Literal:
        return " or ".join(f'`"{one}"`' for one in inner)
    if origin is list:
        return f"list of {_kind(inner[0])}s" if _is_table(inner[0]) else "list"
    if origin is dict or _is_table(annotation):
        return "table"
    return _WORDS.get(annotation, "quantity, or as said")


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, schema.TomlTable)


def _choices() -> str:
    rows = [(f'`scale = "{name}"`', scale.explanation) for name, scale in SCALES.items()]
    rows += [(f'`noise = "{name}"`', noise.explanation) for name, noise in NOISES.items()]
    rows += [(f'`tails = "{name}"`', tails.explanation) for name, tails in TAILS.items()]
    return _table(("written", "meaning"), rows)


def _noise_parameters() -> tuple[tuple[str, str, str], ...]:
    """List the parameters of scatter."""
    return (
        (
            "`noise`, `noise_SIGNAL`",
            "relative error of a reading",
            _said(problems.as_prior(RELATIVE_NOISE)),
        ),
        ("`noise_additive`", "additive part of two-component noise", "log-uniform"),
        (
            "`noise_factor`",
            "what known standard deviations are multiplied by",
            "1; a prior frees it",
        ),
        (
            "`sampling_error`",
            "error that replicates share",
            _said(problems.as_prior(RELATIVE_SAMPLING_ERROR)),
        ),
    )


def _parameters() -> str:
    """List parameters with the priors they have when the study states none."""
    low, high = problems.BACKGROUND_SHARES
    rate = (
        "log-uniform: the step's characteristic time lies between a hundredth of the first and a "
        "hundred times the last sampling time; wider for what carries a reaction or starts a growth"
    )
    energy = _said(heating.ENERGY, "kJ/mol")
    entries: list[tuple[str, str, str]] = [
        ("`k_...`", "rate constants, as the mechanism file calls them", rate),
        ("`K...`", "ratios of rate constants, from `[constants]`", "none; state one"),
        ("`dG...`", "energies, from `[constants]`", _said(heating.FREE_ENERGY, "kJ/mol")),
        ("`f_...`", "numbers, from `[constants]`", "none; state one"),
        ("`Ea_...`, `dH_...`", "activation energy, or enthalpy, of a rate constant", energy),
        ("`dH_K...`, `dH_dG...`", "reaction enthalpy", _said(heating.ENTHALPY, "kJ/mol")),
        ("`A_...`", 'pre-exponential factor, of `form = "separate"`', "log-uniform"),
        ("`dS_...`", "activation entropy, likewise", _said(temperature_laws.ENTROPY, "J/(mol K)")),
        ("`initial_SPECIES`", "start that has a prior under `initial`", "as stated there"),
        ("`dead_time`, `time_...`", "dead time, and uncertain sampling times", "as stated there"),
        (
            "`response_SIGNAL`",
            "ion signal for each unit of concentration; only ratios count",
            f"per spectrum exchangeable, each within a factor of {RESPONSE_SPREAD:g} of their "
            "geometric mean two times in three; 1 on the other scales",
        ),
        ("`f` of a signal `Q = B + f C`", "coefficient of a term in a signal", "none; state one"),
        (
            "`background`",
            "signal that is there without the species",
            f"log-uniform between {low:g} and {high:g} of the scarcest component; 0 where "
            "noise is not proportional and there are no statements",
        ),
        *_noise_parameters(),
        ("`limit`", "what words take for absent", _said(problems.STATEMENT_LIMIT)),
        ("`statement_noise`", "reading error behind words", _said(problems.STATEMENT_NOISE)),
        (
            "`fraction`",
            "of its own maximum, which is abundant",
            f"{problems.ABUNDANT_FRACTION:.3g}",
        ),
    ]
    text = (
        "Under `[priors]` a parameter is given a prior, `k_grow = { log_uniform = "
        '["1e-4 1/(mM h)", "1e4 1/(mM h)"] }`, or a value, `noise = "15 %"`, which is then taken '
        "as known. `assemblysim check` of a study lists its unknowns and their priors."
    )
    return f"{text}\n\n{_table(('name', 'what it is', 'default prior'), entries)}"


def _said(prior: Prior, unit: str = "") -> str:
    return prior.describe(unit)


_STATEMENTS: Final = (
    "All claims of a sentence have to hold together, for log signals read with noise "
    "`statement_noise`, one error for each signal at each sampling time. With the probability P of "
    "that, a sentence is written with probability e + (1 - 2 e) P, where e is the `error_rate`, "
    "and silence kept with P + q (1 - P), where q is the `unmentioned_rate`. The signal is its "
    "fraction of all signals where the scale is per spectrum."
)


def _statements() -> str:
    columns = ", ".join(f"`{one}`" for one in STATEMENT_COLUMNS)
    further = ", ".join(f"`{one}`" for one in FURTHER_STATEMENT_COLUMNS)
    kinds = _table(
        ("relation", "what has to hold of the noisy signals", "`fraction`"),
        [(f"`{k.name}`", k.meaning, "" if k.fraction == "none" else k.fraction)
         for k in RELATION_KINDS.values()],
    )  # fmt: skip
    return (
        f"Columns: {columns}; those that may be left out: {further}. Times are in h and must be "
        "sampling times; `reading` is how the words were read, for the report. Rows with the same "
        "`sentence` are one sentence of the source; a row without is one of its own. "
        "`interpretation` lists those that a row belongs to; blank stands for all. `error_rate` is "
        "a sentence's own, `unmentioned_rate` that of silence."
        f"\n\n{kinds}\n\n{_STATEMENTS}"
    )


def _commands() -> list[str]:
    """Describe every command and its options."""
    import typer.main

    from assemblysim.command_line import app

    group: Any = typer.main.get_command(app)
    found = []
    for name, command in group.commands.items():
        arguments = " ".join(
            p.name.upper() for p in command.params if p.param_type_name == "argument"
        )
        found += [f"### `{f'assemblysim {name} {arguments}'.strip()}`", command.help.strip()]
        options = [p for p in command.params if p.param_type_name == "option"]
        rows = [(f"`{p.opts[0]}`", p.help + _shown_default(p.default)) for p in options]
        if rows:
            found.append(_table(("option", "meaning"), rows))
    return found


def _shown_default(value: object) -> str:
    return f" (default {value})" if isinstance(value, (str, int)) and value is not False else ""
