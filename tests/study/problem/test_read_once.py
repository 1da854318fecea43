"""A study is read and its problems are built without reading a rate law or a network twice."""

from collections import Counter
from pathlib import Path

from assemblysim.mechanism.network import expression
from assemblysim.mechanism.network.network import Network
from assemblysim.mechanism.reading import system
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

STUDY = Path(__file__).parents[3] / "fits" / "hnp_dy6"


def test_each_law_is_parsed_once_and_each_network_is_built_once(monkeypatch):
    laws, networks = Counter(), Counter()
    tokens, check = expression._tokens, Network.__post_init__

    def counted_tokens(text, what):
        laws[text] += 1
        return tokens(text, what)

    def counted_check(self):
        networks[self.species, self.reactions] += 1
        check(self)

    monkeypatch.setattr(expression, "_tokens", counted_tokens)
    monkeypatch.setattr(Network, "__post_init__", counted_check)
    system._network.cache_clear()

    study = read_study(STUDY)
    for mechanism in study.mechanisms:
        build_problem(study, mechanism)

    assert len(study.mechanisms) == 10
    assert laws == {"k_chelate*L*Dy": 1, "k_chelate_third_order*L*Dy^2": 1}
    # One for each mechanism, one of all reactions together, and one of those that are compared.
    assert len(networks) == len(study.mechanisms) + 2
    assert set(networks.values()) == {1}
