"""Whoever changes a file finds its test by name, or here under which other name."""

import pytest
from checkout import ROOT

PACKAGE, TESTS = ROOT / "assemblysim", ROOT / "tests"
# Several small files whose claims are made together, by the file that tests them. A file that gets
# a test of its own name leaves this list, and none may be added that has one.
TOGETHER = {
    "docs/test_docs": "docs.__main__ docs.build docs.docstrings docs.reference",
    "exchange/petab/test_exporting": (
        "exchange.petab.formulas exchange.petab.model exchange.petab.notes "
        "exchange.petab.observed exchange.petab.priors exchange.petab.problem"
    ),
    "exchange/petab/incoming/test_opened": (
        "exchange.petab.incoming.observables exchange.petab.incoming.tables "
        "exchange.petab.incoming.yaml_subset interface.estimations"
    ),
    "exchange/petab/test_saving": "exchange.petab.files",
    "exchange/sbml/content/test_mathematics": "exchange.sbml.content.meanings",
    "exchange/sbml/content/test_reading": (
        "exchange.sbml.content.annotations exchange.sbml.content.library "
        "exchange.sbml.content.model exchange.sbml.content.refusals "
        "exchange.sbml.content.stated_units"
    ),
    "exchange/sbml/course/test_simulation": (
        "exchange.sbml.course.equations exchange.sbml.course.quantities exchange.sbml.opened"
    ),
    "exchange/sbml/test_fitted": "exchange.sbml.mechanism.dynamics",
    "exchange/sbml/mechanism/test_importing": (
        "exchange.sbml.mechanism.naming exchange.sbml.mechanism.rate_forms "
        "exchange.sbml.mechanism.rates exchange.sbml.mechanism.steps"
    ),
    "exchange/sbml/mechanism/test_writing": "exchange.sbml.mechanism.mathml exchange.sbml.saving",
    "files/test_cells": "files.delimited files.layouts files.rows files.workbooks",
    "fits/test_three_temperatures": "study.problem.activation",
    "inference/model/test_derived": "inference.model.temperature_laws",
    "inference/model/test_likelihood": "inference.model.posterior",
    "inference/model/test_priors": (
        "inference.model.parameters inference.model.prior inference.model.scipy_priors"
    ),
    "inference/model/test_rate_swaps": "inference.sampling.modes",
    "inference/sampling/test_ensembles": (
        "inference.sampling.diagnosis inference.sampling.settings"
    ),
    "inference/sampling/test_smc": (
        "inference.sampling.references inference.sampling.tempered_moves"
    ),
    "kinetics/engines/kernel/test_kernel": "kinetics.engines.tape",
    "kinetics/engines/test_engines": "kinetics.engines.native kinetics.task kinetics.trajectory",
    "kinetics/engines/test_large_networks": "kinetics.engines.program",
    "kinetics/engines/test_reference": "kinetics.symbolic.numbered_laws",
    "kinetics/reactor/test_heated_laws": "kinetics.reactor.ramp kinetics.reactor.temperature",
    "kinetics/reactor/test_reactor": ("kinetics.reactor.protocol kinetics.reactor.sensitivities"),
    "measurement/likelihoods/test_intensities": (
        "measurement.arranging measurement.data measurement.measured_intensities"
    ),
    "measurement/likelihoods/test_grouped": "measurement.likelihoods.margins",
    "measurement/test_signals": "study.definition.signals",
    "measurement/tails/test_student": "measurement.tails_model measurement.tails.registry",
    "measurement/statements/test_joint": (
        "measurement.statements.lattice measurement.statements.paths"
    ),
    "measurement/statements/test_sentences": ("measurement.statements.interpretations"),
    "measurement/noise/test_registry": (
        "measurement.noise_model measurement.noise.additive measurement.noise.constant "
        "measurement.noise.proportional measurement.noise.two_component"
    ),
    "commands/spectra_commands/test_assigning": "commands.spectra_commands.options",
    "spectra/assignment/test_assigning": "result.spectra.assignment",
    "mechanism/reading/test_candidate_ions": "mechanism.ions.candidate_rules",
    "mechanism/constants/test_constants": "mechanism.constants.constant_units",
    "mechanism/constants/test_rate_constant_units": (
        "mechanism.constants.unit_equations mechanism.properties.positivity "
        "mechanism.properties.separable"
    ),
    "mechanism/labelled/test_expansion": (
        "mechanism.labelled.labelled_steps mechanism.labelled.shared_laws"
    ),
    "mechanism/reading/test_expanding": (
        "mechanism.reading.definitions mechanism.reading.describe_labels"
    ),
    "mechanism/network/test_rate_law": "mechanism.network.algebra",
    "mechanism/properties/test_detailed_balance": "mechanism.constants.logarithms",
    "prediction/checks/test_predictive_checks": ("prediction.checks.below_limit sentences.checks"),
    "prediction/courses/test_jumps": "prediction.courses.fine_courses prediction.courses.fine_grid",
    "inference/switches/test_sampler": "inference.switches.moves inference.switches.search",
    "study/steps/test_running": (
        "commands.steps.weighing result.steps.probabilities result.steps.stored study.steps.problem"
    ),
    "report/sections/test_steps": "sentences.steps.probabilities",
    "inference/evidence/test_comparison": "sentences.verdict",
    "inference/evidence/test_prior_changes": "inference.evidence.sampled",
    "inference/identifiability/test_identification": "sentences.unknowns",
    "prediction/design/test_design": "prediction.design.discrimination",
    "prediction/test_lifetimes": "prediction.courses.intervals prediction.courses.turning_points",
    "prediction/test_rate_control": "prediction.step_scaling",
    "commands/test_progress_bars": "progress",
    "commands/steps/test_proposing": "commands.steps.options",
    "report/content/test_headlines": (
        "report.content.checks report.content.large report.content.modes report.content.stored"
    ),
    "report/figures/test_corner": "report.content.draws report.document.arrays",
    "report/figures/test_figures": (
        "report.figures.alternatives report.figures.appearance report.figures.drawing "
        "report.figures.time_axis"
    ),
    "report/schemes/test_flux_figure": (
        "report.schemes.flux_alternatives report.schemes.flux_diagram"
    ),
    "report/schemes/test_scheme": (
        "report.content.steps report.schemes.graph_layout report.schemes.leading"
    ),
    "report/sections/forecast/test_forecast": (
        "report.sections.forecast.control report.sections.forecast.flows "
        "report.writers.forecast_numbers"
    ),
    "report/sections/front/test_front": (
        "report.sections.front.fit report.sections.front.mechanisms report.sections.front.routes "
        "report.sections.front.sureness report.figures.control_map"
    ),
    "report/sections/test_calibration": ("report.figures.calibration_figure"),
    "report/sections/spectra/test_ions": "sentences.spectra.ions",
    "report/test_titles": "report.document.naming",
    "report/document/test_nodes": "report.document.collected",
    "report/writers/test_page": (
        "report.sections.answer "
        "report.sections.criteria report.sections.experiments "
        "report.sections.mechanism report.sections.provenance "
        "report.sections.statements"
    ),
    "report/writers/test_terminal": "report.views",
    "result/test_on_disk": (
        "result.calibration result.checks result.conditions result.courses result.design "
        "result.evidence result.forecast result.spectra.ions result.mechanism result.numbers "
        "result.predictions result.summary result.unknowns"
    ),
    "study/questions/test_in_words": "commands.check",
    "study/definition/test_reading": "study.definition.study study.locating",
    "study/definition/test_sharing": "study.problem.unknowns",
    "study/definition/test_hypotheses": "study.problem.naming",
    "study/execution/test_running": (
        "inference.fitting inference.groundwork study.execution.events "
        "study.execution.smc_runs "
        "study.results.mechanism_result study.results.statement_results"
    ),
    "study/campaigns/test_summary": "sentences.calibration",
    "study/definition/test_conditions": "sentences.conditions study.results.experiments",
    "study/results/test_verdict": "sentences.cautions sentences.readings",
    "report/writers/test_markdown": "sentences.modes sentences.scatter",
    "study/problem/test_read_once": "study.problem.problems study.problem.rates",
    "study/questions/test_designing": "study.questions.planned_spectra",
    "study/questions/test_forecasting": (
        "commands.predicting.answering commands.predicting.options sentences.forecast "
        "study.problem.changed_conditions study.questions.drawn_reactors "
        "study.questions.predicted_course"
    ),
    "study/results/test_forecast": "study.results.stored_posterior",
    "mechanism/ions/test_facts": "sentences.chemistry",
    "interface/test_projects": "interface.predictions",
    "test_command_line": (
        "commands.options commands.simulating.options commands.simulating.simulate"
    ),
    "test_main": "__main__",
}
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py")
    if path.name != "__init__.py"
}


def has_its_own_test(module):
    """Whether there is a test of its name, or a folder of its name with tests."""
    place = TESTS.joinpath(*module.split("."))
    named = place.with_name(f"test_{place.name}.py")
    return named.is_file() or any(place.glob("test_*.py"))


def test_every_file_has_a_test_of_its_name_or_is_tested_together_with_others():
    together = {module for modules in TOGETHER.values() for module in modules.split()}
    own = {module for module in MODULES if has_its_own_test(module)}

    assert MODULES - own - together == set(), "give it a test of its name"
    assert together - MODULES == set(), "is gone: take it off the list"
    assert together & own == set(), "has a test of its name: take it off the list"


@pytest.mark.parametrize("test", TOGETHER)
def test_the_other_names_are_there(test):
    assert (TESTS / f"{test}.py").is_file()
