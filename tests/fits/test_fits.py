import runpy
from dataclasses import replace

import numpy as np
import pytest
from checkout import ROOT
from scipy.linalg import expm

from assemblysim.kinetics.engines.integration import DEFAULT_TOLERANCE, integrate_extents
from assemblysim.measurement.data import Statement
from assemblysim.measurement.statements.redundancy import repetitions
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.properties.detailed_balance import Fault, detailed_balance
from assemblysim.study.definition.reading import read_outline, read_study, read_truth
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.problem.synthetic import true_signals

FITS = ROOT / "fits"
THREE = ("at_40.csv", "at_60.csv", "heated_to_80.csv")
STUDIES = sorted(path.parent.name for path in FITS.glob("*/study.toml"))


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_makes_a_problem_of_every_mechanism(name):
    study = read_study(FITS / name)

    problems = [build_problem(study, mechanism) for mechanism in study.mechanisms]
    assert all(problem.reading_count > 0 for problem in problems)


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_states_its_source(name):
    text = (FITS / name / "README.md").read_text("utf-8")

    sources = ("doi 10.1039/d3qi01490h", "Technometrics", "SYNTHETIC", "Stan case study")
    assert any(word in text for word in sources)
    assert read_study(FITS / name).notes


@pytest.mark.parametrize(("name", "sentences"), [("dy6", 10), ("hnp_dy6", 7)])
def test_the_published_words_are_all_there_and_have_their_place(name, sentences):
    (experiment,) = read_study(FITS / name).experiments
    rows = experiment.statements

    assert len(rows) == 17
    assert len({row.sentence for row in rows}) == sentences
    assert all(row.reading.startswith(("text on Fig. ", "no Dy5L2 ion is named")) for row in rows)
    assert experiment.table is None
    np.testing.assert_allclose(experiment.sampled, [1 / 12, 1, 6, 12, 48])


@pytest.mark.parametrize("name", ["dy6", "hnp_dy6"])
def test_the_first_samples_are_read_in_both_ways_and_no_word_counts_twice(name):
    study = read_study(FITS / name)
    words = build_problem(study, "both").experiments[0].statements
    first = {row.signal for row in words.rows if row.interpretations}

    assert [one.weight for one in study.interpretations] == [0.5, 0.5]
    for one, times in (("A", [1 / 12, 1, 6, 12, 48]), ("B", [1 / 12, 1 / 6, 1, 6, 12, 48])):
        np.testing.assert_allclose(words.samples.of(one), times)
    assert {"Dy3L", "Dy6L2"} <= first
    assert repetitions(words.sentences, words.samples) == ()
    twice = replace(words, sentences=tuple((*s, _largest_at_first(s)) for s in words.sentences))
    assert bool(repetitions(twice.sentences, twice.samples)) == (name == "dy6")


def _largest_at_first(sentences):
    """What the first release said of Dy2L beside its fall, as a sentence."""
    largest = Statement("Dy2L", "maximum", 1 / 12, 1 / 12, "falls from the first sample on")
    return replace(sentences[0], name="the first is the largest", rows=(largest,))


def test_both_ligands_have_the_same_rivals_and_the_same_heating():
    dy6, hnp_dy6 = (read_study(FITS / name) for name in ("dy6", "hnp_dy6"))

    assert dy6.mechanisms == hnp_dy6.mechanisms
    assert "through_Dy4L2" in dy6.mechanisms
    for study in (dy6, hnp_dy6):
        weights = dict(build_problem(study, "both").course_weights)
        assert list(weights.values()) == [0.25] * 4
        assert {name.split()[-2] for name in weights if name} == {"2", "30", "60"}


def test_only_for_dy6_a_missing_dy5l2_is_silence():
    rows = {n: read_study(FITS / n).experiments[0].statements for n in ("dy6", "hnp_dy6")}
    silent = {n: [r for r in own if r.relation == "unmentioned"] for n, own in rows.items()}

    assert [(r.signal, r.unmentioned_rate) for r in silent["dy6"]] == [("Dy5L2", 0.5)]
    assert silent["hnp_dy6"] == []
    falls = {r.signal: (r.start, r.end) for r in rows["hnp_dy6"] if r.relation == "decreasing"}
    assert falls == {"Dy3L": (6, 48), "Dy5L2": (6, 48)}
    for own in rows.values():  # Dy6L2 is not yet large before 6 h
        assert [r.start for r in own if r.relation == "at most of maximum"] == [1]


@pytest.mark.parametrize(
    ("name", "millilitres", "stated"), [("dy6", 1.4, (286, 35.7)), ("hnp_dy6", 2.1, (190, 23.8))]
)
def test_concentrations_follow_from_amounts_and_volumes(name, millilitres, stated):
    initial = dict(read_study(FITS / name).experiments[0].initial)

    assert (initial["Dy"], initial["L"]) == stated
    np.testing.assert_allclose(stated, np.array([400, 50]) / millilitres, rtol=3e-3)


def test_alpha_pinene_is_the_table_of_forty_numbers():
    (experiment,) = read_study(FITS / "alpha_pinene").experiments

    assert experiment.table.values.shape == (8, 5)
    np.testing.assert_allclose(experiment.table.times[[0, -1]], [1230 / 60, 36420 / 60])


