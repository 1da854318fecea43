"""What a chemist acts on: sentences, tables and sections of the report, from stored results."""

import csv

import numpy as np
import pytest
from forecast_example import outlook_summary, spread
from quick_pictures import blanks
from report_example import predictive_checks, result_of, summary, write_example
from report_pages import Page, document
from sample_networks import CHAIN

from assemblysim.errors import InputError
from assemblysim.files.codec import store_json, to_plain
from assemblysim.kinetics.reactor.reactor import Reactor
from assemblysim.prediction.windows import Level, average_windows, windows_in
from assemblysim.report.content.following import lifetime_table
from assemblysim.report.content.stored import read_stored
from assemblysim.report.content.words import drawn_probability, duration
from assemblysim.report.document.collected import filed_tables
from assemblysim.report.sections.forecast.control import control_sentences, control_table
from assemblysim.report.sections.forecast.flows import (
    fraction_cautions,
    fraction_sentences,
    noise_words,
)
from assemblysim.report.sections.forecast.forecast import stored_forecast
from assemblysim.report.sections.forecast.next_spectrum import experiments_table
from assemblysim.report.sections.forecast.stopping import stopping_sentences, window_tables
from assemblysim.report.writers.folder import write_report
from assemblysim.result.design import (
    DESIGN_VERSION,
    CaseInformation,
    DesignCandidate,
    DesignResult,
    ExpectedGain,
    PairDecided,
    PairTold,
    ProposedExperiment,
    SpectraAsked,
    SpectraAssumed,
    SpectrumPlan,
)
from assemblysim.result.forecast import ChangedStart, ConcentrationChange
from assemblysim.result.numbers import Estimate, LifetimeQuantity
from assemblysim.sentences.design import design_words

HEADINGS = (
    "When to stop the reaction",
    "Which step matters",
    "Where the material flows",
    "What to measure next",
)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = write_example(tmp_path_factory.mktemp("study") / "results", outlook_summary())
    with blanks():
        write_report(folder)
    return folder


@pytest.fixture(scope="module")
def page(results):
    return (results / "report.html").read_text(encoding="utf-8")


def test_what_next_stands_in_the_main_part_and_the_other_sections_in_the_appendix(page, results):
    text, (*behind, last) = Page(page).text, HEADINGS
    order = [text.index("Before you use this"), text.rindex(last),
             *map(text.rindex, behind), text.index("Unknowns of this mechanism")]  # fmt: skip
    lines = (results / "report.md").read_text(encoding="utf-8").splitlines()

    assert order == sorted(order)
    assert [line[3:] for line in lines if line[3:] in HEADINGS] == [last, *behind]


def test_every_link_and_every_radio_of_the_sections_is_whole(page):
    parsed = Page(page)
    names = [a["id"] for _, a in parsed.elements if "id" in a]

    assert parsed.faults == []
    assert parsed.open == []
    assert {"stopping", "governs", "flows", "next"} <= set(names)
    assert len(names) == len(set(names))
    assert {a["for"] for a in parsed.all("label")} <= set(names)


def test_diagrams_of_all_mechanisms_in_play_are_stored_and_fluxes_of_the_first(results):
    stems = {path.stem for path in (results / "figures").glob("*.svg")}

    assert {s for s in stems if s.startswith("flow")} == {"flows_both", "flows_stepwise"}
    assert {s for s in stems if s.startswith("flux")} == {"flux_both", "flux_both_log"}


def test_tables_of_the_page_are_those_of_the_folder(page, results):
    stems = {path.stem for path in (results / "tables").glob("*.csv")}
    tables = filed_tables(document(outlook_summary()))

    assert page.count('<table role="table"') == len(stems) == len(tables)
    assert {"windows", "windows_2", "control_both", "turnover_stepwise", "next"} <= stems


def test_numbers_for_programs_hold_what_the_summary_holds(results):
    def rows(name):
        text = (results / "numbers" / name).read_text(encoding="utf-8")
        return list(csv.DictReader(text.splitlines()))

    turned = {r["step"]: float(r["median"]) for r in rows("turnovers.csv")
              if (r["mechanism"], r["quantity"]) == ("both", "extent (mM)")}  # fmt: skip
    ends = [r for r in rows("windows.csv") if r["species"] == "Dy3L" and r["quantity"] == "end"]

    assert turned == {"chelate": 23.8, "grow": 20.9, "dimerise": 5.6, "couple": 2.9, "close": 2.8}
    assert {r["mechanism"] for r in ends} == {"(averaged)", "both", "stepwise"}
    assert {(r["median"], r["probability_beyond_window"]) for r in ends} == {("", "0.61")}
    assert len(rows("fluxes.csv")) == 25 * (5 + 4)
    assert {r["quantity"] for r in rows("rate_control.csv")} == {"yield", "maximum"}


