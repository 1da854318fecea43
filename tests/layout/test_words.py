"""The field's words in the code: former ones stand only where they mean something else."""

import re

import pytest
from checkout import ROOT

PACKAGE = ROOT / "assemblysim"
KINDS = (".py", ".pyi", ".html", ".md")
# Former words, and the files (or folders) where each may still stand: as a former key, as a name
# of somebody else's interface, or in another sense.
FORMER = {
    "audits?": ["files/former_names.py"],
    "brute force": [],
    "climb(s|ed)?": [],
    "conduct": [],
    "exhibits?": [],
    "explorers": ["files/former_names.py"],
    "fitness": ["study/execution/concluding.py"],  # a stream of random numbers keeps its name
    "gates?": ["files/former_names.py"],
    "kept share": ["files/former_names.py"],
    "left out units": [],
    "lockstep": [],
    "misfits?": ["files/former_names.py"],
    "outlooks?": [],
    "pots?": [],
    "summits?": [],
    "tempered particles": [],
    "tied": ["files/former_names.py"],
    "weighing runs?": [],
    "witness(es)?": [],
}


def spaced(text):
    return text.replace("_", " ").lower()


def standing(word, text):
    return re.findall(rf"(?<![a-z]){word}(?![a-z])", spaced(text))


@pytest.mark.parametrize("word", FORMER)
def test_a_former_word_stands_only_where_it_means_something_else(word):
    found = {
        str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in (".py", ".pyi", ".html", ".md")
        and standing(word, path.read_text("utf-8"))
    }

    assert sorted(found) == FORMER[word]


def test_a_former_word_is_seen_within_names_too():
    assert standing("gates?", "settings.convergence_gates = 1") == ["gates"]
    assert standing("gates?", "investigates, propagates") == []


def test_the_table_of_words_stands_in_the_contributors_page():
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

    for word in ("SMC (sequential Monte Carlo)", "ESS threshold", "rate swap", "misspecification"):
        assert word in page


def letters_in(text):
    """Capital letters of the shapes in docstrings."""
    shapes = re.findall(r"[Ss]hape \(([^)]*)\)", text)
    return {letter for shape in shapes for letter in re.findall(r"\b[A-Z]\b", shape)}


def test_letters_of_arrays_are_those_of_the_contributors_page():
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (told,) = re.findall(r"\*\*Letters of arrays\*\*(.*?)\n\n", page, flags=re.DOTALL)
    known = set(re.findall(r"\b[A-Z]\b", told))
    used = {one for path in PACKAGE.rglob("*.py") for one in letters_in(path.read_text("utf-8"))}

    assert used == known
    assert letters_in("shape (B, Z), of what") == {"B", "Z"}
