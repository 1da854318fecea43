"""Which compiler builds the engine: the user's, the system's, else zig unless it is refused."""

import os
import platform
import shutil
import sys

import pytest
from checkout import ROOT

sys.path.insert(0, str(ROOT / "building"))
import compilers
import linking


@pytest.fixture
def none_works(monkeypatch):
    """A machine like those that zig is made for, without a compiler."""
    compilers.usable_compiler.cache_clear()
    monkeypatch.setattr(compilers, "works", lambda _command: False)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    for name in ("CXX", "PIP_NO_INDEX", "UV_OFFLINE", "UV_NO_INDEX", compilers.REFUSED):
        monkeypatch.delenv(name, raising=False)
    yield
    compilers.usable_compiler.cache_clear()


@pytest.mark.skipif(sys.platform == "win32", reason="setuptools calls Visual Studio there")
def test_zig_is_asked_for_just_where_no_compiler_is_found(monkeypatch):
    """Of this machine, with a compiler in its PATH or without."""
    compilers.usable_compiler.cache_clear()
    for name in ("CXX", "PIP_NO_INDEX", "UV_OFFLINE", "UV_NO_INDEX", compilers.REFUSED):
        monkeypatch.delenv(name, raising=False)
    there = any(shutil.which(one) for one in ("c++", "g++", "clang++"))

    assert (compilers.usable_compiler() is not None) == there
    assert (compilers.wanted_zig() == []) == there


@pytest.mark.parametrize("command", ["/nowhere/c++", os.devnull, "false", "'unclosed"])
def test_what_does_not_compile_does_not_work(command):
    assert not compilers.works(command)


def test_without_a_compiler_zig_is_asked_for(none_works):
    assert compilers.wanted_zig() == [f"ziglang=={compilers.ZIG}"]


@pytest.mark.parametrize("name", ["ASSEMBLYSIM_NO_ZIG", "PIP_NO_INDEX", "UV_OFFLINE"])
def test_zig_is_not_asked_for_where_it_is_refused_or_offline(name, none_works, monkeypatch):
    monkeypatch.setenv(name, "1")

    assert compilers.wanted_zig() == []


def test_zig_is_not_asked_for_where_the_index_has_none(none_works, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "s390x")

    assert compilers.wanted_zig() == []


def test_a_refused_zig_is_not_called_even_where_it_is(monkeypatch):
    monkeypatch.setattr(compilers.importlib.util, "find_spec", lambda _name: object())
    assert compilers.zig_command() == [sys.executable, "-m", "ziglang"]

    monkeypatch.setenv("ASSEMBLYSIM_NO_ZIG", "1")
    assert compilers.zig_command() is None


@pytest.mark.parametrize(
    ("system", "machine", "libc", "target"),
    [
        ("linux", "x86_64", ("glibc", "2.36"), "x86_64-linux-gnu.2.36"),
        ("linux", "aarch64", ("glibc", "2.99"), "aarch64-linux-gnu.2.38"),
        ("linux", "x86_64", ("", ""), "x86_64-linux-musl"),
        ("darwin", "arm64", ("", ""), "aarch64-macos"),
        ("win32", "AMD64", ("", ""), "x86_64-windows-gnu"),
    ],
)
def test_zig_is_told_what_machine_this_is(system, machine, libc, target, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(platform, "libc_ver", lambda: libc)

    assert compilers.zig_target() == target


def test_both_ways_to_compile_have_the_same_flags():
    import tomllib

    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    flags = told["ext-modules"][0]["extra-compile-args"]

    assert set(linking.FLAGS) == set(flags) - {"-pthread"}


def test_the_zig_of_the_engine_is_that_of_the_explorer():
    from assemblysim.explorer.build import ZIG

    assert compilers.ZIG == ZIG
