"""What a reader must know first, of the four kinds of studies whose reports are hard."""

import copy
import re

import pytest
from forecast_example import outlook_summary
from report_example import result_of, summary
from report_kinds import (
    KINDS,
    TEN,
    not_converged,
    page_of,
    single,
    ten_mechanisms,
    thirty_species,
    write_kind,
)
from report_pages import Page

from assemblysim.report.content import headlines
from assemblysim.report.sections.forecast.next_spectrum import design_sentences, measurement_table

FIRST, SECOND, *_ = TEN


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    return {kind: page_of(write_kind(folder / kind, kind), nothing) for kind in KINDS}


def nothing(stem):
    """Only words are read here."""
    return False


def test_what_did_not_converge_is_named_with_both_numbers_and_the_remedy(pages):
    text = Page(pages["not_converged"]).text

    assert text.startswith("NOT CONVERGED The numbers below must not be used as results.")
    first = text[: text.index("SYNTHETIC DATA")]
    assert "R-hat across ensembles must be at most 1.02: 'both' has 1.312 and 'stepwise'" in first
    assert "bulk effective sample size must be at least 400: 'both' has 38." in first
    assert "template" not in first
    assert "--max-steps 8000" in first


def test_a_check_failed_by_many_is_said_once_with_its_range():
    content = ten_mechanisms()
    for place, one in enumerate(content["mechanisms"].values()):
        one["checks"][0] |= {"value": 1.05 + place / 10, "passed": False}

    (failed,) = headlines.grouped_failures(result_of(content))

    assert failed.endswith("must be at most 1.02: all 10 mechanisms have 1.05 to 1.95")

    content["mechanisms"][FIRST]["checks"][0] |= {"value": 1.0, "passed": True}
    (failed,) = headlines.grouped_failures(result_of(content))

    assert failed.count("R-hat") == 1
    assert failed.endswith("9 of 10 mechanisms have 1.15 to 1.95")


def test_failed_integrations_have_a_remedy_of_their_own():
    content = summary()
    content["mechanisms"]["both"]["checks"][2] |= {"value": 0.3, "passed": False}
    text = headlines.banners(result_of(content))[0].text

    assert "narrow the priors" in text
    assert "Run the study again" not in text


def test_a_check_without_a_figure_is_said_to_have_none():
    content = not_converged()
    content["mechanisms"]["both"]["checks"][0]["value"] = None

    assert "both has no figure" in headlines.grouped_failures(result_of(content))[0]


def test_checks_without_a_figure_are_said_together():
    content = ten_mechanisms()
    for one in content["mechanisms"].values():
        one["checks"][0] |= {"value": None, "passed": False}
    said = headlines.grouped_failures(result_of(content))[0]
    assert said.endswith(": all 10 mechanisms have no figure")

    content["mechanisms"][SECOND]["checks"][0]["value"] = 1.5
    (failed,) = headlines.grouped_failures(result_of(content))

    assert failed.endswith(f": {SECOND} has 1.5 and 9 of 10 mechanisms have no figure")


def test_one_mechanism_alone_has_no_probability_and_says_why(pages):
    text = Page(pages["single"]).text

    assert "ONE MECHANISM ONLY Only 'stepwise' was fitted, so there is nothing to compare" in text
    assert "'stepwise' would give data like these" in text[: text.index("Experiments")]
    assert "Bar chart of the probability" not in pages["single"]
    assert "Posterior probability of each mechanism" not in text


def test_ten_mechanisms_are_grouped_and_those_left_open_are_drawn_in_front(pages):
    groups = dict(headlines.grouped_names(result_of(ten_mechanisms())))

    assert groups["Left open by the data"] == ["both", "both_reversible", "two_step_nucleation",
                                               "stepwise"]  # fmt: skip
    assert len(groups["Strong evidence against"]) == 6
    front, _, behind = pages["ten_mechanisms"].partition('id="appendix"')
    assert (front.count("Reaction scheme"), behind.count("Reaction scheme")) == (
        8,
        12,
    )  # twice each


def test_a_few_mechanisms_are_one_list_and_all_drawn():
    content = summary()
    content["comparison"]["left_open"] = list(content["mechanisms"])

    assert headlines.grouped_names(result_of(content)) == [("", ["both", "stepwise", "template"])]
    assert headlines.leading(result_of(content)) == list(content["mechanisms"])


def test_thirty_species_are_summarised_and_what_is_not_seen_is_said(pages):
    text = Page(pages["thirty_species"]).text

    assert "30 species, of which the data show 4: what is said of the other 26 follows" in text
    assert "Too large to be drawn" in text
    assert "Reaction scheme of mechanism" not in pages["thirty_species"]


def test_a_large_network_whose_sums_are_seen_has_no_species_seen_by_itself():
    content = thirty_species()
    content["measurement"]["signals"] = ["small"]
    (first,) = [c for c in headlines.first_caveats(result_of(content)) if "30 species" in c]

    assert first.startswith("30 species, none of which the data show by itself: what is said")


