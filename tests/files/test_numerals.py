import itertools

import pytest

from assemblysim.errors import InputError
from assemblysim.files.numerals import Numerals, find_numerals

POINT, COMMA = Numerals(".", stated=True, key="decimal"), Numerals(",", stated=True, key="decimal")


def found(*texts, separator="\t", stated=None):
    places = [(f"line {n}", text) for n, text in enumerate(texts, start=2)]
    return find_numerals(places, separator, stated, "decimal")


@pytest.mark.parametrize("text", ["12,345", "1,234,567", "12 345", "12'345", "1,234.5", "-1,000e3"])
def test_marks_between_thousands_are_read_where_the_decimal_mark_is_stated(text):
    value = float(text.replace(",", "").replace(" ", "").replace("'", ""))

    assert POINT.number(text) == value
    assert COMMA.number(text.translate(str.maketrans(",.", ".,"))) == value
    assert Numerals().number(text) is None


@pytest.mark.parametrize("text", ["0,500", "12,34", "1234,567", "1,23.4", "12,345,67", "1,2,3"])
def test_a_mark_at_another_place_is_no_thousands_separator(text):
    assert POINT.number(text) is None


@pytest.mark.parametrize("texts", [("12,345", "850"), ("8.000", "1.250", "300"), ("1.234",)])
def test_what_may_be_thousands_or_decimals_is_refused_with_both_meanings(texts):
    with pytest.raises(InputError) as refusal:
        found(*texts)

    number = texts[0].replace(",", ".")
    assert f"for {float(number):g}" in str(refusal.value)
    assert f"for {float(number.replace('.', '')):g}" in str(refusal.value)


@pytest.mark.parametrize("sure", ["0,5", "0,123", "12,3", "1234,567", ",25", "1,5e3"])
def test_one_number_that_can_only_be_decimal_settles_the_others(sure):
    assert found("12,345", sure).decimal == ","
    assert found("12.345", sure.replace(",", ".")).decimal == "."


@pytest.mark.parametrize("dress", ["<{}", "≤ {}", "{} s", "{} min.", "{} %", "<{} %"])
def test_a_number_behind_a_limit_or_before_a_unit_is_doubted_as_one_alone(dress):
    with pytest.raises(InputError, match=r"'1.500' may have its mark between thousands"):
        found(dress.format("1.500"), "850")
    with pytest.raises(InputError, match=r"'1.500,5' has marks between thousands"):
        found(dress.format("1.500,5"))
    assert found(dress.format("1,5"), "850").decimal == ","
    assert found(dress.format("1.5"), "2.500").decimal == "."
    assert found("Dy1,500", "1.500 of 3").decimal == "."  # no numbers


def test_thousands_beside_a_sure_decimal_mark_are_refused():
    for texts in itertools.permutations(("12,345", "0.5", "850")):
        with pytest.raises(InputError, match=r"'12,345' may have its mark .* decimal = \"\.\""):
            found(*texts)


def test_following_the_remedy_gives_what_it_says():
    assert found("12,345", stated=",").number("12,345") == 12.345
    assert found("12,345", stated=".").number("12,345") == 12345
    with pytest.raises(InputError, match=r"write 12.3450 or 12345, without marks"):
        find_numerals([("line 2", "12,345")], ";", None, "")
    assert find_numerals([("line 2", "12.3450")], ";", None, "").number("12.3450") == 12.345


def test_beside_commas_a_point_is_the_decimal_mark():
    assert found("12.345", "8.000", separator=",").number("12.345") == 12.345


@pytest.mark.parametrize(
    "text", ["2.5 x 10^-3", "2.5×10⁻³", "2.5 * 10**-3", "2.5·10-3", "2.5D-03", "2.5e-3"]
)
def test_powers_of_ten_are_read_as_people_and_fortran_write_them(text):
    assert Numerals().number(text) == 2.5e-3
    assert COMMA.number(text.replace(".", ",")) == 2.5e-3


@pytest.mark.parametrize("text", ["2.5 x 103", "2 x 5", "10^-3", "2.5 x 10^", "D3"])
def test_what_may_be_no_power_of_ten_is_no_number(text):
    assert Numerals().number(text) is None


@pytest.mark.parametrize("minus", ["-", "\u2212", "\u2013", "\u2010"])
def test_dashes_before_a_number_are_its_sign(minus):
    assert Numerals().number(f"{minus}0.5") == -0.5


def test_decimal_commas_are_found_in_numbers_with_errors():
    assert found("2,0 ± 0,15").decimal == ","
    assert found("2,04(3)").decimal == ","
