"""A mechanism file's text is read as the file is."""

import doctest

import pytest
from checkout import ROOT

from assemblysim.errors import InputError
from assemblysim.mechanism.reading import system_text
from assemblysim.mechanism.reading.system import read_system
from assemblysim.mechanism.reading.system_text import read_system_text


def test_the_text_of_a_file_is_the_system_of_the_file():
    path = ROOT / "models/hnp_dy6.toml"
    text = read_system_text(path.read_text("utf-8"))
    assert text.network("both") == read_system(path).network("both")


def test_the_example_runs():
    assert doctest.testmod(system_text).failed == 0


def test_a_fault_names_the_text():
    with pytest.raises(InputError, match=r"^text: line 1: not TOML"):
        read_system_text("[species")
