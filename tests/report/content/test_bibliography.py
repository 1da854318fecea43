import re

import pytest

from assemblysim.report.content.bibliography import bibtex, references


def fields(text):
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", text, re.MULTILINE))


@pytest.mark.parametrize("key", references())
def test_an_entry_has_all_fields_and_closes(key):
    text = bibtex([key])
    found = fields(text)

    assert text.startswith(f"@article{{{key},\n")
    assert text.count("{") == text.count("}")
    assert {"author", "title", "journal", "year", "volume", "pages"} <= set(found)
    assert len(found["author"].split(" and ")) == len(references()[key].authors)
    assert all(re.fullmatch(r"[^,]+, [A-Z][^,]*\.", a) for a in found["author"].split(" and "))
    assert re.fullmatch(r"\d+(--\d+)?", found["pages"])


def test_a_surname_of_several_words_stays_whole():
    authors = fields(bibtex(["snooker"]))["author"]

    assert authors == "ter Braak, C. J. F. and Vrugt, J. A."


def test_print_names_many_authors_by_the_first():
    assert references()["tutorial"].text == (
        "Q. F. Gronau et al., J. Math. Psychol., 2017, 81, 80–97."
    )
    assert references()["snooker"].text == (
        "C. J. F. ter Braak and J. A. Vrugt, Stat. Comput., 2008, 18, 435–446."
    )


def test_the_doi_in_the_source_of_a_study_is_found():
    text = bibtex(["source"], "Inorg. Chem. Front. 2023, 10, 6269; doi 10.1039/d3qi01490h.")

    assert text.startswith("@misc{source,")
    assert fields(text)["doi"] == "10.1039/d3qi01490h"
    assert fields(text)["year"] == "2023"


def test_commands_in_the_source_are_none_in_the_entry():
    assert fields(bibtex(["source"], r"50 % {\x} A&B"))["title"] == r"{50 \% x A\&B}"
    title = fields(bibtex(["source"], "k^2 ~ 3"))["title"]
    assert title == r"{k\textasciicircum 2 \textasciitilde  3}"


@pytest.mark.parametrize("mark", ["}", "{", "\\", '"', "%", "#", "~", "^", "$", "@", "\x1b"])
def test_a_doi_cannot_leave_its_field(mark):
    text = bibtex(["source"], f"See 10.1234/abc{mark}{mark}input, @misc, 2020")

    assert fields(text)["doi"] == "10.1234/abc"
    assert text.count("{") == text.count("}")
