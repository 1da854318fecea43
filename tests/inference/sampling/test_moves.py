import emcee
import numpy as np
from gaussians import Gaussian, Mixture

from assemblysim.inference.sampling.moves import IndependenceMove, SnookerMove, Walkers, propose
from assemblysim.inference.sampling.proposal import Components
from assemblysim.inference.sampling.proposal import Mixture as Proposal

WIDE = Gaussian(np.zeros(3), np.eye(3), 0.0)
NARROW = Gaussian(np.array([1.0, 1.0, 0.0]), 0.05 * np.eye(3), 0.0)
TARGET = Mixture((WIDE, NARROW))


class WithWrongDensity(Proposal):
    def log_density(self, position):
        return np.zeros(len(position))


def squared_norms(move, ensembles=6, steps=200):
    """Mean of |x - narrow centre|^2 in each ensemble, started from exact draws of the target."""
    means = []
    for seed in range(ensembles):
        rng = np.random.default_rng(seed)
        start = np.concatenate([WIDE.draw(64, rng), NARROW.draw(64, rng)])
        walkers, random = Walkers(start, TARGET(start)), np.random.RandomState(seed)
        chain = []
        for _ in range(steps):
            walkers = propose(move, TARGET, walkers, random)
            chain.append(walkers.positions)
        means.append(((np.array(chain) - NARROW.mean) ** 2).sum(axis=-1).mean())
    return np.array(means)


def z_score(values, truth):
    return (values.mean() - truth) / (values.std(ddof=1) / np.sqrt(len(values)))


def test_the_snooker_move_keeps_its_target():
    truth = 0.5 * (3 + 2) + 0.5 * 3 * 0.05

    assert abs(z_score(squared_norms(SnookerMove()), truth)) < 5  # Student t, 5 degrees of freedom


def test_the_independence_move_keeps_its_target():
    truth = 0.5 * (3 + 2) + 0.5 * 3 * 0.05
    move = IndependenceMove(Proposal(Components(np.full((1, 3), 0.4), np.eye(3)[None]), np.ones(1)))

    assert abs(z_score(squared_norms(move), truth)) < 5


def test_an_independence_move_with_a_wrong_density_is_seen():
    truth = 0.5 * (3 + 2) + 0.5 * 3 * 0.05
    move = IndependenceMove(Proposal(Components(np.full((1, 3), 0.4), np.eye(3)[None]), np.ones(1)))
    move.proposal = WithWrongDensity(move.proposal.components, np.ones(1))

    assert abs(z_score(squared_norms(move), truth)) > 10


def test_the_check_sees_that_emcees_own_snooker_move_does_not():
    truth = 0.5 * (3 + 2) + 0.5 * 3 * 0.05

    assert abs(z_score(squared_norms(emcee.moves.DESnookerMove(), steps=60), truth)) > 10


def test_a_walker_that_coincides_with_the_one_it_looks_through_stays():
    move = SnookerMove()
    walkers = np.ones((4, 2))
    others = [np.ones((4, 2)), np.ones((4, 2)), np.ones((4, 2))]
    proposed, factor = move.get_proposal(walkers, others, np.random.RandomState(0))

    np.testing.assert_array_equal(proposed, walkers)
    assert np.all(factor == -np.inf)
