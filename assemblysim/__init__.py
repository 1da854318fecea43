"""Which self-assembly mechanism do time-resolved spectra support, and how sure can one be.

From Python, each loaded when it is first used:

- `read_system`, `read_system_text`, `make_system`: a mechanism file, its text, or pieces of it;
  `.network(name)` of one mechanism.
- `integrate`, `integrate_many`: courses, with quantities by name.
- `read_study`, or `Study` of a DataFrame: a study; `.posterior(name)` for samplers of your own,
  `.run()` to fit it.
- `read_results`: what was found; `.verdict`, `.probabilities`, `.lifetimes(name)`, `.draws(name)`,
  `.courses(name)`, `.figures.course(name)`, `.predict({"L": "6 mM"})`, `.to_arviz(name)`.
- `read_sbml`: a model of SBML; `.mechanism` of it, `.simulate(times)` as SBML means it.
- `write_sbml`: a mechanism as SBML.
- `read_petab`: a PEtab problem of others, as a posterior.
- `AssemblysimError` and its kinds: what the command line prints in one line.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assemblysim.errors import AssemblysimError, InputError, IntegrationError, RunError
    from assemblysim.exchange.sbml.course.simulation import SbmlCourse
    from assemblysim.exchange.sbml.mechanism.importing import ImportedMechanism
    from assemblysim.exchange.sbml.opened import SbmlModel, read_sbml
    from assemblysim.exchange.sbml.saving import write_sbml
    from assemblysim.interface.courses import Course, CourseBatch, integrate_many
    from assemblysim.interface.courses import integrate_named as integrate
    from assemblysim.interface.estimations import PetabPosterior
    from assemblysim.interface.estimations import read_petab_posterior as read_petab
    from assemblysim.interface.posteriors import MechanismPosterior
    from assemblysim.interface.predictions import CourseBands, Prediction
    from assemblysim.interface.projects import StudyProject
    from assemblysim.interface.projects import read_project as read_study
    from assemblysim.interface.results import StudyResults, read_results
    from assemblysim.interface.studies import make_system
    from assemblysim.interface.studies import study_of_frame as Study
    from assemblysim.mechanism.network.network import Network
    from assemblysim.mechanism.reading.system import System, read_system
    from assemblysim.mechanism.reading.system_text import read_system_text

__version__ = "2.0.0.dev0"

_PLACES = {
    "AssemblysimError": "errors:AssemblysimError",
    "Course": "interface.courses:Course",
    "CourseBands": "interface.predictions:CourseBands",
    "CourseBatch": "interface.courses:CourseBatch",
    "ImportedMechanism": "exchange.sbml.mechanism.importing:ImportedMechanism",
    "InputError": "errors:InputError",
    "IntegrationError": "errors:IntegrationError",
    "MechanismPosterior": "interface.posteriors:MechanismPosterior",
    "Network": "mechanism.network.network:Network",
    "PetabPosterior": "interface.estimations:PetabPosterior",
    "Prediction": "interface.predictions:Prediction",
    "RunError": "errors:RunError",
    "SbmlCourse": "exchange.sbml.course.simulation:SbmlCourse",
    "SbmlModel": "exchange.sbml.opened:SbmlModel",
    "Study": "interface.studies:study_of_frame",
    "StudyProject": "interface.projects:StudyProject",
    "StudyResults": "interface.results:StudyResults",
    "System": "mechanism.reading.system:System",
    "integrate": "interface.courses:integrate_named",
    "integrate_many": "interface.courses:integrate_many",
    "make_system": "interface.studies:make_system",
    "read_petab": "interface.estimations:read_petab_posterior",
    "read_results": "interface.results:read_results",
    "read_sbml": "exchange.sbml.opened:read_sbml",
    "read_study": "interface.projects:read_project",
    "read_system": "mechanism.reading.system:read_system",
    "read_system_text": "mechanism.reading.system_text:read_system_text",
    "write_sbml": "exchange.sbml.saving:write_sbml",
}
__all__ = [
    "AssemblysimError",
    "Course",
    "CourseBands",
    "CourseBatch",
    "ImportedMechanism",
    "InputError",
    "IntegrationError",
    "MechanismPosterior",
    "Network",
    "PetabPosterior",
    "Prediction",
    "RunError",
    "SbmlCourse",
    "SbmlModel",
    "Study",
    "StudyProject",
    "StudyResults",
    "System",
    "integrate",
    "integrate_many",
    "make_system",
    "read_petab",
    "read_results",
    "read_sbml",
    "read_study",
    "read_system",
    "read_system_text",
    "write_sbml",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name not in _PLACES:
        raise AttributeError(f"module 'assemblysim' has no attribute '{name}'")
    module, _, attribute = _PLACES[name].partition(":")
    found: object = getattr(import_module(f"assemblysim.{module}"), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List what is public."""
    return [*__all__, "__version__"]
