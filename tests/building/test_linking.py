"""How zig is called, by a stand-in that writes its words down: compiling takes a minute."""

import sys

import pytest
from checkout import ROOT

sys.path.insert(0, str(ROOT / "building"))
from linking import CannotBuild, Platform, build


@pytest.fixture
def stand_in(tmp_path):
    script = tmp_path / "zig.py"
    script.write_text(
        "import pathlib, sys\n"
        f"log = pathlib.Path({str(tmp_path / 'log')!r}).open('a')\n"
        "log.write(' '.join(sys.argv[1:]) + '\\n')\n"
        "if any('bad' in word for word in sys.argv): sys.exit('bad.cpp: no such thing')\n"
        "pathlib.Path(sys.argv[sys.argv.index('-o') + 1]).write_text('made')\n"
    )
    return [sys.executable, str(script)]


def test_sources_are_compiled_and_linked_for_the_target(stand_in, tmp_path):
    out = tmp_path / "made/engine.so"
    sources = [tmp_path / "a.cpp", tmp_path / "b.cpp"]

    build(stand_in, Platform("aarch64-macos.11.0"), sources, [tmp_path], out)

    *compiled, linked = (tmp_path / "log").read_text().splitlines()
    assert out.read_text() == "made"
    assert len(compiled) == 2
    assert all("-target aarch64-macos.11.0 -fno-sanitize=all -std=c++17" in c for c in compiled)
    assert all("-ffp-contract=off" in one and f"-I {tmp_path}" in one for one in compiled)
    assert linked.endswith(f"-undefined dynamic_lookup -o {out}")
    assert linked.count(".o ") == 2


def test_what_zig_says_is_told(stand_in, tmp_path):
    with pytest.raises(CannotBuild, match=r"bad\.cpp: no such thing"):
        build(stand_in, Platform("x86_64-linux-musl"), [tmp_path / "bad.cpp"], [], tmp_path / "o")
