"""Where a study's results lie in its folder, and how they are written and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from assemblysim.errors import InputError
from assemblysim.files.codec import from_plain, store_json, store_npz, stored_json, stored_npz
from assemblysim.result.calibration import CalibrationResult
from assemblysim.result.courses import AssemblyCourses, Courses
from assemblysim.result.design import DesignResult
from assemblysim.result.spectra.assignment import SpectraPanels, SpectraResult
from assemblysim.result.spectra.ions import IonListResult
from assemblysim.result.summary import SUMMARY_VERSION, StudyResult

T = TypeVar("T")
SUMMARY, DESIGN, CALIBRATION = "summary.json", "design.json", "calibration.json"
IONS = "ions.json"
SPECTRA = "spectra.json"
ENVELOPES = "spectra/envelopes.json"


def store_result(results: Path, result: StudyResult) -> None:
    """Store the result of a study.

    Raises:
        RunError: the place cannot be written to.
    """
    store_json(results / SUMMARY, result)


def stored_result(results: Path, study: object = "STUDY") -> StudyResult:
    """Read the result of a study.

    Args:
        results: the folder that holds summary.json.
        study: the study's folder, for the remedy.

    Raises:
        InputError: it is not there, of another version, or damaged: one line with the remedy.
    """
    path, fit = results / SUMMARY, f"'assemblysim fit {study}'"
    try:
        plain = stored_json(path)
    except InputError as fault:
        what = "not a summary" if path.is_file() else "no results"
        raise InputError(f"{path}: {what} ({fault}); run {fit} first") from fault
    found = plain.get("version", 1) if isinstance(plain, dict) else None
    if found != SUMMARY_VERSION:
        raise InputError(
            f"{path}: results in layout {found}, and this release reads layout {SUMMARY_VERSION}; "
            f"run 'assemblysim fit {study} --anew' to renew them"
        )
    try:
        return from_plain(StudyResult, plain)
    except InputError as fault:
        raise InputError(f"{path}: {fault}; run 'assemblysim fit {study} --anew'") from fault


def store_courses(results: Path, mechanism: str, number: int, courses: Courses) -> None:
    """Store the courses of one mechanism in one experiment, by its number.

    Raises:
        RunError: the place cannot be written to.
    """
    store_npz(_courses(results, mechanism, number), courses, compressed=True)


def stored_courses(results: Path, mechanism: str) -> tuple[Courses, ...]:
    """Read the courses of one mechanism in every experiment; none where none are stored.

    Raises:
        InputError: a file does not hold courses.
    """
    return _of_every_experiment(Courses, partial(_courses, results, mechanism))


def _of_every_experiment(kind: type[T], path_of: Callable[[int], Path]) -> tuple[T, ...]:
    """Read what is stored of each experiment, as long as there is a file of its number."""
    found: list[T] = []
    while (path := path_of(len(found))).is_file():
        try:
            found.append(from_plain(kind, *stored_npz(path)))
        except InputError as fault:
            raise InputError(
                f"{path}: does not hold courses ({fault}); run 'assemblysim fit' again"
            ) from fault
    return tuple(found)


def _courses(results: Path, mechanism: str, number: int) -> Path:
    return results / mechanism / f"courses_{number}.npz"


def store_assembly(results: Path, mechanism: str, number: int, courses: AssemblyCourses) -> None:
    """Store routes and compositions of one mechanism in one experiment, by its number.

    Raises:
        RunError: the place cannot be written to.
    """
    store_npz(_assembly(results, mechanism, number), courses, compressed=True)


def stored_assembly(results: Path, mechanism: str) -> tuple[AssemblyCourses, ...]:
    """Read what `store_assembly` stored, of every experiment; nothing from earlier fits.

    Raises:
        InputError: a file does not hold such courses.
    """
    return _of_every_experiment(AssemblyCourses, partial(_assembly, results, mechanism))


def _assembly(results: Path, mechanism: str, number: int) -> Path:
    return results / mechanism / f"assembly_{number}.npz"


def stored_design(results: Path, result: StudyResult) -> DesignResult | None:
    """Read what ``design`` stored beside the results of a study.

    Args:
        results: the results folder.
        result: of the study's fit.

    Returns:
        The ranking; None where there is none, or where it was made from other files or by
        another fit: it says nothing about these results.

    Raises:
        InputError: a file is there that is no design.
    """
    path = results / DESIGN
    if not path.is_file():
        return None
    found = _read(DesignResult, path, "a design", "design")
    now, before = result.comparison.probabilities, found.probabilities
    total = sum(now.get(name, 0.0) for name in before)
    same = all(abs(now.get(name, 0.0) - p * total) < 1e-6 for name, p in before.items())
    return found if same and found.inputs == result.inputs and found.candidates else None


def stored_calibration(results: Path, inputs: Mapping[str, str]) -> CalibrationResult | None:
    """Read the calibration that belongs to a study's results.

    Args:
        results: the results folder; where it has none, the accepted one beside it is taken.
        inputs: digests of the files that the results were made from.

    Returns:
        The calibration; None where there is none, or where it was made from other files: it
        says nothing about these.

    Raises:
        InputError: a file is there that is no calibration.
    """
    for path in (results / CALIBRATION, results.parent / "accepted" / CALIBRATION):
        if not path.is_file():
            continue
        found = _read(CalibrationResult, path, "a calibration", "calibrate")
        if found.inputs == inputs and "none" in found.conditions:
            return found
    return None


def stored_ions(results: Path) -> IonListResult | None:
    """Read what ``ions`` stored of a study's list of ions; None where there is nothing.

    Raises:
        InputError: a file is there that is no such list.
    """
    path = results / IONS
    return _read(IonListResult, path, "a list of ions", "ions") if path.is_file() else None


def stored_spectra(results: Path) -> SpectraResult | None:
    """Read what ``spectra`` stored of a study's spectra; None where there is nothing.

    Raises:
        InputError: a file is there that is no such result.
    """
    path = results / SPECTRA
    return _read(SpectraResult, path, "assigned spectra", "spectra") if path.is_file() else None


def stored_panels(results: Path) -> SpectraPanels | None:
    """Read the envelopes that ``spectra`` stored; None where there is nothing.

    Raises:
        InputError: a file is there that holds none.
    """
    path = results / ENVELOPES
    return _read(SpectraPanels, path, "envelopes", "spectra") if path.is_file() else None


def _read(kind: type[T], path: Path, what: str, command: str) -> T:
    try:
        return from_plain(kind, stored_json(path))
    except InputError as fault:
        raise InputError(
            f"{path}: not {what}; run 'assemblysim {command}' again or delete it"
        ) from fault
