"""What a fitted study predicts, and its pictures, as a Python user asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assemblysim.errors import InputError, did_you_mean, refuse_unknown
from assemblysim.interface.converting import needed
from assemblysim.notebooks import html_table
from assemblysim.result.courses import QUANTILES, Courses
from assemblysim.result.forecast import ForecastAnswer, MechanismAnswer
from assemblysim.result.numbers import LifetimeQuantity
from assemblysim.result.on_disk import stored_courses
from assemblysim.result.predictions import AveragedPredictions, LifetimeTable, PathwayTable
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.forecast import forecast_cautions

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_MOST_SPECIES, _MOST_ROWS, _TIMES_SHOWN = 8, 24, 6  # in a notebook


@dataclass(frozen=True, eq=False, repr=False)
class Prediction:
    """What the mechanisms in play predict under conditions of one's own.

    Attributes:
        answer: all of it.
        doubts: what the fit says against the mechanisms that it rests on.

    Example: of the `StudyResults` that ``study.run()`` returned.
        >>> prediction = result.predict({"L": "0.5 mM"}, until="8 h")
        >>> prediction.to_frame().index.names
        FrozenList(['species', 'quantity'])
    """

    answer: ForecastAnswer
    doubts: tuple[str, ...] = ()

    @property
    def probabilities(self) -> dict[str, float]:
        """The mechanisms in play, the most probable first."""
        return dict(self.answer.conditions.probabilities)

    @property
    def cautions(self) -> list[str]:
        """What to mind before it is believed."""
        return [*self.doubts, *forecast_cautions(self.answer)]

    def lifetimes(self, mechanism: str | None = None) -> LifetimeTable:
        """Return onset, maximum, half-life, ... by species; the average over all where None.

        Raises:
            InputError: the mechanism is not in play.
        """
        return self._of(mechanism).lifetimes

    def pathways(self, mechanism: str | None = None) -> PathwayTable:
        """Return which fraction of each product each reaction makes; the average where None.

        Raises:
            InputError: the mechanism is not in play.
        """
        return self._of(mechanism).pathways

    def to_frame(self, mechanism: str | None = None) -> Any:
        """Return the lifetimes as a pandas DataFrame, indexed by species and quantity.

        Its columns are median, lower and upper (central 95 %), unit, and the probability that
        the quantity lies beyond the time that was asked about.

        Raises:
            InputError: pandas is not installed; or the mechanism is not in play.
        """
        pd = needed("pandas")

        rows = {
            (species, quantity): [
                one.median, one.lower, one.upper, one.unit, one.probability_beyond,
            ]
            for species, quantities in self.lifetimes(mechanism).items()
            for quantity, one in quantities.items()
        }  # fmt: skip
        index = pd.MultiIndex.from_tuples(rows, names=["species", "quantity"])
        columns = ["median", "lower", "upper", "unit", "probability beyond"]
        return pd.DataFrame(list(rows.values()), index=index, columns=columns)

    def _of(self, mechanism: str | None) -> AveragedPredictions | MechanismAnswer:
        if mechanism is None:
            return self.answer.averaged
        refuse_unknown("mechanism in play", mechanism, self.answer.mechanisms)
        return self.answer.mechanisms[mechanism]

    def __repr__(self) -> str:
        """Say what was asked, and when each intermediate peaks."""
        conditions = self.answer.conditions
        lines = [f"{conditions.experiment}, until {conditions.until_h:g} h"]
        for species, quantities in list(self.lifetimes().items())[:12]:
            peak = quantities.get("time_of_maximum")
            if peak is not None and peak.median is not None:
                lines.append(f"{species}: largest at {peak.median:.3g} {peak.unit}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        conditions = self.answer.conditions
        rows = [
            (species, quantity.replace("_", " "), *_interval(one))
            for species, quantities in list(self.lifetimes().items())[:_MOST_SPECIES]
            for quantity, one in quantities.items()
            if one.median is not None
        ]
        return html_table(
            f"{conditions.experiment}, until {conditions.until_h:g} h",
            ("species", "quantity", "median", "central 95 %", "unit"),
            rows[:_MOST_ROWS],
            " ".join(self.cautions),
        )


@dataclass(frozen=True, eq=False)
class StudyFigures:
    """The pictures of a fitted study, each a matplotlib figure as the report has it.

    Attributes:
        folder: where the results are stored.
        result: what the fit found.
    """

    folder: Path
    result: StudyResult

    def course(self, mechanism: str, experiment: str | None = None) -> Figure:
        """Draw data and 95 % bands of one mechanism; of its first experiment where None.

        Raises:
            InputError: there is no such mechanism or experiment, or no courses are stored.
        """
        from assemblysim.report.content.stored import course_of  # slow to import
        from assemblysim.report.figures.appearance import species_looks
        from assemblysim.report.figures.figures import course_figure

        shown = course_of(bands_of(self.folder, self.result, mechanism, experiment), self.result)
        return course_figure(shown, species_looks(self.result), log_time=False)

    def probabilities(self) -> Figure:
        """Draw the probabilities of the mechanisms with their intervals."""
        from assemblysim.report.figures.figures import probability_figure  # slow to import

        found = self.result.comparison
        return probability_figure(found.probabilities, found.intervals, found.left_open)


@dataclass(frozen=True, eq=False, repr=False)
class CourseBands:
    """Concentrations over time with what the posterior leaves open.

    Attributes:
        courses: as they are stored.

    Example:
        >>> import assemblysim as asm
        >>> result = asm.read_results("ring")
        >>> bands = result.courses("one_way")
        >>> len(bands["M2L2"])  # the 2.5, 25, 50, 75 and 97.5 % quantiles over time
        5
    """

    courses: Courses

    @property
    def times(self) -> np.ndarray:
        """Shape (G,), h."""
        return self.courses.times

    @property
    def species(self) -> tuple[str, ...]:
        """Names of the S species."""
        return self.courses.species

    def __getitem__(self, species: str) -> np.ndarray:
        """Return one species' quantiles over time, shape (5, G), mM.

        They are the 2.5, 25, 50, 75 and 97.5 % quantiles of the posterior.

        Raises:
            InputError: there is no such species.
        """
        if species not in self.species:
            raise InputError(f"no species '{species}'{did_you_mean(species, self.species)}")
        return np.asarray(self.courses.concentrations[:, :, self.species.index(species)])

    def to_frame(self) -> Any:
        """Return a pandas DataFrame: columns (species, quantile), indexed by ``time (h)``.

        Raises:
            InputError: pandas is not installed.
        """
        pd = needed("pandas")

        columns = {
            (name, quantile): self[name][i]
            for name in self.species
            for i, quantile in enumerate(QUANTILES)
        }
        return pd.DataFrame(columns, index=pd.Index(self.times, name="time (h)"))

    def __repr__(self) -> str:
        """Name the species and the time."""
        return (
            f"{self.courses.experiment}: {', '.join(self.species)} at {len(self.times)} times "
            f"from {self.times[0]:g} to {self.times[-1]:g} h"
        )

    def _repr_html_(self) -> str:
        shown = self.species[:_MOST_SPECIES]
        heads = ["time (h)", *shown]
        rows = [
            [f"{self.times[i]:g}", *(_band(self[name][:, i]) for name in shown)]
            for i in np.unique(np.linspace(0, len(self.times) - 1, _TIMES_SHOWN).astype(int))
        ]
        caption = f"{self.courses.experiment}: median (central 95 %), mM"
        return html_table(caption, heads, rows)


def bands_of(folder: Path, result: StudyResult, mechanism: str, experiment: str | None) -> Courses:
    """Return the stored courses of a mechanism in an experiment, the first where None.

    Raises:
        InputError: there is no such mechanism or experiment, or no courses are stored.
    """
    refuse_unknown("mechanism", mechanism, result.mechanisms)
    found: Mapping[str, Courses] = {
        one.experiment: one for one in stored_courses(folder, mechanism)
    }
    if not found:
        raise InputError(f"{folder / mechanism}: no courses; run 'assemblysim fit' again")
    if experiment is None:
        return next(iter(found.values()))
    refuse_unknown("experiment", experiment, found)
    return found[experiment]


def _interval(one: LifetimeQuantity) -> tuple[str, str, str]:
    """Return median, central 95 % and unit of a quantity that has a median."""
    low, high = ("" if end is None else f"{end:.3g}" for end in (one.lower, one.upper))
    return f"{one.median:.3g}", f"{low} to {high}", one.unit


def _band(quantiles: np.ndarray) -> str:
    return f"{quantiles[2]:.3g} ({quantiles[0]:.3g} to {quantiles[4]:.3g})"
