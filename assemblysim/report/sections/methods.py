"""The methods section of a paper, with this study's numbers filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assemblysim.inference.model.temperature_laws import TEMPERATURE_LAWS
from assemblysim.language import capital, counted, listed
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.tails.registry import TAILS
from assemblysim.report.content import words
from assemblysim.report.content.bibliography import references
from assemblysim.report.content.headlines import counted_sentences
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import is_number
from assemblysim.report.document.nodes import Listing, Node, Paragraph, Section
from assemblysim.result.conditions import MeasurementModel
from assemblysim.result.evidence import WEIGHED
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.checks import ALL_COUNT, wild_words


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
    methods = methods_text(study.result)
    parts: list[Node] = [Paragraph(text) for text in methods.paragraphs]
    parts.append(Listing(methods.references, "references"))
    return (Section("methods", "Methods, to be pasted", tuple(parts), link="Methods"),)


def methods_text(result: StudyResult) -> Methods:
    """Write the methods section of a study from its stored summary."""
    known = {key: reference.text for key, reference in references().items()}
    if result.source:
        known["source"] = result.source
    marked = [
        _kinetics(result),
        _observation(result),
        _sampling(result),
        _identifiability(),
        _comparison(result),
        _predictions(result),
    ]
    numbers: dict[str, int] = {}

    def mark(match: re.Match[str]) -> str:
        keys = [key for key in match.group(1).split(",") if key in known]
        places = sorted(numbers.setdefault(key, len(numbers) + 1) for key in keys)
        return f" [{', '.join(str(p) for p in places)}]" if places else ""

    paragraphs = tuple(re.sub(r" ?\{([a-z,]+)\}", mark, text) for text in marked if text)
    return Methods(paragraphs, tuple(known[key] for key in numbers), tuple(numbers))


def _kinetics(result: StudyResult) -> str:
    names = list(result.mechanisms)
    hours = max((one.window_h for one in result.conditions), default=0.0)
    followed = f" over {words.duration(hours)}" if hours else ""
    return (
        f"{counted(len(names), 'mechanism')} ({listed(names)}) "
        f"{'was' if len(names) == 1 else 'were'} held against the observations of "
        f"{counted(len(result.conditions), 'experiment')}{followed} {{source}}. Rate laws follow "
        "mass action, without division by factorials for like reactants, unless stated "
        f"otherwise, and were integrated with {_integrator(result)}.{_temperatures(result)}"
    )


def _temperatures(result: StudyResult) -> str:
    """Say how rate constants depend on temperature, where they do."""
    heating = result.temperature
    if heating is None or not heating.varies:
        return ""
    celsius = heating.reference_K - 273.15
    law = TEMPERATURE_LAWS[heating.law]
    return (
        f" Rate constants follow the {law.title} equation about {celsius:.4g} °C, the temperature "
        f"they are given at, each with an {law.energy_symbol} of its own unless derived from "
        "others."
    )


def _integrator(result: StudyResult) -> str:
    if result.versions.get("engine", "reference").startswith("native"):
        return "the Rosenbrock method Rodas5P {steinebach} with analytic Jacobians"
    return "LSODA {petzold}"


def _observation(result: StudyResult) -> str:
    measured = sum(one.measurements for one in result.conditions)
    statements = sum(one.statements for one in result.conditions)
    parts = [_measured_text(result, measured)] if measured else []
    if statements:
        entered = "entered" if measured else "are the only data and entered"
        parts.append(
            f"{capital(counted_sentences(result))} on the course of signals {entered} as joint "
            "probabilities of order and threshold relations between noisy signals, each sentence "
            f"wrong with probability {result.measurement.error_rate:g} unless stated otherwise "
            "{words}."
        )
    averaged = _averaged_over(result)
    return " ".join([*parts, *([averaged] if averaged else [])])


def _averaged_over(result: StudyResult) -> str:
    """Say what the likelihood is a mean over."""
    kinds = {one.kind for one in result.comparison.alternatives}
    names = {"interpretation": "interpretations of the text", "course": "courses of temperature"}
    told = [text for kind, text in names.items() if kind in kinds]
    if not told:
        return ""
    return (
        f"The likelihood of each mechanism is the mean over {listed(told)}, by their probabilities "
        "before the data, so that evidence is summed over them."
    )


def _measured_text(result: StudyResult, measured: int) -> str:
    measurement = result.measurement
    signals = counted(len(measurement.signals), "signal")
    every = {name for m in result.mechanisms.values() for name in m.parameters}
    own = any(f"noise_{s}" in {*every, *measurement.fixed} for s in measurement.signals)
    size = ", of a size of its own for each signal" if own else ""
    text = (
        f"The data are {counted(measured, 'intensity', 'intensities')} of {signals}; "
        f"{_scale_text(measurement)}; each carries "
        f"{NOISES[measurement.noise].in_methods}{TAILS[measurement.tails].in_methods}{size}."
    )
    limits = _limits_text(measurement, result.conditions[0].unit)
    if measurement.covariances:
        text += (
            f" To the errors of {counted(measurement.covariances, 'intensity', 'intensities')} the "
            "covariance of what was measured in their spectrum is added, which is known (to first "
            "order, of logarithms)."
        )
    return f"{text}{limits}{_wild_text(measurement)}"


def _scale_text(measurement: MeasurementModel) -> str:
    """Say what intensities are, and which of them are ratios."""
    scale, ratios = SCALES[measurement.scale].in_methods, measurement.ratios
    if not ratios:
        return scale
    if set(measurement.signals) <= set(ratios):
        return "they are ratios of concentrations"
    as_what = "a ratio" if len(ratios) == 1 else "ratios"
    return f"{scale}, {listed(ratios)} as {as_what} of them"


def _wild_text(measurement: MeasurementModel) -> str:
    """Say whether spectra may be wrong as a whole."""
    if measurement.wild_spectra > 0:
        said = capital(wild_words(measurement.wild_spectra))
        return f" {said}, and the likelihood is the sum over which of them are."
    return f" {capital(ALL_COUNT)}." if SCALES[measurement.scale].by_column else ""


def _limits_text(measurement: MeasurementModel, unit: str) -> str:
    """Say what zeros mean: the limit of all signals, of single ones, and those in cells."""
    limit, own, cells = (
        measurement.detection_limit, measurement.signal_limits, measurement.cell_limits
    )  # fmt: skip
    single = listed(
        f"{words.percent(one.number) if one.relative else f'{one.number:g} {unit}'} for {name}"
        for name, one in own.items()
    )
    stated = single if limit is None else words.percent(limit)
    if limit is not None and single:
        stated += f" ({single})"
    text = f" Zeros are intensities below the detection limit of {stated}." if stated else ""
    if cells:
        own_limit = "has a limit of its own" if cells == 1 else "have limits of their own"
        text += f" {counted(cells, 'intensity', 'intensities')} {own_limit} in the table."
    return text


def _sampling(result: StudyResult) -> str:
    every = list(result.mechanisms.values())
    if not every:
        return ""
    calls = sum(m.likelihood_calls for m in every)
    counts = [m.unknown_count for m in every]
    unknowns = str(counts[0]) if len(set(counts)) == 1 else f"{min(counts)} to {max(counts)}"
    return (
        f"The {unknowns} unknowns of a mechanism (priors in the tables) were sampled with the "
        "affine-invariant ensemble sampler emcee {emcee} with differential-evolution and snooker "
        "moves {moves,snooker} and independent proposals. Particles of a sequential Monte Carlo "
        "(SMC) sampler {tempering} that went from the prior to the posterior showed where it is; "
        f"the independent ensembles started from {_started_from(every)}; "
        f"{_grouped(calls)} likelihood evaluations went into that.{_convergence(every)}"
    )


def _started_from(every: Sequence[MechanismResult]) -> str:
    """Say where walkers started, which is where the second estimate of the evidence comes from."""
    methods = {one.log_evidence[1].method for one in every}
    weighed = "draws from mixtures of t-distributions about that, fitted to weighted draws {amis}"
    tempered = "particles tempered once more, from"
    if WEIGHED not in methods:
        return f"{tempered} a mixture of t-distributions about that"
    if len(methods) == 1:
        return weighed
    return (
        f"{weighed}, or, where the weights could not be trusted {{psis}}, {tempered} such a mixture"
    )


def _convergence(every: Sequence[MechanismResult]) -> str:
    """Name the convergence criteria and their bounds, and whether all were met."""
    checks = {check.name: check for one in every for check in one.checks}
    if not checks:
        return ""
    bounds = listed(f"{name} ({words.number(one.bound, 2)})" for name, one in checks.items())
    failed = sum(not check.passed for one in every for check in one.checks)
    outcome = "all were passed" if not failed else f"{failed} failed"
    return f" Draws were checked by {bounds} {{rhat}}; {outcome}."


def _identifiability() -> str:
    return (
        "An unknown is called determined where both its posterior and its profile likelihood "
        "{profile} (95 %, one degree of freedom; prior knowledge of the other unknowns counts as "
        "data) close its interval on both sides within a factor of ten. Whether more data of the "
        "same kind could help was read from the rank of the sensitivities of the logarithmic "
        "signals, at the optimum and at points of the prior."
    )


def _comparison(result: StudyResult) -> str:
    every = result.mechanisms.values()
    if not every:
        return ""
    first, second = ([one.log_evidence[k] for one in every] for k in (0, 1))
    methods, others = (listed(dict.fromkeys(e.method for e in each)) for each in (first, second))
    worst = max(one.error for one in first)
    accuracy = f" (standard errors up to {words.number(worst, 2)})" if is_number(worst) else ""
    cited = " {bridge,tutorial}" if "bridge" in methods else ""
    return (
        f"Mechanisms, equally probable beforehand, were compared by their evidence, estimated by "
        f"{methods}{cited}{accuracy} and held against that of {others}; a verdict is given only "
        "where all checks are passed and no two of these estimates lie more than three combined "
        "errors apart. Bayes factors were put into words after Kass and Raftery {kass}. AICc "
        "{aicc}, BIC {bic} and "
        "Pareto-smoothed leave-one-out prediction {loo} are given beside it."
    )


def _predictions(result: StudyResult) -> str:
    version = result.versions.get("assemblysim")
    program = f"assemblysim {version}" if version else "assemblysim"
    followed = any(one.lifetimes or one.pathways for one in result.mechanisms.values())
    text = (
        "Lifetimes and pathway fractions are medians with central 95 % intervals over the draws; a "
        "time that was not reached while the experiment was followed is given as such and not "
        "extrapolated. "
        if followed
        else ""
    )
    return f"{text}All numbers can be repeated with {program} and seed {result.seed}."


def _grouped(count: int) -> str:
    """Write a large count with thin spaces between groups of three digits."""
    return f"{count:,}".replace(",", "\u202f")
