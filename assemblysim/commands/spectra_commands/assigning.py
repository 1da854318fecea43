"""The command ``spectra``: from measured spectra to the species table that a study reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from assemblysim.commands.endings import say
from assemblysim.commands.pools import workers_for
from assemblysim.commands.spectra_commands.reading import (
    SpectraRequest,
    measured_spectra,
    read_request,
    table_at_energy,
)
from assemblysim.commands.study_commands import Effort, put_aside
from assemblysim.errors import InputError
from assemblysim.files.codec import store_json, to_plain
from assemblysim.files.places import at
from assemblysim.files.writing.claiming import claimed
from assemblysim.files.writing.manifest import write_result
from assemblysim.files.writing.requested import write_requested
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.ion import read_ion
from assemblysim.mechanism.reading.system import System
from assemblysim.result.on_disk import ENVELOPES, SPECTRA
from assemblysim.result.spectra.assignment import (
    AssignedSpectrum,
    SpectraPanels,
    SpectraResult,
)
from assemblysim.sentences.spectra.assignment import (
    assignment_cautions,
    assignment_sentences,
    spectrum_line,
)
from assemblysim.spectra.assignment.candidates import (
    CandidateIon,
    cores_of,
    enumerated,
    from_list,
)
from assemblysim.spectra.assignment.course import (
    AssignmentSettings,
    assign_course,
)
from assemblysim.spectra.ion_list import read_ion_list
from assemblysim.study.locating import study_file, with_hashes
from assemblysim.study.spectra.covariances import covariance_name
from assemblysim.study.spectra.species_table import (
    MADE,
    assigned_ion_table,
    covariance_table,
    part_table,
    species_table,
)

MOST_FITTED: Final = 3000  # ions, for which there is time and memory
_WORTH_PROCESSES: Final = 5000  # ions in spectra, from which on several processes are faster
FOLDER: Final = "spectra"  # below results: pictures and the table of ions


def assign_spectra(
    path: Path,
    results: Path | None,
    workers: int | None = None,
    *,
    pictures: bool,
    as_json: bool,
    force: bool,
) -> str:
    """Assign a study's spectra, write its species table, and return what to print.

    Raises:
        InputError: the study, its list of spectra, a spectrum or the candidates are at fault.
        RunError: a file cannot be written.
    """
    request = read_request(path)
    if request is None:
        raise InputError(
            f'{study_file(path)}: no [spectra]; write [spectra] and below it files = "spectra.csv"'
        )
    found = _made(
        request, results or request.folder / "results", workers, pictures=pictures, force=force
    )
    sentences, cautions = list(assignment_sentences(found)), list(assignment_cautions(found))
    if as_json:
        plain = to_plain(found)
        said: Mapping[str, object] = plain if isinstance(plain, dict) else {}
        told = {"sentences": sentences, "cautions": cautions}
        return json.dumps({**said, **told}, ensure_ascii=False)
    return "\n".join([*(f"! {one}" for one in cautions), *sentences])


def spectra_before_run(path: Path, effort: Effort) -> Effort:
    """Assign a study's spectra where it has [spectra]; return the effort that is left.

    Raises:
        InputError: as `assign_spectra`.
        RunError: a file cannot be written.
    """
    request = read_request(path)
    if request is None:
        return effort
    results = effort.results or request.folder / "results"
    if effort.anew:
        put_aside(results)
    _made(request, results, effort.workers, pictures=True, force=False)
    return replace(effort, anew=False)


def _made(
    request: SpectraRequest, results: Path, workers: int | None, *, pictures: bool, force: bool
) -> SpectraResult:
    """Assign, write the tables into the study's folder and the rest into its results."""
    spectra = measured_spectra(request)
    low = min(float(one.scan.mz[0]) for one in spectra)
    high = max(float(one.scan.mz[-1]) for one in spectra)
    candidates, source = _with_standards(*_candidates(request, (low, high)), request)
    species = [*(one.name for one in request.system.species), *request.table.standards]
    cores = [*species, *(one.core for one in candidates)]
    settings = AssignmentSettings(
        request.shift,
        request.table.resolution,
        tuple(sorted({one.charge for one in candidates})),
        tuple(dict.fromkeys(cores)),
        request.table.sampling,
    )
    few = len(spectra) * len(candidates) < _WORTH_PROCESSES
    with workers_for(1 if few else workers) as pool:
        done = assign_course(
            spectra, candidates, settings, lambda one: say(spectrum_line(one)), pool.map
        )
    every = tuple(one for one, _ in done)
    foreign = [c.core for one in every for c in one.cores if c.seen and c.core not in species]
    found = SpectraResult(
        request.table.table,
        source,
        len(candidates),
        with_hashes(request.folder, list(dict.fromkeys(request.files))),
        every,
        tuple(dict.fromkeys(foreign)),
    )
    _write_tables(request, every, species, force)
    with claimed(results, say):
        store_json(results / SPECTRA, found)
        write_result(results / FOLDER / "ions.csv", assigned_ion_table(every).encode())
        write_result(results / FOLDER / "parts.csv", part_table(every).encode())
        panels = SpectraPanels(tuple(drawn for _, drawn in done))
        store_json(results / ENVELOPES, panels)
        if pictures:
            _write_pictures(results / FOLDER, every, panels)
    return found


