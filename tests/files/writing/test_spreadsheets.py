import csv
import io

import pytest

from assemblysim.files.writing.spreadsheets import csv_table, not_a_formula


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+x", "-x", "\t=1", "\r=1", "=HYPERLINK(1)"])
def test_no_text_begins_like_a_formula(text):
    assert not_a_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1", "+2.5", "-1e-6", "-inf", "Dy6L2", "", "a=1", " =1"])
def test_numbers_and_other_texts_stay(text):
    assert not_a_formula(text) == text


def test_a_table_comes_back_with_its_texts_made_safe():
    rows = [["ion", "charge"], ['=cmd|" /C calc"!A0', -2], ["a, b\nc", 0.5]]

    read = list(csv.reader(io.StringIO(csv_table(rows))))

    assert read == [["ion", "charge"], ['\'=cmd|" /C calc"!A0', "-2"], ["a, b\nc", "0.5"]]
