import pytest

from assemblysim.mechanism.constants.dimension import Dimension


@pytest.mark.parametrize(
    ("unit", "concentration", "time", "timed"),
    [
        ("1/h", 0, -1, True),
        ("1/(mM h)", -1, -1, True),
        ("1/(mM^2 h)", -2, -1, True),
        ("1/(% h)", -1, -1, True),
        ("mM/h", 1, -1, True),
        ("mM", 1, 0, False),
        ("mM^0.5/h", 0.5, -1, True),
        ("1", 0, 0, False),
        ("", 0, 0, False),
        ("kJ/mol", 0, 0, False),
        ("J/(mol K)", 0, 0, False),
    ],
)
def test_the_dimension_of_a_unit_is_its_powers_of_concentration_and_time(
    unit, concentration, time, timed
):
    found = Dimension.read(unit)

    assert found == Dimension(concentration, time)
    assert found.timed == timed


@pytest.mark.parametrize("unit", ["1/h", "1/(mM h)", "1/(mM^2 h)", "mM/h", "mM", "1", "mM^0.5/h"])
def test_a_unit_that_was_read_is_written_as_it_was(unit):
    assert Dimension.read(unit).write("mM") == unit
