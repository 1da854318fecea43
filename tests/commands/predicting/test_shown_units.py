from types import SimpleNamespace

import pytest

from assemblysim.commands.predicting.shown_units import ShownUnits, shown_units
from assemblysim.result.numbers import Interval

HOUR = Interval(1.0, 0.9, 1.1)


@pytest.fixture
def study(tmp_path):
    """As much of a study as tells units: its folder and the unit inside."""
    (tmp_path / "study.toml").write_text(
        '[[experiments]]\ninitial = { A = "500 uM", B = "1 mM" }\n', encoding="utf-8"
    )
    return SimpleNamespace(folder=tmp_path, concentration_unit="mM")


def test_units_are_those_that_were_asked_in(study):
    units = shown_units(study, "90 min", ('A="2 mol/L"'.replace('"', ""),))

    assert (units.time, units.concentration) == ("min", "mol/L")
    assert (units.hours, units.inside) == (pytest.approx(1 / 60), pytest.approx(1000))
    assert units.durations(HOUR) == "60 (54 to 66) min"
    assert units.concentrations(Interval(500.0, 400.0, 600.0)) == "0.50 (0.40 to 0.60) mol/L"


def test_else_they_are_those_of_the_study(study):
    units = shown_units(study, None, ())

    assert (units.time, units.concentration, units.stated) == ("h", "uM", False)
    assert units.concentrations(Interval(0.5, 0.4, 0.6)) == "500 (400 to 600) uM"
    (study.folder / "study.toml").unlink()
    assert shown_units(study, None, ()) == ShownUnits()


def test_a_time_too_small_for_the_unit_is_written_in_a_smaller_one(study):
    days = shown_units(study, "2 d", ())

    assert days.duration(48.0) == "2 d"
    assert days.durations(Interval(0.5, 0.4, 0.6)) == "30 (24 to 36) min"
    assert days.duration(0.5) == "30 min"
