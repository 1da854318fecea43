import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from assembly_example import assembly
from report_example import courses, result_of, summary

from assemblysim.report.content.checks import wild_spectra_table
from assemblysim.report.content.stored import StoredStudy, course_of
from assemblysim.report.writers.numbers import number_files
from assemblysim.result.checks import WildSpectrum

RESULT = result_of(summary())
STUDY = StoredStudy(Path(), RESULT, {"both": (course_of(courses("both"), RESULT),)})


def rows(name):
    return list(csv.DictReader(io.StringIO(number_files(STUDY)[name])))


def test_every_unknown_of_every_mechanism_has_its_row_with_plain_numbers():
    found = {(row["mechanism"], row["parameter"]): row for row in rows("parameters.csv")}

    for name, mechanism in RESULT.mechanisms.items():
        for parameter, one in mechanism.parameters.items():
            row = found.pop((name, parameter))
            assert float(row["median"]) == pytest.approx(one.median, rel=1e-5)
            assert row["unit"] == one.unit
            assert (row["profile_upper"] == "") == (one.profile.upper is None)
    assert not found


def test_what_was_not_reached_is_blank():
    row = next(
        r for r in rows("lifetimes.csv")
        if (r["mechanism"], r["species"], r["quantity"]) == ("both", "Dy3L", "half_life")
    )  # fmt: skip

    assert (row["median"], row["upper"], row["unit"]) == ("31", "", "h")
    assert float(row["probability_beyond_window"]) == 0.12


def test_courses_are_the_stored_quantiles():
    text = number_files(STUDY)["courses_both_0.csv"]
    read = np.genfromtxt(io.StringIO(text), delimiter=",", skip_header=1)
    stored = courses("both")

    assert text.startswith('time (h),"Dy2L, 2.5 % (% of the spectrum\'s total)"')
    np.testing.assert_allclose(read[:, 0], stored.times, rtol=1e-5)
    # of a spectrum in which nothing is there yet no species has a part
    assert stored.times[0] == 0
    assert np.isnan(read[0, 3])
    np.testing.assert_allclose(read[1:, 3], stored.expected[2, 1:, 0], rtol=1e-5, atol=1e-9)
    assert read.shape == (len(stored.times), 1 + 5 * 6)


def test_routes_and_compositions_over_time_are_the_stored_ones_where_there_are_any():
    found = assembly(courses("both").times, {"Dy6L2": {"dimerise": 1, "close": 1}})
    files = number_files(replace(STUDY, assembly={"both": (found,)}))
    routes, particles = (
        list(csv.DictReader(io.StringIO(files[f"{stem}.csv"])))
        for stem in ("routes_over_time", "mean_compositions")
    )
    last = {row["reaction"]: row for row in routes[-2:]}

    assert float(last["close"]["median"]) == pytest.approx(found.fractions[2, -1, 1], rel=1e-5)
    assert float(last["dimerise"]["upper"]) == pytest.approx(found.fractions[4, -1, 0], rel=1e-5)
    assert [row["block"] for row in particles[:2]] == ["Dy", "L"]
    assert particles[0]["median"] == ""  # nothing is there at the start
    assert not {"routes_over_time.csv", "mean_compositions.csv"} & set(number_files(STUDY))


def test_mechanisms_stand_in_the_order_of_their_probability():
    found = rows("mechanisms.csv")

    assert [row["mechanism"] for row in found] == ["both", "stepwise", "template"]
    assert [float(row["probability"]) for row in found] == [0.77, 0.2296, 0.0004]
    assert found[0]["log_evidence_method"] == "bridge sampling"


def test_every_spectrum_has_its_chance_of_being_wrong_and_the_notable_ones_are_shown():
    spectra = tuple(
        WildSpectrum("", n + 1, f"{n} h", n, chance) for n, chance in enumerate((0.01, 0.9))
    )
    both = replace(RESULT.mechanisms["both"], wild_spectra=spectra)
    result = replace(RESULT, mechanisms={**RESULT.mechanisms, "both": both})

    found = number_files(StoredStudy(Path(), result, {}))["wild_spectra.csv"].splitlines()
    table = wild_spectra_table(both)

    assert found[1:] == ["both,,1,0 h,0,0.01", "both,,2,1 h,1,0.9"]
    assert [cell.text for cell in table.rows[0]] == ["2", "1 h", "0.90"]
    assert "wild_spectra.csv" not in number_files(STUDY)
    assert wild_spectra_table(RESULT.mechanisms["both"]) is None


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1+x", "@SUM(A1)", "-x"])
def test_no_cell_is_a_formula_to_a_spreadsheet(name):
    (curve, *_), first = STUDY.courses["both"][0].curves, RESULT.conditions[0]
    result = replace(RESULT, conditions=(replace(first, experiment=name), *RESULT.conditions[1:]))
    course = replace(STUDY.courses["both"][0], curves=(replace(curve, name=name),))

    files = number_files(replace(STUDY, result=result, courses={"both": (course,)}))
    cells = [c for text in files.values() for row in csv.reader(io.StringIO(text)) for c in row]

    assert any(name in cell for cell in cells)
    assert not any(cell.startswith(name) for cell in cells)
