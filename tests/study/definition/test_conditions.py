"""How experiments are conducted, from study.toml to the likelihood."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from two_reactors import HEATED, TABLE, written

from assemblysim.errors import InputError
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import (
    signals_of,
)
from assemblysim.sentences.conditions import conditions_words
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.study import Experiment
from assemblysim.study.problem.problems import build_problem
from assemblysim.study.results.experiments import experiment_conditions


def said(experiment: Experiment) -> tuple[str, ...]:
    """How an experiment was conducted, in words."""
    return conditions_words(experiment_conditions(experiment, "mM", window_h=1.0, sampled_h=()))


def test_diluted_samples_are_a_factor(tmp_path: Path) -> None:
    alike = 'temperature = "60 degC"'
    scale = {"first": alike, "second": f"{alike}\nsample_dilution = 100"}
    folder = written(tmp_path, **scale)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace('"per spectrum"', '"absolute"').replace('limit = "0.5 %"', 'limit = "1 %"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    table = "time (h),Dy2L (mM),Dy3L (mM),Dy5L2 (mM),Dy6L2 (mM)\n1,1,1,1,1\n2,2,2,2,2\n"
    (folder / "absolute.csv").write_text(table, encoding="utf-8")
    text = text.replace(str(TABLE), "absolute.csv")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    problem = build_problem(read_study(folder), "both")
    named = problem.named(
        values_from_normal(problem.parameters, np.zeros((1, len(problem.parameters))))
    )
    plain, diluted = problem.experiments
    concentrations = np.ones((1, 2, len(problem.network.species)))
    background = named.get("background")[0]
    whole = signals_of(plain, named, concentrations) - background
    part = signals_of(diluted, named, concentrations) - background
    assert whole == pytest.approx(100 * part)
    assert said(read_study(folder).experiments[1]) == (
        "60 °C",
        "samples diluted 100 times before they were measured",
    )


def test_a_mechanism_without_the_species_that_is_set_goes_on_without_it(tmp_path: Path) -> None:
    parts = f'{HEATED}\nheld = ["Dy5L2"]\nevents = [{{ at = "1 h", set = {{ Dy5L2 = "1 mM" }} }}]'
    folder = written(tmp_path, first=parts)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace("initial = { ", 'initial = { Dy5L2 = "0 mM", ', 1)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    study = read_study(folder)

    found = {name: build_problem(study, name).experiments[0].protocol for name in study.mechanisms}

    assert found["two_Dy3L"].events[0].settings == ()
    assert found["two_Dy3L"].moments == found["both"].moments
    assert found["both"].events[0].settings == (("Dy5L2", 1.0),)


def test_events_are_read_with_their_volumes(tmp_path: Path) -> None:
    events = (
        'temperature = "60 degC"\nvolume = "10 mL"\nheld = ["L"]\n'
        'events = [{ at = "2 h", add = "1000 uL", of = { L = "50 mM" } }, '
        '{ at = "3 h", dilute = 2 }, { at = "4 h", withdraw = "1 mL" }]'
    )
    study = read_study(written(tmp_path, first='temperature = "60 degC"', second=events))
    protocol = study.experiments[1].conditions.protocol
    assert [(e.time, e.volume, e.contents) for e in protocol.events] == [
        (2.0, pytest.approx(1.0), (("L", 50.0),)),
        (3.0, pytest.approx(11.0), ()),
        (4.0, -1.0, ()),
    ]
    assert protocol.held == ("L",)
    assert said(study.experiments[1]) == (
        "60 °C",
        "1 mL of 50 mM L added at 2 h",
        "11 mL added at 3 h",
        "1 mL withdrawn at 4 h",
        "L held constant",
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"first": "temperature = 300"},
            "experiment 'A': temperature: 300 says not which degrees; "
            'write "300 K" or "300 degC"',
        ),
        ({"first": 'temperature = "300"'}, "'300' says not which degrees"),
        ({"first": 'temperature = "300 F"'}, "'F' is no unit of temperature; write K or degC"),
        ({"first": 'temperature = "-300 degC"'}, "is -26.85 K; write a temperature above 0 K"),
        ({"first": ""}, "experiment 'A': 1 of 2 experiments state their temperature"),
        (
            {"first": 'temperature = [["0 h", "25 C"], ["2 h", "25 C"], ["1 h", "80 C"]]'},
            "experiment 'A': temperature: time runs backwards, from 2 h to 1 h",
        ),
        (
            {"first": 'temperature = [["5 min", "25 degC"]]'},
            "begins at 0.0833333 h instead of 0 h, the moment of mixing",
        ),
        ({"first": f'{HEATED}\nvolume = "-1 mL"'}, "volume: -1 mL; write one above 0 mL"),
        (
            {"first": f"{HEATED}\nvolume = 10"},
            "experiment 'A': volume: 10 has no unit; write it with one, such as \"10 mL\"",
        ),
        (
            {"first": f'{HEATED}\nsample_dilution = "1:100"'},
            "sample_dilution: '1:100' may be 100 times or one more; write the number, 100 where "
            "1 mL is made up to 100 mL",
        ),
        (
            {"first": f'{HEATED}\nsample_dilution = "100x"'},
            "sample_dilution: 'x' fits no pure number; write the number alone, or in %",
        ),
        (
            {"first": f'{HEATED}\nvolume = "1 mL"\nevents = [{{ at = "1 h", dilute = "1/2" }}]'},
            "events: item 1: dilute: '1/2' may be 2 times or one more",
        ),
        (
            {"first": f'{HEATED}\nevents = [{{ at = "1 h", add = "1 mL" }}]'},
            "events: item 1: 1 mL of how many; state 'volume'",
        ),
        (
            {"first": f'{HEATED}\nvolume = "1 mL"\nevents = [{{ at = "1 h", withdraw = "2 mL" }}]'},
            "2 mL are withdrawn at 1 h, where the reactor holds 1 mL",
        ),
        (
            {"first": f'{HEATED}\nvolume = "1 mL"\nevents = [{{ at = "1 h" }}]'},
            "0 things at once; write one of add, withdraw, dilute and set",
        ),
        (
            {
                "first": f'{HEATED}\nvolume = "1 mL"\n'
                'events = [{ at = "1 h", add = "1 mL", of = { Tb = "1 mM" } }]'
            },
            "item 1: of: Tb: unknown species 'Tb'",
        ),
        ({"first": f'{HEATED}\nheld = ["H"]'}, "held: unknown species 'H'"),
        (
            {"first": f'{HEATED}\nevents = [{{ at = "1 h", set = {{ Dy = "1 mM" }} }}]'},
            "events: Dy is set at 1 h and is not held; list it under 'held', or add it",
        ),
        (
            {"first": f'{HEATED}\nevents = [{{ at = "1 h", set = {{}} }}]'},
            "events: item 1: set: 0 species; write at least one",
        ),
        (
            {"first": f'{HEATED}\nevents = [{{ at = "1 h", set = {{ Tb = "1 mM" }} }}]'},
            "events: item 1: set: Tb: unknown species 'Tb'",
        ),
        (
            {"first": f'{HEATED}\ntime_error = {{ "7 min" = "2 min" }}'},
            "time_error: no sample was taken at 0.116667 h",
        ),
        ({"first": f'{HEATED}\ntime_error = "0 min"'}, "'0 min' is no uncertainty"),
        (
            {"first": HEATED, "tables": '[derived]\nk_grow = "2 * k_shut"'},
            "[derived]: k_grow: expression '2 * k_shut': unknown name 'k_shut'",
        ),
        (
            {"first": HEATED, "tables": '[derived]\nk_grow = "2 * k_close"\nk_close = "k_grow/2"'},
            "k_close and k_grow follow from each other",
        ),
        (
            {"first": HEATED, "top": 'per_experiment = ["reponse_*"]'},
            "per_experiment: 'reponse_*' fits none of",
        ),
        (
            {"first": HEATED, "top": 'per_group = ["k_*"]'},
            "experiment 'A': belongs to no group",
        ),
        (
            {"first": HEATED, "tables": '[temperature]\nlow = "arrhenius"'},
            "[temperature]: unknown key 'low'",
        ),
        (
            {
                "first": 'temperature = "60 degC"',
                "tables": '[temperature]\nform = "separate"',
            },
            "[temperature] form: all experiments have one temperature",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    tmp_path: Path, parts: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_study(written(tmp_path, **parts))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
