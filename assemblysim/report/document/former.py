"""A typed result in the shape that parts of the report still read: mappings with sentences."""

from __future__ import annotations

from typing import Any, cast

from assemblysim.files.codec import to_plain
from assemblysim.inference.evidence.comparison import evidence_words
from assemblysim.prediction.checks.predictive_checks import STATISTICS
from assemblysim.result.calibration import CalibrationResult
from assemblysim.result.checks import PredictiveCheckResult
from assemblysim.result.conditions import ExperimentConditions
from assemblysim.result.design import DesignCandidate, DesignResult
from assemblysim.result.evidence import ComparisonResult
from assemblysim.result.forecast import ForecastAnswer
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.predictions import MechanismForecastResult
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.calibration import condition_sentences
from assemblysim.sentences.cautions import cautions
from assemblysim.sentences.checks import check_words
from assemblysim.sentences.conditions import (
    conditions_words,
    initial_words,
    prior_words,
    start_words,
)
from assemblysim.sentences.design import (
    asked_words,
    candidate_words,
    design_cautions,
    design_words,
    told_words,
)
from assemblysim.sentences.forecast import forecast_cautions
from assemblysim.sentences.modes import mode_words
from assemblysim.sentences.readings import deciding_words, where_words
from assemblysim.sentences.scatter import scatter_words
from assemblysim.sentences.unknowns import (
    combination_words,
    identifiability_words,
    prospect_words,
)
from assemblysim.sentences.verdict import change_words, sensitivity_words, verdict_words

Former = dict[str, Any]


def former_summary(result: StudyResult) -> Former:
    """Return a result in the former shape."""
    found = cast(Former, to_plain(result))
    measurement = found["measurement"]
    measurement["stated"] = measurement.pop("fixed")
    found["conditions"] = [_conditions(one) for one in result.conditions]
    found["mechanisms"] = {n: _mechanism(n, one, result) for n, one in result.mechanisms.items()}
    found["comparison"] = _comparison(result.comparison, result)
    for stored, one in zip(found["discriminating"], result.discriminating, strict=True):
        stored |= {"where": where_words(one), "sentence": deciding_words(one)}
    found["outlook"] = found.pop("forecast")
    return found


def _conditions(one: ExperimentConditions) -> Former:
    found = cast(Former, to_plain(one))
    return found | {
        "initial": {name: initial_words(amount, one.unit) for name, amount in one.initial.items()},
        "conduct": list(conditions_words(one)),
        "readings": one.measurements,
    }


def _comparison(one: ComparisonResult, result: StudyResult) -> Former:
    found, best = cast(Former, to_plain(one)), next(iter(one.probabilities))
    for factor in found["log_bayes_factors"].values():
        factor["words"] = evidence_words(factor["value"])
    return found | {
        "open": list(one.left_open),
        "verdict": verdict_words(one.verdict),
        "decided": one.decided,
        "prior_sensitivity": [
            {
                "change": change_words(change.change, result.mechanisms),
                "probabilities": change.probabilities,
                "sentence": sensitivity_words(change, best),
            }
            for change in one.prior_sensitivity
        ],
        "cautions": cautions(result),
    }


def _mechanism(name: str, one: MechanismResult, result: StudyResult) -> Former:
    found = cast(Former, to_plain(one))
    for reaction in found["reactions"]:
        reaction["rate"] = reaction.pop("rate_constant")
    for key, parameter in one.parameters.items():
        found["parameters"][key]["prior"] = prior_words(parameter.prior, parameter.unit)
    settled = one.identifiability
    classes = {key: parameter.determined for key, parameter in one.parameters.items()}
    found["identifiability"] = {
        "rank": settled.rank_at_optimum,
        "structural": settled.rank,
        "parameters": len(settled.parameters),
        "lost": list(settled.structurally_non_identifiable),
        "sentence": identifiability_words(settled, classes),
        "prospect": list(prospect_words(settled, classes)),
        "combinations": [
            {"text": c.text, "sentence": combination_words(c), **cast(Former, to_plain(c))}
            for c in settled.combinations
        ],
    }
    for i, (stored, mode) in enumerate(zip(found["modes"], one.modes, strict=True)):
        stored["words"] = mode_words(mode) if i else ""
    found["fit"] = {"chi_square_p": None, "sentence": scatter_words(one, result.measurement)}
    found["ties"] = found.pop("derived")
    found["readings"] = found.pop("measurements")
    found["first_hearing"] = found.pop("first_estimate")
    found["predictive_checks"] = former_checks(one.predictive_checks, name)
    del found["forecast"]
    return found if one.forecast is None else found | _forecast(one.forecast)


def former_checks(one: PredictiveCheckResult | None, mechanism: str) -> Former | None:
    """Return posterior predictive checks in the former shape."""
    if one is None:
        return None
    statistics = [{"name": n, "meaning": STATISTICS[n], "p": p} for n, p in one.statistics.items()]
    plain = cast(Former, to_plain(one))
    return plain | {"sentence": check_words(one, mechanism), "statistics": statistics}


def _forecast(one: MechanismForecastResult) -> Former:
    found = cast(Former, to_plain(one))
    for step in found["extents"].values():
        step["extent"]["unit"] = step.pop("unit")
        step |= {f"share_of_{block}": share for block, share in step.pop("shares").items()}
    return found


def former_forecast(answer: ForecastAnswer) -> Former:
    """Return the answer to a question in the former shape."""
    found = cast(Former, to_plain(answer))
    conditions = found.pop("conditions")
    return {
        "conditions": {
            **conditions,
            "initial": answer.initial,
            "changed": start_words(answer.start),
        },
        "cautions": forecast_cautions(answer),
        "probabilities": conditions.pop("probabilities"),
        "mechanisms": {
            name: {
                **{key: found["mechanisms"][name][key] for key in ("lifetimes", "pathways")},
                **({} if one.forecast is None else _forecast(one.forecast)),
            }
            for name, one in answer.mechanisms.items()
        },
        "averaged": found["averaged"],
    }


def former_design(result: DesignResult) -> Former:
    """Return a ranking of possible next spectra in the former shape."""
    found, narrow = cast(Former, to_plain(result)), result.asked.narrow
    together = result.together
    return found | {
        "asked": asked_words(result.asked),
        "sentences": design_words(result),
        "cautions": design_cautions(result),
        "candidates": [_candidate(one, narrow) for one in result.candidates],
        "together": None if together is None else _candidate(together, narrow),
    }


def _candidate(one: DesignCandidate, narrow: str | None) -> Former:
    found = cast(Former, to_plain(one))
    return found | {"what": candidate_words(one), "sentence": told_words(one, narrow)}


def former_calibration(result: CalibrationResult) -> Former:
    """Return a calibration in the former shape."""
    found = cast(Former, to_plain(result))
    for name, one in result.conditions.items():
        found["conditions"][name]["sentences"] = condition_sentences(one, name)
    return found
