import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.measurement.data import Statement
from assemblysim.measurement.statements.interpretations import ONLY, Interpretation, samples_of
from assemblysim.study.definition.schema import InterpretationTable
from assemblysim.study.definition.wording import (
    read_further_samples,
    read_interpretations,
    read_statements,
)

SAMPLED = np.array([1 / 12, 1.0, 6.0, 48.0])
FIRST = "species,relation,from_h,to_h,reading"
TWO = (Interpretation("A", "", 0.5), Interpretation("B", "", 0.5))


def said(tmp_path, *lines, header=FIRST, interpretations=ONLY, own=None):
    path = tmp_path / "statements.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    samples = samples_of(SAMPLED, interpretations, own or {})
    return read_statements(path, ["Dy3L", "Dy5L2"], samples)


def refusal(tmp_path, *lines, **further):
    with pytest.raises(InputError) as raised:
        said(tmp_path, *lines, **further)
    return str(raised.value).removeprefix(f"{tmp_path}/statements.csv: ")


def test_a_statement_is_put_at_the_sampling_times_that_it_means(tmp_path):
    found = said(tmp_path, 'Dy3L,abundant,0.0833,6,"much, at 1 h"', "Dy5L2,absent,48,48,")

    assert found == (
        Statement("Dy3L", "abundant", 1 / 12, 6.0, "much, at 1 h", place="line 2"),
        Statement("Dy5L2", "absent", 48.0, 48.0, "", place="line 3"),
    )


def test_further_columns_hold_sentence_interpretation_fraction_and_rates(tmp_path):
    header = "sentence,species,relation,from_h,to_h,fraction,interpretation,error_rate," + (
        "unmentioned_rate,reading"
    )
    own = {"B": np.array([1 / 6])}

    found = said(
        tmp_path,
        "starts,Dy3L,at most of spectrum,0.167,0.167,20 %,B,0.1,,few",
        "starts,Dy3L,at most of maximum,0.0833,0.0833,0.2,A,,,few",
        ",Dy5L2,unmentioned,0.0833,48,,A B,,0.3,",
        header=header,
        interpretations=TWO,
        own=own,
    )

    assert found == (
        Statement("Dy3L", "at most of spectrum", 1 / 6, 1 / 6, "few", "starts", ("B",), 0.2, 0.1,
                  None, "line 2"),
        Statement("Dy3L", "at most of maximum", 1 / 12, 1 / 12, "few", "starts", ("A",), 0.2,
                  place="line 3"),
        Statement("Dy5L2", "unmentioned", 1 / 12, 48, "", "", ("A", "B"), None, None, 0.3,
                  "line 4"),
    )  # fmt: skip


FURTHER = FIRST + ",interpretation,fraction,error_rate,unmentioned_rate"


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (
            ["Dy3L,abundant,1,12,,,,,"],
            "line 2: to_h 12 is no sampling time under A; sampled (h): 0.08333, 1, 6, 48",
        ),
        (
            ["Dy3L,detected,0.167,0.167,,,,,"],
            "line 2: from_h 0.167 is no sampling time under A; sampled (h): 0.08333, 1, 6, 48",
        ),
        (["Dy3L,abundant,1,,,,,,"], "line 2: to_h is blank; write a time in h"),
        (
            ["Dy3L,detected,1,1,,C,,,"],
            "line 2: unknown interpretation 'C'; known: A, B",
        ),
        (
            ["Dy3L,at most of maximum,1,1,,,,,"],
            "line 2: 'at most of maximum' of what; state it under 'fraction', such as 0.2",
        ),
        (
            ["Dy3L,detected,1,1,,,0.2,,"],
            "line 2: 'detected' has no fraction; leave the cell blank",
        ),
        (
            ["Dy3L,abundant,1,1,,,120 %,,"],
            "line 2: fraction: 1.2 is not between 0 and 1; write one such as 0.2",
        ),
        (
            ["Dy3L,detected,1,1,,,,0.6,"],
            "line 2: error_rate: 0.6 is not between 0 and 0.5; write one such as 0.02",
        ),
        (
            ["Dy3L,unmentioned,1,1,,,,0.1,"],
            "line 2: error_rate: does not go with silence; state unmentioned_rate, or leave the "
            "cell blank",
        ),
        (
            ["Dy3L,appears between,1,1,,,,,"],
            "line 2: 'appears between' at one time, 1 h; state two times",
        ),
        (
            ["Dy3L,detected,1,1,,A,,,", "Dy3L,detected,1,1,,,,,"],
            "line 3: says the same as line 2; keep one, or it counts twice",
        ),
        (
            ["Dy3L,apears between,1,6,,,,,"],
            "line 2: unknown relation 'apears between'; did you mean 'appears between'?",
        ),
    ],
)
def test_a_row_that_means_nothing_is_refused_in_one_line(tmp_path, lines, fault):
    found = refusal(
        tmp_path, *lines, header=FURTHER, interpretations=TWO, own={"B": np.array([1 / 6])}
    )

    assert found == fault


def test_two_interpretations_may_say_the_same(tmp_path):
    lines = ["Dy3L,detected,1,1,,A,,,", "Dy3L,detected,1,1,,B,,,"]

    assert len(said(tmp_path, *lines, header=FURTHER, interpretations=TWO)) == 2


def test_an_interpretation_is_listed_before_it_is_used(tmp_path):
    assert refusal(tmp_path, "Dy3L,detected,1,1,,A,,,", header=FURTHER) == (
        "line 2: interpretation 'A': the study has none; list it under [interpretations]"
    )


def test_interpretations_have_titles_weights_and_samples_of_their_own():
    tables = {
        "A": InterpretationTable(weight=0.25, title="5 min counts from mixing"),
        "B": InterpretationTable(weight=0.75, sampled=["10 min"]),
        "C": InterpretationTable(sampled={"second": ["2 h"]}),
    }

    with pytest.raises(InputError, match="2 of 3 have a weight, and 'C' has none"):
        read_interpretations(tables)
    found = read_interpretations({name: tables[name] for name in "AB"})
    assert found == (
        Interpretation("A", "5 min counts from mixing", 0.25),
        Interpretation("B", "B", 0.75),
    )
    both = ["first", "second"]
    (b,) = read_further_samples(tables, "first", both)
    assert (b[0], b[1].tolist()) == ("B", [pytest.approx(1 / 6)])
    assert [name for name, _ in read_further_samples(tables, "second", both)] == ["B", "C"]
    with pytest.raises(InputError, match="unknown experiment with statements 'second'"):
        read_further_samples(tables, "first", ["first"])


def test_without_interpretations_there_is_one():
    assert read_interpretations({}) == ONLY


def test_a_name_that_a_cell_could_not_hold_is_refused():
    with pytest.raises(InputError, match="'from mixing': a name has no blank, comma or semicolon"):
        read_interpretations({"from mixing": InterpretationTable()})
