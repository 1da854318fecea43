"""When to stop, in sentences: what is probable, improbable, and open."""

import pytest
from forecast_example import outlook_summary
from report_example import result_of

from assemblysim.report.sections.forecast.forecast import stored_forecast
from assemblysim.report.sections.forecast.stopping import stopping_sentences


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