def test_of_a_large_network_the_page_shows_lifetimes_of_what_it_draws_and_a_file_all(pages):
    text = Page(pages["thirty_species"]).text

    assert "6 of 28 intermediates, all are in the tables beside this page" in text


def test_a_figure_of_a_large_network_has_eight_panels(pages):
    labels = [a["aria-label"] for a in Page(pages["thirty_species"]).all("svg", role="img")]
    courses = [label for label in labels if label.startswith("Time courses")]
    courses = [label for label in courses if "under mechanism A" not in label]  # all in one panel

    assert courses
    assert all(label.count(" is largest") == 8 for label in courses)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_whole_page(kind, pages):
    parsed = Page(pages[kind])

    assert parsed.faults == []
    assert len(pages[kind]) < 400_000 * (2 + len(KINDS[kind]()["mechanisms"]))


def test_four_mechanisms_with_all_their_figures_weigh_less_than_3_mb(tmp_path):
    """The six others, folded, are taken off the page of ten, and not drawn."""
    folded = list(TEN)[4:]
    folder = write_kind(tmp_path / "ten", "ten_mechanisms")
    page = page_of(folder, lambda stem: not any(name in stem for name in folded))
    articles = re.findall(r"<article .*?</article>", page, re.DOTALL)
    weight = len(page.encode()) - sum(len(article.encode()) for article in articles[4:])

    assert len(articles) == 10
    assert all("Corner plot" in article for article in articles[:4])
    assert 1_000_000 < weight < 3_000_000


def test_caveats_about_mechanisms_out_of_play_come_last():
    content = ten_mechanisms()
    for name, one in content["mechanisms"].items():
        one["elpd_loo"]["bad_k"] = int(name == "template")
    content["measurement"]["fixed"] = {}
    found = headlines.caveats(result_of(content))

    assert "template" in found[-1]
    assert "rate constants of both" in found[0]


def test_priors_under_which_another_leads_come_before_all_but_words():
    content = summary()
    change = content["comparison"]["prior_sensitivity"][0]
    change |= {"probabilities": {"both": 0.2, "stepwise": 0.8}}
    content["comparison"]["left_open"] = ["both"]

    first = headlines.caveats(result_of(content))[0]

    assert first.startswith("The ranking depends on priors. With priors of the rate constants ")
    assert first.endswith(
        ", stepwise becomes the most probable, with 80 % (log evidences good to 0.1)."
    )
    assert not any("depends on priors" in c for c in headlines.caveats(result_of(summary())))
    content["comparison"]["left_open"] = ["both", "stepwise"]  # as the verdict says anyway
    assert not any("depends on priors" in c for c in headlines.caveats(result_of(content)))


def test_many_priors_under_which_another_leads_are_counted():
    content = summary()
    (change, _) = content["comparison"]["prior_sensitivity"]
    led = {"both": 0.2, "stepwise": 0.8}
    changes = [{**change, "change": c, "probabilities": led} for c in ("wide", "narrow", "up")]
    content["comparison"]["prior_sensitivity"] = [*changes, {**change, "change": "down"}]
    content["comparison"]["left_open"] = ["both"]

    assert headlines.caveats(result_of(content))[0] == (
        "The ranking depends on priors: of 4 other assumptions that were tried, 3 make stepwise "
        "the most probable."
    )


def test_open_rate_constants_are_counted_and_named():
    assert any("4 of the 5 rate constants of both are determined" in c and "k_chelate" in c
               for c in headlines.caveats(result_of(summary())))  # fmt: skip
    of_words = headlines.caveats(result_of(summary(words=True)))
    assert not any("rate constants of" in c for c in of_words)


def test_one_mechanism_without_checks_promises_none():
    content = single()
    content["mechanisms"]["stepwise"]["predictive_checks"] = None
    banner = headlines.banners(result_of(content))[-1]

    assert banner.label == "ONE MECHANISM ONLY"
    assert "good enough" not in banner.text


def test_readings_that_hardly_tell_are_one_sentence_and_those_that_tell_are_all_said():
    def reading(a, b, probability):
        return {"between": [a, b], "signal": "Dy2L", "time_h": 11.39, "probability": probability,
                "median_a": 1.0, "median_b": 2.0, "unit": "%", "experiment": ""}  # fmt: skip

    content = summary()
    content["comparison"]["left_open"] = ["a", "b", "c"]
    hardly = [reading("a", "b", 0.61), reading("a", "c", 0.7), reading("a", "d", 0.74)]
    content["discriminating"] = hardly

    assert headlines.deciding(result_of(content)) == [
        "No single measurement between the sampling times, as far as looked at, would tell two of "
        "the leading mechanisms apart: the best, of Dy2L at 11.4 h, points to the right one of a "
        "and d with probability 0.74 (0.5 is a coin toss)."
    ]
    content["discriminating"] = [*hardly, reading("b", "c", 0.9), reading("b", "d", 0.95)]
    told = headlines.deciding(result_of(content))
    # between mechanisms left open first
    assert ["would tell b from c" in told[0], "would tell b from d" in told[1]] == [True, True]
    assert told[2].startswith("No other single measurement between the sampling times, ")
    assert len(told) == 3


