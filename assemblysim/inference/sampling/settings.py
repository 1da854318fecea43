"""How much work goes into one mechanism, and the bounds its draws must keep to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class ConvergenceCriteria:
    """Bounds that draws must keep to before a number is drawn from them.

    Attributes:
        r_hat: rank-normalised R-hat across independent ensembles, at most (Vehtari et al.,
            Bayesian Anal. 2021, 16, 667).
        effective_size: bulk and tail effective sample size of each parameter, at least.
        autocorrelation_times: length of the kept chain in integrated autocorrelation
            times, at least.
        failed_fraction: fraction of failed integrations among the calls, at most.
    """

    r_hat: float = 1.02
    effective_size: float = 400.0
    autocorrelation_times: float = 10.0
    failed_fraction: float = 0.05


@dataclass(frozen=True)
class SmcSettings:
    """How much work goes into the particles that are tempered from prior to posterior.

    Attributes:
        pilot_particles: of the first run of a way, which chooses powers and learns proposals.
        exploratory_runs: further runs on the first way, from the prior; they find the modes.
        exploratory_fraction: of the particles, pilot's and runs', that go the first way: their
            evidence counts for nothing.
        exploratory_ess_threshold: what `ess_threshold` is on the first way.
        runs: independent runs on the second way, from a reference about all that was found;
            their scatter is the error of the log evidence.
        particles: of each run, at least eight times the number of unknowns.
        ess_threshold: effective fraction of the particles that one step of the inverse temperature
            keeps.
        local_moves: differential evolution, snooker and rate-swap moves in a round.
        independent_moves: independent proposals in a round.
        most_rounds: rounds after each step at most; twice as many after the last.
        forgotten: correlation of the particles with where they were at which moving ends.
        forgotten_at_the_end: the same after the last step.
    """

    pilot_particles: int = 768
    exploratory_runs: int = 2
    exploratory_fraction: float = 0.6
    exploratory_ess_threshold: float = 0.5
    runs: int = 6
    particles: int = 320
    ess_threshold: float = 0.6
    local_moves: int = 1
    independent_moves: int = 3
    most_rounds: int = 8
    forgotten: float = 0.4
    forgotten_at_the_end: float = 0.1

    @property
    def exploratory_task(self) -> SmcSettings:
        """The same for the first way, on which the exploratory_runs are the runs."""
        return replace(
            self,
            runs=self.exploratory_runs,
            pilot_particles=round(self.exploratory_fraction * self.pilot_particles),
            particles=round(self.exploratory_fraction * self.particles),
            ess_threshold=min(self.ess_threshold, self.exploratory_ess_threshold),
        )


@dataclass(frozen=True)
class WiderPriorSmcSettings(SmcSettings):
    """The same for priors of the rate constants twice as wide: fewer, for a figure of 0.2 nat."""

    pilot_particles: int = 512
    runs: int = 4
    particles: int = 256


@dataclass(frozen=True)
class ImportanceSettings:
    """How much work goes into weighing draws from mixtures, which comes before tempering.

    Attributes:
        first_draws: from about what exploring particles and the search found.
        draws: of each round of fitting, and of each batch.
        rounds: of fitting a mixture to weighted draws, at least.
        most_rounds: at most.
        walkers: that start on weighted draws and show a mixture where the posterior is.
        steps: of each of them, in each round.
        batches: fresh ones from the last mixture, at least; the evidence comes from them.
        most_batches: at most; what is not known well enough by then is tempered.
        effective_size: of the draws fitted to, and of the batches, that is enough.
        error: of the log evidence, that is enough.
        worst_shape: of the weights' tail (Pareto k-hat), at most; beyond it, particles are
            tempered. With -10 they always are.
    """

    first_draws: int = 3000
    draws: int = 1000
    rounds: int = 3
    most_rounds: int = 8
    walkers: int = 320
    steps: int = 20
    batches: int = 12
    most_batches: int = 80
    effective_size: float = 1000.0
    error: float = 0.03
    worst_shape: float = 0.7


@dataclass(frozen=True)
class FitSettings:
    """How much work goes into one mechanism.

    Attributes:
        ensembles: independent emcee ensembles.
        walkers: walkers of each, at least twice the number of unknowns.
        max_steps: steps of each ensemble before "not converged" is said.
        round_steps: steps between two checkpoints. The convergence criteria are looked at after
            each such round from 200 to 600 steps, then about every 300 steps.
        screened: prior draws looked at before the search.
        starts: how many of them the search maximises from, and how many particles later.
        convergence: bounds that the draws must keep to.
        size_sought: sampling goes on to so many times the effective size of the criteria, as
            long as there are steps: at the criteria themselves soft tails of a posterior may
            still be missing, and the bridge's evidence was seen 0.3 nat too low.
        smc: the particles that find the modes; they give the evidence too, and walkers start on
            them, where `importance` does not do.
        importance: weighed draws, from which the evidence comes and on which walkers start.
        prior_changes: the same with priors of the rate constants twice as wide.
    """

    ensembles: int = 4
    walkers: int = 32
    max_steps: int = 4000
    round_steps: int = 100
    screened: int = 1024
    starts: int = 16
    convergence: ConvergenceCriteria = field(default_factory=ConvergenceCriteria)
    size_sought: float = 3.0
    smc: SmcSettings = field(default_factory=SmcSettings)
    importance: ImportanceSettings = field(default_factory=ImportanceSettings)
    prior_changes: WiderPriorSmcSettings = field(default_factory=WiderPriorSmcSettings)
