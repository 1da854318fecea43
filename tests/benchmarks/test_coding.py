"""The codings that a table compares: made from today's, and weighed from the same draws."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from checkout import ROOT
from scipy.stats import multivariate_normal, norm

from assemblysim.inference.model.target import log_standard_normal
from assemblysim.measurement.data import Statement
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.statements.interpretations import ONLY, samples_of
from assemblysim.measurement.statements.likelihood import SourceReader, statement_likelihood
from assemblysim.measurement.statements.sentences import Rates
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem
from benchmarks.coding import weighing
from benchmarks.coding.__main__ import main
from benchmarks.coding.pairs import PairwiseLikelihood
from benchmarks.coding.steps import STEPS, codings, read_coding
from benchmarks.coding.weighing import Proposal, Weighed, through_dy5l2, weigh

# What the first release's tables held, without how the words were read.
FIRST = {
    "dy6": """Dy2L detected 0.0833 0.0833; Dy2L maximum 0.0833 0.0833; Dy2L decreasing 0.0833 12;
        Dy2L absent 12 48; Dy3L detected 0.0833 0.0833; Dy3L abundant 1 6; Dy3L maximum 6 6;
        Dy3L decreasing 12 48; Dy6L2 detected 0.0833 0.0833; Dy6L2 abundant 6 48;
        Dy6L2 increasing 0.0833 48; Dy5L2 absent 0.0833 48""",
    "hnp_dy6": """Dy2L detected 0.0833 0.0833; Dy3L detected 0.0833 0.0833;
        Dy5L2 absent 0.0833 0.0833; Dy5L2 detected 1 1; Dy3L absent 48 48; Dy5L2 absent 48 48;
        Dy6L2 detected 0.0833 0.0833; Dy6L2 abundant 6 48; Dy6L2 increasing 0.0833 48""",
}


@pytest.mark.parametrize("name", FIRST)
def test_taking_every_change_back_gives_the_first_release_s_coding(name):
    first = codings(read_coding(ROOT / "fits" / name))[0]
    rows = [" ".join(row[k] for k in ("species", "relation", "from_h", "to_h"))
            for row in first.rows]  # fmt: skip

    assert sorted(rows) == sorted(" ".join(one.split()) for one in FIRST[name].split(";"))
    assert all(not row["sentence"] and not row["interpretation"] for row in first.rows)
    assert {"temperature", "interpretations"}.isdisjoint(first.study)
    assert "through_Dy4L2" not in first.study["mechanisms"]


@pytest.mark.parametrize("name", FIRST)
def test_every_coding_is_a_study_and_the_last_one_is_today_s(name, tmp_path):
    found = codings(read_coding(ROOT / "fits" / name))
    today = read_study(ROOT / "fits" / name)

    studies = [
        read_study(coding.write(tmp_path / step.name, ROOT / "models"))
        for step, coding in zip(STEPS, found, strict=True)
    ]

    assert len(studies) == len(STEPS) == 10
    assert studies[-1].experiments[0].statements == today.experiments[0].statements
    assert studies[-1].course_weights == today.course_weights
    assert studies[-1].mechanisms == today.mechanisms
    changed = {one.name for one, a, b in zip(STEPS[1:], found, found[1:], strict=False) if a != b}
    assert changed == {s.name for s in STEPS[2:]} - (
        {"silence"} if name == "hnp_dy6" else {"falls"}
    )


COURSE = np.array([[4.0, 0.1], [3.0, 1.0], [1.0, 5.0]])


@pytest.mark.parametrize(
    ("row", "comparisons"),
    [
        (("b", "maximum", 3, 3), [np.log(5 / 0.1) / np.sqrt(2), np.log(5) / np.sqrt(2)]),
        (("a", "decreasing", 1, 3), [np.log(4 / 3) / np.sqrt(2), np.log(3) / np.sqrt(2)]),
        (("b", "abundant", 2, 2), [np.log(3 / 5) / np.sqrt(2)]),
        (("b", "detected", 1, 1), [np.log(0.1 / 0.25)]),
        (("b", "absent", 1, 2), [-np.log(0.1 / 0.25), -np.log(1 / 0.25)]),
    ],
)
def test_the_first_release_multiplied_pairs(row, comparisons):
    reader = SourceReader(np.array([0.25 / 5]), np.array([0.3]), np.array([1 / 3]))
    known = samples_of(np.array([1.0, 2.0, 3.0]), ONLY, {})
    words = statement_likelihood(
        (Statement(*row, "as written"),), known, ("a", "b"), SCALES["absolute"], Rates()
    )
    former = PairwiseLikelihood(words.samples, words.signals, words.scale, words.sentences)

    found = former.probabilities(COURSE[None], reader)

    assert found.item() == pytest.approx(norm.cdf(np.array(comparisons) / 0.3).prod(), rel=1e-9)


def two_likelihoods(positions):
    """Two normal likelihoods in three dimensions, and their evidence under the prior."""
    each = [multivariate_normal(np.full(3, m), s * np.eye(3)) for m, s in ((1.5, 0.1), (0.8, 0.2))]
    known = [multivariate_normal(np.zeros(3), (1 + s) * np.eye(3)).logpdf(np.full(3, m))
             for m, s in ((1.5, 0.1), (0.8, 0.2))]  # fmt: skip
    return np.stack([one.logpdf(positions) for one in each], axis=1), np.array(known)


def test_evidences_from_shared_draws_and_their_difference_are_those_known(tmp_path, monkeypatch):
    problems = [SimpleNamespace(mechanism="m", parameters=(0,) * 3, place=i) for i in (0, 1)]
    monkeypatch.setattr(weighing, "CHUNK", 4000)
    monkeypatch.setattr(weighing, "values_from_normal", lambda _, positions: positions)
    monkeypatch.setattr(weighing, "log_likelihood", lambda problem, positions: SimpleNamespace(
        total=two_likelihoods(positions)[0][:, problem.place]))  # fmt: skip
    known = two_likelihoods(np.zeros((2, 3)))[1]

    scores, gaps, errors = [], [], []
    for seed in range(30):
        found = weigh(problems, seed, 4000, 9.0, 8000, tmp_path / str(seed))
        assert len(found.positions) < 0.25 * found.drawn
        for one, value in zip(found.log_evidence, known, strict=True):
            scores.append((one.value - value) / one.error)
            errors.append(one.error)
        value, error = found.difference(0, 1)
        gaps.append((value - (known[0] - known[1])) / error)

    assert max(errors) < 0.2
    for z in (scores, gaps):
        assert abs(np.mean(z)) < 4 / np.sqrt(len(z))
        assert 0.7 < np.std(z) < 1.4
    # The check has power: an evidence that is off by one of its errors is seen.
    assert abs(np.mean(scores) + 1) > 4 / np.sqrt(len(scores))


def test_a_proposal_s_density_is_that_of_its_draws():
    """The prior's mean, weighted, is zero, and the mean weight is one."""
    rng = np.random.default_rng(4)
    proposal = Proposal(np.array([[2.0, -1.0]]), np.array([[[0.5, 0.0], [0.3, 0.4]]]))

    positions = proposal.draw(40_000, rng)
    weights = np.exp(log_standard_normal(positions) - proposal.log_density(positions))

    assert weights.max() <= 4 + 1e-9
    assert abs(weights.mean() - 1) < 4 * weights.std() / 200
    assert abs((weights[:, None] * positions).mean(axis=0)).max() < 4 * 2 / 200


