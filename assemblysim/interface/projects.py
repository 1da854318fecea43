"""A study to be fitted from Python."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from assemblysim.commands.endings import say
from assemblysim.commands.pools import workers_for
from assemblysim.commands.progress_bars import listener
from assemblysim.errors import refuse_unknown
from assemblysim.files.writing.claiming import claimed
from assemblysim.interface.posteriors import MechanismPosterior
from assemblysim.interface.results import StudyResults
from assemblysim.progress import Listener, ProgressEvent
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.study import Study
from assemblysim.study.execution.concluding import run_all
from assemblysim.study.locating import refuse_study_folder
from assemblysim.study.problem.problems import build_problem


@dataclass(frozen=True, eq=False, repr=False)
class StudyProject:
    """A study as its files state it, from ``read_study(folder)``.

    Attributes:
        study: all that its files say.
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
        workers: int | None = None,
        progress: bool = False,
        results: Path | str | None = None,
        seed: int | None = None,
        max_steps: int | None = None,
    ) -> StudyResults:
        """Fit every mechanism and compare them; resumes where an earlier run stopped.

        Args:
            workers: processes; all cores where None, this process where 1. Where processes are
                spawned (Windows, macOS) a script needs ``if __name__ == "__main__":``.
            progress: whether to show on stderr how far it is.
            results: the folder to store in; ``results`` in the study's folder where None.
            seed: of all random numbers; the study's own where None.
            max_steps: of each ensemble; the study's own where None.

        Returns:
            What is stored then.

        Raises:
            InputError: the results would go into a study's own folder.
            RunError: stored results are of other inputs, another process writes there, or the
                folder cannot be written to.
        """
        study = self.study if seed is None else replace(self.study, seed=seed)
        if max_steps is not None:
            study = replace(study, sampling=replace(study.sampling, max_steps=max_steps))
        folder = study.folder / "results" if results is None else Path(results)
        refuse_study_folder(folder)
        with ExitStack() as stack:
            stack.enter_context(claimed(folder, say))
            pool = stack.enter_context(workers_for(workers))
            tell: Listener = _nothing
            if progress:
                tell = stack.enter_context(listener(study.mechanisms))
            found = run_all(study, folder, pool, tell)
            return StudyResults(folder, found, study)

    def __repr__(self) -> str:
        """Name what is compared and what it is compared with."""
        experiments = ", ".join(one.name for one in self.study.experiments)
        compared = ", ".join(self.mechanisms)
        return f"{self.study.title}\nmechanisms: {compared}\nexperiments: {experiments}"


def read_project(folder: Path | str) -> StudyProject:
    """Read a study and all files that it names.

    Args:
        folder: the study's folder, or its study.toml.

    Raises:
        InputError: one line that names the file, the place, the fault and the remedy.
    """
    return StudyProject(read_study(folder))


def _nothing(_event: ProgressEvent) -> None:
    """Show nothing."""