def test_alpha_pinene_leaves_the_published_sum_of_squares():
    (experiment,) = read_study(FITS / "alpha_pinene").experiments
    k1, k2, k3, k4, k5 = np.array([5.92585, 2.96340, 2.04729, 27.44676, 3.99794]) * 1e-5 * 60
    # Rows and columns: alpha-pinene, dipentene, alloocimene, pyronene, dimer.
    steps = np.array(
        [
            [-k1 - k2, 0, 0, 0, 0],
            [k1, 0, 0, 0, 0],
            [k2, 0, -k3 - k4, 0, k5],
            [0, 0, k3, 0, 0],
            [0, 0, k4, 0, -k5],
        ]
    )
    expected = np.array([expm(steps * time)[:, 0] * 100 for time in experiment.table.times])

    assert ((experiment.table.values - expected) ** 2).sum() == pytest.approx(19.8722, abs=1e-4)


def test_the_synthetic_study_says_so():
    study = read_study(FITS / "hnp_dy6_synthetic")

    assert study.synthetic
    assert study.title.startswith("SYNTHETIC")
    assert study.notes[0].startswith("SYNTHETIC")


def test_the_synthetic_truth_carries_48_07_per_cent_through_dy5l2():
    study = read_study(FITS / "hnp_dy6_synthetic")
    network = study.system.network(study.truth.mechanism)
    values, initial = dict(study.truth.values), dict(study.experiments[0].initial)
    batch = integrate_extents(
        network,
        np.array([[values[name] for name in network.rate_constant_names]]),
        np.array([[initial.get(name, 0.0) for name in network.species_names]]),
        np.array([48.0]),
        DEFAULT_TOLERANCE,
    )
    extents = dict(zip((r.name for r in network.reactions), batch.extents[0, -1], strict=True))

    fraction = extents["close"] / (extents["close"] + extents["dimerise"])
    assert fraction == pytest.approx(0.4807, abs=5e-5)


def test_the_synthetic_table_has_the_scatter_that_its_truth_states():
    study = read_study(FITS / "hnp_dy6_synthetic")
    values = study.experiments[0].table.values
    # Ratios of two peaks of one spectrum are free of its gain; three spectra at each time.
    logs = np.log(values[:, 3] / values[:, 1], where=values[:, 3] > 0, out=np.full(33, np.nan))
    spread = logs.reshape(11, 3).std(axis=1, ddof=1)
    within = np.sqrt(np.nanmean(spread[3:] ** 2) / 2)

    assert within == pytest.approx(0.15, rel=0.5)


@pytest.mark.parametrize(
    ("script", "arguments", "written"),
    [
        ("cage_synthetic/generate.py", (), "cage_synthetic/concentrations.csv"),
        ("cage_synthetic/network.py", (), "../models/cage_steps.csv"),
        ("hnp_dy6_synthetic/generate.py", (), "hnp_dy6_synthetic/intensities.csv"),
        ("crossover_synthetic/generate.py", (0,), "crossover_synthetic/crossover.csv"),
        ("crossover_synthetic/generate.py", (1,), "crossover_synthetic/gd_added_later.csv"),
        *(
            ("three_temperatures_synthetic/generate.py", (i,), f"three_temperatures_synthetic/{n}")
            for i, n in enumerate(THREE)
        ),
    ],
)
def test_generators_make_the_committed_tables_byte_for_byte(script, arguments, written):
    made = runpy.run_path(str(FITS / script))
    text = made["table" if "table" in made else "simulated_table"](*arguments)

    assert text.encode() == (FITS / written).read_bytes()


def test_the_cage_is_as_large_as_it_is_said_to_be():
    study = read_study(FITS / "cage_synthetic")
    networks = {name: study.system.network(name) for name in study.mechanisms}
    sizes = {
        name: (len(n.species), len(n.reactions), len(n.rate_constant_names))
        for name, n in networks.items()
    }

    assert sizes == {"dinuclear": (23, 76, 8), "trinuclear": (32, 158, 8)}
    assert study.experiments[0].table.values.shape == (28, 4)
    assert "../../models/cage_steps.csv" in dict(study.inputs)


def test_the_cage_s_statistical_factors_keep_detailed_balance():
    system = read_study(FITS / "cage_synthetic").system
    found = detailed_balance(system.network("trinuclear"))

    assert (found.pairs, found.independent, found.cycles) == (79, 50, ())


def test_a_wrong_statistical_factor_of_the_cage_is_seen():
    network = read_study(FITS / "cage_synthetic").system.network("trinuclear")
    wrong = replace(network.reactions[40], factor=2 * network.reactions[40].factor)
    broken = Network(
        network.species, tuple(wrong if r.name == wrong.name else r for r in network.reactions)
    )

    assert {cycle.fault for cycle in detailed_balance(broken).cycles} == {Fault.BROKEN}


def test_the_readings_of_the_cage_scatter_as_its_truth_states():
    outline = read_outline(FITS / "cage_synthetic")
    truth = read_truth(outline)
    expected = true_signals(outline, truth)
    values = read_study(FITS / "cage_synthetic").experiments[0].table.values
    residuals = (values - expected)[np.isfinite(values)] / dict(truth.values)["noise"]

    assert len(residuals) > 80
    # four standard errors of a standard deviation and of a mean
    assert abs(residuals.std() - 1) < 4 / np.sqrt(2 * len(residuals))
    assert abs(residuals.mean()) < 4 / np.sqrt(len(residuals))
