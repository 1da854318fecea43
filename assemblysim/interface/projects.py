"""A study to be fitted from Python."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from assemblysim.commands.endings import say
from assemblysim.commands.pools import workers_for
from assemblysim.commands.progress_bars import listener
from assemblysim.errors import InputError, refuse_unknown
from assemblysim.exchange.crate import crate_of
from assemblysim.exchange.petab.saving import save_petab
from assemblysim.files.writing.claiming import claimed
from assemblysim.files.writing.whole import write_whole
from assemblysim.inference.model.prior import Prior
from assemblysim.interface.arguments import whole_number, workers_given
from assemblysim.interface.posteriors import MechanismPosterior
from assemblysim.interface.results import StudyResults
from assemblysim.language import counted, listed
from assemblysim.notebooks import html_table
from assemblysim.progress import Listener, ProgressEvent
from assemblysim.result.steps.probabilities import StepsResult
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.study import Experiment, Study
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.locating import STUDY_FILE, refuse_study_folder
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.steps.running import StepsRequest, all_steps
from assemblysim.study.workers import Workers

_MOST_ROWS = 24  # in a notebook
_LEAST_STEPS = 20  # as the command line has it


@dataclass(frozen=True, eq=False, repr=False)
class StudyProject:
    """A study as its files state it, from ``read_study(folder)``.

    Attributes:
        study: all that its files say.

    Example:
        >>> import assemblysim as asm
        >>> asm.read_study("fits/ring").mechanisms
        ('one_way',)
    """

    study: Study

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Names of the mechanisms that are compared."""
        return self.study.mechanisms

    def posterior(self, mechanism: str) -> MechanismPosterior:
        """Return likelihood times prior of one mechanism as a function.

        Raises:
            InputError: there is no such mechanism, or a number has no prior.
        """
        refuse_unknown("mechanism", mechanism, dict.fromkeys(self.mechanisms))
        return MechanismPosterior(build_problem(self.study, mechanism))

    def run(
        self,
        *,
        workers: int | Workers | None = None,
        progress: bool = False,
        results: Path | str | None = None,
        seed: int | None = None,
        max_steps: int | None = None,
    ) -> StudyResults:
        """Fit every mechanism and compare them; resumes where an earlier run stopped.

        Args:
            workers: processes; all cores where None, this process where 1. Where processes are
                spawned (Windows, macOS) a script needs ``if __name__ == "__main__":``. Any
                ``concurrent.futures`` executor serves, too: the numbers are the same to the bit.
            progress: whether to show on stderr how far it is.
            results: the folder to store in; ``results`` in the study's folder where None.
            seed: of all random numbers; the study's own where None.
            max_steps: of each ensemble; the study's own where None.

        Returns:
            What is stored then.

        Raises:
            InputError: an argument is at fault, or the results would go into a study's own folder.
            RunError: stored results are of other inputs, another process writes there, or the
                folder cannot be written to.
        """
        many = workers_given(workers)
        study = self._seeded(seed)
        if max_steps is not None:
            steps = whole_number("max_steps", max_steps, _LEAST_STEPS)
            study = replace(study, sampling=replace(study.sampling, max_steps=steps))
        folder = study.folder / "results" if results is None else Path(results)
        refuse_study_folder(folder)
        with ExitStack() as stack:
            stack.enter_context(claimed(folder, say))
            pool = stack.enter_context(workers_for(many))
            tell: Listener = _nothing
            if progress:
                tell = stack.enter_context(listener(study.mechanisms))
            found = run_all(study, folder, pool, tell)
            return StudyResults(folder, found, study)

    def steps(
        self,
        *,
        workers: int | Workers | None = None,
        results: Path | str | None = None,
        seed: int | None = None,
    ) -> StepsResult:
        """Say how probably each candidate of ``[steps]`` is needed; resumes.

        Args:
            workers: as for `run`.
            results: the folder to store in; ``results`` in the study's folder where None.
            seed: of all random numbers; the study's own where None.

        Returns:
            Probabilities where the runs agree, and what failed where they do not.

        Raises:
            InputError: the study has no table ``[steps]``, or it is at fault; it was made in
                Python, so that no folder has it.
            RunError: as for `run`.
        """
        many = workers_given(workers)
        folder = self.study.folder / "results" if results is None else Path(results)
        refuse_study_folder(folder)
        there = self.study.folder / STUDY_FILE
        if not there.is_file() or read_study(there.parent).inputs != self.study.inputs:
            raise InputError(
                "steps: this study is not that of a folder; write it as study.toml with [steps], "
                "and read it from there"
            )
        asked = StepsRequest(self.study.folder, folder, self._seeded(seed).seed)
        with claimed(folder, say), workers_for(many) as several:
            return all_steps(asked, several, _silent)

    def write_petab(
        self,
        folder: Path | str,
        mechanisms: Sequence[str] = (),
        *,
        version: int = 2,
    ) -> tuple[str, ...]:
        """Write mechanisms with the data as PEtab problems, and ``model_space.tsv``.

        Args:
            folder: what to write to; each mechanism has a folder of its own in it.
            mechanisms: which; all where empty.
            version: of PEtab, 2 or 1.

        Returns:
            One line for each thing that PEtab says otherwise than the study.

        Raises:
            InputError: something cannot be said in PEtab, or other files are in the way.
            RunError: a file cannot be written.
        """
        found = save_petab(
            Path(folder),
            self.study,
            tuple(mechanisms),
            version=version,
            results=self.study.folder / "results",
        )
        return tuple(dict.fromkeys(note for notes in found.values() for note in notes))

    def write_crate(self, path: Path | str, *, license_name: str = "") -> Path:
        """Write the study with its stored results as an RO-Crate, a zip that others can run.

        Args:
            path: of the file; replaces what is there.
            license_name: an SPDX name such as ``CC-BY-4.0``, or a URL; none is stated where "".

        Returns:
            The path.

        Raises:
            InputError: a file of the study is not there, as where it was made in Python.
            RunError: the file cannot be written.
        """
        crate = crate_of(self.study, self.study.folder / "results", license_name)
        write_whole(Path(path), crate.zipped())
        return Path(path)

    def _seeded(self, seed: int | None) -> Study:
        if seed is None:
            return self.study
        return replace(self.study, seed=whole_number("seed", seed, 0))

    def _started(self, experiment: Experiment) -> str:
        """Say what there was at time 0."""
        unit = self.study.concentration_unit
        starts = [
            f"{name} {known.describe(unit) if isinstance(known, Prior) else f'{known:g} {unit}'}"
            for name, known in experiment.initial
        ]
        return f"from {listed(starts)}" if starts else "from nothing"

    def __repr__(self) -> str:
        """Name what is compared and what it is compared with."""
        compared = ", ".join(self.mechanisms)
        experiments = self.study.experiments
        lines = [f"{one.name}: {self._started(one)}" for one in experiments[:_MOST_ROWS]]
        more = [f"{len(experiments) - _MOST_ROWS} more"] if len(experiments) > _MOST_ROWS else []
        return "\n".join([self.study.title, f"mechanisms: {compared}", *lines, *more])

    def _repr_html_(self) -> str:
        titles = self.study.system.title_of
        rows = [("mechanism", name, titles(name)) for name in self.mechanisms]
        rows += [
            ("experiment", one.name, f"{self._started(one)}; {_held(one)}")
            for one in self.study.experiments
        ]
        return html_table(self.study.title, ("", "name", ""), rows[:_MOST_ROWS])


def read_project(folder: Path | str) -> StudyProject:
    """Read a study and all files that it names.

    Args:
        folder: the study's folder, or its study.toml.

    Raises:
        InputError: one line that names the file, the place, the fault and the remedy.

    Example:
        >>> import assemblysim as asm
        >>> study = asm.read_study("fits/ring")
        >>> study.posterior("one_way").names[:2]
        ('k_bind', 'k_pair')
    """
    return StudyProject(read_study(folder))


def _held(experiment: Experiment) -> str:
    """Say what is known of an experiment."""
    table, words = experiment.table, len(experiment.statements)
    said = []
    if table is not None:
        said.append(f"{counted(len(table.times), 'spectrum', 'spectra')} of {len(table.signals)}")
        said[0] += " signals" if len(table.signals) != 1 else " signal"
    if words:
        said.append(counted(words, "sentence"))
    return ", ".join(said)


def _nothing(_event: ProgressEvent) -> None:
    """Show nothing."""


def _silent(_text: str) -> None:
    """Tell nothing."""
