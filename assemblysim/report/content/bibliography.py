"""The articles that the methods text may cite, as lines of print or as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s,;]+")
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


REFERENCES: Mapping[str, Article] = {
    "steinebach": Article(
        ("G. Steinebach",),
        "Construction of Rosenbrock–Wanner method Rodas5P and numerical benchmarks within the "
        "Julia Differential Equations package",
        "BIT Numer. Math.", 2023, 63, "27", "10.1007/s10543-023-00967-x",
    ),
    "petzold": Article(
        ("L. Petzold",),
        "Automatic selection of methods for solving stiff and nonstiff systems of ordinary "
        "differential equations",
        "SIAM J. Sci. Stat. Comput.", 1983, 4, "136-148", "10.1137/0904010",
    ),
    "emcee": Article(
        ("D. Foreman-Mackey", "D. W. Hogg", "D. Lang", "J. Goodman"),
        "emcee: The MCMC Hammer",
        "Publ. Astron. Soc. Pac.", 2013, 125, "306-312", "10.1086/670067",
    ),
    "moves": Article(
        ("C. J. F. ter Braak",),
        "A Markov chain Monte Carlo version of the genetic algorithm Differential Evolution: easy "
        "Bayesian computing for real parameter spaces",
        "Stat. Comput.", 2006, 16, "239-249", "10.1007/s11222-006-8769-1",
    ),
    "snooker": Article(
        ("C. J. F. ter Braak", "J. A. Vrugt"),
        "Differential Evolution Markov chain with snooker updater and fewer chains",
        "Stat. Comput.", 2008, 18, "435-446", "10.1007/s11222-008-9104-9",
    ),
    "tempering": Article(
        ("P. Del Moral", "A. Doucet", "A. Jasra"),
        "Sequential Monte Carlo samplers",
        "J. R. Stat. Soc. B", 2006, 68, "411-436", "10.1111/j.1467-9868.2006.00553.x",
    ),
    "rhat": Article(
        ("A. Vehtari", "A. Gelman", "D. Simpson", "B. Carpenter", "P.-C. Bürkner"),
        "Rank-normalization, folding, and localization: an improved R-hat for assessing "
        "convergence of MCMC",
        "Bayesian Anal.", 2021, 16, "667-718", "10.1214/20-BA1221",
    ),
    "bridge": Article(
        ("X.-L. Meng", "W. H. Wong"),
        "Simulating ratios of normalizing constants via a simple identity: a theoretical "
        "exploration",
        "Stat. Sin.", 1996, 6, "831-860", "",
    ),
    "tutorial": Article(
        ("Q. F. Gronau", "A. Sarafoglou", "D. Matzke", "A. Ly", "U. Boehm", "M. Marsman",
         "D. S. Leslie", "J. J. Forster", "E.-J. Wagenmakers", "H. Steingroever"),
        "A tutorial on bridge sampling",
        "J. Math. Psychol.", 2017, 81, "80-97", "10.1016/j.jmp.2017.09.005",
    ),
    "kass": Article(
        ("R. E. Kass", "A. E. Raftery"),
        "Bayes factors",
        "J. Am. Stat. Assoc.", 1995, 90, "773-795", "10.1080/01621459.1995.10476572",
    ),
    "loo": Article(
        ("A. Vehtari", "A. Gelman", "J. Gabry"),
        "Practical Bayesian model evaluation using leave-one-out cross-validation and WAIC",
        "Stat. Comput.", 2017, 27, "1413-1432", "10.1007/s11222-016-9696-4",
    ),
    "aicc": Article(
        ("C. M. Hurvich", "C.-L. Tsai"),
        "Regression and time series model selection in small samples",
        "Biometrika", 1989, 76, "297-307", "10.1093/biomet/76.2.297",
    ),
    "bic": Article(
        ("G. Schwarz",),
        "Estimating the dimension of a model",
        "Ann. Stat.", 1978, 6, "461-464", "10.1214/aos/1176344136",
    ),
    "profile": Article(
        ("A. Raue", "C. Kreutz", "T. Maiwald", "J. Bachmann", "M. Schilling", "U. Klingmüller",
         "J. Timmer"),
        "Structural and practical identifiability analysis of partially observed dynamical models "
        "by exploiting the profile likelihood",
        "Bioinformatics", 2009, 25, "1923-1929", "10.1093/bioinformatics/btp358",
    ),
    "words": Article(
        ("E. D. Mitra", "W. S. Hlavacek"),
        "Bayesian inference using qualitative observations of underlying continuous variables",
        "Bioinformatics", 2020, 36, "3177-3184", "10.1093/bioinformatics/btaa084",
    ),
}  # fmt: skip


def bibtex(cited: Iterable[str], source: str = "") -> str:
    """Write BibTeX entries in the order of citation.

    Args:
        cited: keys of REFERENCES, or "source" for the study's own.
        source: where the chemistry or the data come from, in free text; "" where not stated.

    Returns:
        The content of a .bib file, UTF-8.
    """
    entries = [
        _source_entry(source) if key == "source" else _entry(key, REFERENCES[key]) for key in cited
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
    return re.sub(r"([&%$#_])", r"\\\1", text)
