"""The problem with switches that a study asks about."""

from __future__ import annotations

from dataclasses import replace

from assemblysim.inference.model.default_priors import MARGIN
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.priors import LogUniform
from assemblysim.inference.switches.switched import SwitchedProblem, with_switches
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.steps.definition import StepQuestion

ALL_STEPS = "all_steps"


def switched_problem(study: Study, question: StepQuestion) -> SwitchedProblem:
    """Hold the network of all certain and candidate steps against a study's data.

    The default prior of a constant that only candidates have ends at the slowest speed that can
    matter in the window: a step that is on but does nothing would keep its probability otherwise.

    Raises:
        InputError: as `build_problem`.
    """
    name = ALL_STEPS
    while name in study.system.mechanism_names:
        name += "_"
    labels = (*question.certain, *question.candidates)
    system = replace(study.system, mechanisms=(*study.system.mechanisms, (name, labels)))
    asked = replace(study, system=system, mechanisms=(name,), hypotheses=())
    problem = build_problem(asked, name)
    whole = with_switches(problem, question.space)
    stated = {*dict(study.priors), *dict(study.derived)}
    confined = tuple(
        one
        if whole.always[i] or one.kind != "rate" or one.name in stated
        else _confined(one, question.slowest)
        for i, one in enumerate(problem.parameters)
    )
    return with_switches(replace(problem, parameters=confined), question.space)


def _confined(parameter: Parameter, slowest: float) -> Parameter:
    prior = parameter.prior
    if not isinstance(prior, LogUniform):
        return parameter
    low, high = prior.bounds
    least = min(low * MARGIN / slowest, high / 10.0)
    return replace(parameter, prior=LogUniform(max(low, least), high))