def _candidates(
    request: SpectraRequest, mz_range: tuple[float, float]
) -> tuple[tuple[CandidateIon, ...], str]:
    """Return the ions to look for, and in a few words where they come from."""
    system, rules = request.system, request.system.ion_rules
    if request.table.ions is not None:
        reader = _reader(system)
        path = request.folder / request.table.ions
        listed = read_ion_list(path, reader)
        with at(str(path)):
            found = from_list(listed.ions, reader)
        if not found:
            raise InputError(f"{path}: holds no ion with a charge; add some")
        return found, request.table.ions
    if rules is None:
        raise InputError(
            f"{system.path}: does not say which ions to look for; add [candidate_ions], or name a "
            'list under [spectra] of the study, as ions = "ions.csv"'
        )
    cores = cores_of({one.name: one.composition for one in system.species}, rules)
    found = enumerated(cores, rules, mz_range)
    if not found:
        raise InputError(
            f"{system.path}: [candidate_ions]: no ion lies within m/z {mz_range[0]:.0f} to "
            f"{mz_range[1]:.0f}; state more parts or charges"
        )
    if len(found) > MOST_FITTED:
        raise InputError(
            f"{system.path}: [candidate_ions]: {len(found)} ions come into question, and at most "
            f"{MOST_FITTED} are fitted; state smaller numbers of "
            'parts, or name a list under [spectra] of the study, as ions = "ions.csv"'
        )
    return found, "the model's [candidate_ions]"


def _reader(system: System) -> FormulaReader:
    rules, chemistry = system.ion_rules, system.chemistry
    reader = rules.reader if rules else chemistry.reader if chemistry else None
    if reader is None:
        raise InputError(
            f"{system.path}: states no formulas of building blocks; add [chemistry] and [ions]"
        )
    return reader


def _with_standards(
    found: tuple[CandidateIon, ...], source: str, request: SpectraRequest
) -> tuple[tuple[CandidateIon, ...], str]:
    """Add the ions of internal standards."""
    added: dict[tuple[int, frozenset[tuple[str, int]]], CandidateIon] = {}
    taken = {(one.charge, frozenset(one.atoms.items())): one for one in found}
    reader = _reader(request.system)
    with at(str(study_file(request.folder))), at("[spectra]"), at("standards"):
        for name, written in request.table.standards.items():
            for text in [written] if isinstance(written, str) else written:
                ion = read_ion(text, reader)
                atoms = reader.atoms(ion.formula)
                if not ion.charge or atoms is None:
                    raise InputError(f"{name}: {text} has no charge; write one, as [NMe4]+")
                key = (ion.charge, frozenset(atoms.items()))
                if key in taken:
                    raise InputError(
                        f"{name}: {text} is an ion of {taken[key].core}, too, {taken[key].text}; "
                        "no spectrum tells them apart"
                    )
                added[key] = CandidateIon(name, atoms, ion.charge, (text,))
    said = f"{source} and standards" if added else source
    return (*found, *added.values()), said


def _write_tables(
    request: SpectraRequest, every: Sequence[AssignedSpectrum], species: Sequence[str], force: bool
) -> None:
    """Write a species table, and the covariances beside it, for each ion-source energy."""
    ours: Callable[[bytes], bool] = lambda old: old.startswith(MADE.encode())  # noqa: E731
    for energy in request.energies:
        own = [one for one in every if one.energy == energy]
        path = request.folder / table_at_energy(request.table.table, request.energies, energy)
        beside = path.with_name(covariance_name(path.name))
        write_requested(path, species_table(own, species).encode(), ours, force=force)
        write_requested(beside, covariance_table(own, species).encode(), ours, force=force)
        say(f"wrote {path} and {beside.name}")


def _write_pictures(folder: Path, every: Sequence[AssignedSpectrum], panels: SpectraPanels) -> None:
    # Slow to import, and not needed for the other commands.
    from assemblysim.report.figures.drawing import png_bytes
    from assemblysim.report.figures.spectra import envelope_figure

    for place, (one, drawn) in enumerate(zip(every, panels.spectra, strict=True), start=1):
        picture = png_bytes(envelope_figure(drawn.panels, one), 150)
        stem = Path(one.source.split(", ")[0]).stem  # behind the file's name, when it was taken
        write_result(folder / f"{place:03d}_{stem}.png", picture, durable=False)
