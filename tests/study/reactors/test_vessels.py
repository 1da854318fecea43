"""What may be said of vessels, and what is refused in one line."""

import pytest

from assemblysim.errors import InputError
from assemblysim.kinetics.reactor.temperature import Programme
from assemblysim.study.reactors.vessels import VesselErrors, read_vessels

KEPT = Programme((0.0,), (298.15,))
RAMP = Programme((0.0, 1.0), (298.15, 350.0))


def test_errors_are_read_with_their_units():
    given = {"start": "5 %", "temperature": "0.5 K", "time": "30 s"}

    errors, hours = read_vessels(given, ["A"], KEPT)

    assert errors == VesselErrors((("", 0.05),), 0.5)
    assert hours == pytest.approx(30 / 3600)
    assert read_vessels({"start": {"A": 0.1}}, ["A"], None)[0].start == (("A", 0.1),)
    assert read_vessels(None, ["A"], None) == (VesselErrors(), 0.0)


@pytest.mark.parametrize("written", ["0.5 degC", "0.5 °C", "0.5 C", "0.9 degF"])
def test_half_a_degree_is_half_a_kelvin_on_every_scale(written):
    assert read_vessels({"temperature": written}, ["A"], KEPT)[0].temperature == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("given", "programme", "says"),
    [
        ({}, KEPT, '0 errors; write at least one, as { start = "5 %" }'),
        ({"start": "0 %"}, KEPT, "start: '0 %' is no uncertainty; write one above 0"),
        ({"start": "50 %"}, KEPT, "start: 0.5 of what went in, so that none may have gone in"),
        ({"start": {"B": "5 %"}}, KEPT, "start: unknown species 'B'"),
        ({"temperature": "1 K"}, RAMP, "temperature: the error of a temperature that is not"),
        ({"temperature": "1 K"}, None, "temperature: the error of a temperature that is not"),
    ],
)
def test_what_is_no_error_of_a_vessel_is_refused(given, programme, says):
    with pytest.raises(InputError) as refused:
        read_vessels(given, ["A"], programme)

    assert says in str(refused.value)


def test_no_error_is_stated_of_what_nothing_went_into():
    with pytest.raises(InputError, match="start: the error of 0 species, as nothing was there"):
        read_vessels({"start": "5 %"}, [], KEPT)
