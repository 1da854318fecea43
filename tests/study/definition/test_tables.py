from dataclasses import replace

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal, SignalLimit
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.reading import read_study
from assemblysim.study.definition.tables import read_intensities

SIGNALS = (Signal("A", (("A", 1.0),)), Signal("B", (("B", 1.0),)))
SPECTRA = Measurement(SCALES["per spectrum"], NOISES["proportional"], SIGNALS, 0.005)
ABSOLUTE = Measurement(SCALES["absolute"], NOISES["constant"], SIGNALS)


def table(tmp_path, text, measurement=SPECTRA, unit="mM", **options):
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8")
    return read_intensities(path, measurement, unit, **options)


def refused(tmp_path, text, measurement=SPECTRA, unit="mM", **options):
    with pytest.raises(InputError) as refusal:
        table(tmp_path, text, measurement, unit, **options)
    return str(refusal.value).removeprefix(f"{tmp_path}/data.csv: ")


@pytest.mark.parametrize(
    ("label", "hours"),
    [("time (h)", 2), ("time (min)", 2 / 60), ("Time [s]", 2 / 3600), ("time (d)", 48)],
)
def test_times_come_in_the_unit_of_their_label(tmp_path, label, hours):
    found = table(tmp_path, f"{label},A,B\n2,1,1\n")

    np.testing.assert_allclose(found.times, [hours], rtol=1e-12)


def test_blank_is_not_measured_and_zero_is_not_detected(tmp_path):
    found = table(tmp_path, "time (h),A,B\n1,,1\n2,0,1\n3,n.d.,1\n4,ND,1\n")

    np.testing.assert_array_equal(found.values[:, 0], [np.nan, 0, 0, 0])


def test_rows_at_one_time_are_replicates(tmp_path):
    found = table(tmp_path, "time (h),A,B\n1,1,2\n1,3,4\n2,5,6\n")

    np.testing.assert_array_equal(found.times, [1, 1, 2])
    np.testing.assert_array_equal(found.values, [[1, 2], [3, 4], [5, 6]])


def test_columns_are_put_in_the_order_of_the_signals(tmp_path):
    found = table(tmp_path, "B (counts),time (h),A (counts)\n1,2,3\n")

    assert found.signals == ("A", "B")
    np.testing.assert_array_equal(found.values, [[3, 1]])


def test_absolute_columns_carry_their_units(tmp_path):
    found = table(tmp_path, "time (h),A (M),B (µM)\n1,0.5,20\n", ABSOLUTE)

    np.testing.assert_allclose(found.values, [[500, 0.02]], rtol=1e-12)


def test_per_cent_of_a_stated_amount_is_a_unit_of_its_own(tmp_path):
    found = table(tmp_path, "time (h),A (%),B (%)\n1,50,20\n", ABSOLUTE, "%")

    np.testing.assert_array_equal(found.values, [[50, 20]])
    assert refused(tmp_path, "time (h),A (mM),B (%)\n1,50,20\n", ABSOLUTE, "%") == (
        "line 1: column 'A': unit 'mM' (a concentration) does not fit; a unit like % (a "
        "fraction of a stated amount) is needed"
    )


def test_units_are_of_no_account_where_the_scale_is_unknown(tmp_path):
    found = table(tmp_path, "time (h),A (cps),B (cps)\n1,5,2\n")

    np.testing.assert_array_equal(found.values, [[5, 2]])


def test_columns_that_are_no_signals_are_named_to_be_ignored(tmp_path):
    text = "time (h),A,B,remark\n1,5,2,fine\n"

    assert table(tmp_path, text, ignore=["remark"]).signals == ("A", "B")
    assert refused(tmp_path, text) == (
        "line 1: column 'remark' is no signal of the study; add it to 'signals', or write "
        'ignore = ["remark"]'
    )
    assert refused(tmp_path, text, ignore=["remark", "remarks"]) == (
        "line 1: no column 'remarks' to ignore; did you mean 'remark'?"
    )


def test_a_column_without_any_reading_is_refused(tmp_path):
    assert refused(tmp_path, "time (h),A,B\n1,5,\n") == (
        "column 'B': no reading; take it out of 'signals'"
    )


def test_a_curve_of_unknown_scale_has_to_be_seen_once(tmp_path):
    curves = Measurement(SCALES["per species"], NOISES["proportional"], SIGNALS, 0.005)

    assert refused(tmp_path, "time (h),A,B\n1,5,0\n2,4,0\n", curves) == (
        "column 'B': never detected, so the limit, a fraction of the column's largest value, is "
        "unknown; take it out of 'signals', or state a detection_limit in concentrations"
    )
    assert (table(tmp_path, "time (h),A,B\n1,5,0\n2,4,0\n").values[:, 1] == 0).all()


def test_a_table_has_a_time_after_the_start(tmp_path):
    assert refused(tmp_path, "time (h),A,B\n0,5,1\n") == (
        "no time after the start; add rows with a time above 0"
    )


