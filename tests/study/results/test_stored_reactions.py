"""A reaction is stored as it is read back, so that a resumed run ends with the same bits."""

from checkout import ROOT

from assemblysim.files.codec import from_plain, to_plain
from assemblysim.mechanism.reading.system import read_system
from assemblysim.result.mechanism import StoredReaction
from assemblysim.study.results.mechanism_result import stored_reaction


def test_a_factor_has_one_type_before_and_after_it_is_stored():
    network = read_system(ROOT / "models" / "hnp_dy6.toml").network("both")
    for one in map(stored_reaction, network.reactions):
        again = from_plain(StoredReaction, to_plain(one))

        assert again == one
        assert type(again.factor) is type(one.factor) is float


def test_a_title_of_a_step_is_stored_with_it():
    reaction = read_system(ROOT / "models" / "hnp_dy6.toml").network("both").reactions[0]

    assert stored_reaction(reaction).title is None
    assert stored_reaction(reaction, "the ring closes").title == "the ring closes"
