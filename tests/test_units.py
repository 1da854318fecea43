import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.units import convert, quantity


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("190 mM", "mM", 190),
        ("0.19 M", "mM", 190),
        ("5 µM", "mM", 0.005),
        ("5 umol/L", "mM", 0.005),
        ("2 mol dm-3", "mM", 2000),
        ("5 min", "h", 1 / 12),
        ("36 s", "h", 0.01),
        ("2 d", "h", 48),
        ("1e-4 1/(mM h)", "1/(mM h)", 1e-4),
        ("3 M^-1 h^-1", "1/(mM h)", 0.003),
        ("3 M⁻¹ s⁻¹", "1/(mM h)", 10.8),
        ("3 M-1 s-1", "1/(mM h)", 10.8),
        ("3 1/mM/h", "1/(mM h)", 3),
        ("3 1/(mM**2 h)", "1/(mM^2 h)", 3),
        ("2 mM/h", "mM/h", 2),
        ("100 %", "%", 100),
        ("3 1/(% min)", "1/(% h)", 180),
        ("0.5 %", "", 0.005),
        ("0.5", "", 0.5),
        (0.5, "", 0.5),
        (3, "", 3),
        (3, "1", 3),
        ("0.5 degC", "K", 0.5),
        ("0.9 degF", "K", 0.5),
        ("-5 mM", "mM", -5),
    ],
)
def test_quantities_become_numbers(text, unit, number):
    assert quantity(text, unit) == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "fault"),
    [
        (190, "mM", '190 has no unit; write it with one, such as "190 mM"'),
        ("190", "mM", "'190' has no unit; write it with one, such as \"190 mM\""),
        ("nan mM", "mM", "'nan mM' is not a quantity; write one such as \"1 mM\""),
        ("1e999 mM", "mM", "'1e999 mM' is not a quantity; write one such as \"1 mM\""),
        (float("inf"), "", "inf is not a finite number; write one such as 0.5"),
        (True, "h", 'True is not a quantity; write one such as "1 h"'),
        (["1 h"], "h", "['1 h'] is not a quantity; write one such as \"1 h\""),
        ("1e308 1/s", "1/h", "'1e308 1/s' is out of range; write a smaller number"),
        ("1,5 mM", "mM", "'1,5 mM' is not a quantity; write a decimal point, no comma"),
        ("5 foo", "h", "unknown unit 'foo'; write it like mM, h or 1/(mM h)"),
        ("5 kdegC", "K", "unknown unit 'kdegC'; write it like mM, h or 1/(mM h)"),
        ("5 (h", "h", "cannot read the unit '(h'; write it like mM, h or 1/(mM h)"),
        ("5 h)", "h", "cannot read the unit 'h)'; write it like mM, h or 1/(mM h)"),
        ("5 h/", "h", "cannot read the unit 'h/'; write it like mM, h or 1/(mM h)"),
        (
            "5 mm",
            "mM",
            "unit 'mm' (a length) does not fit; a unit like mM (a concentration) is needed",
        ),
        (
            "5 mM",
            "%",
            "unit 'mM' (a concentration) does not fit; a unit like % (a fraction of a stated "
            "amount) is needed",
        ),
        (
            "3 1/h",
            "1/(mM h)",
            "unit '1/h' (first order) does not fit; a unit like 1/(mM h) (second order) is needed",
        ),
        (
            "3 1/h",
            "1/(% h)",
            "unit '1/h' (first order) does not fit; a unit like 1/(% h) (second order) is needed",
        ),
        ("1 mM", "", "unit 'mM' (a concentration) does not fit; a pure number or % is needed"),
        (
            "80 kcal",
            "kJ/mol",
            "unit 'kcal' (an energy) does not fit; a unit like kJ/mol (an energy of a mole) is "
            "needed",
        ),
        (
            "1 kJ/mol",
            "J/(mol K)",
            "unit 'kJ/mol' (an energy of a mole) does not fit; a unit like J/(mol K) (an entropy "
            "of a mole) is needed",
        ),
        ("5 of 7", "", "'of 7' fits no pure number; write the number alone, or in %"),
    ],
)
def test_what_is_no_such_quantity_is_refused_with_both_units(text, unit, fault):
    with pytest.raises(InputError) as refusal:
        quantity(text, unit)

    assert str(refusal.value) == fault


def test_towers_of_powers_are_refused_before_they_are_worked_out():
    with pytest.raises(InputError, match="cannot read the unit"):
        quantity("1 mM^9^9^9^9^9", "mM")
    with pytest.raises(InputError, match="cannot read the unit"):
        quantity("9**9**9**9**9 mM", "mM")
    with pytest.raises(InputError, match="cannot read the unit"):
        quantity("1 " + "(" * 200 + "h" + ")" * 200, "h")


@given(st.text(max_size=30))
def test_no_text_does_worse_than_an_input_error(text):
    for written in (text, f"1 {text}", f"1 h{text}"):
        fault = fault_of(written)
        assert "\n" not in fault


def fault_of(written):
    try:
        quantity(written, "h")
    except InputError as refusal:
        return str(refusal)
    return ""


def test_a_column_of_minutes_becomes_hours():
    assert convert(90.0, "min", "h") == pytest.approx(1.5)
    assert convert(90.0, "h", "h") == 90.0


def test_pint_is_loaded_only_when_a_unit_has_to_be_converted():
    code = (
        "import sys; from assemblysim.units import quantity; quantity('190 mM', 'mM');"
        "sys.exit('pint' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
