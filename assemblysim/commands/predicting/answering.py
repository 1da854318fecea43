"""What ``predict`` does: from what was asked to the text that is printed, and to files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assemblysim.commands.pools import workers_for
from assemblysim.commands.predicting.conditions_table import (
    conditions_csv,
    conditions_view,
    is_conditions_table,
)
from assemblysim.commands.predicting.ending_words import ending_view
from assemblysim.commands.predicting.predicted_course import (
    NO_FILES,
    CourseFiles,
    end_words,
    written_course,
    written_files,
)
from assemblysim.commands.predicting.shown_units import ShownUnits, shown_units
from assemblysim.commands.study_commands import answer_text, read_saying, results_folder
from assemblysim.errors import InputError
from assemblysim.files.codec import to_plain
from assemblysim.report.views import changed_view, forecast_view, prediction_view
from assemblysim.report.writers.terminal import plain_text
from assemblysim.result.on_disk import stored_result
from assemblysim.sentences.cautions import unbelieved_words
from assemblysim.sentences.forecast import forecast_cautions
from assemblysim.study.definition.study import Study
from assemblysim.study.problem.changed_conditions import read_start, read_temperature
from assemblysim.study.problem.options import read_quantity
from assemblysim.study.questions.endings import where_it_ends
from assemblysim.study.questions.forecasting import Question, as_fitted, forecast
from assemblysim.study.questions.predicted_course import PredictedCourse, predicted_course
from assemblysim.study.questions.varied_conditions import (
    TEMPERATURE,
    TIME,
    VariedConditions,
    read_axes,
    varied_conditions,
)
from assemblysim.study.results.forecast import SHARE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NEVER_MEASURED = (
    "Varied conditions were not measured: what is said of them follows from the mechanisms and "
    "their rate constants alone."
)
# Of the quantiles of a course.
_ENDS, _PLACES = ("median", "lower", "upper"), (2, 0, 4)


@dataclass(frozen=True)
class Asked:
    """What the command line may ask of a fitted study.

    Attributes:
        initial: "species=value unit" pairs, for other starting concentrations.
        until: how long, with its unit; None as long as the experiment was.
        fraction: of a component that an intermediate should exceed, such as "20 %".
        block: the component; None for the scarcest.
        temperature: another one, throughout; None for the experiment's own.
        files: where concentrations and yields are written.
        vary: one or two conditions that are varied, as "L/Fe=1, 1.5, 2".
        product: the species that varied conditions are judged by; None for the last one made.
    """

    initial: tuple[str, ...] = ()
    until: str | None = None
    fraction: str | None = None
    block: str | None = None
    temperature: str | None = None
    files: CourseFiles = NO_FILES
    vary: tuple[str, ...] = ()
    product: str | None = None


def show_predictions(path: Path, results: Path | None, asked: Asked, *, as_json: bool) -> str:
    """Return lifetimes, pathways, windows, rate control, yields and the end of a fit.

    Raises:
        InputError: there is no stored fit, or something asked does not fit it.
        RunError: no draw could be followed, or a file cannot be written.
    """
    folder = results_folder(path, results)
    result = stored_result(folder, path)
    study = read_saying(path)
    if asked.vary:
        return _varied(study, folder, asked, unbelieved_words(result.comparison), as_json=as_json)
    if asked.product is not None:
        raise InputError("--product: goes with --vary; leave it, or say what is varied")
    question = _question(study, asked)
    with workers_for(None) as workers:
        found = forecast(study, folder, question, workers)
    units = shown_units(study, asked.until, asked.initial)
    course = predicted_course(study, folder, question)
    ending = where_it_ends(study, folder, question)
    text = plain_text(forecast_view(found, result))
    lines = [end_words(course, units), *written_course(course, asked.files, units)]
    end = f"{plain_text(ending_view(ending, units))}" + "\n".join(lines)
    said = [*unbelieved_words(result.comparison), *forecast_cautions(found)]
    more = {"cautions": said, "end": _end_facts(course), "where_it_ends": to_plain(ending)}
    if asked.initial or asked.until is not None or asked.temperature is not None:
        shown = plain_text(changed_view(found, result))
        return answer_text(found, f"{text}{shown}\n{end}", as_json=as_json, **more)
    # Under the conditions of the experiment all draws were used already when it was fitted.
    text += f"{plain_text(prediction_view(result))}\n{end}"
    return answer_text(as_fitted(found, result), text, as_json=as_json, **more)


def _question(study: Study, asked: Asked) -> Question:
    until = None if asked.until is None else read_quantity(asked.until, "h", "--until")
    if until is not None and until <= 0:
        raise InputError(f"--until: {asked.until} is not after the start; write one such as 48 h")
    fraction = SHARE if asked.fraction is None else read_quantity(asked.fraction, "", "--fraction")
    start = read_start(study, asked.initial)
    start = replace(start, programme=read_temperature(study, asked.temperature))
    return Question(start, until, fraction, asked.block)


def _end_facts(course: PredictedCourse) -> dict[str, object]:
    """Return concentrations and yields at the end for machines: median, 2.5 % and 97.5 %."""
    facts: dict[str, object] = {"time_h": float(course.times[-1]), "unit": course.unit}
    for name, values in (("concentrations", course.concentrations), ("yields", course.yields)):
        if name == "yields" and not course.block:
            continue
        last = values[:, -1]
        facts[name] = {
            species: dict(zip(_ENDS, last[list(_PLACES), i].tolist(), strict=True))
            for i, species in enumerate(course.species)
        }
    return facts


def _varied(
    study: Study, folder: Path, asked: Asked, unbelieved: list[str], *, as_json: bool
) -> str:
    """Answer for several conditions at once."""
    if asked.fraction is not None:
        raise InputError("--fraction: does not go with --vary; leave one of them")
    axes = read_axes(study, asked.vary)
    _refuse_what_is_varied(asked, {one.name.partition("/")[0] for one in axes})
    found = varied_conditions(study, folder, _question(study, asked), axes, asked.product)
    units = shown_units(study, asked.until, asked.initial)
    lines = written_files(
        asked.files,
        partial(conditions_csv, found, units),
        is_conditions_table,
        partial(_map, found, units),
    )
    cautions = [*unbelieved, _NEVER_MEASURED]
    text = plain_text(conditions_view(found, units))
    text += "\n".join([*(f"Mind  {caution}" for caution in cautions), *lines])
    return answer_text(found, text, as_json=as_json, cautions=cautions)


def _map(found: VariedConditions, units: ShownUnits) -> Figure:
    from assemblysim.commands.predicting.conditions_map import conditions_figure  # slow

    return conditions_figure(found, units)


def _refuse_what_is_varied(asked: Asked, varied: set[str]) -> None:
    """Refuse other options that state what is varied: one of both would not count."""
    stated = {
        TIME: () if asked.until is None else ("--until",),
        TEMPERATURE: () if asked.temperature is None else ("--temperature",),
        **{pair.partition("=")[0].strip(): ("--initial",) for pair in asked.initial},
    }
    for name in sorted(varied):
        for option in stated.get(name, ()):
            raise InputError(f"{option}: {name} is varied; leave one of the two")
