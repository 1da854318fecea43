import pytest
from report_example import result_of, summary

from assemblysim.report.sections.methods import methods_text
from assemblysim.result.evidence import WEIGHED

TEMPERED = "sequential Monte Carlo"


@pytest.mark.parametrize(
    ("methods", "says", "cited"),
    [
        (
            [TEMPERED] * 3,
            "started from particles tempered once more, from a mixture of t-distributions about "
            "that;",
            (False, False),
        ),
        (
            [WEIGHED] * 3,
            "started from draws from mixtures of t-distributions about that, fitted to weighted "
            "draws",
            (True, False),
        ),
        (
            [WEIGHED, TEMPERED, WEIGHED],
            ", or, where the weights could not be trusted",
            (True, True),
        ),
    ],
)
def test_where_walkers_started_is_told(methods, says, cited):
    content = summary()
    for one, method in zip(content["mechanisms"].values(), methods, strict=True):
        one["log_evidence"][1]["method"] = method
    found = methods_text(result_of(content))

    assert says in " ".join(found.paragraphs)
    authors = ("Cornuet", "Yao")
    assert tuple(any(name in one for one in found.references) for name in authors) == cited
