"""The slow-fast ambiguity of A -> B -> C: exchanges of its two constants, and its two modes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from generated_networks import random_network
from sample_networks import BINDING, CHAIN
from small_study import TIMES, small_study
from whole_fits import started

from assemblysim.inference.fitting import advance_fit
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import Parameter, values_from_normal
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.model.priors import LogNormal, LogUniform
from assemblysim.inference.model.rate_swaps import SwapTable, consecutive_rate_swaps
from assemblysim.inference.model.target import log_standard_normal
from assemblysim.inference.sampling.ensembles import kept_draws
from assemblysim.inference.sampling.modes import find_modes
from assemblysim.inference.sampling.moves import RateSwapMove, Walkers, propose
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.measurement.data import IntensityTable, Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.result.mechanism import SwappedConstants
from assemblysim.study.problem.problems import build_problem

# Of the response's prior: exchanging the constants multiplies the response by 8.
FACTOR = 3.0


def intermediate(k1, k2, times):
    return k1 / (k2 - k1) * (np.exp(-k1 * times) - np.exp(-k2 * times))


def ambiguous(tmp_path, *, exchangeable=False):
    """B and C are seen, B with an unknown response: k1 = 2 and k2 = 0.25 may change places.

    With exchangeable responses, of spectra, C is seen twice.
    """
    b = intermediate(2.0, 0.25, TIMES)
    c = 1 - np.exp(-2.0 * TIMES) - b
    rng = np.random.default_rng(4)
    values = 10 * np.stack([b, c], axis=1) * np.exp(0.05 * rng.standard_normal((len(TIMES), 2)))
    study = small_study(tmp_path, table=IntensityTable(("B", "C"), TIMES, values))
    fixed = tuple((name, value) for name, value in study.fixed if name != "response_B")
    priors = (*study.priors, ("response_B", LogNormal(1.0, FACTOR)))
    signals = (Signal("B", (("B", 1.0),)), Signal("C", (("C", 1.0),)))
    measurement = Measurement(SCALES["absolute"], NOISES["proportional"], signals)
    if exchangeable:
        table = IntensityTable(("B", "C", "D"), TIMES, np.column_stack([values, 2 * values[:, 1]]))
        left = tuple(one for one in study.fixed if not one[0].startswith("response_"))
        left += (("background", 1e-7),)  # which the common level of responses leaves behind
        seen = replace(study.measurement, signals=(*signals, Signal("D", (("C", 2.0),))))
        experiment = replace(study.experiments[0], table=table)
        spectra = replace(study, fixed=left, measurement=seen, experiments=(experiment,))
        return build_problem(spectra, "chain")
    return build_problem(
        replace(study, fixed=fixed, priors=priors, measurement=measurement), "chain"
    )


def with_response(problem):
    return next(e for e in consecutive_rate_swaps(problem) if e.response is not None)


def test_the_exchange_with_a_response_leaves_the_likelihood_as_it_is(tmp_path):
    problem = ambiguous(tmp_path)
    rate_swap = with_response(problem)
    position = 0.3 * np.random.default_rng(0).standard_normal((20, len(problem.parameters)))
    turned, _ = rate_swap.apply(position)
    logs = [
        log_likelihood(problem, values_from_normal(problem.parameters, at)).total
        for at in (position, turned)
    ]

    assert rate_swap.names == SwappedConstants("k_first", "k_second", "response_B")
    np.testing.assert_allclose(logs[0], logs[1], rtol=1e-3, atol=0.02)
    assert np.abs(turned - position).max() > 0.1


def test_an_exchange_changes_all_contrasts_of_the_intermediate_s_response(tmp_path):
    problem = ambiguous(tmp_path, exchangeable=True)
    rate_swap = with_response(problem)
    position = 0.15 * np.random.default_rng(6).standard_normal((20, len(problem.parameters)))
    turned, volume = rate_swap.apply(position)
    logs = [
        log_likelihood(problem, values_from_normal(problem.parameters, at)).total
        for at in (position, turned)
    ]
    back, _ = rate_swap.apply(turned)
    one_alone = replace(rate_swap, moved=rate_swap.moved[:1])
    wrong = log_likelihood(
        problem, values_from_normal(problem.parameters, one_alone.apply(position)[0])
    ).total

    assert rate_swap.names == SwappedConstants("k_first", "k_second", "response_B")
    assert len(rate_swap.moved) == 2
    assert np.isfinite(volume).all()
    np.testing.assert_allclose(logs[0], logs[1], rtol=1e-3, atol=0.02)
    np.testing.assert_allclose(back, position, atol=1e-9)
    assert np.abs(wrong - logs[0]).max() > 1.0


@pytest.mark.parametrize("exchangeable", [True, False])
def test_a_table_does_at_each_position_what_its_swaps_do(tmp_path, exchangeable):
    problem = ambiguous(tmp_path, exchangeable=exchangeable)
    found = consecutive_rate_swaps(problem)
    swaps = [*found, replace(found[0], log_offset=3.0)]  # which leads out of priors
    rng = np.random.default_rng(3)
    position = rng.standard_normal((200, len(problem.parameters)))
    chosen = rng.integers(len(swaps), size=200)

    proposed, grown = SwapTable.of(swaps).apply(position, chosen)

    assert len(found) > 1
    assert 0 < np.isinf(grown).sum() < 200
    for number, swap in enumerate(swaps):
        rows = chosen == number
        places, volume = swap.apply(position[rows])
        np.testing.assert_array_equal(proposed[rows], places)
        np.testing.assert_allclose(grown[rows], volume, rtol=0, atol=1e-12)


def test_an_exchange_done_twice_leads_back(tmp_path):
    problem = ambiguous(tmp_path)
    position = np.random.default_rng(1).standard_normal((50, len(problem.parameters)))
    for rate_swap in consecutive_rate_swaps(problem):
        turned, there = rate_swap.apply(position)
        back, again = rate_swap.apply(turned)
        inside = np.isfinite(there)

        assert inside.any()
        np.testing.assert_allclose(back[inside], position[inside], atol=1e-9)
        np.testing.assert_allclose(there[inside], -again[inside], atol=1e-9)
        np.testing.assert_array_equal(turned[~inside], position[~inside])


def test_exchange_moves_alone_keep_the_prior(tmp_path):
    # priors of different kinds, so that an exchange changes the volume
    problem = ambiguous(tmp_path)
    unlike = replace(problem.parameters[1], prior=LogNormal(0.5, 10.0))
    parameters = (problem.parameters[0], unlike, *problem.parameters[2:])
    problem = replace(problem, parameters=parameters)
    count = len(problem.parameters)

    class Wrong(RateSwapMove):
        def get_proposal(self, moving, others, random):
            proposed, _ = super().get_proposal(moving, others, random)
            return proposed, np.zeros(len(moving))  # as if no volume changed

    def share_above(move, seed):
        start = np.random.default_rng(seed).standard_normal((4000, count))
        walkers = Walkers(start, log_standard_normal(start))
        random = np.random.RandomState(seed)
        for _ in range(10):
            walkers = propose(move, log_standard_normal, walkers, random)
        return (np.abs(walkers.positions[:, 0]) > 0.6744897501960817).mean()

    rate_swaps = [e for e in consecutive_rate_swaps(problem) if e.response is None]
    error = np.sqrt(0.25 / 4000)
    assert abs(share_above(RateSwapMove(rate_swaps), 1) - 0.5) < 4 * error
    assert abs(share_above(Wrong(rate_swaps), 1) - 0.5) > 4 * error


@pytest.mark.slow
def test_both_modes_of_the_ambiguity_are_found_weighed_and_named(tmp_path):
    problem = ambiguous(tmp_path)
    settings = FitSettings(ensembles=4, walkers=24, screened=256, starts=4)
    start = started(problem, settings, seed=3)
    states = advance_fit(problem, start.states, 300, start.proposal)[0]
    draws = kept_draws(states)
    modes = find_modes(
        Posterior(problem),
        problem.parameters,
        start.optima,
        consecutive_rate_swaps(problem),
        draws,
    )
    # the likelihood is the same; the response's prior weighs 1 against 8 or 1/8
    values = values_from_normal(problem.parameters, draws.reshape(-1, draws.shape[-1]))
    slow_first = (values[:, 0] < values[:, 1]).mean()

    assert len(modes) == 2
    assert SwappedConstants("k_first", "k_second", "response_B") in [
        s.names for s in modes[1].swapped
    ]
    assert modes[1].weight == pytest.approx(min(slow_first, 1 - slow_first), abs=0.02)
    z = np.log(8) / np.log(FACTOR)
    expected = np.exp(-0.5 * z**2) / (1 + np.exp(-0.5 * z**2))
    assert abs(modes[1].weight - expected) < 0.05
    assert sum(mode.weight for mode in modes) == pytest.approx(1.0)


def exchanges_of(network):
    """Places of the constants that are exchanged, every species being seen with its response."""
    constants = network.rate_constant_names
    parameters = [Parameter(n, "1/h", "rate", LogUniform(1e-3, 1e3)) for n in constants]
    problem = SimpleNamespace(
        parameters=tuple(parameters),
        network=network,
        experiments=(),
    )
    found = consecutive_rate_swaps(problem)
    return {frozenset((constants[e.first], constants[e.second])) for e in found}


def test_a_step_and_its_way_back_are_not_consecutive():
    assert exchanges_of(BINDING) == set()
    assert exchanges_of(CHAIN) == {frozenset({"k1", "k2"})}


@pytest.mark.parametrize("seed", range(10))
def test_exchanges_are_those_of_all_pairs_of_steps_that_follow_each_other(seed):
    plain = random_network(np.random.default_rng(seed), laws=False)
    backs = [
        Reaction(
            f"{r.name}_reverse", r.products, r.reactants, f"b{r.rate_constant}", reverse_of=r.name
        )
        for r in plain.reactions[::2]
    ]
    network = Network(plain.species, (*plain.reactions, *backs))
    expected = {
        frozenset((maker.rate_constant, user.rate_constant))
        for maker in network.reactions
        for user in network.reactions
        if set(maker.products) & set(user.reactants)
        and maker.rate_constant != user.rate_constant
        and user.reverse_of != maker.name
        and maker.reverse_of != user.name
    }

    assert exchanges_of(network) == expected
