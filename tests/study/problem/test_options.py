import pytest

from assemblysim.errors import InputError
from assemblysim.study.problem.options import read_pairs, read_quantity

UNITS = {"k_grow": "1/(mM h)", "k_close": "1/h"}


def test_a_value_is_read_in_the_unit_of_its_name():
    found = read_pairs(("k_grow = 3 1/(M h)", "k_close=2 1/min"), "--set", UNITS, "constant")

    assert found == pytest.approx({"k_grow": 3e-3, "k_close": 120.0})
    assert read_quantity("90 min", "h", "--until") == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("pair", "line"),
    [
        ("k_grow", "--set: 'k_grow' is not name=value; write one as k_grow=\"1 1/(mM h)\""),
        ("k_grwo=1 1/h", "--set: unknown constant 'k_grwo'; did you mean 'k_grow'?"),
        ("k_close=-1 1/h", "--set k_close: -1 1/h is negative; write a value from 0 up"),
    ],
)
def test_what_is_no_pair_is_told_with_the_option(pair, line):
    with pytest.raises(InputError) as refused:
        read_pairs((pair,), "--set", UNITS, "constant")

    assert str(refused.value) == line


def test_a_name_given_twice_and_a_wrong_unit_are_refused():
    with pytest.raises(InputError, match="'k_close' is given twice; keep one"):
        read_pairs(("k_close=1 1/h", "k_close=2 1/h"), "--set", UNITS, "constant")
    with pytest.raises(InputError, match=r"^--set k_close: "):
        read_pairs(("k_close=1 mM",), "--set", UNITS, "constant")
