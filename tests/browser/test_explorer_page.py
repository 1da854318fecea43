"""The explorer as a browser runs it. Collected only where a Chromium is, see conftest.py."""

import json

import pytest
from checkout import ROOT
from chromium import Chromium, find_browser
from page_faults import access_faults, axe_source, layout_faults_of_open

from assemblysim.explorer.page_text import explorer_page
from assemblysim.explorer.study import explored_study
from assemblysim.study.definition.reading import read_study
from benchmarks.explorer.agreement import agrees, compare

WORDS, NUMBERS = ROOT / "fits" / "hnp_dy6", ROOT / "fits" / "hnp_dy6_synthetic"


@pytest.fixture(scope="module")
def browser():
    with Chromium(find_browser()) as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("pages"), {}
    for path in (WORDS, NUMBERS):
        study = read_study(path)
        page = folder / f"{path.name}.html"
        page.write_text(explorer_page(explored_study(study, folder, None)), encoding="utf-8")
        found[path] = page.as_uri()
    return found


def opened(browser, address):
    browser.open("about:blank", 1440)
    browser.open(address, 1440)
    browser.evaluate("started")


@pytest.mark.parametrize(
    "name", ["three_temperatures_synthetic", "both_ligands", "dy6", "hudson_bay"]
)
def test_courses_and_log_likelihoods_are_pythons(browser, name):
    assert agrees(compare(ROOT / "fits" / name, 4, 7, browser))


def test_rates_that_name_the_time_are_pythons_through_additions_and_ramps(browser, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "wake.toml").write_text(
        'species.A = "X"\nspecies.B = "X"\nspecies.C = "X"\n'
        'reactions.wake = "A -> B ; k, tau ; k*(1 - exp(-t/tau))*A"\n'
        'reactions.turn = "B <=> C ; kf, kr"\n'
    )
    study = tmp_path / "fits" / "wake"
    study.mkdir(parents=True)
    (study / "data.csv").write_text("time (h),A (mM),B (mM)\n1,0.8,0.2\n3,0.4,0.3\n6,0.1,0.2\n")
    (study / "study.toml").write_text(
        'title = "wake"\nmodel = "wake"\nseed = 1\n[[experiments]]\nname = "one"\n'
        'initial = { A = "1 mM" }\ndata = "data.csv"\nvolume = "2 mL"\n'
        'temperature = [["0 h", "20 degC"], ["4 h", "60 degC"]]\n'
        'events = [{ at = "2 h", add = "1 mL", of = { A = "1 mM" } }]\n'
        '[measurement]\nscale = "absolute"\nsignals = ["A", "B"]\nnoise = "constant"\n'
        '[priors]\nk = { log_uniform = ["0.1 1/h", "3 1/h"] }\n'
        'tau = { log_uniform = ["0.1 h", "10 h"] }\n'
    )

    assert agrees(compare(study, 6, 3, browser))


def test_a_log_likelihood_of_other_numbers_is_another(browser, pages):
    opened(browser, pages[NUMBERS])
    said = browser.evaluate(
        "[explorer.logLikelihood(0, {}), explorer.logLikelihood(0, {noise: 0.5}), "
        "explorer.logLikelihood(0, {}, ['k_grow'])]"
    )

    assert len(set(said)) == 3


def test_a_step_of_the_scheme_is_switched_off_and_on_by_mouse_and_by_key(browser, pages):
    opened(browser, pages[NUMBERS])
    step = "document.querySelector('#scheme .step')"
    pressed = f"{step}.getAttribute('aria-pressed')"
    state = f"(explorer.refresh(), [{pressed}, explorer.state.off.length])"

    off = browser.evaluate(f"{step}.dispatchEvent(new MouseEvent('click')), {state}")
    on = browser.evaluate(
        f"{step}.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter'}})), {state}"
    )

    assert off == ["true", 1]
    assert on == ["false", 0]


@pytest.mark.parametrize("path", [WORDS, NUMBERS], ids=lambda one: one.name)
def test_nothing_is_wrong_with_the_page(browser, pages, path):
    opened(browser, pages[path])

    assert layout_faults_of_open(browser, pages[path]) == []
    assert access_faults(browser, axe_source()) == []


def test_the_address_keeps_what_was_chosen(browser, pages):
    opened(browser, pages[NUMBERS])
    browser.evaluate(
        "explorer.change({mechanism: 2}), explorer.rebuild(), explorer.move('k_grow', 0.25), "
        "explorer.change({start: {Dy: 120}, log: true}), explorer.refresh()"
    )
    address, state = browser.evaluate("[location.href, JSON.stringify(explorer.state)]")

    opened(browser, address)

    assert "#" in address
    assert json.loads(browser.evaluate("JSON.stringify(explorer.state)")) == json.loads(state)