def test_two_time_columns_are_refused(tmp_path):
    assert refused(tmp_path, "time (h),time (min),A,B\n1,60,5,1\n") == (
        "line 1: two time columns; keep one"
    )


def test_two_columns_of_one_signal_are_refused(tmp_path):
    assert refused(tmp_path, "time (h),A (cps),A (%),B\n1,60,5,1\n") == (
        "line 1: two columns for signal 'A'; keep one"
    )


def test_titles_units_and_notes_around_a_table_are_left_out_and_said(tmp_path):
    text = (
        "sep=;\nRun 12; baseline corrected\n#sample 3\nt;A;B;;\nmin;a.u.;a.u.;;\n"
        "30;1,5;2;;by hand\n60;;;;\n120;3;4;;\n\nIntegrals; by Anna, 4 May\n"
    )
    found = table(tmp_path, text)

    np.testing.assert_array_equal(found.times, [0.5, 2])
    np.testing.assert_array_equal(found.values, [[1.5, 2], [3, 4]])
    assert found.notices == (
        "column 't' read as times in min",
        "numbers read with decimal commas",
        "line 2: left out as a title: 'Run 12, baseline corrected'",
        "line 3: left out as a title: '#sample 3'",
        "line 6: left out as a note: 'by hand'",
        "line 10: left out as a note: 'Integrals, by Anna, 4 May'",
        "line 5: read as the units of the columns",
        "1 row without any intensity left out: line 7",
    )


def test_a_header_behind_a_mark_of_comments_is_found(tmp_path):
    found = table(tmp_path, "# numpy wrote this\n# time (h),A,B\n1,2,3\n")

    np.testing.assert_array_equal(found.values, [[2, 3]])


def test_numbers_beside_or_below_a_table_are_no_notes(tmp_path):
    assert refused(tmp_path, "time (h),A,B,,\n1,5,2,,7\n") == (
        "line 2: 5 cells, the header has 3; give every row 3 cells (decimal commas need columns "
        "separated by semicolons)"
    )
    assert refused(tmp_path, "time (h),A,B\n1,5,2\nmean,3,2\n") == (
        "line 3: time: 'mean' is not a number; write a number, as in the other rows, or "
        "delete the row if it is no measurement"
    )


def test_all_faults_of_a_table_are_told_at_once(tmp_path):
    with pytest.raises(InputError) as refusal:
        table(tmp_path, "time (h),A,B\n1,x,-2\ny,5,2\n3,z,1\n")

    assert [line.removeprefix(f"{tmp_path}/data.csv: ")[:19] for line in refusal.value.lines] == [
        "line 2: column 'A':", "line 2: column 'B':", "line 3: time: 'y' i", "line 4: column 'A':",
    ]  # fmt: skip


FORMS = tuple(
    (separator, decimal, label, style)
    for separator, decimal in ((",", "."), (";", ","), (";", "."), ("\t", ","), ("\t", "."))
    for label in ("{name} ({unit})", "{name} / {unit}", "{name} [{unit}]", "units below")
    for style in ("wide", "long", "notes")
)


