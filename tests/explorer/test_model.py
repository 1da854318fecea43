import pytest
from checkout import ROOT

from assemblysim.errors import InputError
from assemblysim.explorer.model import USUAL_START, ModelQuestion, explored_model
from assemblysim.mechanism.reading.expanding import read_expanded_system

SYSTEM = read_expanded_system(ROOT / "models" / "hnp_dy6.toml")


def test_every_mechanism_of_a_file_can_be_chosen_and_starts_from_its_blocks():
    content = explored_model(ModelQuestion(SYSTEM, {}, 48.0))

    assert [one["name"] for one in content["mechanisms"]] == list(SYSTEM.mechanism_names)
    for place, mechanism in enumerate(content["mechanisms"]):
        species = content["networks"][place]["species"]
        start = dict(zip(species, mechanism["experiments"][0]["initial"], strict=True))
        assert {name for name, value in start.items() if value == USUAL_START} == {"Dy", "L"}
        sliders = [one["name"] for one in mechanism["sliders"]]
        assert sliders == list(content["networks"][place]["constants"])


def test_a_stated_start_is_taken():
    content = explored_model(ModelQuestion(SYSTEM, {"Dy": 190.0, "L": 23.8}, 6.0))

    assert content["mechanisms"][0]["experiments"][0]["initial"][:2] == [190.0, 23.8]
    assert content["experiments"][0]["until"] == 6.0


def test_a_start_of_what_takes_part_in_nothing_is_refused():
    other = read_expanded_system(ROOT / "models" / "cage.toml")

    with pytest.raises(InputError, match=r"--initial: Dy takes part in no mechanism of .*cage"):
        explored_model(ModelQuestion(other, {"Dy": 1.0}, 6.0))
