"""The methods section of a paper, with this study's numbers filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assemblysim.inference.model.temperature_laws import TEMPERATURE_LAWS
from assemblysim.language import counted, listed
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.report.content import words
from assemblysim.report.content.bibliography import references
from assemblysim.report.content.stored import StoredStudy, Summary
from assemblysim.report.content.words import is_number
from assemblysim.report.document.nodes import Listing, Node, Paragraph, Section


@dataclass(frozen=True)
class Methods:
    """The methods section.

    Attributes:
        paragraphs: with citations as [1].
        references: as printed, in the order of their numbers.
        keys: the same as keys of the bibliography; "source" for the study's own.
    """

    paragraphs: tuple[str, ...]
    references: tuple[str, ...]
    keys: tuple[str, ...]


def methods_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section, whose text is made to be pasted."""
    methods = methods_text(study.summary)
    parts: list[Node] = [Paragraph(text) for text in methods.paragraphs]
    parts.append(Listing(methods.references, "references"))
    return (Section("methods", "Methods, to be pasted", tuple(parts), link="Methods"),)


def methods_text(summary: Summary) -> Methods:
    """Write the methods section of a study from its stored summary."""
    known = {key: reference.text for key, reference in references().items()}
    if summary.get("source"):
        known["source"] = str(summary["source"])
    marked = [
        _kinetics(summary),
        _observation(summary),
        _sampling(summary),
        _identifiability(summary),
        _comparison(summary),
        _predictions(summary),
    ]
    numbers: dict[str, int] = {}

    def mark(match: re.Match[str]) -> str:
        keys = [key for key in match.group(1).split(",") if key in known]
        places = sorted(numbers.setdefault(key, len(numbers) + 1) for key in keys)
        return f" [{', '.join(str(p) for p in places)}]" if places else ""

    paragraphs = tuple(re.sub(r" ?\{([a-z,]+)\}", mark, text) for text in marked if text)
    return Methods(paragraphs, tuple(known[key] for key in numbers), tuple(numbers))


def _kinetics(summary: Summary) -> str:
    names = list(summary["mechanisms"])
    conditions = summary.get("conditions") or []
    hours = [c["window_h"] for c in conditions if is_number(c.get("window_h"))]
    followed = f" over {words.duration(max(hours))}" if hours else ""
    return (
        f"{counted(len(names), 'mechanism')} ({listed(names)}) "
        f"{'was' if len(names) == 1 else 'were'} held against the observations of "
        f"{counted(len(conditions), 'experiment')}{followed} {{source}}. Rate laws follow "
        "mass action, without division by factorials for like reactants, unless stated "
        f"otherwise, and were integrated with {_integrator(summary)}.{_temperatures(summary)}"
    )


def _temperatures(summary: Summary) -> str:
    """Say how rate constants depend on temperature, where they do."""
    heating = summary.get("temperature") or {}
    if not heating.get("varies"):
        return ""
    celsius = heating["reference_K"] - 273.15
    law = TEMPERATURE_LAWS[heating["law"]]
    return (
        f" Rate constants follow the {law.title} equation about {celsius:.4g} °C, the temperature "
        f"they are given at, each with an {law.energy_symbol} of its own unless tied."
    )


def _integrator(summary: Summary) -> str:
    engine = str((summary.get("versions") or {}).get("engine", "reference"))
    if engine.startswith("native"):
        return "the Rosenbrock method Rodas5P {steinebach} with analytic Jacobians"
    return "LSODA {petzold}"


def _observation(summary: Summary) -> str:
    conditions = summary.get("conditions") or []
    readings = sum(int(c.get("readings") or 0) for c in conditions)
    statements = sum(int(c.get("statements") or 0) for c in conditions)
    measurement = summary.get("measurement") or {}
    parts = [_readings_text(summary, readings)] if readings else []
    if statements:
        rate = measurement.get("error_rate")
        wrong = f", each of them wrong with probability {rate:g}" if is_number(rate) else ""
        entered = "entered" if readings else "are the only data and entered"
        parts.append(
            f"{counted(statements, 'statement')} on the course of signals {entered} as "
            "probabilities of order and threshold relations between noisy signals"
            f"{wrong} {{words}}."
        )
    return " ".join(parts)


