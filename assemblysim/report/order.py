"""The order of a report: its sections, written once for every writer."""

from __future__ import annotations

from collections.abc import Callable

from assemblysim.report.content.headlines import banners
from assemblysim.report.content.stored import StoredStudy, species_names
from assemblysim.report.document.nodes import Document, Section
from assemblysim.report.sections.alternatives import alternatives_section
from assemblysim.report.sections.answer import answer_section
from assemblysim.report.sections.averaged import every_route_section
from assemblysim.report.sections.calibration import calibration_section
from assemblysim.report.sections.chemistry import chemistry_section
from assemblysim.report.sections.criteria import criteria_section
from assemblysim.report.sections.differences import difference_section
from assemblysim.report.sections.experiments import experiment_section
from assemblysim.report.sections.forecast.control import control_section
from assemblysim.report.sections.forecast.flows import flow_section
from assemblysim.report.sections.forecast.next_spectrum import next_section
from assemblysim.report.sections.forecast.stopping import stopping_section
from assemblysim.report.sections.front.fit import fit_section
from assemblysim.report.sections.front.measuring import measuring_section
from assemblysim.report.sections.front.mechanisms import mechanisms_section
from assemblysim.report.sections.front.routes import routes_section
from assemblysim.report.sections.front.sureness import sureness_section
from assemblysim.report.sections.mechanism import mechanism_sections
from assemblysim.report.sections.methods import methods_section
from assemblysim.report.sections.provenance import provenance_section
from assemblysim.report.sections.spectra.assignment import spectra_section
from assemblysim.report.sections.spectra.ions import ion_section
from assemblysim.report.sections.statements import statement_section
from assemblysim.report.sections.steps import steps_section
from assemblysim.report.titles import titled_study

Build = Callable[[StoredStudy], tuple[Section, ...]]
# What answers the question, from the verdict to what to do next.
MAIN: tuple[Build, ...] = (
    answer_section,
    mechanisms_section,
    steps_section,
    fit_section,
    sureness_section,
    difference_section,
    routes_section,
    measuring_section,
)
# What it rests on, and every number.
APPENDIX: tuple[Build, ...] = (
    experiment_section,
    statement_section,
    alternatives_section,
    next_section,
    stopping_section,
    control_section,
    flow_section,
    every_route_section,
    chemistry_section,
    spectra_section,
    ion_section,
    mechanism_sections,
    calibration_section,
    criteria_section,
    methods_section,
    provenance_section,
)


def document_of(study: StoredStudy) -> Document:
    """Build the report of a study; no figure is drawn yet."""
    study = titled_study(study)
    result = study.result
    main, appendix = (
        tuple(section for build in order for section in build(study)) for order in (MAIN, APPENDIX)
    )
    return Document(
        result.title,
        result.question,
        species_names(result),
        result.versions.get("assemblysim", ""),
        tuple(banners(result)),
        main,
        appendix,
    )
