import pytest

from assemblysim.files.remedies import remedy_for_cell


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("-", "write nothing for not measured, or n.d. for not detected, as it may be either"),
        ("—", "write nothing for not measured, or n.d. for not detected, as it may be either"),
        ("n.a.", "write nothing for not measured, or n.d. for not detected, as it may be either"),
        ("trace", "write n.d. for below the detection limit, or the limit as in <0.1"),
        (">1000", "what lies above a limit is not fitted; write nothing for not measured"),
        ("Overflow", "what lies above a limit is not fitted; write nothing for not measured"),
        ("#DIV/0!", "mend the formula of the spreadsheet, or write nothing for not measured"),
        ("2 ± x", "write the number, and its standard deviation in a column beside it"),
        ("1.0-1.2", "write one number in place of a range"),
        ("=A2", "write the result in place of the formula"),
        ("9.9 (excluded)", "write the number alone, or nothing if it is not to count"),
        ("2.00*", "write the number alone, or nothing if it is not to count"),
        ("ca. 3", "write the number alone, or nothing if it is not to count"),
        ("abc", ""),
        ("1_000", ""),
    ],
)
def test_what_to_write_follows_from_what_a_cell_looks_like(text, remedy):
    assert remedy_for_cell(text) == remedy
