"""Notebooks are run cell by cell, as a reader would, and use nothing that help() does not list."""

import ast
import inspect
import io
import json
from contextlib import redirect_stdout

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
    for form in ("_repr_html_", "_repr_markdown_", "_repr_latex_"):
        if type(value).__module__.startswith("assemblysim") and hasattr(value, form):
            assert getattr(value, form)()


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def done(request, tmp_path, monkeypatch):
    """The names of a notebook after its last cell, and its code."""
    monkeypatch.chdir(tmp_path)
    names, cells = {}, cells_of(request.param)
    for cell in cells:
        tree = ast.parse(cell)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with redirect_stdout(io.StringIO()):
            exec(compile(tree, request.param.name, "exec"), names)
            if last is not None:
                code = compile(ast.Expression(last.value), request.param.name, "eval")
                shown(eval(code, names))  # noqa: S307
    return names, "\n".join(cells)


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
