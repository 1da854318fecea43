"""Where PEtab's likelihood or priors are others than a study's: one line each."""

from __future__ import annotations

from collections.abc import Iterator

from assemblysim.exchange.petab.observed import Observed
from assemblysim.inference.model.problem import Problem
from assemblysim.language import counted, listed
from assemblysim.measurement.noise_model import SAMPLING_ERROR
from assemblysim.study.definition.study import Study


def notes_on(
    study: Study, problem: Problem, observed: Observed, other_priors: list[str]
) -> tuple[str, ...]:
    """Return the lines.

    Args:
        study: that is exported.
        problem: one of its mechanisms.
        observed: what was measured, as PEtab has it.
        other_priors: unknowns whose priors PEtab does not have.
    """
    notes = [*_on_intensities(problem, observed), *_on_the_rest(problem)]
    if study.concentration_unit == "%":
        notes.insert(0, "concentrations in % stand as if they were mM; the numbers stay the same")
    if other_priors:
        notes.append(
            f"priors of {listed(other_priors)}: PEtab has none such; normal or log-normal with the "
            "same median and width"
        )
    return tuple(notes)


def _on_intensities(problem: Problem, observed: Observed) -> Iterator[str]:
    measured = [one for one in problem.experiments if one.intensities is not None]
    if observed.log_jacobian:
        yield (
            "PEtab counts densities of intensities where the study counts those of their "
            f"logarithms: its log-likelihood is lower by {observed.log_jacobian:.10g}, a constant"
        )
    if observed.factors:
        yield (
            f"{counted(len(observed.factors), 'unknown total')} of spectra or columns: one scaling "
            "parameter each, which the study integrates out"
        )
    if observed.left_out:
        yield (
            f"{counted(observed.left_out, 'intensity', 'intensities')} below a detection limit: "
            "left out, since PEtab has no censored data"
        )
    if problem.may_have_wild_spectra:
        chance = max(one.measurement.wild_spectra for one in measured)
        yield (
            f"a spectrum may be wrong as a whole (wild_spectra = {chance:g}): not in PEtab, every "
            "spectrum counts as right"
        )
    if any(one.intensities and SAMPLING_ERROR in one.intensities.noise_names for one in measured):
        yield "replicates share a sampling error: not in PEtab, they are independent there"


def _on_the_rest(problem: Problem) -> Iterator[str]:
    words = sum(len(e.statements.observations) for e in problem.experiments if e.statements)
    if words:
        yield f"{counted(words, 'sentence')} in words: left out, PEtab has none"
    if len(problem.course_weights) > 1:
        yield "other courses of temperature that may be true: left out"
    if any(one.protocol.events for one in problem.experiments):
        yield "what is added comes 1e-9 h later, since a sample of that moment was taken before it"
