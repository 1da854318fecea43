"""Notebooks are run cell by cell, as a reader would, and use nothing that help() does not list."""

import ast
import doctest
import inspect
import io
import json
import sys
from contextlib import chdir, redirect_stdout
from pathlib import Path

import pytest
from checkout import ROOT

import assemblysim as asm

NOTEBOOKS = sorted((ROOT / "assemblysim/docs/notebooks").glob("*.ipynb"))


def cells_of(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    assert (content["nbformat"], content["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in content["cells"]}) == len(content["cells"])
    return ["".join(c["source"]) for c in content["cells"] if c["cell_type"] == "code"]


def shown(value):
    """What a notebook would show of a value; at most one screen of text."""
    text = repr(value)
    assert len(text.splitlines()) <= 40
    if type(value).__module__.startswith("assemblysim"):
        forms = ("_repr_html_", "_repr_markdown_", "_repr_latex_", "_repr_png_")
        found = [getattr(value, form)() for form in forms if hasattr(value, form)]
        assert not found or any(found)


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def done(request, tmp_path_factory):
    """The names of a notebook after its last cell, and its code, in a folder of its own."""
    with chdir(tmp_path_factory.mktemp("notebook")):
        yield run_through(request.param)


def run_through(path):
    names, cells = {}, cells_of(path)
    for cell in cells:
        tree = ast.parse(cell)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with redirect_stdout(io.StringIO()):
            exec(compile(tree, path.name, "exec"), names)
            if last is not None:
                code = compile(ast.Expression(last.value), path.name, "eval")
                shown(eval(code, names))  # noqa: S307
    return names, "\n".join(cells)


RING = """
[species]
M = "M"
L = "L"
ML = "M L"
M2L2 = "2M 2L"
[reactions]
bind = "M + L -> ML ; k_bind"
pair = "2 ML -> M2L2 ; k_pair"
unbind = "ML -> M + L ; k_unbind"
[mechanisms]
one_way = ["bind", "pair"]
both_ways = ["bind", "pair", "unbind"]
"""
STUDY = """
title = "A ring of two"
model = "ring"
mechanisms = ["one_way"]
seed = 26
experiments = [{ name = "one", initial = { M = "1 mM", L = "1 mM" }, data = "data.csv" }]
measurement = { scale = "absolute", signals = ["M", "M2L2"], noise = "proportional" }
"""


def examples_of(name):
    """The examples in the docstrings of a public name and of what it has."""
    found = getattr(asm, name)
    names = vars(sys.modules[found.__module__])
    return [
        one
        for one in doctest.DocTestFinder().find(found, name, module=False, globs=names)
        if one.examples
    ]


def test_every_public_name_has_an_example_that_runs_and_nothing_is_left_out(done):
    names, _ = done
    for file, text in (
        ("models/ring.toml", RING),
        ("fits/ring/study.toml", STUDY),
        ("fits/ring/data.csv", "time (h),M (mM),M2L2 (mM)\n1,0.4,0.1\n4,0.2,0.3\n"),
    ):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_text(text)
    told = io.StringIO()
    for name in asm.__all__:
        examples = examples_of(name)
        assert examples, name
        for one in examples:
            assert not [e for e in one.examples if e.options.get(doctest.SKIP)], one.name
            one.globs.update(result=names["result"])
            doctest.DocTestRunner(verbose=False).run(one, out=told.write)
    assert not told.getvalue(), told.getvalue()


def test_a_notebook_runs_and_all_it_uses_is_public(done):
    names, code = done
    used = {
        node.attr
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "asm"
    }
    assert used <= {*asm.__all__}
    for name in used:
        assert name in (asm.__doc__ or "")
        assert ">>>" in (inspect.getdoc(getattr(asm, name)) or "")
    assert sum(names["result"].probabilities.values()) == pytest.approx(1)
    html = names["result"]._repr_html_()
    assert "<td>one_way</td><td>1.0000</td>" in html
    assert html.count("<table>") == html.count("</table>") == 1