def _readings_text(summary: Summary, readings: int) -> str:
    measurement = summary.get("measurement") or {}
    signals = counted(len(measurement.get("signals") or []), "signal")
    scale = SCALES[measurement["scale"]].in_methods
    noise = NOISES[measurement["noise"]].in_methods
    text = f"The data are {counted(readings, 'reading')} of {signals}; "
    every = {name for m in summary["mechanisms"].values() for name in m["parameters"]}
    known = (*every, *(measurement.get("stated") or {}))
    own = [s for s in measurement.get("signals") or [] if f"noise_{s}" in known]
    size = ", of a size of its own for each signal" if own else ""
    text += f"{scale}; each reading carries {noise}{size}."
    limit = measurement.get("detection_limit")
    if is_number(limit):
        text += f" Zeros are readings below the detection limit of {words.percent(limit)}."
    return text


def _sampling(summary: Summary) -> str:
    every = list(summary["mechanisms"].values())
    if not every:
        return ""
    calls = sum(int(m.get("likelihood_calls") or 0) for m in every)
    counts = [len(m["parameters"]) for m in every]
    unknowns = str(counts[0]) if len(set(counts)) == 1 else f"{min(counts)} to {max(counts)}"
    return (
        f"The {unknowns} unknowns of a mechanism (priors in the tables) were sampled with the "
        "affine-invariant ensemble sampler emcee {emcee} with differential-evolution and snooker "
        "moves {moves,snooker} and independent proposals, in independent ensembles started from "
        "particles that were tempered from the prior to the posterior {tempering} and, for their "
        "evidence, once more from a mixture of t-distributions about what they had found; "
        f"{_grouped(calls)} likelihood evaluations went into that.{_gates(every)}"
    )


def _gates(every: list[Any]) -> str:
    """Name the checks and their bounds, and whether all were passed."""
    checks = {c["name"]: c for m in every for c in m.get("checks") or []}
    if not checks:
        return ""
    bounds = listed(f"{n} ({words.number(c.get('bound'), 2)})" for n, c in checks.items())
    failed = sum(not c.get("passed") for m in every for c in m.get("checks") or [])
    outcome = "all were passed" if not failed else f"{failed} failed"
    return f" Draws were checked by {bounds} {{rhat}}; {outcome}."


def _identifiability(summary: Summary) -> str:
    if not any(m.get("identifiability") for m in summary["mechanisms"].values()):
        return ""
    return (
        "An unknown is called determined where both its posterior and its profile likelihood "
        "{profile} (95 %, one degree of freedom; prior knowledge of the other unknowns counts as "
        "data) close its interval on both sides within a factor of ten. Whether more data of the "
        "same kind could help was read from the rank of the sensitivities of the logarithmic "
        "signals, at the optimum and at points of the prior."
    )


def _comparison(summary: Summary) -> str:
    every = list(summary["mechanisms"].values())
    first = [m["log_evidence"][0] for m in every if m.get("log_evidence")]
    if not first:
        return ""
    methods = listed(dict.fromkeys(str(e["method"]) for e in first))
    second = [m["log_evidence"][1] for m in every if len(m.get("log_evidence") or []) > 1]
    independent_estimate = listed(dict.fromkeys(str(e["method"]) for e in second))
    held = f" and held against that of {independent_estimate}" if second else ""
    errors = [e["error"] for e in first if is_number(e.get("error"))]
    accuracy = f" (standard errors up to {words.number(max(errors), 2)})" if errors else ""
    cited = " {bridge,tutorial}" if "bridge" in methods else ""
    return (
        f"Mechanisms, equally probable beforehand, were compared by their evidence, estimated by "
        f"{methods}{cited}{accuracy}{held}; a verdict is given only where all checks are passed "
        "and no two of these estimates lie more than three combined errors apart. Bayes factors "
        "were put into words after Kass and Raftery {kass}. AICc {aicc}, BIC {bic} and "
        "Pareto-smoothed leave-one-out prediction {loo} are given beside it."
    )


def _predictions(summary: Summary) -> str:
    version = (summary.get("versions") or {}).get("assemblysim")
    program = f"assemblysim {version}" if version else "assemblysim"
    followed = any(m.get("lifetimes") or m.get("pathways") for m in summary["mechanisms"].values())
    text = (
        "Lifetimes and pathway shares are medians with central 95 % intervals over the draws; a "
        "time that was not reached while the experiment was followed is given as such and not "
        "extrapolated. "
        if followed
        else ""
    )
    return f"{text}All numbers can be repeated with {program} and seed {summary.get('seed')}."


def _grouped(count: int) -> str:
    """Write a large count with thin spaces between groups of three digits."""
    return f"{count:,}".replace(",", "\u202f")
