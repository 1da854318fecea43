"""When to stop, in sentences: what is probable, improbable, and open."""

import pytest
from forecast_example import outlook_summary
from report_example import result_of

from assemblysim.report.sections.forecast.forecast import stored_forecast
from assemblysim.report.sections.forecast.stopping import main_windows, stopping_sentences


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.2, "Dy5L2 probably holds no more than 20 % of L within 48 h: it does at some time"),
        (0.47, "Whether Dy5L2 holds more than 20 % of L at some time within 48 h is open: it"),
        (0.53, "Dy5L2 holds more than 20 % of L at some time with probability 0.53, but when is"),
    ],
)
def test_what_is_hardly_less_probable_than_not_is_open(probability, said):
    content = outlook_summary()
    content["averaged"]["windows"]["Dy5L2"]["start"]["probability"] = probability

    assert stopping_sentences(stored_forecast(result_of(content)))[1].startswith(said)


def test_what_hardly_ever_holds_so_much_is_a_sentence_and_no_row_of_dashes():
    content = outlook_summary()
    windows = content["averaged"]["windows"]
    windows |= {f"M{i}": windows["Dy5L2"] for i in range(1, 20)}
    table, rest = main_windows(stored_forecast(result_of(content)))

    assert [row[0].text for row in table.table.rows] == ["Dy3L"]
    assert rest.text == (
        "Holding more than 20 % of L at some time is improbable for Dy5L2, M1, M2, M3, M4, M5, M6, "
        "M7 and 12 others (probability at most 0.10)."
    )
