"""A study's result put together from its accepted claims and its own files, without a fit."""

import json
import shutil
from dataclasses import replace

import numpy as np
from checkout import ROOT

from assemblysim.inference.identifiability.reported import reported
from assemblysim.inference.model.parameters import normal_from_values, values_from_normal
from assemblysim.mechanism.network.overview import is_large
from assemblysim.mechanism.reading.describe import write_rate_equations
from assemblysim.result.checks import Check
from assemblysim.result.conditions import SamplingEffort
from assemblysim.result.evidence import (
    ComparisonResult,
    LeaveOneOut,
    LogEvidence,
    Verdict,
)
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.numbers import Estimate
from assemblysim.result.on_disk import store_result
from assemblysim.result.predictions import AveragedPredictions, RouteFraction
from assemblysim.result.summary import SUMMARY_VERSION, StudyResult
from assemblysim.result.unknowns import (
    DeterminedBy,
    IdentifiabilityResult,
    ParameterResult,
    ProfileInterval,
)
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.chemistry import study_chemistry
from assemblysim.study.results.experiments import (
    experiment_conditions,
    measurement_model,
    stored_prior,
    temperature_model,
)
from assemblysim.study.results.mechanism_result import stored_reaction, stored_species


def claims_of(name):
    """The accepted claims of a study."""
    path = ROOT / "fits" / name / "accepted" / "claims.json"
    return json.loads(path.read_text(encoding="utf-8"))


def write_claimed(place, name):
    """A copy of a study below a folder, with what its claims say stored as its results."""
    folder = place / "fits" / name
    shutil.copytree(ROOT / "fits" / name, folder, ignore=shutil.ignore_patterns("results"))
    (place / "models").mkdir()
    shutil.copy(ROOT / "models" / f"{name}.toml", place / "models")
    study = read_study(folder)
    problems = [build_problem(study, mechanism) for mechanism in study.mechanisms]
    result = claimed_result(study, problems, claims_of(name))
    store_result(folder / "results", replace(result, inputs=dict(study.inputs)))
    return folder


def unknowns_of(problem, draws, count):
    """The unknowns, (D, P), that the first draws of what is reported belong to."""
    found = [one for one in reported(problem) if one.parameter.name in draws.names]
    values = np.stack([draws.column(one.parameter.name)[:count] for one in found], axis=1)
    coordinates = normal_from_values([one.parameter for one in found], values)
    directions = np.stack([one.direction for one in found])
    positions = np.linalg.lstsq(directions, coordinates.T, rcond=None)[0].T
    return values_from_normal(problem.parameters, positions)


def claimed_result(study, problems, claims):
    """The result of a study as far as its claims say it."""
    comparison, unit = claims["comparison"], study.concentration_unit
    probabilities = comparison["probabilities"]
    verdict = comparison["verdict"]
    parts = problems[0].experiments
    return StudyResult(
        version=SUMMARY_VERSION,
        study=study.folder.name,
        title=study.title,
        question=study.question,
        source=study.system.source,
        synthetic=study.synthetic,
        seed=study.seed,
        versions=claims["made"]["versions"],
        inputs=claims["made"]["inputs"],
        notes=tuple(study.notes),
        converged=claims["converged"],
        temperature=temperature_model(study),
        conditions=tuple(
            experiment_conditions(
                one, unit, window_h=part.window, sampled_h=tuple(part.times.tolist())
            )
            for one, part in zip(study.experiments, parts, strict=True)
        ),
        measurement=measurement_model(study, problems[0]),
        sampling=SamplingEffort(4, 32, 4000, 16),
        mechanisms={p.mechanism: _mechanism(study, p, claims) for p in problems},
        averaged=AveragedPredictions({}, {}, {}),
        comparison=ComparisonResult(
            probabilities,
            {n: (p, p) for n, p in probabilities.items()},
            {n: Estimate(**one) for n, one in comparison["log_bayes_factors"].items()},
            tuple(comparison["left_open"]),
            Verdict(verdict["kind"], tuple(verdict["mechanisms"]), tuple(verdict["against"])),
            (),
        ),
        discriminating=(),
        forecast=None,
        chemistry=study_chemistry(study),
    )


def _mechanism(study, problem, claims):
    claimed, network = claims["mechanisms"][problem.mechanism], problem.network
    priors = {one.parameter.name: one.parameter.prior for one in reported(problem)}
    none = IdentifiabilityResult((), 0, 0, (), (), True, ())
    return MechanismResult(
        title=study.hypothesis(problem.mechanism).title_in(study.system),
        description=study.system.description(problem.mechanism),
        species=tuple(map(stored_species, network.species)),
        reactions=tuple(map(stored_reaction, network.reactions)),
        rate_equations=() if is_large(network) else tuple(write_rate_equations(network)),
        checks=tuple(
            Check(name, one["worst"], one["bound"], True) for name, one in claims["checks"].items()
        ),
        parameters={n: _parameter(one, priors[n]) for n, one in claimed["parameters"].items()},
        activation=(),
        derived={},
        identifiability=none,
        log_evidence=tuple(LogEvidence(**one) for one in claimed["log_evidence"]),
        first_estimate=None,
        prior_changes={},
        modes=(),
        log_likelihood_max=0.0,
        aicc=None,
        bic=0.0,
        elpd_loo=LeaveOneOut(0.0, 0.0, 0),
        optima=(),
        measurements=0,
        statements=(),
        predictive_checks=None,
        lifetimes={},
        lifetimes_by_experiment={},
        pathways={
            product: {
                step: RouteFraction(**{"limit": None, **share}) for step, share in shares.items()
            }
            for product, shares in claimed["pathways"].items()
        },
        forecast=None,
        **claimed["cost"],
        steps=0,
        seconds=0.0,
    )


def _parameter(one, prior):
    word = one["determined"]
    numbers = (one[key] for key in ("median", "lower", "upper", "map"))
    by, open_ends = DeterminedBy(word, word), ProfileInterval(None, None)
    return ParameterResult(
        one["unit"], *numbers, word, by, open_ends, stored_prior(prior), one["kind"]
    )
