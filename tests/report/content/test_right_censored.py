from assemblysim.report.content.right_censored import (
    censored_cell_texts,
    censored_note,
    no_maximum_texts,
)


def test_a_median_beyond_the_experiment_is_a_probability_and_what_lies_within_a_bound():
    assert censored_cell_texts(48.0, 0.61, 30.0) == (
        "beyond 48 h with probability 0.61",
        "above 30 h with probability 0.975",
    )
    assert censored_cell_texts(48.0, 0.61, None)[1] == ""
    assert censored_cell_texts(48.0, None, 30.0)[1] == ""


def test_none_or_all_of_the_draws_are_no_proof():
    assert censored_cell_texts(48.0, 1.0, None)[0] == "beyond 48 h with probability > 0.99"


def test_nothing_is_noted_of_what_hardly_lies_beyond():
    assert censored_note(48.0, 0.12) == "beyond 48 h with probability 0.12"
    assert censored_note(48.0, 0.0) == ""
    assert censored_note(None, 0.5) == ""
    assert censored_note(48.0, None) == ""


def test_a_height_without_a_maximum_is_said_so_and_not_dashed():
    assert no_maximum_texts(48.0, 0.97) == ("no maximum within 48 h", "with probability 0.97")
    assert no_maximum_texts(None, 0.97) == no_maximum_texts(48.0, None) == ("–", "")
