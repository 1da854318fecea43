"""What only conversions need is asked for in one line."""

import sys

import pytest

import assemblysim as asm
from assemblysim.interface.converting import needed


def test_a_package_that_is_there_is_returned():
    assert needed("json").dumps([1]) == "[1]"


def test_a_missing_package_is_one_line_of_the_family(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    network = asm.make_system({"A": "M"}, {"gone": "A -> ; k"}).network("all")
    course = asm.integrate(network, {"k": 1.0}, {"A": 1.0}, [1.0])

    with pytest.raises(asm.InputError, match=r"this needs pandas, .*; pip install") as caught:
        course.to_frame()
    assert "\n" not in str(caught.value)
