"""No function is longer than a screen can show, in the package, its tests and its benchmarks."""

import ast

import pytest
from checkout import ROOT

LONGEST = 60
TREES = ("assemblysim", "benchmarks", "tests")


def long_functions(source, longest=LONGEST):
    """Names and lengths of functions with more lines than that, decorators left out."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, kinds)
    }
    return {name: lines for name, lines in found.items() if lines > longest}


@pytest.mark.parametrize("tree", TREES)
def test_no_function_is_longer_than_a_screen(tree):
    found = {p: long_functions(p.read_text(encoding="utf-8")) for p in (ROOT / tree).rglob("*.py")}

    assert {str(p.relative_to(ROOT)): long for p, long in found.items() if long} == {}


def test_a_long_function_is_found_wherever_it_stands():
    inner = "class A:\n    def long(self):\n        x = 1\n        return x\n"

    assert long_functions(inner, longest=2) == {"long": 3}
    assert long_functions(inner, longest=3) == {}
