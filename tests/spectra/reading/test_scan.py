"""Scans: which are chosen, and what their mean is."""

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.spectra.reading.scan import Scan, chosen_scans, mean_scan

MZ = np.array([100.0, 101.0, 102.0])


def scan(name="a", heights=(1.0, 2.0, 3.0), **more):
    return Scan(name, more.pop("mz", MZ), np.array(heights), **more)


EMPTY = scan("empty", (), mz=np.zeros(0), polarity="positive", time_h=0.15)
RUN = (
    scan("a", polarity="positive", time_h=0.1),
    EMPTY,
    scan("b", polarity="negative", time_h=0.2),
    scan("c", polarity="positive", time_h=0.3),
    scan("fragments", polarity="positive", time_h=0.3, level=2),
)


def names(scans):
    return [one.name for one in scans]


def test_scans_of_one_polarity_and_a_range_of_time_are_chosen():
    assert names(chosen_scans(RUN, "positive")) == ["a", "c"]
    assert names(chosen_scans(RUN, "negative")) == ["b"]
    assert names(chosen_scans(RUN, "positive", (0.25, 0.3))) == ["c"]
    assert names(chosen_scans(RUN[3:])) == ["c"]


@pytest.mark.parametrize(
    ("scans", "wanted", "fault"),
    [
        (RUN, (), "has scans of both polarities; choose positive or negative"),
        ((scan(),), ("", (0.0, 1.0)), "a scan has no time; leave the range of times out"),
        ((EMPTY,), (), "none of its 1 scans is a mass spectrum with points that was asked for"),
        (RUN, ("positive", (5.0, 6.0)), "none of its 5 scans is a mass spectrum with points"),
    ],
)
def test_what_cannot_be_chosen_is_said(scans, wanted, fault):
    with pytest.raises(InputError) as refused:
        chosen_scans(scans, *wanted)

    assert str(refused.value).startswith(fault)


def test_the_mean_of_profiles_is_interpolated():
    coarse = scan("a", (0.0, 2.0), mz=np.array([100.0, 102.0]), sampling="profile")
    fine = scan("b", (4.0, 4.0, 4.0), sampling="profile")
    mean = mean_scan((coarse, fine))

    assert mean.mz.tolist() == MZ.tolist()
    assert mean.intensities.tolist() == [2.0, 2.5, 3.0]
    assert mean.name == "a to b"


def test_the_mean_of_peaks_keeps_every_window():
    rng = np.random.default_rng(1)
    scans = [
        scan(str(i), rng.lognormal(size=50), mz=np.sort(rng.uniform(100, 200, 50)),
             sampling="centroid")
        for i in range(4)
    ]  # fmt: skip
    mean = mean_scan(scans)

    assert np.all(np.diff(mean.mz) >= 0)
    for low in (100, 130, 170):
        inside = [s.intensities[(s.mz >= low) & (s.mz < low + 20)].sum() for s in scans]
        window = (mean.mz >= low) & (mean.mz < low + 20)
        assert mean.intensities[window].sum() == pytest.approx(np.mean(inside))
    assert mean_scan(scans[:1]) is scans[0]


@pytest.mark.parametrize(
    ("scans", "fault"),
    [
        ((), "there is no scan to average"),
        (
            (scan(sampling="profile"), scan(sampling="centroid")),
            "has profiles and peaks among the scans to average; choose one kind",
        ),
    ],
)
def test_what_has_no_mean_is_refused(scans, fault):
    with pytest.raises(InputError) as refused:
        mean_scan(scans)

    assert str(refused.value) == fault
