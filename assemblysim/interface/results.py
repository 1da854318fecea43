"""The stored results of a study, as a Python user asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from assemblysim.errors import InputError, refuse_unknown
from assemblysim.files.writing.manifest import read_result
from assemblysim.interface.converting import needed
from assemblysim.interface.predictions import (
    CourseBands,
    Prediction,
    StudyFigures,
    bands_of,
)
from assemblysim.notebooks import html_table
from assemblysim.report.content.draws import ParameterDraws, read_draws
from assemblysim.result.evidence import Verdict
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.on_disk import SUMMARY, stored_result
from assemblysim.result.predictions import LifetimeTable, PathwayTable
from assemblysim.result.summary import StudyResult
from assemblysim.sentences.cautions import cautions, unbelieved_words
from assemblysim.sentences.verdict import verdict_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.study import Study
from assemblysim.study.locating import STUDY_FILE
from assemblysim.study.problem.changed_conditions import read_start, read_temperature
from assemblysim.study.problem.options import read_quantity
from assemblysim.study.questions.forecasting import Question, forecast

_MOST_SHOWN = 12


@dataclass(frozen=True, eq=False, repr=False)
class StudyResults:
    """What the fit of a study found, from ``read_results(folder)`` or ``study.run()``.

    Attributes:
        folder: where it is stored.
        result: all of it, as summary.json holds it.
        study: as it was read, or the folder of its files; None where neither is known.

    Example:
        >>> import assemblysim as asm
        >>> result = asm.read_results("ring")
        >>> result.probabilities
        {'one_way': 1.0}
        >>> sorted(result.draws("one_way"))[:2]
        ['background', 'k_bind']
        >>> result.lifetimes("one_way")["ML"]["time_of_maximum"].unit
        'h'
    """

    folder: Path
    result: StudyResult
    study: Study | Path | None = None

    @property
    def verdict(self) -> str:
        """What the comparison comes to, in words."""
        return verdict_words(self.facts, self.result.titles)

    @property
    def facts(self) -> Verdict:
        """What the comparison comes to, as values."""
        return self.result.comparison.verdict

    @property
    def cautions(self) -> list[str]:
        """What to mind before the verdict is believed."""
        return list(cautions(self.result))

    @property
    def probabilities(self) -> dict[str, float]:
        """The posterior probability of each mechanism among those compared."""
        return dict(self.result.comparison.probabilities)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Names of the mechanisms, in the study's order."""
        return tuple(self.result.mechanisms)

    def mechanism(self, name: str) -> MechanismResult:
        """Return all that one mechanism's fit found.

        Raises:
            InputError: there is no such mechanism.
        """
        refuse_unknown("mechanism", name, self.result.mechanisms)
        return self.result.mechanisms[name]

    def lifetimes(self, mechanism: str) -> LifetimeTable:
        """Return medians and central 95 % intervals of onset, maximum, half-life, ... by species.

        Raises:
            InputError: there is no such mechanism.
        """
        return self.mechanism(mechanism).lifetimes

    def pathways(self, mechanism: str) -> PathwayTable:
        """Return which fraction of each product each reaction makes, with its interval.

        Raises:
            InputError: there is no such mechanism.
        """
        return self.mechanism(mechanism).pathways

    def courses(self, mechanism: str, experiment: str | None = None) -> CourseBands:
        """Return concentrations over time with their quantiles; of the first experiment where None.

        Raises:
            InputError: there is no such mechanism or experiment, or no courses are stored.
        """
        return CourseBands(bands_of(self.folder, self.result, mechanism, experiment))

    @property
    def figures(self) -> StudyFigures:
        """The report's pictures as matplotlib figures: ``.course(name)``, ``.probabilities()``."""
        return StudyFigures(self.folder, self.result)

    def predict(
        self,
        initial: Mapping[str, float | str] | None = None,
        *,
        until: float | str | None = None,
        temperature: str | None = None,
    ) -> Prediction:
        """Predict lifetimes and pathways under other conditions, from stored draws.

        Args:
            initial: concentrations that differ from the first experiment's, in the study's unit
                or with one of their own, such as ``{"L": "6 mM"}``.
            until: h, or with a unit; as long as the experiment was where None.
            temperature: another one, throughout, such as ``"60 degC"``.

        Raises:
            InputError: the study's files are not known or have changed, or a condition is not one
                that the study can be asked about.
        """
        if self.study is None:
            raise InputError(
                f"{self.folder}: the study's own files are not known; give read_results the "
                "study's folder"
            )
        study = self.study if isinstance(self.study, Study) else read_study(self.study)
        unit = study.concentration_unit
        pairs = [
            f"{name}={value}" if isinstance(value, str) else f"{name}={value!r} {unit}"
            for name, value in (initial or {}).items()
        ]
        start = replace(
            read_start(study, tuple(pairs), "initial"),
            programme=read_temperature(study, temperature, "temperature"),
        )
        hours = read_quantity(until, "h", "until") if isinstance(until, str) else until
        if hours is not None and not hours > 0:
            raise InputError(f"until: {until} is not after the start; write one such as '48 h'")
        answer = forecast(study, self.folder, Question(start, hours))
        return Prediction(answer, tuple(unbelieved_words(self.result.comparison)))

    def draws(self, mechanism: str) -> dict[str, np.ndarray]:
        """Return posterior draws of each unknown, shape (D,), in its unit, at most 20,000.

        Raises:
            InputError: there is no such mechanism, or its draws cannot be read.
        """
        found = self._draws(mechanism)
        return {name: found.values[:, i] for i, name in enumerate(found.names)}

    def to_frame(self, mechanism: str) -> Any:
        """Return posterior draws as a pandas DataFrame, one column an unknown.

        Raises:
            InputError: pandas is not installed; or there is no such mechanism, or its draws
                cannot be read.
        """
        pd = needed("pandas")

        return pd.DataFrame(self.draws(mechanism))

    def to_arviz(self, mechanism: str) -> Any:
        """Open the stored draws in ArviZ: InferenceData, or from ArviZ 1 on a tree of datasets.

        Groups are posterior, sample_stats, log_likelihood, prior and, where intensities were
        measured, posterior_predictive and observed_data. A chain is an independent ensemble.

        Raises:
            InputError: ArviZ is not installed; or there is no such mechanism, or its draws are
                missing or damaged.
        """
        return needed("arviz").from_netcdf(str(self._stored_draws(mechanism)))

    def report(self, folder: Path | str | None = None) -> Path:
        """Write the report: the page, Markdown, figures and tables.

        Args:
            folder: where to; the results folder where None. Files of others that are in its
                place are moved to ``kept`` in it.

        Returns:
            The path of the page.

        Raises:
            InputError: something stored cannot be read, or the folder is a study's own.
            RunError: the folder cannot be written to.
        """
        # Slow to import, and not needed for numbers.
        from assemblysim.report.writers.folder import write_report

        return write_report(self.folder, folder=None if folder is None else Path(folder))

    def _draws(self, mechanism: str) -> ParameterDraws:
        path = self.folder / mechanism / "draws.nc"
        self.mechanism(mechanism)
        found = read_draws(path)
        if found is None:
            raise InputError(f"{path}: no such file; run 'assemblysim fit' again")
        return found

    def _stored_draws(self, mechanism: str) -> Path:
        """Return the path of a mechanism's draws, if they are as they were written."""
        self.mechanism(mechanism)
        path = self.folder / mechanism / "draws.nc"
        try:
            read_result(path)
        except (InputError, OSError) as fault:
            reason = "no such file" if isinstance(fault, FileNotFoundError) else fault
            raise InputError(f"{path}: {reason}; run 'assemblysim fit' again") from fault
        return path

    def __repr__(self) -> str:
        """Show the verdict and the probabilities, the greatest first."""
        ranked = sorted(self.probabilities.items(), key=lambda one: -one[1])
        lines = [f"{probability:8.4f}  {name}" for name, probability in ranked[:_MOST_SHOWN]]
        more = [f"{len(ranked) - _MOST_SHOWN} more"] if len(ranked) > _MOST_SHOWN else []
        return "\n".join([self.result.title, self.verdict, *lines, *more])

    def _repr_html_(self) -> str:
        ranked = sorted(self.probabilities.items(), key=lambda one: -one[1])[:_MOST_SHOWN]
        rows = [(name, f"{probability:.4f}") for name, probability in ranked]
        return html_table(self.result.title, ("mechanism", "probability"), rows, self.verdict)


def read_results(folder: Path | str) -> StudyResults:
    """Read the results of a study.

    Args:
        folder: the study's folder, or that of its results.

    Raises:
        InputError: there are none, or they are of another version or damaged.

    Example:
        >>> import assemblysim as asm
        >>> result = asm.read_results("ring")
        >>> result.mechanisms
        ('one_way',)
    """
    path = Path(folder)
    results = path if (path / SUMMARY).is_file() else path / "results"
    study = next((one for one in (path, results.parent) if (one / STUDY_FILE).is_file()), None)
    return StudyResults(results, stored_result(results, path), study)
