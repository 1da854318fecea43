"""The commands ``export`` and ``import``: mechanisms to and from files of other tools."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assemblysim.commands.endings import say
from assemblysim.errors import InputError, refuse_unknown
from assemblysim.exchange.crate import MADE, crate_of
from assemblysim.exchange.petab.files import PROBLEM_FILE
from assemblysim.exchange.petab.saving import save_petab
from assemblysim.exchange.sbml.fitted import fitted_mechanism
from assemblysim.exchange.sbml.mechanism.dynamics import Dynamics
from assemblysim.exchange.sbml.mechanism.importing import ImportedMechanism
from assemblysim.exchange.sbml.mechanism.writing import MechanismNumbers, sbml_of
from assemblysim.exchange.sbml.opened import read_sbml
from assemblysim.files.writing.requested import write_requested
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.mechanism.reading.system import System
from assemblysim.mechanism.reading.texts import former_name_lines
from assemblysim.study.definition.reading import read_study
from assemblysim.study.locating import STUDY_FILE
from assemblysim.study.problem.options import read_pairs

_OURS = b"urn:assemblysim"
_MADE = "# made by assemblysim import"


@dataclass(frozen=True)
class Export:
    """What is to be exported.

    Attributes:
        path: a mechanism file, or the folder of a fitted study.
        mechanism: one of its mechanisms; None where there is only one.
        out: file to write; its text is returned where None.
        constants: rate constants as "name=value unit".
        initial: initial concentrations as "species=value unit".
        experiment: of the study; None for the first.
        results: folder of the study's results; None for its own.
        force: whether a file that this command did not write may be replaced.
        license_name: of a crate; none where "".
    """

    path: Path
    mechanism: str | None
    out: Path | None
    constants: tuple[str, ...] = ()
    initial: tuple[str, ...] = ()
    experiment: str | None = None
    results: Path | None = None
    force: bool = False
    license_name: str = ""


def export(request: Export, form: str) -> str:
    """Write what is asked for; return what to print.

    Args:
        request: what, and where to.
        form: ``sbml``, ``petab``, ``petab1`` or ``crate``.

    Raises:
        InputError: the form is unknown, or something cannot be said in it.
        RunError: a file cannot be written.
    """
    refuse_unknown("form", form, ("sbml", "petab", "petab1", "crate"))
    if request.license_name and form != "crate":
        raise InputError("--license: belongs to --as crate; add that, or leave it out")
    if form == "crate":
        return export_crate(request)
    if form == "sbml":
        return export_mechanism(request)
    return export_petab(request, 2 if form == "petab" else 1)


def export_petab(request: Export, version: int) -> str:
    """Write a study's mechanisms as PEtab problems; return what to print.

    Raises:
        InputError: a name is at fault, or something cannot be said in PEtab.
        RunError: a file cannot be written.
    """
    given = {
        "--set": request.constants,
        "--initial": request.initial,
        "--experiment": request.experiment,
    }
    for option, value in given.items():
        if value:
            raise InputError(f"{option}: a PEtab problem is a whole study; leave it out")
    if not (request.path.is_dir() or request.path.name == "study.toml"):
        raise InputError(f"{request.path}: PEtab is about data; name a study's folder")
    if request.out is None:
        raise InputError("a PEtab problem is several files; add --out FOLDER")
    study = read_study(request.path)
    results = request.results or study.folder / "results"
    mechanisms = () if request.mechanism is None else (request.mechanism,)
    found = save_petab(
        request.out, study, mechanisms, version=version, results=results, force=request.force
    )
    lines = [f"wrote {request.out / name / PROBLEM_FILE}" for name in found]
    for note in dict.fromkeys(note for notes in found.values() for note in notes):
        own = [name for name, notes in found.items() if note in notes]
        lines.append(note if len(own) == len(found) else f"{', '.join(own)}: {note}")
    return "\n".join(lines)


def export_crate(request: Export) -> str:
    """Write a study with its results as an RO-Crate; return what to print.

    Raises:
        InputError: it is no study, or a file is in the way.
        RunError: the file cannot be written.
    """
    if not (request.path.is_dir() or request.path.name == STUDY_FILE):
        raise InputError(f"{request.path}: a crate is of a study; name a study's folder")
    if request.out is None or request.out.suffix != ".zip":
        raise InputError("a crate is a zip; add --out FILE.zip")
    study = read_study(request.path)
    crate = crate_of(study, request.results or study.folder / "results", request.license_name)
    content = crate.zipped()
    write_requested(request.out, content, lambda old: old.endswith(MADE), force=request.force)
    lines = [f"wrote {request.out}", f"run again from it: {crate.command}"]
    if not request.license_name:
        lines.append("no licence is stated; add --license, such as CC-BY-4.0")
    return "\n".join(lines)


def export_mechanism(request: Export) -> str:
    """Write a mechanism as SBML; return what to print.

    Raises:
        InputError: a name or a quantity is at fault, or something cannot be said in SBML.
        RunError: the file cannot be written.
    """
    fitted = request.path.is_dir() or request.path.name == "study.toml"
    text, missing = _of_study(request) if fitted else _of_model(request)
    if request.out is None:
        return text.rstrip("\n")
    write_requested(request.out, text.encode(), lambda old: _OURS in old, force=request.force)
    lines = [f"wrote {request.out}"]
    if missing:
        lines.append(f"no value for {', '.join(missing)}; add --set {missing[0]}=...")
    return "\n".join(lines)


def _of_model(request: Export) -> tuple[str, list[str]]:
    """Return the text of a mechanism file's mechanism, and which constants have no value."""
    for option, value in (("--experiment", request.experiment), ("--results", request.results)):
        if value is not None:
            raise InputError(f"{option}: {request.path} is a mechanism file; name a study's folder")
    system = read_expanded_system(request.path)
    name = _only(request.mechanism, system.mechanism_names, system, system.path)
    network = system.network(name)
    constants = read_pairs(request.constants, "--set", rate_constant_units(network), "constant")
    species = dict.fromkeys(network.species_names, "mM")
    numbers = MechanismNumbers(
        constants, read_pairs(request.initial, "--initial", species, "species")
    )
    missing = [one for one in network.rate_constant_names if one not in constants]
    return _text(system, name, network, numbers), missing


