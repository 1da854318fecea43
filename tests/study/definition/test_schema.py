from dataclasses import dataclass, field

import pytest

from assemblysim.errors import InputError
from assemblysim.study.definition.priors_and_fixed import PriorTable
from assemblysim.study.definition.schema import StudyTable, settings_from, validated

GOOD = {
    "title": "x",
    "model": "m",
    "seed": 1,
    "experiments": [{"name": "a", "initial": {"A": "1 mM"}, "data": "data.csv"}],
    "measurement": {"scale": "absolute", "signals": ["A"], "noise": "constant"},
}


@dataclass(frozen=True)
class Inner:
    bound: float = 0.5


@dataclass(frozen=True)
class Outer:
    count: int = 3
    inner: Inner = field(default_factory=Inner)


def fault(kind, content):
    with pytest.raises(InputError) as refusal:
        validated(kind, content)
    return str(refusal.value)


def test_a_small_study_has_defaults_for_the_rest():
    table = validated(StudyTable, GOOD)

    assert table.mechanisms is None
    assert table.concentration == "mM"
    assert table.measurement.share_replicates is True
    assert table.experiments[0].sampled == []


def test_tails_are_known_by_their_names():
    said = fault(StudyTable, {**GOOD, "measurement": {**GOOD["measurement"], "tails": "cauchy"}})

    assert said == "[measurement] tails: 'cauchy' is not known; write 'normal' or 'student-t'"


def test_a_table_of_sums_is_the_list_of_the_same_sums():
    measurement = {**GOOD["measurement"], "signals": {"Dy2": "Dy2L", "Dy3": "Dy3L + Dy5L2"}}
    table = validated(StudyTable, {**GOOD, "measurement": measurement})

    assert table.measurement.signals == ["Dy2 = Dy2L", "Dy3 = Dy3L + Dy5L2"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"modle": "x"}, "unknown key 'modle'; did you mean 'model'?"),
        (
            {"seed": True},
            "seed: True is not a whole number; write one without point and quotation marks",
        ),
        (
            {"seed": 1.5},
            "seed: 1.5 is not a whole number; write one without point and quotation marks",
        ),
        ({"seed": -1}, "seed: -1 is too small; write 0 or more"),
        ({"title": ""}, "title: '' is empty; write something"),
        ({"title": 3}, "title: 3 is not text; put it in quotation marks"),
        ({"experiments": []}, "experiments: [] has 0 entries; write 1"),
        ({"experiments": {}}, "experiments: {} is not a list; write it in square brackets"),
        ({"experiments": [3]}, "experiment 1: 3 is not a table; write it under its own heading"),
        ({"mechanisms": ["a", 1]}, "mechanisms item 2: 1 is not text; put it in quotation marks"),
        ({"measurement": 3}, "[measurement]: 3 is not a table; write it under its own heading"),
        ({"concentration": "M"}, "concentration: 'M' is not known; write 'mM' or '%'"),
        ({"synthetic": "yes"}, "synthetic: 'yes' is neither true nor false; write one of them"),
        ({"priors": 1}, "[priors]: 1 is not a table; write it in braces"),
        (
            {"title": "a\nb", "seed": "c\nd"},
            "seed: 'c d' is not a whole number; write one without point and quotation marks",
        ),
    ],
)
def test_a_fault_is_one_line_with_place_and_remedy(change, line):
    assert fault(StudyTable, {**GOOD, **change}) == line


def test_a_missing_key_comes_with_an_example():
    assert fault(StudyTable, {k: v for k, v in GOOD.items() if k != "model"}) == (
        "'model' is missing; add model = \"hnp_dy6\", the name of a file in models/"
    )
    measurement = {k: v for k, v in GOOD["measurement"].items() if k != "scale"}
    assert fault(StudyTable, {**GOOD, "measurement": measurement}) == (
        "[measurement]: 'scale' is missing; "
        'add scale = "absolute", "per species" or "per spectrum"'
    )


def test_a_misspelt_key_is_told_before_the_one_that_is_missing_for_it():
    measurement = {"scal": "absolute", "signals": ["A"], "noise": "constant"}

    assert fault(StudyTable, {**GOOD, "measurement": measurement}) == (
        "[measurement]: unknown key 'scal'; did you mean 'scale'?"
    )


def test_a_prior_has_two_numbers():
    assert fault(PriorTable, {"uniform": [1, 2, 3]}) == "uniform: [1, 2, 3] has 3 entries; write 2"


def test_settings_keep_the_defaults_of_what_is_not_written():
    assert settings_from(Outer, {}) == Outer()
    assert settings_from(Outer, {"count": 5}) == Outer(count=5)
    assert settings_from(Outer, {"inner": {"bound": 1}}) == Outer(inner=Inner(1.0))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({"cuont": 1}, "unknown key 'cuont'; did you mean 'count'?"),
        (
            {"count": "3"},
            "count: '3' is not a whole number; write one without point and quotation marks",
        ),
        ({"inner": {"bounds": 1}}, "inner: unknown key 'bounds'; did you mean 'bound'?"),
        (
            {"inner": {"bound": "a"}},
            "inner bound: 'a' is not a number; write one without quotation marks",
        ),
    ],
)
def test_settings_refuse_what_they_do_not_know(content, line):
    with pytest.raises(InputError) as refusal:
        settings_from(Outer, content)

    assert str(refusal.value) == line
