"""The command ``spectra``: from measured spectra to the species table that a study reads."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import Field

from assemblysim.commands.endings import say
from assemblysim.commands.pools import workers_for
from assemblysim.commands.study_commands import Effort, put_aside
from assemblysim.errors import InputError
from assemblysim.files.codec import store_json, to_plain
from assemblysim.files.places import at
from assemblysim.files.toml import read_toml
from assemblysim.files.writing.claiming import claimed
from assemblysim.files.writing.manifest import write_result
from assemblysim.files.writing.requested import write_requested
from assemblysim.mechanism.reading.system import System, read_system
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
    MeasuredSpectrum,
    assign_course,
)
from assemblysim.spectra.ion_list import read_ion_list
from assemblysim.spectra.reading.scan import chosen_scans, mean_scan
from assemblysim.spectra.reading.spectra import read_spectrum
from assemblysim.spectra.tolerance import read_tolerance
from assemblysim.study.definition.schema import TomlTable, validated
from assemblysim.study.definition.sharing import system_of_group
from assemblysim.study.locating import model_file, study_file, with_hashes
from assemblysim.study.problem.options import read_quantity
from assemblysim.study.spectra.covariances import covariance_name
from assemblysim.study.spectra.listing import ListedSpectrum, read_spectra_list
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


class SpectraTable(TomlTable):
    """``[spectra]``: measured spectra that the species table is made of, by ``spectra`` or ``run``.

    Attributes:
        files: table of the spectra, CSV or XLSX, relative to the study's folder; see below.
        table: CSV file that is made of them; name it as an experiment's `data`. Beside it stands
            one more, NAME_covariance.csv, which the experiment reads too.
        ions: list of the ions to look for; the model's [candidate_ions] by default.
        shift: how far m/z may be off, as "30 ppm", the default.
        resolution: m/z over the full width of a peak at half its height; measured by default, and
            needed for peak lists.
        sampling: "profile" or "centroid", where the files do not say which they are.
        energy: ion-source energy whose spectra enter the table, where there are several.
        between: first and last time of a file's scans to average, as ["1 min", "3 min"].
        group: of experiments, whose formulas of building blocks the ions have.
    """

    files: str = Field(min_length=1)
    table: str = Field(default="species.csv", min_length=1, pattern=r"\.csv$")
    ions: str | None = None
    shift: str = "30 ppm"
    resolution: float | None = Field(default=None, ge=100, le=10_000_000)
    sampling: typing.Literal["profile", "centroid", ""] = ""
    energy: str | None = None
    between: list[str] | None = Field(default=None, min_length=2, max_length=2)
    group: str | None = None


@dataclass(frozen=True)
class _Request:
    """What a study says of its spectra, read.

    Attributes:
        folder: the study's.
        table: as in study.toml.
        system: the model.
        spectra: that are assigned, in the order of time.
        shift: ppm.
    """

    folder: Path
    table: SpectraTable
    system: System
    spectra: tuple[ListedSpectrum, ...]
    shift: float


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
    request = _request(path)
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
    request = _request(path)
    if request is None:
        return effort
    results = effort.results or request.folder / "results"
    if effort.anew:
        put_aside(results)
    _made(request, results, effort.workers, pictures=True, force=False)
    return replace(effort, anew=False)


def _request(path: Path) -> _Request | None:
    file = study_file(path)
    content = read_toml(file)
    if "spectra" not in content:
        return None
    with at(str(file)):
        with at("[spectra]"):
            table = validated(SpectraTable, content["spectra"])
            with at("shift"):
                shift = read_tolerance(table.shift)
            if not 0 < shift.ppm <= 1000:
                raise InputError(
                    f"shift: '{table.shift}' is not above 0 and at most 1000 ppm; write one as "
                    "30 ppm"
                )
        model = model_file(file.parent, str(content.get("model", "")))
    listed = read_spectra_list(file.parent / table.files)
    energies = sorted({one.energy for one in listed})
    with at(str(file)), at("[spectra]"):
        if table.energy is not None and table.energy not in energies:
            raise InputError(f"energy: no spectrum was taken at '{table.energy}'; there are "
                             f"{', '.join(energies)}")  # fmt: skip
        if table.energy is None and len(energies) > 1:
            raise InputError(
                f"the spectra were taken at {len(energies)} ion-source energies; name the one that "
                f'enters the table, as energy = "{energies[-1]}"'
            )
    chosen = tuple(one for one in listed if table.energy in (None, one.energy))
    system = read_system(model)
    if table.group is not None:
        with at(str(file)), at("[spectra]: group"):
            system = system_of_group(system, content.get("groups", {}), table.group)
    return _Request(file.parent, table, system, chosen, shift.ppm)


def _made(
    request: _Request, results: Path, workers: int | None, *, pictures: bool, force: bool
) -> SpectraResult:
    """Assign, write the tables into the study's folder and the rest into its results."""
    files = [one.path for one in request.spectra]
    spectra = [_measured(one, request) for one in request.spectra]
    low = min(float(one.scan.mz[0]) for one in spectra)
    high = max(float(one.scan.mz[-1]) for one in spectra)
    candidates, source = _candidates(request, (low, high))
    species = [one.name for one in request.system.species]
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
        with_hashes(request.folder, files),
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


def _measured(one: ListedSpectrum, request: _Request) -> MeasuredSpectrum:
    """Read a file and average the scans that are asked for."""
    file = read_spectrum(one.path)
    between = None
    if request.table.between is not None:
        first, last = (read_quantity(t, "h", "between") for t in request.table.between)
        between = (first, last)
    rules = request.system.ion_rules
    negative = rules is not None and rules.charges[0] < 0
    with at(str(one.path)):
        signed = len({scan.polarity for scan in file.scans if scan.polarity}) > 1
        polarity = ("negative" if negative else "positive") if signed else ""
        scan = mean_scan(chosen_scans(file.scans, polarity, between))  # type: ignore[arg-type]
    return MeasuredSpectrum(
        one.path.name, file.recognised, scan, one.time_h, one.replicate, one.energy
    )


def _candidates(
    request: _Request, mz_range: tuple[float, float]
) -> tuple[tuple[CandidateIon, ...], str]:
    """Return the ions to look for, and in a few words where they come from."""
    system, rules = request.system, request.system.ion_rules
    if request.table.ions is not None:
        chemistry = system.chemistry
        reader = rules.reader if rules else chemistry.reader if chemistry else None
        if reader is None:
            raise InputError(
                f"{system.path}: states no formulas of building blocks; add [chemistry] and [ions]"
            )
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


def _write_tables(
    request: _Request, every: Sequence[AssignedSpectrum], species: Sequence[str], force: bool
) -> None:
    path = request.folder / request.table.table
    beside = path.with_name(covariance_name(path.name))
    ours: Callable[[bytes], bool] = lambda old: old.startswith(MADE.encode())  # noqa: E731
    write_requested(path, species_table(every, species).encode(), ours, force=force)
    write_requested(beside, covariance_table(every, species).encode(), ours, force=force)
    say(f"wrote {path} and {beside.name}")


def _write_pictures(folder: Path, every: Sequence[AssignedSpectrum], panels: SpectraPanels) -> None:
    # Slow to import, and not needed for the other commands.
    from assemblysim.report.figures.drawing import png_bytes
    from assemblysim.report.figures.spectra import envelope_figure

    for place, (one, drawn) in enumerate(zip(every, panels.spectra, strict=True), start=1):
        picture = png_bytes(envelope_figure(drawn.panels, one), 150)
        write_result(folder / f"{place:03d}_{Path(one.source).stem}.png", picture, durable=False)
