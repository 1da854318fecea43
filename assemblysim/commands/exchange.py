"""The commands ``export`` and ``import``: mechanisms to and from files of other tools."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assemblysim.errors import InputError
from assemblysim.exchange.sbml.fitted import fitted_mechanism
from assemblysim.exchange.sbml.mechanism.importing import ImportedMechanism
from assemblysim.exchange.sbml.mechanism.writing import MechanismNumbers, sbml_of
from assemblysim.exchange.sbml.opened import read_sbml
from assemblysim.files.writing.requested import write_requested
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.mechanism.reading.system import System
from assemblysim.study.definition.reading import read_study
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
    """

    path: Path
    mechanism: str | None
    out: Path | None
    constants: tuple[str, ...] = ()
    initial: tuple[str, ...] = ()
    experiment: str | None = None
    results: Path | None = None
    force: bool = False


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
    name = _only(request.mechanism, system.mechanism_names, system.path)
    network = system.network(name)
    constants = read_pairs(request.constants, "--set", rate_constant_units(network), "constant")
    species = dict.fromkeys(network.species_names, "mM")
    numbers = MechanismNumbers(
        constants, read_pairs(request.initial, "--initial", species, "species")
    )
    missing = [one for one in network.rate_constant_names if one not in constants]
    return _text(system, system.name_today(name), network, numbers), missing


def _of_study(request: Export) -> tuple[str, list[str]]:
    """Return the text of a fitted mechanism."""
    for option, given in (("--set", request.constants), ("--initial", request.initial)):
        if given:
            raise InputError(
                f"{option}: numbers of a study are those that were fitted; export the mechanism "
                "file for others"
            )
    study = read_study(request.path)
    name = _only(request.mechanism, study.mechanisms, str(request.path))
    results = request.results or study.folder / "results"
    network, numbers = fitted_mechanism(study, results, name, request.experiment)
    return _text(study.system, name, network, numbers), []


def _text(system: System, name: str, network: Network, numbers: MechanismNumbers) -> str:
    titles = dict(system.titles)
    title = f"{system.title}: {titles.get(name, name)}"
    return sbml_of(network, numbers, name=name, title=title, titles=titles)


def _only(asked: str | None, names: tuple[str, ...], where: str) -> str:
    if asked is None and len(names) > 1:
        raise InputError(f"{where}: several mechanisms; add --mechanism, one of {', '.join(names)}")
    return names[0] if asked is None else asked


def import_mechanism(path: Path, out: Path | None, *, force: bool, as_json: bool) -> str:
    """Write a mechanism file from an SBML file; return what to print.

    Raises:
        InputError: the file cannot be read, or says what no mechanism file can.
        RunError: the file cannot be written.
    """
    found = read_sbml(path).mechanism
    text = f"{_MADE} of {path.name!r}\n{found.text}"
    if out is not None:
        write_requested(out, text.encode(), lambda old: _MADE.encode() in old, force=force)
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
