"""The command ``ions``: a list of assigned ions, checked line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import Field

from assemblysim.commands.endings import say
from assemblysim.errors import InputError
from assemblysim.files.codec import store_json, to_plain
from assemblysim.files.paths import what_lies_at
from assemblysim.files.places import at
from assemblysim.files.toml import read_toml
from assemblysim.files.writing.claiming import claimed
from assemblysim.files.writing.requested import write_requested
from assemblysim.files.writing.spreadsheets import csv_table
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.mechanism.ions.ion import read_ion
from assemblysim.mechanism.reading.system import System, read_system
from assemblysim.report.sections.spectra.ions import ion_view, match_view
from assemblysim.report.writers.terminal import plain_text
from assemblysim.result.on_disk import IONS
from assemblysim.result.spectra.ions import CheckedIon, IonListResult, IonMatch, SpectrumMatches
from assemblysim.sentences.spectra.ions import (
    calculated_words,
    difference_sentences,
    ion_cautions,
    ion_summary,
    match_summary,
    reason_words,
)
from assemblysim.spectra.checking import IonListRequest, check_ion_list
from assemblysim.spectra.homologue import HomologousIon, homologous_ions
from assemblysim.spectra.ion_list import read_ion_list
from assemblysim.spectra.matching import match_ions
from assemblysim.spectra.reading.spectra import read_spectrum
from assemblysim.spectra.tolerance import read_tolerance
from assemblysim.study.definition.schema import TomlTable, validated
from assemblysim.study.definition.sharing import system_of_group
from assemblysim.study.locating import model_file, study_file
from assemblysim.study.problem.options import read_quantity

_COLUMNS = (
    "where", "species", "ion", "charge", "charge_of_parts", "charge_verdict", "calculated",
    "calculated_peak", "most_abundant_mz", "highest_mz", "found", "found_verdict", "nearest_mz",
    "nearest_height", "ppm_nearest", "ppm_highest", "sound", "reason",
)  # fmt: skip
_MATCH_COLUMNS = (
    "spectrum", "where", "species", "ion", "cosine", "best_decoy", "better_by_u", "peaks_seen",
    "peaks_expected", "fraction_of_intensity", "shared_with",
)  # fmt: skip
_HOMOLOGUE_COLUMNS = ("species", "ion", "charge", "most_abundant_mz", "highest_mz")


class IonsTable(TomlTable):
    """``[ions]``: the assigned ions that the signals rest on, for the command ``ions``.

    Attributes:
        file: the list, CSV or XLSX, relative to the study's folder; see below.
        tolerance: how far a measured number may lie from a peak, as "20 ppm" or "0.05 u";
            without one no measured number is judged.
        sheet: sheet of an XLSX file that holds several.
        group: of experiments, with whose formulas of building blocks the list is read.
    """

    file: str = Field(min_length=1)
    tolerance: str | None = None
    sheet: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class WantedIons:
    """What is to be checked, and how.

    Attributes:
        path: a study with [ions], or a list.
        model: of a list, the mechanism file that knows its building blocks; None for none.
        blocks: further ones, as "L=[C29H19N5O4]2-".
        tolerance: of measured numbers, as "20 ppm"; None for the study's, or none.
        sheet: of an XLSX file that holds several.
        metal: an element in the place of the list's own; None to check the list itself.
        out: CSV file to write to, or None.
        spectra: mzML files or peak lists to look for the ions in.
        between: first and last time of its scans, each with its unit; None for all.
        results: folder for a study's results; None for its own.
        force: whether a file that this command did not write may be replaced.
    """

    path: Path
    model: Path | None = None
    blocks: tuple[str, ...] = ()
    tolerance: str | None = None
    sheet: str | None = None
    metal: str | None = None
    out: Path | None = None
    spectra: tuple[Path, ...] = ()
    between: tuple[str, str] | None = None
    results: Path | None = None
    force: bool = False


def check_ions(wanted: WantedIons, *, as_json: bool) -> str:
    """Check a list, store that of a study for its report, and return what to print.

    Raises:
        InputError: the study, the list, a building block or the tolerance is at fault.
        RunError: a file cannot be written.
    """
    request = _request(wanted)
    if wanted.metal is not None:
        return _homologue(request, wanted, as_json=as_json)
    if wanted.spectra:
        return _matches(request, wanted, as_json=as_json)
    found = check_ion_list(request)
    for line in found.notices:
        say(line)
    written = _written(wanted, _COLUMNS, [_csv_row(one) for one in found.ions])
    if _is_study(wanted.path):
        written = [*written, f"stored in {_stored(found, wanted)}; 'report' shows it"]
    if as_json:
        said = {"sentences": list(ion_summary(found)), "cautions": list(ion_cautions(found))}
        return json.dumps({**_fields(found), **said}, ensure_ascii=False)
    return "\n".join([plain_text(ion_view(found)), *written])


def study_ions(path: Path) -> IonListResult | None:
    """Check the list of a study's [ions]; None where it has none.

    Raises:
        InputError: the study, its model or the list is at fault.
    """
    file = study_file(path)
    if "ions" not in read_toml(file):
        return None
    return check_ion_list(_request(WantedIons(path)))


def _is_study(path: Path) -> bool:
    return what_lies_at(path) == "folder" or path.suffix == ".toml"


def _request(wanted: WantedIons) -> IonListRequest:
    """Find the list, its building blocks and the tolerance."""
    path, model, tolerance, sheet = wanted.path, wanted.model, wanted.tolerance, wanted.sheet
    place, own = "--tolerance", None
    if _is_study(path):
        file = study_file(path)
        content = read_toml(file)
        with at(str(file)):
            if "ions" not in content:
                raise InputError(
                    'no [ions]; write [ions] and below it file = "ions.csv", or name the list'
                )
            with at("[ions]"):
                table = validated(IonsTable, content["ions"])
            model = model or model_file(file.parent, str(content.get("model", "")))
            if table.group is not None:
                with at("[ions]: group"):
                    groups = content.get("groups", {})
                    own = system_of_group(read_system(model), groups, table.group)
        path = file.parent / table.file
        sheet = sheet or table.sheet
        if tolerance is None:
            tolerance, place = table.tolerance, f"{file}: [ions]: tolerance"
    system = own or (None if model is None else read_system(model))
    blocks, charges = _blocks(system, wanted.blocks)
    reader = FormulaReader(blocks)
    with at(place):
        allowed = None if tolerance is None else read_tolerance(tolerance)
    return IonListRequest(path, reader, charges, allowed, sheet)


def _blocks(system: System | None, further: Sequence[str]) -> tuple[dict[str, str], dict[str, int]]:
    """Return formulas and charges of the building blocks of a model, and of those named."""
    blocks: dict[str, str] = {}
    charges: dict[str, int] = {}
    chemistry = None if system is None else system.chemistry
    if chemistry is not None:
        blocks |= chemistry.reader.blocks
        charges |= chemistry.charges
    for text in further:
        name, equals, written = (part.strip() for part in text.partition("="))
        if not name or not equals or not written:
            raise InputError(f"--block: write it as L=[C29H19N5O4]2-, not {text}")
        with at(f"--block {name}"):
            ion = read_ion(written, FormulaReader())
        blocks[name], charges[name] = ion.formula.text, ion.charge
    return blocks, charges


def _stored(found: IonListResult, wanted: WantedIons) -> Path:
    results = wanted.results or study_file(wanted.path).parent / "results"
    with claimed(results, say):
        store_json(results / IONS, found)
    return results / IONS


def _fields(found: IonListResult | SpectrumMatches) -> Mapping[str, object]:
    plain = to_plain(found)
    return plain if isinstance(plain, dict) else {}


def _csv_row(one: CheckedIon) -> tuple[object, ...]:
    nearest = one.found_nearest
    return (
        one.place, one.species, one.ion, one.charge, one.charge_sum, one.charge_verdict,
        one.calculated, calculated_words(one), _mz(one.most_abundant_mz), _mz(one.highest_mz),
        "" if one.found is None else one.found, one.found_verdict,
        _mz(nearest.mz) if nearest else "", f"{nearest.height:.3f}" if nearest else "",
        _rounded(one.ppm_nearest), _rounded(one.ppm_highest), one.sound, reason_words(one),
    )  # fmt: skip


def _mz(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _matches(request: IonListRequest, wanted: WantedIons, *, as_json: bool) -> str:
    """Look for the ions in one spectrum after the other."""
    if request.tolerance is None:
        raise InputError("--spectrum: no tolerance is stated; add one, as --tolerance '20 ppm'")
    between = None
    if wanted.between is not None:
        first, last = (read_quantity(text, "h", "--between") for text in wanted.between)
        between = (first, last)
    listed = read_ion_list(request.path, request.reader, request.sheet)
    every = []
    for path in wanted.spectra:
        file = read_spectrum(path)
        with at(str(path)):
            found = match_ions(listed.ions, file.scans, request.reader, request.tolerance, between)
        every.append(replace(found, source=path.name, recognised=file.recognised))
    rows = [(one.source, *_match_row(match)) for one in every for match in one.matches]
    written = _written(wanted, _MATCH_COLUMNS, rows)
    between_spectra = list(difference_sentences(every))
    if as_json:
        plain = [{**_fields(one), "sentences": list(match_summary(one))} for one in every]
        said = {"spectra": plain, "sentences": between_spectra}
        return json.dumps(said, ensure_ascii=False)
    shown = [plain_text(match_view(one)) for one in every]
    return "\n".join([*shown, *between_spectra, *written])


def _match_row(one: IonMatch) -> tuple[object, ...]:
    return (
        one.place, one.species, one.ion, f"{one.cosine:.4f}", f"{one.decoy_cosine:.4f}", one.shift,
        one.seen, one.expected, f"{one.fraction:.3g}", "; ".join(one.shared_with),
    )  # fmt: skip


def _homologue(request: IonListRequest, wanted: WantedIons, *, as_json: bool) -> str:
    """List the ions with another metal."""
    found = read_ion_list(request.path, request.reader, request.sheet)
    ions = homologous_ions(found, request.reader, str(wanted.metal))
    if as_json:
        return json.dumps({"metal": wanted.metal, "ions": to_plain(ions)}, ensure_ascii=False)
    rows = [_homologue_row(one) for one in ions]
    written = _written(wanted, _HOMOLOGUE_COLUMNS, rows)
    return "\n".join(written) if written else _text(_HOMOLOGUE_COLUMNS, rows).rstrip("\n")


def _homologue_row(one: HomologousIon) -> tuple[object, ...]:
    return (one.species, one.ion, one.charge, _mz(one.most_abundant_mz), _mz(one.highest_mz))


def _text(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    return csv_table([columns, *rows])


def _written(
    wanted: WantedIons, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> list[str]:
    """Write the CSV file that was asked for; return the line that says so."""
    if wanted.out is None:
        return []
    content = _text(columns, rows).encode()
    heads = tuple(",".join(one).encode() for one in (_COLUMNS, _HOMOLOGUE_COLUMNS, _MATCH_COLUMNS))
    write_requested(wanted.out, content, lambda old: old.startswith(heads), force=wanted.force)
    return [f"wrote {wanted.out}"]
