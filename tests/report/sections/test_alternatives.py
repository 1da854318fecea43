from report_example import result_of, summary, verdict

from assemblysim.report.content.stored import ranked_names
from assemblysim.report.sections.alternatives import alternatives_section, alternatives_table


def alternative(kind, name, title, posterior, certain=True):
    return {
        "kind": kind, "name": name, "title": title, "prior": 0.5, "posterior": posterior,
        "probabilities": {"both": 0.9, "stepwise": 0.09, "template": 0.01} if certain else None,
        "verdict": verdict("undecided", ["both", "stepwise"], ["template"]) if certain else None,
    }  # fmt: skip


def with_alternatives(*every):
    content = summary(words=True)
    content["comparison"]["alternatives"] = list(every)
    return result_of(content)


def test_each_interpretation_is_shown_with_its_weight_and_its_verdict():
    result = with_alternatives(
        alternative("interpretation", "A", "from mixing", 0.27),
        alternative("interpretation", "B", "a label", 0.73, certain=False),
    )

    table = alternatives_table(result)

    rows = [[cell.text for cell in row] for row in table.rows]
    assert rows[0][:4] == ["A: from mixing", "0.50", "0.27", "0.90"]
    assert ranked_names(result)[0] == "both"
    assert rows[0][-1].startswith("These data cannot tell both and stepwise apart.")
    assert rows[1][-1] == "the draws do not tell"


def test_courses_of_temperature_are_told_to_count_in_the_evidence_alone():
    result = with_alternatives(alternative("course", "", "as stated", 0.6))

    assert alternatives_table(result).rows[0][0].text == "as stated"
    assert alternatives_table(with_alternatives()) is None


def test_a_study_without_alternatives_has_no_such_section():
    class Study:
        result = with_alternatives()

    assert alternatives_section(Study()) == ()