def test_it_is_said_when_to_stop_and_what_never_reaches_the_level():
    likely, unlikely = stopping_sentences(stored_forecast(result_of(outlook_summary())))

    assert likely == (
        "Dy3L holds more than 20 % of L from 24 min until after 48 h (medians); best taken at "
        "5.2 h, when it does with probability 0.90; its maximum lies between 3.5 h and 7.1 h."
    )
    assert unlikely.startswith(
        "Dy5L2 probably holds no more than 20 % of L within 48 h: it does at some time with "
        "probability 0.10. The most is 62 % (40 to 79 %) of L, at 5 h (3.5 h to 7.1 h)."
    )


def test_an_intermediate_of_one_mechanism_only_is_said_to_be_one():
    content = outlook_summary()
    content["mechanisms"]["stepwise"]["forecast"]["windows"] = {}

    first = stopping_sentences(stored_forecast(result_of(content)))[0]
    assert first.startswith(
        "Dy3L, an intermediate of both only (probability 0.77), if that is at work, holds more"
    )


def test_a_median_beyond_the_experiment_is_a_probability_and_no_number():
    (averaged, _) = window_tables(stored_forecast(result_of(outlook_summary())))
    dy3l, dy5l2 = averaged.rows

    assert dy3l[3].text == "beyond 48 h with probability 0.61"
    assert dy3l[3].note == "above 21 h with probability 0.975"
    assert [cell.text for cell in dy5l2[1:4]] == ["0.10", "open", "open"]  # medians of a few draws


def test_a_window_that_is_certain_at_a_time_that_is_not_is_not_called_improbable():
    """A -> B -> C with k1 = 3 k2: B peaks at 58 % in every draw, over three decades of times."""
    k2 = 10.0 ** np.linspace(-2, 1, 400)
    rate_constants = np.stack([3 * k2, k2], axis=1)
    start = np.tile([2.0, 0.0, 0.0], (400, 1))
    reactor = Reactor.isothermal(CHAIN, rate_constants, start)
    held = to_plain(average_windows([windows_in(reactor, 48.0, Level("M", 0.5))], [1.0]))
    content = outlook_summary()
    content["forecast"] |= {"block": "M", "share": 0.5}
    every = [content["mechanisms"][name]["forecast"] for name in ("both", "stepwise")]
    for one in (content["averaged"], *every):
        one["windows"] = held
    (sentence,) = stopping_sentences(stored_forecast(result_of(content)))

    assert held["B"]["best"]["probability"] < 0.5
    assert sentence.startswith(
        "B holds more than 50 % of M at some time with probability > 0.99, but when is open: at no "
        "moment is it more probable than 0."
    )
    assert " The most is 58 % of M, at " in sentence


def test_what_peaks_after_the_experiment_is_said_to_be_rising_and_not_to_be_there_later():
    content = outlook_summary()
    late = content["averaged"]["windows"]["Dy5L2"]
    late |= {"peak_time": spread(None, 40.9, None), "peak_share": spread(0.067, 0.01, 0.1)}

    assert stopping_sentences(stored_forecast(result_of(content)))[1].endswith(
        "The most within 48 h is 6.7 % (1.0 to 10 %) of L, at the end and still rising."
    )


def test_control_of_a_maximum_that_is_improbable_is_not_said_and_of_a_doubtful_one_only_with_it():
    content = outlook_summary()
    steps = content["mechanisms"]["both"]["forecast"]["rate_control"]["maximum"]["Dy3L"]
    sentences = {}
    for chance in (0.08, 0.7, 1.0):
        for one in steps.values():
            one["probability"] = chance
        forecast = stored_forecast(result_of(content))
        found = control_sentences(forecast)
        sentences[chance] = [s for s in found if "the maximum of Dy3L" in s]
        table = control_table(forecast.mechanisms["both"].rate_control, "both")
        assert ("maximum of Dy3L" in table.columns) == (chance >= 0.5)

    assert sentences[0.08] == []
    assert "the maximum of Dy3L (where there is one, probability 0.70) is" in sentences[0.7][0]
    assert "where there is one" not in sentences[1.0][0]


def test_a_lifetime_beyond_the_experiment_is_a_probability_and_no_number():
    half_life = LifetimeQuantity(None, 30.0, None, "h", 0.61)
    late = LifetimeQuantity(31.0, 19.0, None, "h", 0.12)
    tables = [lifetime_table({"X": {"half_life": one}}, 48.0, "") for one in (half_life, late)]
    beyond, within = (table.rows[0][1] for table in tables)

    assert beyond.text == "beyond 48 h with probability 0.61"
    assert beyond.note == "above 30 h with probability 0.975"
    assert within.text == "31 (19 to > 48) h"
    assert within.note == "beyond 48 h with probability 0.12"