def test_what_is_kept_as_a_study_is_toml_that_fixes_nothing(browser, pages):
    opened(browser, pages[NUMBERS])
    text = browser.evaluate(
        "explorer.move('k_grow', 0.25), explorer.change({start: {Dy: 120}}), "
        "document.getElementById('keep').click(), document.getElementById('fragment').value"
    )

    assert 'initial = { Dy = "120 mM", L = "23.8 mM" }' in text
    assert '# k_grow = "0.25 1/(mM h)"' in text
    assert "not a fit" in text


def test_a_step_that_is_off_makes_nothing_and_comes_back(browser, pages):
    opened(browser, pages[NUMBERS])
    last = (
        "(explorer.refresh(), Object.fromEntries(explorer.picture.curves.map("
        "c => [c.name, c.values[c.values.length - 1]])))"
    )
    before = browser.evaluate(last)

    without = browser.evaluate(f"explorer.switchOff('k_chelate', true), {last}")

    assert before["Dy6L2"] > 0
    assert without["Dy2L"] == without["Dy6L2"] == 0
    assert browser.evaluate(f"document.getElementById('back').click(), {last}") == before


def test_data_stand_beside_the_curve_only_under_their_own_conditions(browser, pages):
    opened(browser, pages[NUMBERS])
    said = "(explorer.refresh(), document.getElementById('measure').textContent)"

    assert "Distance of" in browser.evaluate(said)
    assert "Log-likelihood of all data" in browser.evaluate(said)
    changed = browser.evaluate(f"explorer.change({{start: {{Dy: 100}}}}), {said}")
    assert changed == "The data are not shown: they were taken with another start or temperature."


NOTHING = {
    "signal": 0, "rises": [], "largest": None, "detected": [], "absent": [], "near": [],
    "small": [], "minor": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ({"rises": [[0, 1]]}, True),
        ({"rises": [[1, 2]]}, False),
        ({"largest": [0, 1]}, True),
        ({"largest": [2]}, False),
        ({"detected": [1, 2], "absent": [0]}, True),
        ({"detected": [0]}, False),
        ({"near": [[2, None]]}, False),
        ({"near": [[2, 0.4]]}, True),
        ({"small": [[2, 0.6]]}, True),
        ({"small": [[2, 0.3]]}, False),
        ({"minor": [[1, 0.5]]}, False),
        ({"minor": [[2, 0.5]]}, True),
    ],
)
def test_a_claim_holds_of_the_curve_itself(browser, pages, claim, holds):
    """Of a signal of 0.001, 0.8, 0.4 of the spectrum; the limit is 0.01, abundant is 0.6."""
    if browser.evaluate("typeof claimHolds") == "undefined":
        opened(browser, pages[WORDS])
    asked = json.dumps({**NOTHING, **claim})

    assert (
        browser.evaluate(
            f"claimHolds({asked}, [[0.001, 0.999], [0.8, 0.2], [0.4, 0.6]], 0.01, 0.6)"
        )
        == holds
    )


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.9993, "over 99 %"), (0.5, "50 %"), (0.002, "under 1 %")],
)
def test_no_mechanism_is_told_to_be_certain(browser, pages, probability, words):
    opened(browser, pages[NUMBERS])
    asked = json.dumps({"title": "A", "probability": probability})

    assert browser.evaluate(f"explorer.optionWords({asked})") == f"A ({words})"


def test_every_sentence_is_said_to_be_held_or_broken(browser, pages):
    opened(browser, pages[WORDS])
    marked = "[...document.querySelectorAll('#statements li')].map(e => e.className).join(' ')"

    before = browser.evaluate(f"explorer.refresh(), {marked}")
    after = browser.evaluate(f"explorer.switchOff('k_grow', true), explorer.refresh(), {marked}")

    assert set(before.split()) == {"held", "broken"}
    assert before != after


def test_formulas_and_units_are_typeset_and_constants_are_called_as_a_study_calls_them(
    browser, pages
):
    opened(browser, pages[NUMBERS])
    text = browser.evaluate("document.body.innerText")
    words = browser.evaluate("[unitWords('1/(mM^2 h)'), unitWords('mM/h'), unitWords('°C')]")

    assert words == ["mM⁻² h⁻¹", "mM h⁻¹", "°C"]
    assert "Dy₂L" in text
    assert "Dy2L" not in text
    assert "k_grow" in text
    assert "mM⁻¹ h⁻¹" in text


def test_time_is_logarithmic_at_first_where_early_samples_ask_for_it(browser, pages):
    opened(browser, pages[NUMBERS])  # from 5 min to 48 h
    first = browser.evaluate("[explorer.log, document.getElementById('log').checked]")
    address = browser.evaluate(
        "explorer.change({log: false}), explorer.refresh(), [explorer.log, location.href]"
    )

    assert first == [True, True]
    assert address[0] is False
    assert address[1].endswith("#time=linear")