def test_where_one_mechanism_alone_is_in_play_nothing_is_left_to_decide():
    content = outlook_summary()
    assert headlines.deciding(result_of(content))
    assert "The table gives" in design_sentences(result_of(content), None)[0]

    content["forecast"]["probabilities"] = {"both": 1.0}
    assert headlines.deciding(result_of(content)) == []
    assert design_sentences(result_of(content), None)[0].startswith(
        "both alone is in play, so nothing is left"
    )
    assert measurement_table(result_of(content)) is None


def test_where_the_verdict_leans_on_a_prior_s_edge_something_is():
    content = outlook_summary()
    content["forecast"]["probabilities"] = {"both": 1.0}
    content["comparison"]["verdict"]["edges"] = [
        {"mechanism": "both", "name": "k", "upper": True, "bound": 4.0, "unit": "1/h", "rise": 2.0}
    ]

    (said,) = design_sentences(result_of(content), None)

    assert said.startswith("both alone is in play while default priors are as narrow as they are")


def in_two_ways(posterior_of_b):
    """A study whose sentence on Dy5L2 is read in two ways, and which holds a silence."""
    content = summary(words=True)
    for name, mechanism in content["mechanisms"].items():
        seen = mechanism["statements"][1]
        cost = {"A": -0.1, "B": -3.4 if name == "template" else -0.1}
        mechanism["statements"][1:2] = [
            {**seen, "interpretation": way, "log_contribution": nats} for way, nats in cost.items()
        ]
        lost = {"both": -0.2, "stepwise": -0.2, "template": -1.2}[name]
        mechanism["statements"][3]["log_contribution"] = lost
        mechanism["statements"][4] |= {"silent": True, "rate": 0.5}
    content["conditions"][0]["statements"] = 9
    content["comparison"]["alternatives"] = [
        {"kind": "interpretation", "name": way, "title": way, "prior": 0.5, "posterior": weight,
         "probabilities": None, "verdict": None}
        for way, weight in (("A", 1 - posterior_of_b), ("B", posterior_of_b))
    ]  # fmt: skip
    return result_of(content)


def test_sentences_are_counted_once_however_many_ways_there_are_to_read_them():
    first, silence, *_ = headlines.words_caveats(in_two_ways(0.1))

    assert first.startswith(
        "The data are 3 sentences in words, coded as 9 relations in 2 interpretations, not"
    )
    assert "stays unmentioned with probability 0.5" in silence
    assert "a mechanism at most 2 times less probable" in silence


def test_the_separating_sentence_says_which_interpretation_reads_it_so():
    """Where that interpretation is hardly left, another sentence separates more."""
    likely, unlikely = (headlines.separating_statement(in_two_ways(p)) for p in (0.9, 0.1))

    assert "“Dy₅L₂ detected at 1 h”, as interpretation B reads it, separates" in pretty(likely)
    assert "most: it is 27 times as probable under stepwise as under template." in likely
    assert "“Dy₅L₂ absent at 48 h” separates the mechanisms most: it is 2.7" in pretty(unlikely)


def test_a_sentence_that_tells_much_does_so_in_a_factor_that_people_can_read():
    content = summary(words=True)
    for name, mechanism in content["mechanisms"].items():
        mechanism["statements"][0]["log_contribution"] = -5.01 if name == "both" else -0.01
    far = copy.deepcopy(content)
    for name, mechanism in far["mechanisms"].items():
        mechanism["statements"][0]["log_contribution"] = -2000.0 if name == "both" else -0.01

    assert "it is 150 times as" in headlines.separating_statement(result_of(content))
    assert "it is 1.0 × 10³⁰⁴ times as" in headlines.separating_statement(result_of(far))


def test_like_sentences_of_two_experiments_are_two():
    content = summary(words=True)
    content["conditions"].append({**content["conditions"][0], "experiment": "other"})
    for name, mechanism in content["mechanisms"].items():
        again = [{**one, "experiment": "other"} for one in mechanism["statements"]]
        mechanism["statements"] += again
        for one in again:
            one["log_contribution"] = -2.0 if name == "both" else -0.1
        again[0]["log_contribution"] = -9.0 if name == "both" else -0.1
    result = result_of(content)

    assert "8 sentences in words, not" in headlines.words_caveats(result)[0]
    assert "“Dy2L detected at 0.0833 h” of other separates" in headlines.separating_statement(
        result
    )


def pretty(text):
    """Formulas as a report prints them."""
    return text.replace("Dy5L2", "Dy₅L₂")