def test_shares_name_their_mechanism_the_noise_model_and_the_average():
    content = outlook_summary()
    lines = fraction_sentences(result_of(content), ["both", "stepwise"])

    assert lines[0] == (
        "If 'both' is at work (probability 0.77), with an error in proportion to each intensity "
        "and an unknown scale factor of each spectrum: dimerise makes 53 % (42 to 63 %) and close "
        "makes 47 % (37 to 58 %) of Dy6L2."
    )
    assert lines[1].startswith(
        "Averaged over both (0.77) and stepwise (0.23) by their probabilities: dimerise makes 53 %"
    )
    assert len(lines) == 2  # stepwise has one route only


@pytest.mark.usefixtures("blank_pictures")
def test_a_leader_that_does_not_fit_is_warned_of_beside_its_shares(tmp_path):
    content = outlook_summary()
    checks = content["mechanisms"]["both"]["predictive_checks"]
    checks |= {"passed": False, "statistics": {**checks["statistics"], "trend": 1 / 301}}
    first = fraction_cautions(result_of(content), ["both", "stepwise"])[0]
    good = outlook_summary()

    assert "does not pass its posterior predictive checks" in first
    assert "both does not fit: " in first
    assert not any("pass" in c for c in fraction_cautions(result_of(good), ["both", "stepwise"]))
    folder = write_example(tmp_path / "r", content, drawn=False)
    text = Page(write_report(folder).read_text(encoding="utf-8")).text
    assert text.index("Mind 'both', the most probable mechanism, does not pass") < text.index(
        "If 'both' is at work"
    )


def test_words_only_say_that_nothing_could_be_checked_and_how_often_words_err():
    content = outlook_summary(words=True)

    assert noise_words(result_of(content)) == "sentences that are wrong with probability 0.02"
    said = "fits at all is not known: "
    content["mechanisms"]["both"]["predictive_checks"] = None
    assert fraction_cautions(result_of(content), ["both"])[0].endswith(
        said + "there are no intensities to check it against."
    )
    few = {**predictive_checks("both"), "passed": None, "replicated": 33}
    content["mechanisms"]["both"]["predictive_checks"] = few
    assert fraction_cautions(result_of(content), ["both"])[0].endswith(
        said + "both: 33 new draws of the data are too few to check it."
    )


def test_control_names_the_steps_that_matter_and_no_other():
    lines = control_sentences(stored_forecast(result_of(outlook_summary())))

    assert lines[0] == (
        "Under 'both' the yield of Dy6L2 at 48 h is governed by dimerise: 0.40 (0.30 to 0.50); "
        "couple: 0.20 (0.10 to 0.30); close: 0.15 (0.05 to 0.25)."
    )
    assert lines[1].startswith("Under 'stepwise' the yield of Dy6L2")
    assert lines[2].startswith("Under 'both' the maximum of Dy3L is governed by dimerise: −0.40")


@pytest.mark.usefixtures("blank_pictures")
def test_results_of_a_version_without_an_outlook_are_still_reported(tmp_path):
    assert stored_forecast(result_of(summary())) is None
    folder = write_example(tmp_path / "r", summary(), drawn=False)
    assert HEADINGS[0] not in write_report(folder).read_text(encoding="utf-8")


@pytest.mark.usefixtures("blank_pictures")
def test_without_intermediates_or_products_it_is_said_and_nothing_is_empty(tmp_path):
    content = outlook_summary()
    content["forecast"] |= {"block": None, "share": None}
    content["averaged"]["windows"] = {}
    for name in ("both", "stepwise"):
        none = {"windows": {}, "rate_control": {}, "flux": None}
        content["mechanisms"][name]["forecast"] |= none
    folder = write_example(tmp_path / "r", content, drawn=False)
    text = Page(write_report(folder).read_text(encoding="utf-8")).text

    assert "No intermediate is made of a building block" in text
    assert "No yield is known to be governed" in text
    assert not list((folder / "figures").glob("fl*.svg"))


@pytest.mark.parametrize(
    ("value", "draws", "text"),
    [(0.0, 400, "< 0.01"), (1.0, 400, "> 0.99"), (1.0, 50, "> 0.94"), (0.0, 50, "< 0.06"),
     (0.5, 400, "0.50"), (None, 400, "–")],
)  # fmt: skip
def test_none_or_all_of_the_draws_are_neither_impossible_nor_sure(value, draws, text):
    assert drawn_probability(value, draws) == text


def test_times_below_half_a_minute_are_in_seconds():
    assert [duration(t) for t in (0.00768, 1 / 7200, 0.75 / 60)] == ["28 s", "0.5 s", "0.8 min"]


