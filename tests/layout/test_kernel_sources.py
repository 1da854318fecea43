"""The native engine's sources keep to the house rules that other files keep to."""

import re

import pytest
from checkout import ROOT

SOURCES = sorted((ROOT / "assemblysim").rglob("*.[ch]pp"))
LONGEST = 60
HOLDS_FUNCTIONS = re.compile(r"\s*(namespace|class|struct)\b")


def blocks(text):
    """First line and length of each block in braces that is not there to hold functions."""
    opened = []
    for number, line in enumerate(text.splitlines()):
        for brace in re.findall(r"[{}]", re.sub(r"//.*", "", line)):
            if brace == "{":
                opened.append((number, line))
                continue
            first, head = opened.pop()
            if not HOLDS_FUNCTIONS.match(head):
                yield head.strip(), number - first + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_no_function_is_long(path):
    assert {head: n for head, n in blocks(path.read_text()) if n > LONGEST} == {}


def test_a_long_function_is_seen():
    text = "class A {\n    int f() const {\n" + 59 * "        ++n;\n" + "    }\n};\n"

    assert list(blocks(text)) == [("int f() const {", 61)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_files_begin_with_what_they_are_for(path):
    first = path.read_text().splitlines()[0]

    assert first.startswith("// ") or first == f'#include "{path.parent.name}/{path.stem}.hpp"'
