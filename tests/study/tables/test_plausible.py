import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Measurement, Signal, SignalLimit
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.study.definition.tables import read_intensities
from assemblysim.study.tables.plausible import largest_ratio

SIGNALS = (Signal("A", (("A", 1.0),)), Signal("B", (("B", 1.0),)))


def read(tmp_path, text, scale="absolute", noise="constant", name="data.csv", **keys):
    (tmp_path / name).write_text(text, encoding="utf-8")
    measurement = Measurement(SCALES[scale], NOISES[noise], SIGNALS)
    return read_intensities(tmp_path / name, measurement, "mM", **keys)


@pytest.mark.parametrize("number", ["1e300", "-1e31", "1e-300"])
@pytest.mark.parametrize("scale", ["absolute", "per species"])
def test_numbers_of_no_instrument_are_refused(tmp_path, scale, number):
    with pytest.raises(InputError, match=r"line 2: column 'A \(mM\)': .* is no intensity; write"):
        read(tmp_path, f"time (h),A (mM),B (mM)\n0,{number},1\n1,2,3\n", scale)


def test_a_million_of_a_unit_is_no_concentration(tmp_path):
    with pytest.raises(InputError, match=r"2e\+09 mM is more than any liquid holds; check the"):
        read(tmp_path, "time (h),A (MM),B (mM)\n0,2,1\n1,2,3\n")
    counts = read(tmp_path, "time (h),A,B\n0,2e9,1\n1,2,3\n", "per species")
    assert counts.values[0, 0] == 2e9


def test_a_ratio_in_per_cent_without_a_unit_is_refused(tmp_path):
    share = Signal("x", (("B", 1.0),), divisor=(("A", 1.0), ("B", 1.0)))
    free = Signal("y", (("B", 1.0),), divisor=(("A", 1.0),))

    def read_ratio(signal, label, numbers):
        path = tmp_path / "ratios.csv"
        path.write_text(
            f"time (h),{label}\n" + "".join(f"{i},{n}\n" for i, n in enumerate(numbers))
        )
        return read_intensities(
            path, Measurement(SCALES["absolute"], NOISES["constant"], (signal,)), "mM"
        )

    said = "70 is far above 1, the largest that 'x' can be; label it \"x \\(%\\)\" if it is in per"
    with pytest.raises(InputError, match=f"line 4: column 'x': {said}"):
        read_ratio(share, "x", [10, 50, 70])
    assert read_ratio(share, "x (%)", [10, 50, 70]).values.max() == pytest.approx(0.7)
    assert read_ratio(share, "x", [0.1, 0.5, 1.02]).values.max() == 1.02
    # A ratio of two that do not contain each other may be anything.
    assert read_ratio(free, "y", [10, 50, 70]).values.max() == 70
    assert largest_ratio(Signal("n", (("D", 2.0), ("T", 3.0)),
                                divisor=(("D", 1.0), ("T", 1.0)))) == 3  # fmt: skip


DETECTED = "time (h),A (mM),B (mM)\n0.1,0.9,n.d.\n1,0.5,{least}\n2,0.05,0.07\n3,n.d.,{last}\n"


def notices(folder, least, last="0.05", scale="absolute", **limits):
    (folder / "data.csv").write_text(DETECTED.format(least=least, last=last), encoding="utf-8")
    measurement = Measurement(SCALES[scale], NOISES["proportional"], SIGNALS, **limits)
    return read_intensities(folder / "data.csv", measurement, "mM").notices


def test_a_limit_far_below_all_that_was_read_is_pointed_out(tmp_path):
    """2 % of the largest B are 0.0014 mM, while nothing below 0.04 mM was read."""
    said = notices(tmp_path, 0.04, detection_limit=0.02)

    assert said == (
        "what was not detected of 'B' is below 0.0014 mM, 2 % of its largest intensity, while "
        "none was read below 0.04 mM; if that could not be seen, state detection_limit = "
        '{ "B" = "0.02 mM" } or the like',
    )


def test_limits_near_what_was_read_or_stated_as_such_are_not(tmp_path):
    own = (SignalLimit("A", 0.001, relative=False), SignalLimit("B", 0.001, relative=False))

    assert notices(tmp_path, 0.013, detection_limit=0.02) == ()
    assert notices(tmp_path, 0.04, signal_limits=own) == ()
    assert notices(tmp_path, 0.04, scale="per spectrum", detection_limit=0.001) == ()
    (said,) = notices(tmp_path, 0.04, scale="per species", detection_limit=0.02)
    assert said.endswith('state detection_limit = { "B" = "29 %" } or the like')
