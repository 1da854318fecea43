"""A calibration in plain sentences."""

from __future__ import annotations

from assemblysim.measurement.simulation.misspecifications import MISSPECIFICATION_WORDS
from assemblysim.result.calibration import CalibrationCondition


def condition_sentences(found: CalibrationCondition, misspecification: str) -> list[str]:
    """Say what the simulated studies of one kind of error show, how often one is misled first.

    Args:
        found: the figures, of calibration.json.
        misspecification: what the errors have that the model does not know.
    """
    sentences = [_misled(found, misspecification), _outcomes(found)]
    if found.suffices:
        sentences.append(
            f"In {found.suffices} of the {found.outcomes['cannot tell']} undecided studies "
            "all that was left open beside the true mechanism contains it: further steps with "
            "small constants change nothing, so no data could rule them out, and “cannot tell, "
            "and the simpler one suffices” is then the right answer."
        )
    if found.not_fitted < found.studies:
        sentences += [
            _coverage(found, misspecification),
            *_predictions(found),
            *_ranks(found, misspecification),
        ]
    return sentences + _left_out(found)


def _misled(found: CalibrationCondition, misspecification: str) -> str:
    wrong = found.wrong_with_confidence
    kind = (
        "" if misspecification == "none" else f" Here {MISSPECIFICATION_WORDS[misspecification]}."
    )
    return (
        "Wrong with confidence (probability 0.99 or more for a mechanism that is not the true one "
        f"and does not contain it): {wrong.hits} "
        f"of {wrong.count} simulated studies, "
        f"{_percent(wrong.hits / max(1, wrong.count))} "
        f"(95 % interval {_percent(wrong.lower)} to {_percent(wrong.upper)}).{kind}"
    )


def _outcomes(found: CalibrationCondition) -> str:
    counts = found.outcomes
    text = (
        f"The verdict named the true mechanism in {counts['right']}, could not tell it from others "
        f"in {counts['cannot tell']}, named one that contains it in "
        f"{counts['richer than the truth']} ({found.sure_of_richer} with probability 0.99 or "
        f"more), and was wrong without confidence in {counts['wrong']}."
    )
    return text + (f" {counts['no verdict']} came to no verdict." if counts["no verdict"] else "")


def _coverage(found: CalibrationCondition, misspecification: str) -> str:
    parts = [
        f"{100 * float(level):g} % intervals hold {100 * one.share:.1f} ± {100 * one.error:.1f} %"
        for level, one in found.coverage.all.items()
    ]
    behind = (
        " The noise itself is then larger than the value that was drawn, and its own intervals "
        "count against that value."
        if misspecification == "shared"
        else ""
    )
    return f"{', '.join(parts)} of the true values of all parameters (± standard error).{behind}"


_PREDICTED = {
    "time_of_maximum": "times of maxima",
    "half_life": "half-lives after the maximum",
    "fraction": "pathway fractions",
}


def _predictions(found: CalibrationCondition) -> list[str]:
    parts = [
        f"{_PREDICTED[kind]} {100 * one['0.95'].share:.1f} "
        f"± {100 * one['0.95'].error:.1f} % "
        f"(of {one['0.95'].count})"
        for kind, one in found.predictions.items()
    ]
    if not parts:
        return []
    return [
        "Of the predictions, made with the true mechanism, 95 % intervals hold the true value: "
        f"{', '.join(parts)}."
    ]


def _ranks(found: CalibrationCondition, misspecification: str) -> list[str]:
    ranks = found.ranks
    if not ranks.judged:
        reason = (
            "truths from a posterior need not have uniform ranks"
            if misspecification == "none"
            else "with errors that the model does not know ranks need not be uniform"
        )
        return [f"Ranks are shown but not judged: {reason}."]
    count = len(ranks.parameters)
    together = ranks.together_p_value
    verdict = (
        "together they are consistent with a correct posterior"
        if together > 0.05
        else "together they are not what a correct posterior gives: its intervals are not to "
        "be relied on"
    )
    return [
        f"The ranks of the true values among posterior draws stay inside their 95 % band for "
        f"{ranks.inside} of {count} parameters (one in twenty leaves it by chance); {verdict} "
        f"(p = {together:.2g}, corrected for {count} looks)."
    ]


def _left_out(found: CalibrationCondition) -> list[str]:
    sentences = []
    redrawn = found.not_integrated + found.no_table
    if redrawn:
        sentences.append(
            f"{redrawn} truths were drawn anew: {found.not_integrated} could not be integrated, "
            f"{found.no_table} gave a table that no study could have."
        )
    if found.not_fitted:
        sentences.append(
            f"{found.not_fitted} fits of the true mechanism were not good enough to count in "
            "ranks and coverage, judged without looking at the truth."
        )
    return sentences


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
