from assemblysim.files.former_names import OPTIONS, with_todays_keys, with_todays_options


def test_former_keys_are_read_and_answered_by_one_line_each():
    given = {
        "tied": {"k_a": "2 * k_b"},
        "sampling": {"gates": {"failed_share": 0.1}, "tempering": {"explorers": 3}},
    }
    before = repr(given)
    content, lines = with_todays_keys(given)

    assert content == {
        "derived": {"k_a": "2 * k_b"},
        "sampling": {
            "convergence": {"failed_fraction": 0.1},
            "smc": {"exploratory_runs": 3},
        },
    }
    assert lines == (
        "'tied' is called 'derived' now; the former name is still read",
        "[sampling] 'gates' is called 'convergence' now; the former name is still read",
        "[sampling] 'tempering' is called 'smc' now; the former name is still read",
        "[sampling.convergence] 'failed_share' is called 'failed_fraction' now; "
        "the former name is still read",
        "[sampling.smc] 'explorers' is called 'exploratory_runs' now; "
        "the former name is still read",
    )
    assert repr(given) == before


def test_a_former_key_beside_todays_is_left_to_be_refused():
    content, lines = with_todays_keys({"tied": {}, "derived": {}})

    assert content == {"tied": {}, "derived": {}}
    assert lines == ()


def test_former_options_are_read_and_answered():
    words, lines = with_todays_options(["calibrate", "x", "--misfit=all", "--share", "20 %"])

    assert words == ["calibrate", "x", "--misspecification=all", "--fraction", "20 %"]
    assert lines == (
        "--misfit is called --misspecification now; the former name is still read",
        "--share is called --fraction now; the former name is still read",
    )
    assert with_todays_options(list(OPTIONS.values())) == (list(OPTIONS.values()), ())
