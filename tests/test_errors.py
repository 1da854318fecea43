from assemblysim import errors
from assemblysim.errors import AssemblysimError, did_you_mean


def test_every_failure_that_a_user_can_mend_is_told_in_one_line_by_the_command():
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]

    assert len(kinds) == 4
    assert all(issubclass(kind, AssemblysimError) for kind in kinds)


def test_the_closest_known_word_is_suggested_and_else_all_of_them():
    assert did_you_mean("k_grwo", ["k_grow", "k_close"]) == "; did you mean 'k_grow'?"
    assert did_you_mean("zzz", ["b", "a"]) == "; known: a, b"
    assert did_you_mean("zzz", []) == ""