def test_posterior_draws_are_those_of_the_coding_that_was_asked_for():
    rng = np.random.default_rng(5)
    proposal = Proposal(np.array([[1.5] * 3, [0.8] * 3]), np.array([0.5 * np.eye(3)] * 2))
    positions = proposal.draw(20_000, rng)
    density = log_standard_normal(positions) - proposal.log_density(positions)
    found = Weighed(positions, two_likelihoods(positions)[0] + density[:, None], 20_000)

    means = [found.resampled(i, 2000, rng).mean() for i in (0, 1)]

    np.testing.assert_allclose(means, [1.5 / 1.1, 0.8 / 1.2], atol=0.05)


def test_what_cannot_go_through_dy5l2_does_not_and_what_must_does():
    study = read_study(ROOT / "fits" / "hnp_dy6")
    rng = np.random.default_rng(6)
    found = {}
    for name in ("two_Dy3L", "dead_end", "through_Dy5L2", "both"):
        problem = build_problem(replace(study, mechanisms=(name,)), name)
        positions = rng.standard_normal((50, len(problem.parameters)))
        found[name] = through_dy5l2(problem, positions)

    assert (found["two_Dy3L"] == 0).all()
    assert (found["through_Dy5L2"] == 1).all()
    assert found["dead_end"].max() == 0
    assert ((found["both"] >= 0) & (found["both"] <= 1)).all()
    assert found["both"].std() > 0.1


def a_likelihood(problem, values):
    """One that costs nothing, and knows words from words."""
    height = len(problem.experiments[0].statements.rows) + len(problem.cases)
    return SimpleNamespace(total=0.1 * height * np.log(values[:, 0]))


def test_the_table_has_a_line_for_every_change_and_resumes(tmp_path, monkeypatch, capsys):
    words = ["coding", "hnp_dy6", "--work", str(tmp_path), "--pilots", "60", "--error", "9"]
    monkeypatch.setattr(sys, "argv", [*words, "--routes", "10", "--out", str(tmp_path / "t.md")])
    monkeypatch.setattr(weighing, "CHUNK", 20)
    monkeypatch.setattr(weighing, "log_likelihood", a_likelihood)

    main()
    first = capsys.readouterr().out
    monkeypatch.setattr(weighing, "_part", None)  # nothing is drawn again
    main()

    assert capsys.readouterr().out == first == (tmp_path / "t.md").read_text("utf-8")
    lines = [line.split(" | ") for line in first.splitlines() if line.startswith("| ")][2:]
    assert [line[0][2:] for line in lines] == [step.title for step in STEPS]
    assert lines[4][1] == "the same"  # there is no silence about this ligand
    for line, count in ((lines[0], 7), (lines[-1], 10)):
        each = [float(cell) for cell in line[2:12] if cell]
        assert len(each) == count
        assert sum(each) == pytest.approx(100, abs=0.6)