def in_some_form(random, times, values, form):
    """Write a table of A and B (mM) over times (min) in one of many forms."""
    separator, decimal, label, style = form
    blank = "" if separator != "," else " "

    def cell(number):
        kind = random.integers(4)
        text = (repr(float(number)), f"{number:.17g}", f"{number:.17e}", f"{number:.20f}")[kind]
        return text.replace(".", decimal)

    def labelled(name, unit):
        return name if label == "units below" else label.format(name=name, unit=unit)

    time = ("time", "t", "Zeit", "Time")[random.integers(4)]
    if style == "long":
        header = ["species", labelled(time, "min"), labelled("value", "mM")]
        rows = [
            [name, cell(t), cell(v)]
            for name, column in zip("AB", values.T, strict=True)
            for t, v in zip(times, column, strict=True)
        ]
        units = ["", "min", "mM"]
    else:
        header = [labelled(time, "min"), labelled("A", "mM"), labelled("B", "mM")]
        rows = [[cell(t), *map(cell, row)] for t, row in zip(times, values, strict=True)]
        units = ["min", "mM", "mM"]
    if label == "units below":
        rows.insert(0, units)
    lines = [separator.join(row) for row in (header, *rows)]
    if style == "notes":
        lines = [
            f"Run 7{blank}",
            *lines[:2],
            *(f"{line}{separator}" for line in lines[2:]),
            "",
            "by hand",
        ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_a_table_in_any_form_gives_back_its_numbers_or_is_refused(tmp_path, form):
    random = np.random.default_rng(FORMS.index(form))
    read, refusals = 0, []
    for _ in range(6):
        times = np.cumsum(random.integers(1, 4000, size=4)) / random.choice([1, 10, 1000])
        values = random.integers(1, 10**6, size=(4, 2)) / random.choice([1, 1000, 10**5])
        text = in_some_form(random, times, values, form)
        try:
            found = table(tmp_path, text, ABSOLUTE)
        except InputError as refusal:
            refusals.append(str(refusal))
            continue
        np.testing.assert_allclose(found.times, times / 60, rtol=1e-12)
        np.testing.assert_allclose(found.values, values, rtol=1e-12)
        read += 1
    assert read > 3
    assert all("may have its mark between thousands" in one for one in refusals)


def test_zero_and_negative_readings_are_numbers_where_noise_is_added(tmp_path):
    text = "time (h),A (mM),B (mM)\n1,0,-0.3\n2,0.4,0.1\n"
    found = table(tmp_path, text, ABSOLUTE)

    np.testing.assert_array_equal(found.values, [[0, -0.3], [0.4, 0.1]])
    assert not found.below.any()
    limited = table(tmp_path, text, replace(ABSOLUTE, detection_limit=0.1))
    np.testing.assert_array_equal(limited.below, [[True, False], [False, False]])
    with pytest.raises(InputError, match=r"column 'B \(mM\)': 0 means nothing without"):
        table(tmp_path, text.replace("-0.3", "n.d."), ABSOLUTE)


def test_a_cell_may_state_its_own_limit_in_the_unit_of_its_column(tmp_path):
    found = table(tmp_path, "time (h),A (M),B (mM)\n1,<0.1,0.5\n2,1,<LOD\n", replace(
        ABSOLUTE, signal_limits=(SignalLimit("B", 0.02, relative=False),)))  # fmt: skip

    np.testing.assert_array_equal(found.limits, [[100, np.nan], [np.nan, np.nan]])
    np.testing.assert_array_equal(found.below, [[True, False], [False, True]])
    assert found.notices == ("1 intensity below a limit stated in the cell",)


def test_a_table_may_have_some_of_the_signals(tmp_path):
    found = table(tmp_path, "time (h),B\n1,2\n", replace(SPECTRA), only=["B"])

    assert (found.signals, found.values.tolist()) == (("B",), [[2.0]])
    assert refused(tmp_path, "time (h),B\n1,2\n", only=["C"]) == (
        "signals: unknown signal 'C'; known: A, B"
    )


@pytest.mark.parametrize("label", ["sd A", "A (+-)", "A sd", "sigma_A", "A ± (mM)", "std(A)"])
def test_standard_deviations_beside_a_signal_are_no_second_signal(tmp_path, label):
    text = f"time (h),A (mM),{label},B (mM)\n1,0.4,0.1,2\n"

    assert "looks like the standard deviations of 'A'" in refused(tmp_path, text, ABSOLUTE)
    found = table(tmp_path, text, ABSOLUTE, ignore=[label])
    np.testing.assert_array_equal(found.values, [[0.4, 2]])


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("A (mM),B (uM)", [2, 0.003]),
        ("A (%),B (%)", [2, 3]),
        ("A (cps),B (cps)", [2, 3]),
        ("A (cps),B (kcps)", [2, 3000]),
        ("A,B", [2, 3]),
    ],
)
def test_intensities_of_one_spectrum_are_put_into_one_unit(tmp_path, header, values):
    found = table(tmp_path, f"time (h),{header}\n1,2,3\n")

    np.testing.assert_allclose(found.values, [values], rtol=1e-12)


def test_units_that_do_not_go_together_are_refused(tmp_path):
    said = refused(tmp_path, "time (h),A (cps),B (mM)\n1,2,3\n")

    assert "columns 'A' (cps) and 'B' (mM) have one scale factor in a spectrum" in said


def test_standard_deviations_alone_are_not_taken_for_the_signal(tmp_path):
    assert "no column for signal 'A'" in refused(tmp_path, "time (h),A (sd),B\n1,2,3\n")


def test_a_column_never_detected_needs_a_limit_in_concentrations_per_species(tmp_path):
    text = (
        'title = "SYNTHETIC: nothing of B"\nmodel = "m.toml"\nseed = 1\nsynthetic = true\n'
        '[[experiments]]\nname = "e"\ninitial = { A = "1 mM" }\ndata = "d.csv"\n[measurement]\n'
        'scale = "per species"\nnoise = "proportional"\nsignals = ["A", "B"]\ndetection_limit = '
    )
    (tmp_path / "m.toml").write_text('[species]\nA = "X"\nB = "X"\n[reactions]\nr = "A -> B ; k"\n')
    (tmp_path / "d.csv").write_text("time (h),A,B\n1,3,0\n2,2,0\n")

    (tmp_path / "study.toml").write_text(f'{text}"1 %"\n')
    with pytest.raises(InputError, match="or state a detection_limit in concentrations"):
        read_study(tmp_path)
    (tmp_path / "study.toml").write_text(f'{text}"0.02 mM"\n')
    (experiment,) = read_study(tmp_path).experiments

    assert experiment.table.below.tolist() == [[False, True], [False, True]]
