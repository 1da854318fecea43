import datetime

import numpy as np
import openpyxl
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.tables import read_intensities

SIGNALS = (Signal("A", (("A", 1.0),)), Signal("B", (("B", 1.0),)))
SPECTRA = Measurement(SCALES["per spectrum"], NOISES["proportional"], SIGNALS, 0.005)


def hours(tmp_path, label, *times):
    path = tmp_path / "data.csv"
    path.write_text("\n".join([f"{label},A,B", *(f"{time},1,2" for time in times), ""]))
    return read_intensities(path, SPECTRA, "mM").times


def sheet_hours(tmp_path, label, *cells):
    book = openpyxl.Workbook()
    book.active.append([label, "A", "B"])
    for number, (value, shown) in enumerate(cells, start=2):
        book.active.append([value, 1, 2])
        book.active.cell(number, 1).number_format = shown
    book.save(tmp_path / "data.xlsx")
    return read_intensities(tmp_path / "data.xlsx", SPECTRA, "mM").times


@pytest.mark.parametrize(
    ("label", "times", "expected"),
    [
        ("time (h:mm)", ["0:30", "1:15"], [0.5, 1.25]),
        ("time (hh:mm)", ["0:30", "26:00"], [0.5, 26]),
        ("t / min:s", ["0:30", "90:00"], [1 / 120, 1.5]),
        ("time", ["0:00:30", "1:30:00"], [1 / 120, 1.5]),
        ("time (min)", ["0:30:00", "90"], [0.5, 1.5]),
        ("Zeit (h)", ["0:30", "1:30"], [0.5, 1.5]),
        ("time", ["5 min", "1 h", "2 Tage"], [1 / 12, 1, 48]),
    ],
)
def test_clocks_and_times_with_a_unit_are_read(tmp_path, label, times, expected):
    np.testing.assert_allclose(hours(tmp_path, label, *times), expected, rtol=1e-12)


def test_a_time_with_a_unit_is_in_the_notation_of_the_table(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("time;A;B\n90 s;1,5;2\n1,5 h;2;3\n", encoding="utf-8")
    np.testing.assert_allclose(read_intensities(path, SPECTRA, "mM").times, [0.025, 1.5])

    path.write_text("time;A;B\n1.500 s;1;2\n3.000 s;2;3\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"'1.500' may have its mark between thousands"):
        read_intensities(path, SPECTRA, "mM")
    np.testing.assert_allclose(
        read_intensities(path, SPECTRA, "mM", decimal=",").times, [1500 / 3600, 3000 / 3600]
    )


@pytest.mark.parametrize("label", ["time", "t (h)"])
def test_times_of_a_spreadsheet_are_what_it_shows(tmp_path, label):
    cells = [
        (datetime.time(0, 30), "h:mm"),
        (datetime.timedelta(hours=1, seconds=30), "[h]:mm:ss"),
        (datetime.timedelta(hours=25), "[h]:mm"),
    ]

    np.testing.assert_allclose(
        sheet_hours(tmp_path, label, *cells), [0.5, 1 + 1 / 120, 25], rtol=1e-9
    )


def test_a_cell_that_hides_whole_days_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"time: 01:00:00 is not a number; is longer than a day"):
        sheet_hours(tmp_path, "time (h)", (25 / 24, "h:mm"))


@pytest.mark.parametrize(
    ("label", "first"),
    [("time", "2024-03-01 10:00"), ("time (h)", "1.3.2024 10:00"), ("Timestamp", "10:00 Uhr"),
     ("Date/Time", "03/01/2024")],
)  # fmt: skip
def test_dates_are_refused_with_what_to_write(tmp_path, label, first):
    with pytest.raises(InputError, match="write the time since the start: in a spreadsheet"):
        hours(tmp_path, label, first)


@pytest.mark.parametrize("step", [1 / 24, 0.5 / 24, 1 / 1440])
def test_shares_of_a_day_are_refused_and_hand_written_minutes_read(tmp_path, step):
    with pytest.raises(InputError, match="as a share of a day"):
        sheet_hours(tmp_path, "time (min)", *((step * n, "General") for n in (0, 1, 2, 3)))
    for natural in (1 / 60, 0.25, 0.0208, 7 / 3):
        sheet_hours(tmp_path, "time (min)", *((natural * n, "General") for n in (0, 1, 2, 3)))


def test_times_of_a_day_are_refused_and_long_experiments_read(tmp_path):
    with pytest.raises(InputError, match="look like those of a day"):
        hours(tmp_path, "time (h:mm)", "9:05", "9:35", "11:05")
    np.testing.assert_array_equal(hours(tmp_path, "time (h:mm)", "8:00", "24:00"), [8, 24])
    np.testing.assert_array_equal(hours(tmp_path, "time (h:mm)", "1:00", "2:00"), [1, 2])


@pytest.mark.parametrize("label", ["time (min:s)", "time (min)", "time (s)"])
def test_hours_of_a_spreadsheet_under_minutes_are_refused(tmp_path, label):
    cell = (datetime.time(0, 30), "h:mm")

    with pytest.raises(InputError, match="the spreadsheet keeps 0:30:00, hours first"):
        sheet_hours(tmp_path, label, cell)
    assert sheet_hours(tmp_path, label, (datetime.time(0, 0, 30), "mm:ss")) == [30 / 3600]


@pytest.mark.parametrize(
    ("written", "expected"),
    [("1h30", 1.5), ("2 h 15 min", 2.25), ("1 d 6 h", 30), ("90 min 30 s", 1.5 + 1 / 120)],
)
def test_times_of_several_parts_are_read(tmp_path, written, expected):
    np.testing.assert_allclose(hours(tmp_path, "time", "0", written), [0, expected], rtol=1e-12)


def test_times_of_the_day_and_the_end_of_all_time_are_refused(tmp_path):
    with pytest.raises(InputError, match="10:30 AM is a time of the day; write the time since"):
        hours(tmp_path, "time", "10:30 AM", "1:00 PM")
    with pytest.raises(InputError, match="'∞' is not a number; write a time at which all has end"):
        hours(tmp_path, "time (h)", "0", "∞")


@pytest.mark.parametrize("first", ["45296.4166667", "1704448800"])
def test_moments_of_a_calendar_are_refused(tmp_path, first):
    later = f"{float(first) + 0.5:.7f}"
    with pytest.raises(InputError, match="as dates do that are kept as numbers; subtract the sta"):
        hours(tmp_path, "time (h)", first, later)
    assert hours(tmp_path, "time (h)", "720", "721").tolist() == [720, 721]


def test_shares_of_a_day_in_text_are_refused_in_minutes_and_doubted_in_hours(tmp_path):
    shares = [f"{minutes / 1440:.9f}" for minutes in (0, 30, 60, 95)]
    with pytest.raises(InputError, match="as a share of a day"):
        hours(tmp_path, "time (min)", *shares)

    path = tmp_path / "data.csv"
    path.write_text("time (h),A,B\n" + "".join(f"{one},1,2\n" for one in shares))
    notices = read_intensities(path, SPECTRA, "mM").notices
    assert any("30 min were meant, and numbers have to be multiplied by 24" in n for n in notices)

    path.write_text("time (h),A,B\n0,1,2\n0.25,2,3\n0.75,2,3\n")
    assert read_intensities(path, SPECTRA, "mM").notices == ()
