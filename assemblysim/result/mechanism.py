"""One mechanism: its network, and all that its fit found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assemblysim.result.checks import (
    Check,
    ExchangedSpectra,
    PredictiveCheckResult,
    WildSpectrum,
)
from assemblysim.result.evidence import AlternativeResult, LeaveOneOut, LogEvidence
from assemblysim.result.numbers import Estimate
from assemblysim.result.predictions import LifetimeTable, MechanismForecastResult, PathwayTable
from assemblysim.result.unknowns import IdentifiabilityResult, ParameterResult


@dataclass(frozen=True)
class StoredSpecies:
    """A species with how many of each building block it holds.

    Attributes:
        name: as files and commands call it.
        composition: (building block, how many).
        title: what people read in place of the name; None where the model states none.
    """

    name: str
    composition: tuple[tuple[str, int], ...]
    title: str | None = None


@dataclass(frozen=True)
class StoredReaction:
    """A one-way reaction.

    Attributes:
        name: the step's.
        equation: as models write it.
        rate_constant: its name.
        further_rate_constants: of a rate law with several.
        law: other than mass action; None for mass action.
        factor: statistical, before the rate constant.
        reverse_of: the step that it is the reverse of.
        reactants, products: species, each as often as it takes part.
        title: what people read in place of the name; None where the model states none.
    """

    name: str
    equation: str
    rate_constant: str
    further_rate_constants: tuple[str, ...]
    law: str | None
    factor: float
    reverse_of: str | None
    reactants: tuple[str, ...]
    products: tuple[str, ...]
    title: str | None = None


@dataclass(frozen=True)
class ActivationBarrier:
    """Free energy of activation of one rate constant, kJ/mol, at the end of an experiment."""

    name: str
    temperature_K: float
    unit: str
    median: float
    lower: float
    upper: float


@dataclass(frozen=True)
class SwappedConstants:
    """Two rate constants that change places, and the response that makes up for it, if any."""

    first: str
    second: str
    response: str | None


@dataclass(frozen=True)
class ExchangedResponses:
    """Responses that are exchanged with each other before the data.

    Attributes:
        names: in the order of the alphabet.
        stated: those with values that they are exchanged with; where there are none only ratios
            count, and the geometric mean is 1.
        spread: geometric standard deviation of each before the data.
    """

    names: tuple[str, ...]
    stated: tuple[str, ...]
    spread: float


@dataclass(frozen=True)
class ModeResult:
    """A part of the posterior that is separated from the rest by a valley.

    Attributes:
        log_density: of its highest point.
        weight: fraction of the posterior.
        error: standard error of the weight.
        swapped: rate constants that change places against the first mode.
        ratios: by parameter, its value over that in the first mode, where they differ by more
            than a factor of three, the largest difference first.
    """

    log_density: float
    weight: float
    error: float
    swapped: tuple[SwappedConstants, ...]
    ratios: Mapping[str, float]


@dataclass(frozen=True)
class OptimumResult:
    """A local optimum and how many starts ended in it."""

    log_density: float
    basin_count: int


@dataclass(frozen=True)
class StoredClaim:
    """One claim of a sentence.

    Attributes:
        text: in short.
        reading: how its words are read, as the study says; "" where it does not.
        signal, relation: what is said of which signal.
        from_h, to_h: the times that it is about.
    """

    text: str
    reading: str
    signal: str
    relation: str
    from_h: float
    to_h: float


@dataclass(frozen=True)
class StatementResult:
    """What one sentence says under the mechanism.

    Attributes:
        experiment: it is about.
        text: its label, or its only claim in short.
        interpretation: that reads it so; "" where all read it alike.
        claims: which have to hold together.
        silent: whether it is silence.
        rate: the chance that it is wrong; of silence, that something visible is not mentioned.
        probability: that its claims hold in the noisy signals.
        log_contribution: mean log probability of the sentence, nats.
    """

    experiment: str
    text: str
    interpretation: str
    claims: tuple[StoredClaim, ...]
    silent: bool
    rate: float
    probability: float
    log_contribution: float


@dataclass(frozen=True)
class BalancedEquation:
    """A step, a species made of its free blocks, or a whole route, balanced between ions.

    Attributes:
        name: of the step or species; "" of a route.
        equation: in whole numbers; "" where it could not be balanced.
        times: how often the step is taken in the equation.
        taken_up: co-reactant to how much is taken up, once; below 0 what is given off.
        protons: H+ that bases take away, once; None where no co-reactant shows it.
        reason: why it is not balanced; "" where it is.
    """

    name: str
    equation: str
    times: int
    taken_up: Mapping[str, float]
    protons: float | None
    reason: str


@dataclass(frozen=True)
class RouteResult:
    """A whole route: (step, how often) pairs, and what they come to together."""

    steps: tuple[tuple[str, int], ...]
    total: BalancedEquation


@dataclass(frozen=True)
class BaseUse:
    """What an assembly needs of the base that was added in one experiment.

    Attributes:
        experiment: its name.
        unit: of the concentrations.
        added: base at the start.
        needed: species to the base that is used once all of the scarcest block is in it.
    """

    experiment: str
    unit: str
    added: float
    needed: Mapping[str, float]


@dataclass(frozen=True)
class ChemistryResult:
    """Steps balanced with what the model does not follow.

    Attributes:
        co_reactants: what is not followed.
        forms: species to the ion or molecule it is balanced as.
        assumed: species whose form is not stated.
        steps: one for each step, the ways back left out.
        made: one for each ion of each species of several blocks, the one that is balanced first.
        routes: by mechanism; none where there are too many.
        base: by experiment where it is stated.
    """

    co_reactants: tuple[str, ...]
    forms: Mapping[str, str]
    assumed: tuple[str, ...]
    steps: tuple[BalancedEquation, ...]
    made: tuple[BalancedEquation, ...]
    routes: Mapping[str, tuple[RouteResult, ...]]
    base: tuple[BaseUse, ...]


@dataclass(frozen=True, eq=False)
class MechanismResult:
    """All that one mechanism's fit found.

    Attributes:
        title: what people read in place of the name; "" where the model states none.
        description: the model's own words.
        species, reactions: the network.
        rate_equations: one for each species; none of a network too large to be drawn.
        checks: whether the draws may be trusted.
        parameters: the unknowns by name; exchangeable responses in place of their contrasts.
        activation: barriers, where temperatures are stated.
        derived: formulas of the parameters that follow from others.
        identifiability: what data of this kind can settle.
        log_evidence: by bridge sampling, its independent estimate, Laplace's figure, and nested
            sampling where asked for.
        first_estimate: the independent estimate before it was made anew; None where it was not.
        prior_changes: log evidence with something changed that was assumed; None where hardly a
            draw is left.
        modes: the main one first.
        log_likelihood_max: at the maximum likelihood.
        aicc: None where there are too few measurements for it.
        bic: Schwarz's criterion.
        elpd_loo: leave-one-out.
        optima: best first.
        measurements: how many numbers were measured.
        statements: what each says.
        predictive_checks: None without measurements.
        lifetimes: in the first experiment.
        lifetimes_by_experiment: where there are several.
        pathways: in the first experiment.
        pathways_by_experiment: where there are several.
        forecast: of a mechanism in play; None of others.
        failed_integrations, likelihood_calls, steps, seconds: what it cost.
        alternatives: what the evidence is a mean over.
        responses: those of which only the ratios count.
        wider_responses: 95 % intervals of rate constants where these are taken to spread more.
        wild_spectra: every spectrum with the chance that it is wrong as a whole; none where none
            may be.
        exchanged_spectra: of these, what would fit better in the place of another.
        fault_factors: ln Bayes factor for each smooth fault of the data against none, by Laplace;
            empty of a mechanism that was not looked at.
    """

    title: str
    description: str
    species: tuple[StoredSpecies, ...]
    reactions: tuple[StoredReaction, ...]
    rate_equations: tuple[str, ...]
    checks: tuple[Check, ...]
    parameters: Mapping[str, ParameterResult]
    activation: tuple[ActivationBarrier, ...]
    derived: Mapping[str, str]
    identifiability: IdentifiabilityResult
    log_evidence: tuple[LogEvidence, ...]
    first_estimate: LogEvidence | None
    prior_changes: Mapping[str, Estimate | None]
    modes: tuple[ModeResult, ...]
    log_likelihood_max: float
    aicc: float | None
    bic: float
    elpd_loo: LeaveOneOut
    optima: tuple[OptimumResult, ...]
    measurements: int
    statements: tuple[StatementResult, ...]
    predictive_checks: PredictiveCheckResult | None
    lifetimes: LifetimeTable
    lifetimes_by_experiment: Mapping[str, LifetimeTable]
    pathways: PathwayTable
    forecast: MechanismForecastResult | None
    failed_integrations: int
    likelihood_calls: int
    steps: int
    seconds: float
    alternatives: tuple[AlternativeResult, ...] = ()
    pathways_by_experiment: Mapping[str, PathwayTable] = field(default_factory=dict)
    responses: tuple[ExchangedResponses, ...] = ()
    wider_responses: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    wild_spectra: tuple[WildSpectrum, ...] = ()
    exchanged_spectra: tuple[ExchangedSpectra, ...] = ()
    fault_factors: Mapping[str, float] = field(default_factory=dict)

    @property
    def unknown_count(self) -> int:
        """How many unknowns were sampled: of responses without a level of their own one less."""
        free = sum(not one.stated and len(one.names) > 1 for one in self.responses)
        return len(self.parameters) - free

    @property
    def least_known(self) -> str:
        """The rate constant whose 95 % interval spans the largest factor; "" without one.

        Constants that follow from others are left out.
        """
        spans = {
            name: one.upper / one.lower
            for name, one in self.parameters.items()
            if one.kind == "rate" and name not in self.derived and one.lower > 0
        }
        return max(spans, key=spans.__getitem__, default="")
