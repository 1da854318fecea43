from checkout import ROOT

from assemblysim.explorer.statements import told_statements
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem


def told(name):
    study = read_study(ROOT / "fits" / name)
    problem = build_problem(study, study.mechanisms[0])
    return told_statements(problem, problem.experiments[0]), problem.experiments[0].statements


def test_every_reading_has_all_sentences_and_the_times_it_knows():
    found, statements = told("hnp_dy6")

    assert len(found["readings"]) == len(statements.sentences) == 2
    for reading, (_, known) in zip(found["readings"], statements.samples.known, strict=True):
        assert reading["times"] == statements.samples.times[known].tolist()
        words = [one["words"] for one in reading["sentences"]]
        assert words == list(statements.observations)


def test_a_claim_keeps_what_it_says_of_which_signal():
    found, statements = told("hnp_dy6")
    sentences = statements.sentences[0]
    times = found["readings"][0]["times"]

    for sentence, shown in zip(sentences, found["readings"][0]["sentences"], strict=True):
        claims = sentence.claims(statements.samples.of("A"))
        names = [statements.signals[one["signal"]] for one in shown["claims"]]
        assert names == list(claims)
        for claim, one in zip(claims.values(), shown["claims"], strict=True):
            assert one["detected"] == sorted(claim.detected)
            assert {tuple(pair) for pair in one["rises"]} == claim.rises
            assert all(place < len(times) for place in one["detected"] + one["absent"])


def test_a_study_of_numbers_has_none():
    assert told("hnp_dy6_synthetic") == (None, None)