@pytest.mark.usefixtures("blank_pictures")
def test_a_stored_design_is_shown_and_one_of_other_files_is_not(tmp_path):
    content = outlook_summary()
    folder = write_example(tmp_path / "r", content, drawn=False)
    path = folder / "design.json"
    store_json(path, design(inputs=content["inputs"]))
    text = Page(write_report(folder).read_text(encoding="utf-8")).text
    store_json(path, design(inputs={"study.toml": "other"}))

    assert "A spectrum at 20 min would decide 'both' against 'stepwise'" in text
    assert "Each figure assumes that one of the mechanisms in play is the true one" in text
    assert read_stored(folder).design is None
    other_fit = {"both": 0.5, "stepwise": 0.5}
    store_json(path, design(inputs=content["inputs"], probabilities=other_fit))
    assert read_stored(folder).design is None
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r"design\.json: not a design; run 'assemblysim design'"):
        read_stored(folder)


def design(**changes):
    """A ranking of one spectrum."""
    asked, chance = ChangedStart("80C", "mM"), Estimate(0.8, 0.02)
    plan = SpectrumPlan("new time", (1 / 3,), asked)
    pair = ("both", "stepwise")
    one = DesignCandidate(
        plan=plan, spectra=(plan,), information_nats=Estimate(0.4, 0.02), open_nats=0.54,
        decided=chance, pair=pair, pair_decided=chance, pairs=(PairDecided(pair, chance),),
        log_bayes_factor=Estimate(2.0, 0.1), narrowing=None, few_draws=0.0,
    )  # fmt: skip
    return DesignResult(**{
        "version": DESIGN_VERSION, "asked": SpectraAsked(False, (), asked, None),
        "probabilities": {"both": 0.77 / 0.9996, "stepwise": 0.2296 / 0.9996},
        "decided_from": 0.95, "draws": 400, "inputs": {}, "relative_limit": False,
        "candidates": (one,), "together": None, "experiments": (), "assumed": None, **changes,
    })  # fmt: skip


def experiments(*kinds, open_nats=0.68):
    """Experiments in their order; those after the first need more spectra than were looked into."""
    pair, chance, at = ("both", "stepwise"), Estimate(0.8, 0.02), (1 / 6,)
    gain = ExpectedGain(
        Estimate(0.3, 0.02), 0.54, chance, pair, chance, (), Estimate(1.1, 0.1), 0.0
    )
    found = []
    for kind in kinds:
        changes = (ConcentrationChange("Dy", 95.0, 190.0),) if kind == "ratio series" else ()
        spectra = (SpectrumPlan("other start", at, ChangedStart("80C", "mM", changes)),)
        by = ((3, Estimate(1.4, 0.1)), (6, Estimate(3.1, 0.1)), (12, Estimate(2.0, 0.1)))
        varied, needed = ("Dy", 6) if kind == "ratio series" else ("", None)
        told = PairTold(("both", "template"), by[0][1])
        about = CaseInformation(Estimate(0.4 if "early" in kind else 0.1, 0.02), open_nats)
        found.append(ProposedExperiment(kind, varied, spectra, gain, 3, told, by, needed, about))
    return tuple(found)


@pytest.mark.usefixtures("blank_pictures")
def test_the_three_best_experiments_are_said_with_their_spectra_and_all_stand_in_the_table(
    tmp_path,
):
    content = outlook_summary()
    folder = write_example(tmp_path / "r", content, drawn=False)
    every = experiments("ratio series", "co-reactant series", "dilution series", "early sample")
    found = design(inputs=content["inputs"], experiments=every, assumed=SpectraAssumed(0.2, 0.005))
    store_json(folder / "design.json", found)
    text = Page(write_report(folder).read_text(encoding="utf-8")).text

    assert (
        "A series of ratios, Dy at 95 mM and all else as it was, each sampled at 10 min: 3 spectra "
        "are expected to tell 'both' from 'template' with a ln Bayes factor of 1.40 ± 0.10, and "
        "'both' from 'stepwise', the two most probable, with one of 1.10 ± 0.10; 6 spectra would "
        "be expected to decide between the first two (20 to 1)."
    ) in text
    assert text.count("would not decide (20 to 1)") == 2
    assert "0.40 ± 0.02 of the 0.68 nats that are open about how the words are to be read" in text
    assert "scatter by about 20 %" in text
    assert "nothing below 0.5 % is seen" in text
    rows = experiments_table(found).rows
    assert [row[4].text for row in rows] == ["6", "> 12", "> 12", "> 12"]
    assert rows[0][2].note == "both against template"
    assert experiments_table(design()) is None


def test_readings_of_the_words_that_are_settled_are_not_spoken_of():
    settled = design(experiments=experiments("early sample", open_nats=0.05))
    in_doubt = design(experiments=experiments("early sample"))

    assert "how the words are to be read" in design_words(in_doubt)[-1]
    assert not any("how the words are to be read" in one for one in design_words(settled))
