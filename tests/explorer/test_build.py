import hashlib
import importlib.util
import json

from assemblysim.explorer import build


def made_from():
    return json.loads(build.MADE_FROM.read_text())


def test_the_engine_is_of_todays_sources():
    assert made_from()["sources_sha256"] == build.source_digest(), (
        "run python -m assemblysim.explorer.build"
    )
    assert made_from()["zig"] == build.ZIG


def test_the_engine_is_the_one_that_was_built():
    assert hashlib.sha256(build.ENGINE.read_bytes()).hexdigest() == made_from()["engine_sha256"]


def test_the_digest_depends_on_the_sources(tmp_path, monkeypatch):
    other = tmp_path / "entries.cpp"
    other.write_text("// another\n")
    before = build.source_digest()
    monkeypatch.setattr(build, "COMPILED", (other, *build.COMPILED[1:]))
    monkeypatch.setattr(build, "PACKAGE", tmp_path.parents[-1])

    assert build.source_digest() != before


def test_where_zig_is_there_it_builds_the_same_engine():
    if importlib.util.find_spec("ziglang"):
        assert build.compile_engine() == build.ENGINE.read_bytes()
