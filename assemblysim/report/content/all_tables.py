"""Every table of a study in the order of the report, each with a file name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assemblysim.report.content import tables, unknowns
from assemblysim.report.content.calibration import Calibration, calibration_tables
from assemblysim.report.content.large import is_too_large, observed_only, shared_constants
from assemblysim.report.content.stored import ranked_names, window
from assemblysim.report.content.tables import Table
from assemblysim.report.figures.pictures import file_stem
from assemblysim.report.figures.residuals import predictive_check_table
from assemblysim.report.forecast.sections import outlook_exhibits

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Exhibit:
    """A table with its place in the report.

    Attributes:
        stem: of its file; unique within the study.
        mechanism: that it is about; "" where it is about the study.
        table: what it shows.
    """

    stem: str
    mechanism: str
    table: Table


@dataclass(frozen=True)
class MechanismTables:
    """The tables of one mechanism.

    Attributes:
        lifetimes: one for each experiment.
        others: pathway shares, parameters, activation, steps, predictive checks and checks of
            the draws; None where there is nothing to show.
    """

    lifetimes: tuple[Table, ...]
    others: Mapping[str, Table | None]


def study_tables(
    summary: Mapping[str, Any],
    calibration: Calibration | None,
    design: Mapping[str, Any] = NOTHING,
) -> tuple[Exhibit, ...]:
    """Return all tables of a study.

    Args:
        summary: the stored summary.
        calibration: the stored calibration that belongs to it, if any.
        design: the stored ranking of next spectra, if any.
    """
    found = [
        ("ranking", "", tables.ranking_table(summary)),
        ("conditions", "", tables.condition_table(summary)),
        ("statements", "", tables.statement_table(summary)),
    ]
    found += outlook_exhibits(summary, design)
    for name in ranked_names(summary):
        own = mechanism_tables(summary, name)
        found += [("lifetimes", name, table) for table in own.lifetimes]
        found += [(kind, name, table) for kind, table in own.others.items()]
    if calibration is not None:
        found += [("calibration", "", table) for table in calibration_tables(calibration)]
    found += [
        ("criteria", "", tables.criteria_table(summary)),
        ("priors", "", tables.sensitivity_table(summary)),
    ]
    found += [("averaged", "", table) for table in tables.averaged_tables(summary)]
    return _named([(kind, name, table) for kind, name, table in found if table is not None])


def mechanism_tables(summary: Mapping[str, Any], name: str) -> MechanismTables:
    """Return the tables of one mechanism; of a large one only what can be read."""
    mechanism = summary["mechanisms"][name]
    observed = (summary.get("measurement") or {}).get("signals") or []
    large = is_too_large(mechanism)
    pathways = mechanism.get("pathways") or {}
    shown = observed_only(pathways, observed) if large else pathways
    caption = "Which step makes how much of the product"
    others = {
        "pathways": tables.pathway_table(shown, caption),
        "parameters": unknowns.parameter_table(mechanism),
        "activation": tables.activation_table(mechanism),
        "steps": shared_constants(mechanism) if large else tables.step_table(mechanism),
        "predictive": predictive_check_table(mechanism),
        "checks": tables.check_table(mechanism),
    }
    return MechanismTables(tuple(_lifetime_tables(summary, mechanism)), others)


def _lifetime_tables(summary: Mapping[str, Any], mechanism: Mapping[str, Any]) -> list[Table]:
    """Return the lifetimes of the first experiment, then of the others."""
    conditions = summary.get("conditions") or []
    hours = {c["experiment"]: c.get("window_h") for c in conditions}
    first = conditions[0]["experiment"] if conditions else ""
    others = mechanism.get("lifetimes_by_experiment") or {}
    by_experiment = {first: mechanism.get("lifetimes") or {}, **others}
    found = []
    for experiment, lifetimes in by_experiment.items():
        where = f" in {experiment}" if len(by_experiment) > 1 else ""
        caption = f"Lifetimes{where}: median and 95 % interval"
        table = tables.lifetime_table(lifetimes, hours.get(experiment, window(summary)), caption)
        if table is not None:
            found.append(table)
    return found


def _named(found: list[tuple[str, str, Table]]) -> tuple[Exhibit, ...]:
    """Give each table a file name; several of a kind are numbered."""
    exhibits: dict[str, Exhibit] = {}
    for kind, name, table in found:
        stem = f"{kind}_{file_stem(name)}" if name else kind
        place, free = 1, stem
        while free in exhibits:
            place += 1
            free = f"{stem}_{place}"
        exhibits[free] = Exhibit(free, name, table)
    return tuple(exhibits.values())
