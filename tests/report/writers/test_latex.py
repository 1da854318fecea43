import re

import pytest
from matplotlib.mathtext import MathTextParser
from report_example import result_of, summary
from report_pages import document

from assemblysim.report.content.stored import species_names
from assemblysim.report.document.collected import FiledTable, filed_tables
from assemblysim.report.document.nodes import Cell, Table
from assemblysim.report.writers.latex import latex, latex_tables

EVERY = [
    latex_tables(filed_tables(document(content)), species_names(result_of(content)))
    for content in (summary(), summary(words=True))
]
ESCAPED = re.compile(r"\\[\\{}$&#%_]")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Dy₅L₂", r"Dy\textsubscript{5}L\textsubscript{2}"),
        ("k_grow of 5 %", r"\textit{k}\textsubscript{grow} of 5 \%"),
        ("k_close_back", r"\textit{k}\textsubscript{close back}"),
        ("two_step", r"two\_\allowbreak{}step"),
        ("2.5 × 10⁻⁶", r"2.5 $\times$ 10$^{-6}$"),
        ("−3 ± 1", r"$-$3 $\pm$ 1"),
        ("A → B ⇌ C", r"A $\rightarrow$ B $\rightleftharpoons$ C"),
        ("k̂ > 0.7", r"$\hat{k}$ \textgreater{} 0.7"),
        (r"\input{x} $y$ #1 & ~ ^", r"\textbackslash{}input\{x\} \$y\$ \#1 \& "
         r"\textasciitilde{} \textasciicircum{}"),
        ("“seen”", "``seen''"),
        ("Müller", "Müller"),
    ],
)  # fmt: skip
def test_print_becomes_latex(text, written):
    assert latex(text) == written


@pytest.mark.parametrize("text", EVERY, ids=["readings", "words"])
def test_braces_and_environments_close(text):
    bare = ESCAPED.sub("", text)

    assert bare.count("{") == bare.count("}")
    assert text.count(r"\begin{longtable}") == text.count(r"\end{longtable}") > 10
    assert text.count(r"\begingroup") == text.count(r"\endgroup")


@pytest.mark.parametrize("text", EVERY, ids=["readings", "words"])
def test_every_row_has_as_many_cells_as_columns(text):
    for table in re.findall(r"\\begin\{longtable\}(.*?)\\end\{longtable\}", text, re.DOTALL):
        columns = table.count(r"\raggedright")
        rows = [line for line in table.splitlines() if line.endswith(r" \\")]

        assert rows
        assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {columns}


@pytest.mark.parametrize("text", EVERY, ids=["readings", "words"])
def test_columns_fill_the_text_width_and_no_more(text):
    for table in re.findall(r"\\begin\{longtable\}(.*?)\\toprule", text, re.DOTALL):
        fractions = [
            float(fraction) for fraction in re.findall(r"dimexpr ([\d.]+)\\linewidth", table)
        ]

        assert sum(fractions) == pytest.approx(1, abs=0.0005 * len(fractions))
        assert min(fractions) > 0.04


@pytest.mark.parametrize("text", EVERY, ids=["readings", "words"])
def test_no_sign_is_left_that_latex_does_not_know(text):
    assert {c for c in text if ord(c) > 0x24F} == set()


@pytest.mark.parametrize("text", EVERY, ids=["readings", "words"])
def test_every_formula_is_valid_mathematics(text):
    formulas = set(re.findall(r"(?<!\\)\$([^$]*)(?<!\\)\$", text))

    assert formulas
    for formula in formulas:
        MathTextParser("path").parse(f"${formula}$")


def test_a_bracket_at_the_start_of_a_row_is_no_option_of_the_row_above():
    table = Table("c", ("a",), ((Cell("x"),), (Cell("[y]"),)))

    assert r"{x} \\" + "\n{[y]} \\\\" in latex_tables([FiledTable("t", "", table)], ())
