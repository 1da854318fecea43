"""One file as a course: scans fall into bins of reaction time, and nothing is lost on the way."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.spectra.reading.scan import Scan
from assemblysim.study.spectra import whole_course
from assemblysim.study.spectra.whole_course import RunClock, binned_spectra

MZ = np.array([500.0, 500.1, 500.2])
MINUTE = 1 / 60


def scan(minute, height, polarity="positive", level=1):
    return Scan(f"scan={minute}", MZ, MZ * 0 + height, level, polarity, "profile", minute * MINUTE)


def binned(scans, clock, polarity="positive"):
    return binned_spectra("run.mzML", scans, clock, polarity, None)


def test_scans_of_a_bin_are_averaged_at_their_mean_reaction_time():
    scans = [scan(minute, float(minute)) for minute in range(1, 9)]
    found = binned(scans, RunClock(2 * MINUTE, (3 * MINUTE,)))

    # The reaction began at 2 min: 2, 3, 4 min are the first bin, 5, 6, 7 the second.
    assert [60 * one.time_h for one in found] == pytest.approx([1.0, 4.0, 6.0])
    assert [one.scan.intensities[0] for one in found] == pytest.approx([3.0, 6.0, 8.0])
    assert found[0].source == "run.mzML, 2 min to 4 min"
    assert found[0].recognised == "run.mzML: mean of 3 scans of the run, 2 min to 4 min"


def test_bins_may_have_ends_and_what_lies_beyond_is_left_out():
    scans = [scan(minute, float(minute)) for minute in range(10)]
    found = binned(scans, RunClock(0.0, (MINUTE, 2 * MINUTE, 6 * MINUTE)))

    assert [one.scan.intensities[0] for one in found] == pytest.approx([1.0, 3.5])


def test_a_run_that_began_after_the_reaction_has_a_start_below_0():
    (one,) = binned([scan(1, 5.0)], RunClock(-4 * MINUTE, (60 * MINUTE,)))

    assert 60 * one.time_h == pytest.approx(5.0)


def test_gaps_are_by_the_clock_of_the_run_and_do_not_part_a_bin():
    scans = [scan(minute, float(minute)) for minute in range(6)]
    clock = RunClock(-MINUTE, (10 * MINUTE,), ((1.5 * MINUTE, 4.5 * MINUTE),))
    (one,) = binned(scans, clock)

    assert one.scan.intensities[0] == pytest.approx(np.mean([0, 1, 5]))


def test_fragments_and_the_other_polarity_do_not_count():
    scans = [scan(1, 1.0), scan(2, 50.0, level=2), scan(3, 90.0, "negative"), scan(4, 3.0, "")]
    (one,) = binned(scans, RunClock(0.0, (60 * MINUTE,)))

    assert one.scan.intensities[0] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("ends", "gaps", "fault"),
    [
        ((0.0,), (), "bins: the width 0 h is not above 0"),
        ((0.5, 0.25, 1.0), (), "bins: 30 min is followed by 15 min; write them in the order"),
        ((1.0,), ((2.0, 1.0),), "gaps: from 2 h to 1 h is none; write the earlier time first"),
    ],
)
def test_bins_and_gaps_that_are_none_are_refused(ends, gaps, fault):
    with pytest.raises(InputError) as refused:
        RunClock(0.0, ends, gaps)

    assert str(refused.value).startswith(fault)


@pytest.mark.parametrize(
    ("scans", "fault"),
    [
        ([Scan("scan=1", MZ, MZ)], "scan 'scan=1' has no time; export it, or list files by time"),
        ([scan(5, 1.0), scan(4, 1.0)], "scan 'scan=4' at 4 min follows one at 5 min; write the"),
        ([], "run.mzML: none of its positive scans lies in a bin; check start, bins and gaps"),
        ([scan(1, 1.0, "negative")], "run.mzML: none of its positive scans lies in a bin"),
    ],
)
def test_runs_that_are_no_course_are_one_line(scans, fault):
    with pytest.raises(InputError) as refused:
        binned(scans, RunClock(0.0, (1.0,)))

    assert str(refused.value).startswith(fault)


def test_more_bins_than_are_of_use_are_refused(monkeypatch):
    monkeypatch.setattr(whole_course, "MOST_BINS", 3)
    with pytest.raises(InputError, match="bins: more than 3 come of them; state wider ones"):
        binned([scan(minute, 1.0) for minute in range(9)], RunClock(0.0, (MINUTE,)))


def test_where_the_detector_was_full_is_known_of_the_mean():
    full = Scan("a", MZ, np.array([1.0, 9.0, 1.0]), 1, "", "profile", 0.0)
    (one,) = binned_spectra("r", [full, scan(1, 1.0)], RunClock(0.0, (1.0,)), "", 8.0)

    assert one.scan.saturated.tolist() == [500.1]
