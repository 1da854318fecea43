"""What a study says of its spectra, read: the request, and the spectra themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assemblysim.commands.spectra_commands.tables import CourseTable, SpectraTable
from assemblysim.errors import InputError
from assemblysim.files.places import at
from assemblysim.files.toml import read_toml
from assemblysim.language import listed
from assemblysim.mechanism.reading.system import System, read_system
from assemblysim.spectra.assignment.course import MeasuredSpectrum
from assemblysim.spectra.reading.saturation import with_saturation
from assemblysim.spectra.reading.scan import Polarity, chosen_scans, mean_scan
from assemblysim.spectra.reading.spectra import read_spectrum, scans_in
from assemblysim.spectra.tolerance import read_tolerance
from assemblysim.study.definition.schema import validated
from assemblysim.study.definition.sharing import system_of_group
from assemblysim.study.locating import model_file, study_file
from assemblysim.study.problem.options import read_quantity
from assemblysim.study.spectra.listing import ListedSpectrum, read_spectra_list
from assemblysim.study.spectra.whole_course import RunClock, binned_spectra


@dataclass(frozen=True)
class SpectraRequest:
    """What a study says of its spectra.

    Attributes:
        folder: the study's.
        table: as in study.toml.
        system: the model.
        spectra: that are assigned, in the order of time; none where one file is the course.
        shift: ppm.
    """

    folder: Path
    table: SpectraTable
    system: System
    spectra: tuple[ListedSpectrum, ...]
    shift: float

    @property
    def files(self) -> list[Path]:
        """The files of spectra, one line of the list each."""
        course = self.table.course
        return [one.path for one in self.spectra] if course is None else [self.folder / course.file]

    @property
    def energies(self) -> tuple[str, ...]:
        """Ion-source energies, in the order of the list; one where there is one file."""
        return tuple(sorted({one.energy for one in self.spectra})) or ("",)


def read_request(path: Path) -> SpectraRequest | None:
    """Read what a study says of its spectra; None where it has none.

    Raises:
        InputError: it is at fault.
    """
    file = study_file(path)
    content = read_toml(file)
    if "spectra" not in content:
        return None
    with at(str(file)):
        with at("[spectra]"):
            table = validated(SpectraTable, content["spectra"])
            shift = _checked(table, content)
        model = model_file(file.parent, str(content.get("model", "")))
    chosen: tuple[ListedSpectrum, ...] = ()
    if table.files is not None:
        lines = read_spectra_list(file.parent / table.files)
        energies = sorted({one.energy for one in lines})
        with at(str(file)), at("[spectra]"):
            if table.energy is not None and table.energy not in energies:
                raise InputError(f"energy: no spectrum was taken at '{table.energy}'; there are "
                                 f"{', '.join(energies)}")  # fmt: skip
            if table.energy is None and len(energies) > 1:
                _refuse_one_table(table, energies, content)
        chosen = tuple(one for one in lines if table.energy in (None, one.energy))
    system = read_system(model)
    if table.group is not None:
        with at(str(file)), at("[spectra]: group"):
            system = system_of_group(system, content.get("groups", {}), table.group)
    return SpectraRequest(file.parent, table, system, chosen, shift)


def _checked(table: SpectraTable, content: Mapping[str, Any]) -> float:
    """Return the widest shift, ppm.

    Raises:
        InputError: keys do not go together.
    """
    if (table.files is None) == (table.course is None):
        raise InputError(
            'name either the table of spectra, as files = "spectra.csv", or one file that is the '
            "whole course, under [spectra.course]"
        )
    if table.course is not None and table.between is not None:
        raise InputError("between: goes with files; of a course state start, bins and gaps")
    measured = content.get("measurement", {})
    stated = measured.get("standards", {}) if isinstance(measured, dict) else {}
    for name in table.standards:
        if name not in stated:
            raise InputError(
                f"standards: {name} has no concentration; write standards = {{ {name} = "
                '"0.1 mM" } under [measurement]'
            )
    with at("shift"):
        shift = read_tolerance(table.shift)
    if not 0 < shift.ppm <= 1000:
        raise InputError(
            f"shift: '{table.shift}' is not above 0 and at most 1000 ppm; write one as 30 ppm"
        )
    return shift.ppm


def _refuse_one_table(
    table: SpectraTable, energies: Sequence[str], content: Mapping[str, Any]
) -> None:
    """Refuse an experiment whose data is the table that several energies do not share."""
    every = content.get("experiments", [])
    named = [one.get("data") for one in every if isinstance(one, dict)]
    if table.table in named:
        tables = listed(table_at_energy(table.table, energies, one) for one in energies)
        raise InputError(
            f"the spectra were taken at {len(energies)} ion-source energies, each of which has a "
            f"table, {tables}; name one of these as data in the place of {table.table}, or the "
            f'energy that counts, as energy = "{energies[-1]}"'
        )


def measured_spectra(request: SpectraRequest) -> tuple[MeasuredSpectrum, ...]:
    """Read the spectra, each averaged over the scans that are asked for.

    Raises:
        InputError: a file is at fault.
    """
    rules = request.system.ion_rules
    sign: Polarity = ""
    if rules is not None:
        sign = "negative" if rules.charges[0] < 0 else "positive"
    table = request.table
    if table.course is None:
        return tuple(_measured(one, table, sign) for one in request.spectra)
    with at("[spectra.course]"):
        clock = _clock(table.course)
    path = request.folder / table.course.file
    return binned_spectra(path.name, scans_in(path), clock, sign, table.saturation)


def _clock(table: CourseTable) -> RunClock:
    ends = [table.bins] if isinstance(table.bins, str) else table.bins
    if isinstance(table.bins, list) and len(table.bins) < 3:
        raise InputError("bins: state a width, or the ends of at least two bins")
    gaps = tuple((_hours(first, "gaps"), _hours(last, "gaps")) for first, last in table.gaps)
    return RunClock(_hours(table.start, "start"), tuple(_hours(t, "bins") for t in ends), gaps)


def _hours(text: str, key: str) -> float:
    return read_quantity(text, "h", key)


def _measured(one: ListedSpectrum, table: SpectraTable, sign: Polarity) -> MeasuredSpectrum:
    """Read a file and average the scans that are asked for."""
    file = read_spectrum(one.path)
    between = None
    if table.between is not None:
        between = (_hours(table.between[0], "between"), _hours(table.between[1], "between"))
    with at(str(one.path)):
        signed = len({scan.polarity for scan in file.scans if scan.polarity}) > 1
        kept = chosen_scans(file.scans, (sign or "positive") if signed else "", between)
        scan = mean_scan([with_saturation(each, table.saturation) for each in kept])
    return MeasuredSpectrum(
        one.path.name, file.recognised, scan, one.time_h, one.replicate, one.energy
    )


def table_at_energy(table: str, energies: Sequence[str], energy: str) -> str:
    """Return the name of the species table of an ion-source energy."""
    if len(energies) < 2:
        return table
    plain = "".join(letter if letter.isalnum() else "_" for letter in energy)
    return f"{table.removesuffix('.csv')}_{plain}.csv"