def _of_study(request: Export) -> tuple[str, list[str]]:
    """Return the text of a fitted mechanism."""
    for option, given in (("--set", request.constants), ("--initial", request.initial)):
        if given:
            raise InputError(
                f"{option}: numbers of a study are those that were fitted; export the mechanism "
                "file for others"
            )
    study = read_study(request.path)
    name = _only(request.mechanism, study.mechanisms, study.system, str(request.path))
    results = request.results or study.folder / "results"
    network, numbers, dynamics = fitted_mechanism(study, results, name, request.experiment)
    return _text(study.system, name, network, numbers, dynamics), []


def _text(
    system: System,
    name: str,
    network: Network,
    numbers: MechanismNumbers,
    dynamics: Dynamics | None = None,
) -> str:
    titles = dict(system.titles)
    title = f"{system.title}: {titles.get(name, name)}"
    return sbml_of(network, numbers, name=name, title=title, titles=titles, dynamics=dynamics)


def _only(asked: str | None, names: tuple[str, ...], system: System, where: str) -> str:
    """Return the mechanism that is asked for, by its name of today."""
    if asked is None and len(names) > 1:
        raise InputError(f"{where}: several mechanisms; add --mechanism, one of {', '.join(names)}")
    if asked is None or asked in names:
        return asked or names[0]
    for line in former_name_lines(system.path, system.former_names, [asked]):
        say(line)
    return system.name_today(asked)


def import_mechanism(path: Path, out: Path | None, *, force: bool, as_json: bool) -> str:
    """Write a mechanism file from an SBML file; return what to print.

    Raises:
        InputError: the file cannot be read, or says what no mechanism file can.
        RunError: the file cannot be written.
    """
    if path.suffix in (".yaml", ".yml"):
        raise InputError(
            f"{path}: a PEtab problem is read as a posterior, in Python; write asm.read_petab"
            f"({str(path)!r}), or name its SBML file"
        )
    found = read_sbml(path).mechanism
    text = f"{_MADE} of {path.name!r}\n{found.text}"
    if out is not None:
        write_requested(out, text.encode(), lambda old: old.startswith(_MADE.encode()), force=force)
    if as_json:
        return json.dumps(
            {
                "mechanism": found.text,
                "rate_constants": found.rate_constants,
                "initial_mM": found.initial,
                "notes": list(found.notes),
            }
        )
    return text.rstrip("\n") if out is None else "\n".join([f"wrote {out}", *_told(found, out)])


def _told(found: ImportedMechanism, out: Path) -> list[str]:
    """Say what was taken how, and how to follow it."""
    units = rate_constant_units(found.network)
    words = [
        f'--set {name}="{value!r} {units[name]}"' for name, value in found.rate_constants.items()
    ]
    words += [f'--initial {name}="{value!r} mM"' for name, value in found.initial.items() if value]
    missing = set(found.network.rate_constant_names) - found.rate_constants.keys()
    follow = [] if missing else [f"follow it: assemblysim simulate {out} {' '.join(words)}"]
    return [*found.notes, *follow]
