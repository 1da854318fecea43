"""The articles that the methods text may cite, as lines of print or as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assemblysim.files.toml import read_toml

# Signs that mean nothing to BibTeX and LaTeX; DOIs of others can be written without them.
_DOI = re.compile(r"\b10\.\d{4,9}/[A-Za-z0-9._()/:<>+-]+")
_SHORT_LIST = 6  # authors; of more, the first stands with "et al." in print


@dataclass(frozen=True)
class Article:
    """An article.

    Attributes:
        authors: as initials and surname, such as "A. E. Raftery".
        title: as printed.
        journal: its abbreviation (ISO 4).
        year: of publication.
        volume: of the journal.
        pages: first and last, or the article's number.
        doi: without the resolver's address; "" where there is none.
    """

    authors: tuple[str, ...]
    title: str
    journal: str
    year: int
    volume: int
    pages: str
    doi: str

    @property
    def text(self) -> str:
        """The reference as printed in a journal of chemistry."""
        *others, last = self.authors
        if len(self.authors) > _SHORT_LIST:
            names = f"{self.authors[0]} et al."
        else:
            names = f"{', '.join(others)} and {last}" if others else last
        pages = self.pages.replace("-", "–")
        return f"{names}, {self.journal}, {self.year}, {self.volume}, {pages}."


@cache
def references() -> dict[str, Article]:
    """Return the articles by their key, as ``references.toml`` lists them."""
    tables = read_toml(Path(__file__).with_name("references.toml"))
    return {
        key: Article(**{**one, "authors": tuple(one["authors"])}) for key, one in tables.items()
    }


def bibtex(cited: Iterable[str], source: str = "") -> str:
    """Write BibTeX entries in the order of citation.

    Args:
        cited: keys of `references`, or "source" for the study's own.
        source: where the chemistry or the data come from, in free text; "" where not stated.

    Returns:
        The content of a .bib file, UTF-8.
    """
    entries = [
        _source_entry(source) if key == "source" else _entry(key, references()[key])
        for key in cited
    ]
    return "\n".join(entries)


def _entry(key: str, one: Article) -> str:
    fields = {
        "author": " and ".join(_surname_first(author) for author in one.authors),
        "title": f"{{{_escaped(one.title)}}}",
        "journal": _escaped(one.journal),
        "year": str(one.year),
        "volume": str(one.volume),
        "pages": one.pages.replace("-", "--"),
        "doi": one.doi,
    }
    return _written("article", key, fields)


def _source_entry(source: str) -> str:
    """Write free text as an entry of its own, with the DOI that stands in it."""
    doi = _DOI.search(source)
    year = re.search(r"\b(?:19|20)\d\d\b", source)
    fields = {
        "title": f"{{{_escaped(source)}}}",
        "year": year.group() if year else "",
        "doi": doi.group().rstrip(".)") if doi else "",
    }
    return _written("misc", "source", fields)


def _written(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _surname_first(author: str) -> str:
    """Turn "C. J. F. ter Braak" into "ter Braak, C. J. F.", which BibTeX cannot misread."""
    words = author.split()
    initials = [word for word in words if word.endswith(".")]
    return f"{' '.join(words[len(initials) :])}, {' '.join(initials)}"


def _escaped(text: str) -> str:
    """Escape what BibTeX and LaTeX would read as commands; braces must balance, so none stay."""
    text = re.sub(r"[{}\\]", "", " ".join(text.split()))
    text = re.sub(r"([&%$#_])", r"\\\1", text)
    return text.replace("^", r"\textasciicircum ").replace("~", r"\textasciitilde ")
