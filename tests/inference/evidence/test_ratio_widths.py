"""Evidence under other widths of the ratios' priors, against quadrature."""

import numpy as np
from quadrature import by_quadrature
from two_ligands import PRIORS, studied

from assemblysim.inference.evidence.bridge import bridge_sampling
from assemblysim.inference.evidence.ratio_widths import (
    WIDTHS,
    ratio_evidences,
    width_name,
    with_ratio_width,
)
from assemblysim.inference.model.posterior import Posterior
from assemblysim.inference.sampling.ensembles import (
    advance,
    kept_draws,
    sampling_moves,
    start_ensemble,
)
from assemblysim.inference.sampling.proposal import fitted_mixture
from assemblysim.study.problem.problems import build_problem

KNOWN = ["k_bind", "k_grow"]
# Of k_join, the only unknown constant, and of its ratio; what the noise leaves open differs.
DIFFERS = 'differs = { mechanism = "direct", per_group = ["k_join"] }\n'


def problem_of(folder, noise):
    """Two unknowns: a constant and the ratio of the two groups' ones."""
    lines = [
        one
        for one in PRIORS.splitlines()
        if one.split(" = ")[0] not in (*KNOWN, "k_couple", "k_close", "noise")
    ]
    fixed = [f'{name} = "0.3 1/(mM h)"' for name in KNOWN]
    known = [*(f"response_{s} = 1.0" for s in ("ML", "M2L", "M3L2", "M4L2")), f"noise = {noise}"]
    study = studied(folder, DIFFERS, priors="\n".join([*lines, *fixed, *known, ""]))
    return build_problem(study, "differs")


def sampled(problem, rng, steps=200):
    """Ensembles under the priors as stated."""
    target = Posterior(problem)
    moves = sampling_moves(fitted_mixture(rng.standard_normal((500, 2)), rng), ())
    states = []
    for child in rng.spawn(2):
        start = start_ensemble(target, 0.5 * child.standard_normal((16, 2)), child)
        states.append(advance(target, start, steps, moves))
    return tuple(states)


def test_each_width_has_the_evidence_that_quadrature_gives_it(tmp_path):
    problem, rng = problem_of(tmp_path, 0.5), np.random.default_rng(5)
    assert [one.name for one in problem.parameters] == ["k_join", "ratio_k_join"]
    states = sampled(problem, rng)
    draws = kept_draws(states)
    density = np.stack([one.log_density[-draws.shape[1] :] for one in states])
    evidence = bridge_sampling(Posterior(problem), draws, density, rng)
    found = ratio_evidences(problem, evidence, states, rng, steps=200)

    exact = {1.0: by_quadrature(problem, reach=6.0, points=41)}
    for scale in WIDTHS:
        exact[scale] = by_quadrature(with_ratio_width(problem, scale), reach=6.0, points=41)
        one = found[width_name(scale)]
        assert abs(one.value - exact[scale]) < 4 * one.error + 0.03, scale
        assert one.error < 0.1
    assert exact[1.0] - exact[2.0] > 0.3  # the width matters


def test_where_nothing_differs_there_is_nothing_to_widen(tmp_path):
    problem = build_problem(studied(tmp_path, 'same = { mechanism = "both" }\n'), "same")

    assert ratio_evidences(problem, None, (), np.random.default_rng(0)) == {}
    assert with_ratio_width(problem, 2.0).parameters == problem.parameters
