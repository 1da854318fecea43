import pytest

from assemblysim.errors import InputError, RunError
from assemblysim.files.places import at


def test_outer_places_stand_before_inner_ones():
    said = r"^study\.toml: experiment 'a': too hot$"
    with pytest.raises(InputError, match=said), at("study.toml"), at("experiment 'a'"):
        raise InputError("too hot")


def test_other_failures_have_no_place_in_a_file():
    with pytest.raises(RunError, match=r"^disk full$"), at("study.toml"):
        raise RunError("disk full")
