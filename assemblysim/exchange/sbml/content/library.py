"""The door to libSBML, which is imported nowhere else and only when a file is read or written."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from assemblysim.errors import InputError
from assemblysim.language import quoted

LEVEL, VERSION = 3, 2


def libsbml() -> Any:
    """Return the module libsbml.

    Raises:
        InputError: it is not installed.
    """
    try:
        with warnings.catch_warnings():  # what SWIG's types lack, says Python 3.12 and later
            warnings.simplefilter("ignore", DeprecationWarning)
            import libsbml as library
    except ImportError:
        raise InputError(
            "SBML needs python-libsbml, which is not installed; "
            'install it with pip install "assemblysim[sbml]"'
        ) from None
    return library


def opened_document(path: Path) -> Any:
    """Return the libSBML document of a file, as Level 3 Version 2.

    Raises:
        InputError: there is no such file, it is no SBML, or is of another level and cannot be
            said in this one.
    """
    library = libsbml()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("no text in UTF-8; save it as SBML in UTF-8") from None
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror or fault}") from None
    document = library.readSBMLFromString(text)
    _refuse_faults(library, document)
    if document.getModel() is None:
        raise InputError("holds no SBML model; give a file whose <sbml> has a <model>")
    if (document.getLevel(), document.getVersion()) != (LEVEL, VERSION):
        _convert(library, document)
    return document


def _refuse_faults(library: Any, document: Any) -> None:
    """Refuse a file that libSBML could not read, with its first complaint."""
    for i in range(document.getNumErrors()):
        fault = document.getError(i)
        if fault.getSeverity() >= library.LIBSBML_SEV_ERROR:
            what = " ".join(fault.getShortMessage().split()) or "not read"
            raise InputError(
                f"line {fault.getLine()}: no valid SBML: {quoted(what)}; mend it, or export it anew"
            )


def _convert(library: Any, document: Any) -> None:
    fast = [r.getIdAttribute() for r in document.getModel().getListOfReactions() if r.getFast()]
    if fast:
        raise InputError(
            f"reaction '{fast[0]}' is fast (an equilibrium at every moment); "
            "give it rate constants in both directions"
        )
    found = f"Level {document.getLevel()} Version {document.getVersion()}"
    if not document.setLevelAndVersion(LEVEL, VERSION, False, True):
        raise InputError(
            f"SBML {found} that cannot be said in Level {LEVEL} Version {VERSION}; convert it first"
        )
    document.getErrorLog().clearLog()
    if document.getModel() is None:
        library.readSBMLFromString("")
        raise InputError(f"SBML {found} lost its model in conversion; convert it first")
