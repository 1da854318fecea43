"""What series, early samples and crossovers are expected to tell, against refits of simulations."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logsumexp

from assemblysim.errors import InputError
from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.priors import LogNormal
from assemblysim.measurement.data import IntensityTable
from assemblysim.prediction.design.design import draw_truths
from assemblysim.result.design import VERY_STRONG
from assemblysim.sentences.design import proposal_words, told_by_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.changed_conditions import Start
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.questions.planned_spectra import (
    Plan,
    assumed_of_words,
    ensemble_of,
    planned_spectra,
)
from assemblysim.study.questions.proposed_experiments import (
    ENOUGH,
    RATIOS,
    SPECTRA,
    Imagination,
    interpretation_probabilities,
    possible_series,
    proposed_experiments,
)

# Chelation in a tenfold excess of Dy: from one start, k [L][Dy] and k [L][Dy]^2 look alike.
MODEL = """
[species]
Dy   = "Dy"
L    = "L"
base = ""
DyL  = "Dy L"
[reactions]
first  = "L + Dy + base -> DyL + base ; k_first ; k_first*L*Dy*base"
second = "L + Dy + base -> DyL + base ; k_second ; k_second*L*Dy^2*base"
again  = "L + Dy + base -> DyL + base ; k_again ; k_again*L*Dy*base"
[mechanisms]
first  = ["first"]
second = ["second"]
again  = ["again"]
"""
STUDY = """
title = "SYNTHETIC: chelation"
model = "../chelation.toml"
mechanisms = ["first", "second", "again"]
seed = 3
synthetic = true
[[experiments]]
name = "excess"
initial = { Dy = "10 mM", L = "1 mM", base = "1 mM" }
data = "table.csv"
[measurement]
scale = "per spectrum"
signals = ["L", "DyL"]
noise = "proportional"
[priors]
noise = 0.8
response_L = 1
response_DyL = 1
background = "0.001 mM"
k_first = { log_normal = ["0.1 1/(mM^2 h)", 3] }
k_again = { log_normal = ["0.1 1/(mM^2 h)", 3] }
k_second = { log_normal = ["0.01 1/(mM^3 h)", 3] }
"""
TABLE = "time (h),L,DyL\n0.5,0.62,0.38\n2,0.12,0.88\n"
PAIR = ("first", "second")
# The same reaction in words: half of the L was gone after 6 min, or only after an hour.
TOLD = STUDY.replace(
    'data = "table.csv"', 'statements = "statements.csv"\nsampled = ["1 h", "9 h"]'
)
TOLD += """
[interpretations]
soon = { title = "in minutes", sampled = ["6 min"] }
late = { title = "in hours", sampled = ["30 min"] }
"""
TOLD = TOLD.replace('h)", 3] }', 'h)", 30] }').replace(
    "[priors]", "[priors]\nlimit = 0.02\nstatement_noise = 0.2"
)
STATEMENTS = """\
species,relation,from_h,to_h,reading,sentence,interpretation
DyL,detected,0.1,0.1,"soon","DyL appears",soon
DyL,appears between,0.5,1,"late","DyL appears",late
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chelation") / "study"
    folder.mkdir()
    (folder.parent / "chelation.toml").write_text(MODEL, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    return read_study(folder)


def on_a_grid(problem, points=400):
    """Values of the one unknown at even quantiles of its prior, and their log-likelihoods."""
    (unknown,) = problem.parameters
    values = unknown.prior.quantile((np.arange(points) + 0.5) / points)[:, None]
    return values, log_likelihood(problem, values).total


def draws_of(problem, count, rng):
    values, logs = on_a_grid(problem)
    return values[rng.choice(len(values), count, p=np.exp(logs - logsumexp(logs)))]


def log_evidence(problem):
    logs = on_a_grid(problem)[1]
    return logsumexp(logs) - np.log(len(logs))


def ensemble(study, names=PAIR, draws=120):
    rng = np.random.default_rng(5)
    problems = [build_problem(study, name) for name in names]
    values = [draws_of(p, draws, rng) for p in problems]
    return ensemble_of(dict.fromkeys(names, 1 / len(names)), problems, values)


def proposals(study, names=PAIR, times=(1.0,), early=(0.25,), outcomes=40):
    together = ensemble(study, names)
    truths = draw_truths(together.in_play, outcomes, np.random.default_rng(7))
    imagination = Imagination(together, truths, np.random.default_rng(6))
    return proposed_experiments(study, imagination, times, early)


@pytest.fixture(scope="module")
def ranked(study):
    return proposals(study)


def test_what_the_laws_differ_in_is_varied_and_told_first(ranked):
    by_name = {(one.kind, one.varied): one for one in ranked}
    told = {key: one.told.log_bayes_factor for key, one in by_name.items()}

    assert set(by_name) == {
        ("ratio series", "Dy"), ("ratio series", "L"), ("co-reactant series", "base"),
        ("dilution series", ""), ("early sample", ""),
    }  # fmt: skip
    assert next(iter(by_name)) in [("ratio series", "Dy"), ("dilution series", "")]
    assert told["ratio series", "Dy"].value > 1.0
    # Dy is in excess: half the L reacts as fast as all of it, and both laws go with base alike.
    for same in (("ratio series", "L"), ("co-reactant series", "base"), ("early sample", "")):
        assert abs(told[same].value) < 4 * told[same].error + 0.05
        assert by_name[same].needed is None
    worth = [one.told.log_bayes_factor.value for one in ranked]  # there is one pair
    assert worth == sorted(worth, reverse=True)
    assert {one.compared for one in ranked} == {SPECTRA}


def test_mechanisms_that_are_the_same_are_told_apart_by_none(study):
    twins = proposals(study, ("first", "again"), outcomes=30)

    for one in twins:
        assert abs(one.told.log_bayes_factor.value) < 4 * one.told.log_bayes_factor.error + 0.05
        assert one.needed is None


def test_more_spectra_tell_more_and_the_fewest_that_decide_are_needed(ranked):
    (one,) = [o for o in ranked if (o.kind, o.varied) == ("ratio series", "Dy")]
    counts, factors = zip(*one.by_spectra, strict=True)

    assert counts == tuple(3 * i for i in range(1, len(counts) + 1))
    assert factors[-1].value > factors[0].value
    assert one.needed == counts[-1]
    assert factors[-1].value >= ENOUGH > factors[-2].value
    assert pytest.approx(np.log(19)) == ENOUGH


def refitted(study, outcomes, plans):
    """ln Bayes factor of the first law that new spectra add, by fitting everything anew."""
    (old,) = study.experiments
    new = [
        replace(
            old,
            name=f"new {i}",
            initial=tuple({**dict(old.initial), **dict(plan.start.changes)}.items()),
            table=IntensityTable(old.table.signals, np.array(plan.times), outcome.measured.values),
        )
        for i, (plan, outcome) in enumerate(zip(plans, outcomes, strict=True))
    ]
    both = replace(study, experiments=(old, *new))
    found = [
        log_evidence(build_problem(both, name)) - log_evidence(build_problem(study, name))
        for name in PAIR
    ]
    return found[0] - found[1]


def test_the_expected_bayes_factor_is_that_of_refits_of_simulated_data(study, ranked):
    (one,) = [o for o in ranked if (o.kind, o.varied) == ("ratio series", "Dy")]
    rng = np.random.default_rng(8)
    fresh = ensemble(study, draws=30)
    plans = next(s.plans for s in possible_series(study, fresh, (1.0,), ()) if s.varied == "Dy")
    spectra = [planned_spectra(fresh, plan) for plan in plans]
    found = []
    for truth, sign in ((0, 1), (1, -1)):
        for draw in range(15):
            outcomes = [one.simulate(truth, draw, rng) for one in spectra]
            found.append(sign * refitted(study, outcomes, plans))
    factors = np.clip(found, -VERY_STRONG, VERY_STRONG)
    error = np.hypot(factors.std(ddof=1) / np.sqrt(len(factors)), one.told.log_bayes_factor.error)

    assert error < 0.6
    assert abs(factors.mean() - one.told.log_bayes_factor.value) < 3 * error


def test_series_have_a_start_for_each_spectrum_and_unknown_starts_are_not_varied(study):
    (excess,) = study.experiments
    unknown = replace(excess, initial=(("Dy", LogNormal(10.0, 2.0)), ("L", 1.0), ("base", 1.0)))
    every = list(possible_series(study, ensemble(study), (1.0, 2.0), (0.25, 0.5)))
    fewer = list(
        possible_series(replace(study, experiments=(unknown,)), ensemble(study), (1.0,), ())
    )

    ratios = [one for one in every if one.kind == "ratio series" and one.varied == "Dy"]
    assert [[plan.start.changes for plan in one.plans] for one in ratios] == 2 * [
        [(("Dy", 10 * ratio),) for ratio in RATIOS]
    ]
    assert [plan.kind for one in every if one.kind == "early sample" for plan in one.plans] == [
        "new time", "replicate",
    ]  # fmt: skip
    assert {one.varied for one in fewer} == {"L", "base", ""}


def test_an_experiment_is_said_with_what_is_varied_and_what_it_needs(ranked):
    said = {(o.kind, o.varied): proposal_words(o) for o in ranked}
    told = {(o.kind, o.varied): told_by_words(o) for o in ranked}

    assert said["ratio series", "Dy"] == (
        "a series of ratios, Dy at 2.5, 5 and 20 mM and all else as it was, each sampled at 1 h"
    )
    assert said["co-reactant series", "base"].startswith("a series of a co-reactant, base at 0.25,")
    assert said["dilution series", ""] == (
        "a dilution series, everything at half, a quarter and an eighth, each sampled at 1 h"
    )
    assert said["early sample", ""] == "one more early sample, at 15 min"
    assert "3 spectra are expected to tell first from second" in told["ratio series", "Dy"]
    assert "spectra would be expected to decide (20 to 1)" in told["ratio series", "Dy"]
    assert "would not be worth while" in told["early sample", ""]


def told_study(folder, text=TOLD):
    """The study in words."""
    (folder / "chelation.toml").write_text(MODEL, encoding="utf-8")
    text = text.replace("../chelation.toml", str(folder / "chelation.toml"))
    (folder / "study.toml").write_text(text, encoding="utf-8")
    (folder / "statements.csv").write_text(STATEMENTS, encoding="utf-8")
    return read_study(folder)


def test_where_only_words_are_known_spectra_scatter_as_these_and_have_their_limit(tmp_path):
    study = told_study(tmp_path)
    together = ensemble(study)
    assumed = assumed_of_words(together)
    spectra = planned_spectra(together, Plan("new time", Start(), (1.0,)))

    assert (assumed.scatter, assumed.limit) == (0.2, 0.02)
    assert spectra.template.measurement.detection_limit == 0.02
    # Words about a sample are no spectrum that one could repeat.
    assert {one.plans[0].kind for one in possible_series(study, together, (), (0.5, 1.0))} == {
        "new time"
    }
    np.testing.assert_allclose(spectra.noise[0], 0.2)


def test_noise_that_no_word_tells_of_is_refused_in_one_line(tmp_path):
    additive = TOLD.replace('"proportional"', '"two-component"')
    together = ensemble(told_study(tmp_path, additive))

    with pytest.raises(InputError, match="design: words say nothing of noise_additive; design"):
        planned_spectra(together, Plan("new time", Start(), (1.0,)))


def test_intensities_tell_how_spectra_scatter(study):
    assert assumed_of_words(ensemble(study)) is None


def test_readings_of_the_words_are_told_by_the_sample_that_they_differ_in(tmp_path):
    study = told_study(tmp_path)
    together = ensemble(study)
    cases = interpretation_probabilities(together)
    (early,) = proposals(study, times=(), early=(0.1, 600.0), outcomes=40)
    soon = cases[..., 0].mean()

    assert cases.shape == (2, 120, 2)
    np.testing.assert_allclose(cases.sum(axis=2), 1)
    # After 600 h all L is bound, whichever reading is right.
    assert early.spectra[0].times_h == (0.1,)
    told = early.interpretations
    assert told.open_nats == pytest.approx(-soon * np.log(soon) - (1 - soon) * np.log1p(-soon))
    assert told.information_nats.value > 0.5 * told.open_nats
    assert told.information_nats.value < told.open_nats + 4 * told.information_nats.error


# A motif that loses a metal and takes one up again, so fast that the rest is never seen.
MOTIFS = """
[species]
M = "M"
L = "L"
ML = "M L"
M2L = "2M L"
M4L2 = "4M 2L"
[reactions]
make = "L + 2 M -> M2L ; k_make"
lose = "M2L -> ML + M ; k_lose"
fill = "ML + M -> M2L ; k_fill"
join = "2 M2L -> M4L2 ; k_join"
link = "2 M2L -> M4L2 ; k_link"
[mechanisms]
whole = ["make", "join"]
moves = ["make", "lose", "fill", "join"]
again = ["make", "link"]
"""
JOINED = """
title = "SYNTHETIC: motifs"
model = "../motifs.toml"
seed = 3
synthetic = true
[[experiments]]
name = "one"
initial = { M = "8 mM", L = "4 mM" }
data = "table.csv"
[measurement]
scale = "per spectrum"
signals = ["M2L", "M4L2"]
noise = "proportional"
detection_limit = "0.5 %"
[priors]
noise = 0.3
response_M2L = 1
response_M4L2 = 1
background = "0.001 mM"
k_make = "3 1/(mM^2 h)"
k_lose = "2 1/h"
k_fill = "20000 1/(mM h)"
k_join = { log_normal = ["0.1 1/(mM h)", 2] }
k_link = { log_normal = ["0.1 1/(mM h)", 2] }
"""


def test_a_crossover_tells_of_what_no_spectrum_without_labels_shows(tmp_path):
    """A motif that joins as a whole, and one whose metals move before it does."""
    (tmp_path / "study").mkdir()
    (tmp_path / "motifs.toml").write_text(MOTIFS, encoding="utf-8")
    (tmp_path / "study" / "study.toml").write_text(JOINED, encoding="utf-8")
    table = "time (h),M2L,M4L2\n1,0.7,0.3\n4,0.4,0.6\n"
    (tmp_path / "study" / "table.csv").write_text(table, encoding="utf-8")
    joined = read_study(tmp_path / "study")

    found = {one.kind: one for one in proposals(joined, ("whole", "moves"), outcomes=30)}
    twins = {one.kind: one for one in proposals(joined, ("whole", "again"), outcomes=30)}
    crossover, early = found["crossover"], found["early sample"]

    assert next(iter(found)) == "crossover"
    assert (crossover.varied, crossover.spectra[0].labelled) == ("M2L", "M")
    assert crossover.told.log_bayes_factor.value > 4.5  # each outcome counts up to 5
    assert crossover.needed == 1
    assert abs(early.told.log_bayes_factor.value) < 4 * early.told.log_bayes_factor.error + 0.05
    same = twins["crossover"].told.log_bayes_factor
    assert abs(same.value) < 4 * same.error + 0.05
    assert proposal_words(crossover) == (
        "a crossover, M2L and the same with another form of M made apart and mixed when nothing "
        "else is left, 2 mM of each, sampled at 1 h"
    )
