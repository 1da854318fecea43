import pytest

from assemblysim.study.tables.labels import (
    find_column,
    label_name,
    time_label_of,
    time_unit,
    unit_of,
)


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("time (h)", "h"), ("Time [s]", "s"), ("t / min", "min"), ("time /min", "min"),
        ("t/h", "h"), ("Zeit (h)", "h"), ("Zeit in min", "min"), ("Reaktionszeit / Stunden", "h"),
        ("time, min", "min"), ("time_s", "s"), ("Time (mins)", "min"), ("T / min", "min"),
        ("time\u00a0(h)", "h"), ("elapsed time (d)", "d"), ("t (Std.)", "h"), ("min", "min"),
        ("Minutes", "min"), ("Tage", "d"), ("Tag", "d"), ("jours", "d"), ("Heures", "h"),
        ("elapsed (s)", "s"), ("Dauer / min", "min"), ("temps écoulé (min)", "min"),
        ("Time.min.", "min"), ("Time..h.", "h"),
    ],
)  # fmt: skip
def test_times_are_labelled_in_many_ways(label, unit):
    found = time_label_of(label)

    assert found is not None
    assert time_unit(found.unit) == unit


@pytest.mark.parametrize("label", ["T (K)", "T / degC", "A", "times", "dead time (h)", "t1 (h)"])
def test_other_columns_are_no_times(label):
    assert time_label_of(label) is None


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        ("A (mM)", "A", "mM"), ("A / mM", "A", "mM"), ("A/(mol/L)", "A", "mol/L"),
        ("A / mmol/L", "A", "mmol/L"), ("A, µM", "A", "µM"), ("A [a.u.]", "A", "a.u."),
        ("[PdPy4]2+", "[PdPy4]2+", None), ("[PdPy4]2+ / mM", "[PdPy4]2+", "mM"),
        ("4/5E", "4/5E", None), ("4/5E (mM)", "4/5E", "mM"), ("4/5E / mM", "4/5E", "mM"),
        ("3D'", "3D'", None), ("Py* (%)", "Py*", "%"), ("A/cps", "A", "cps"),
        ("A (counts/s)", "A", "counts/s"), ("A,B", "A,B", None), ("[A]", "A", None),
        ("[A] / mM", "A", "mM"), ("c(A)", "A", None), ("c(A)/mM", "A", "mM"), ("A_mM", "A", "mM"),
        ("conc. A (uM)", "A", "uM"), ("Area of A", "A", None), ("A..mM.", "A", "mM"),
    ],
)  # fmt: skip
def test_a_signal_is_found_with_any_label_and_unit(label, name, unit):
    assert find_column(("time (h)", label), name) == [1]
    assert unit_of(label, name) == unit


@pytest.mark.parametrize(
    "label",
    ["A/B", "A / B", "A in B", "A2", "A, B", "B/A (mM)", "A/M", "A_1", "c(AB)", "[A]2+", "A_B"],
)
def test_a_ratio_or_another_species_is_not_the_signal(label):
    assert find_column(("time (h)", label), "A", ["B", "M"]) == []


@pytest.mark.parametrize("label", ["C (mM)", "c (mM)", "Area (%)", "conc. (M)"])
def test_a_unit_is_not_what_is_measured(label):
    assert label_name(label) == label.split(" (")[0]


def test_a_label_that_is_exactly_the_name_goes_first():
    assert find_column(("A (mM)", "A"), "A") == [1]
