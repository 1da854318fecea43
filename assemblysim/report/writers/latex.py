r"""The tables of a study as LaTeX, for a paper's supporting information.

They need the packages array, booktabs and longtable, and fit any text width.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assemblysim.report.content.words import sentence
from assemblysim.report.document.collected import FiledTable
from assemblysim.report.document.nodes import Cell, Table

_HEAD = r"""% Tables of the study for the supporting information, written by assemblysim.
% In the preamble: \usepackage[T1]{fontenc} \usepackage{array,booktabs,longtable}
% then \input{tables} where they shall stand. With letters of other alphabets than Latin in
% names, compile with lualatex or xelatex.
"""
_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_\allowbreak{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "−": "$-$", "×": r"$\times$", "·": r"$\cdot$", "±": r"$\pm$", "°": r"$^\circ$",
    "–": "--", "—": "---", "“": "``", "”": "''", "’": "'", "…": r"\dots{}",
    "→": r"$\rightarrow$", "⇌": r"$\rightleftharpoons$", "≤": r"$\leq$", "≥": r"$\geq$",
    "≈": r"$\approx$", "∞": r"$\infty$", "√": r"$\surd$", "‡": r"$\ddagger$",
    "Δ": r"$\Delta$", "σ": r"$\sigma$", "μ": r"$\mu$", "µ": r"$\mu$", "χ": r"$\chi$",
    "\u202f": r"\,", "\u00a0": "~", "\u2009": r"\,",
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_TOKENS = re.compile(
    r"(?P<constant>\b[kK]_[A-Za-z0-9_]+)|(?P<hat>.\u0302)"
    r"|(?P<lower>[₀-₉]+)|(?P<upper>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+)|(?P<sign>.)",
    re.DOTALL,
)
# Of the longest text that counts for a column's width, in characters, and the least width.
_LONGEST, _NARROWEST = 45, 7


def latex_tables(tables: Sequence[FiledTable], names: Iterable[str]) -> str:
    r"""Write all tables into one file for ``\input``.

    Args:
        tables: the tables.
        names: species, whose formulas are typeset.
    """
    known = tuple(names)
    return "\n".join([_HEAD, *(_table(filed, known) for filed in tables)])


def latex(text: str) -> str:
    """Write a text of print as LaTeX: signs escaped, indices and rate constants typeset."""
    return _TOKENS.sub(_token, " ".join(text.split()))


def _token(match: re.Match[str]) -> str:
    text = match.group()
    if match["constant"]:
        return rf"\textit{{{text[0]}}}\textsubscript{{{text[2:].replace('_', ' ')}}}"
    if match["hat"]:
        return rf"$\hat{{{text[0]}}}$"
    if match["lower"]:
        return rf"\textsubscript{{{text.translate(_SUBSCRIPTS)}}}"
    if match["upper"]:
        return rf"$^{{{text.translate(_SUPERSCRIPTS)}}}$"
    return _SIGNS.get(text, text)


def _table(filed: FiledTable, names: Sequence[str]) -> str:
    """Write one table: columns as wide as their texts ask for, the head on every page."""
    table = filed.table
    behind = f" ({filed.mechanism})" if filed.mechanism else ""
    head = " & ".join(rf"\textbf{{{latex(sentence(c, names))}}}" for c in table.columns)
    columns = "\n  ".join(
        rf">{{\raggedright\arraybackslash}}p{{\dimexpr {fraction:.3f}\linewidth-2\tabcolsep\relax}}"
        for fraction in _fractions(table)
    )
    lines = [
        r"\begingroup\footnotesize\setlength{\tabcolsep}{3pt}",
        r"\begin{longtable}{",
        f"  {columns}}}",
        rf"\caption{{{latex(sentence(table.caption, names) + behind)}}}"
        rf"\label{{tab:{filed.stem}}}\\",
        r"\toprule",
        rf"{head} \\",
        r"\midrule\endfirsthead",
        r"\toprule",
        rf"{head} \\",
        r"\midrule\endhead",
        r"\bottomrule\endfoot",
        *(rf"{_row(row, names)} \\" for row in table.rows),
        r"\end{longtable}\endgroup",
        "",
    ]
    return "\n".join(lines)


def _row(row: Sequence[Cell], names: Sequence[str]) -> str:
    """Write a row; braces keep a bracket at its start from being read as an option."""
    return " & ".join(
        f"{{{latex(sentence(cell.text, names))}}}"
        + (rf"\newline{{\scriptsize {latex(sentence(cell.note, names))}}}" if cell.note else "")
        for cell in row
    )


def _fractions(table: Table) -> list[float]:
    """Return each column's fraction of the text width; they add up to one."""
    wishes = []
    for i, heading in enumerate(table.columns):
        longest_word = max(len(word) for word in [*heading.split(), ""])
        texts = [row[i].text for row in table.rows]
        wishes.append(max(_NARROWEST, longest_word, *(min(_LONGEST, len(t)) for t in texts), 0))
    return [wish / sum(wishes) for wish in wishes]
