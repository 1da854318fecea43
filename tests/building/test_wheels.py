"""Wheels of other platforms: what is put into them, and what can be seen of a fault."""

import base64
import hashlib
import re
import sys
import tomllib
import zipfile

import pytest
from checkout import ROOT

sys.path.insert(0, str(ROOT / "building"))
import wheels

LINUX, *_, WINDOWS = wheels.WHEELS


@pytest.fixture
def pure(tmp_path):
    """The wheel of a package with an engine of another platform."""
    made = tmp_path / "assemblysim-2.0-cp311-abi3-linux_x86_64.whl"
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(f"{wheels.ENGINE}.abi3.so", b"another")
        file.writestr(f"{wheels.ENGINE}.pyi", b"types")
        file.writestr("assemblysim/__init__.py", b"")
        told = "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-abi3-linux_x86_64\n\n"
        file.writestr("assemblysim-2.0.dist-info/WHEEL", told)
        file.writestr("assemblysim-2.0.dist-info/RECORD", "old\n")
    return made


@pytest.mark.parametrize("one", wheels.WHEELS, ids=lambda one: one.tag)
def test_a_wheel_holds_the_engine_of_its_platform_alone(one, pure, tmp_path):
    (tmp_path / "out").mkdir()
    made = wheels.rewritten(pure, one, b"\x7fELF engine", tmp_path / "out")

    assert made.name == f"assemblysim-2.0-cp311-abi3-{one.tag}.whl"
    with zipfile.ZipFile(made) as file:
        names = set(file.namelist())
        assert {entry.external_attr >> 16 for entry in file.infolist()} == {0o644}
        assert {n for n in names if "_kernel" in n} == {
            f"{wheels.ENGINE}{one.ending}",
            f"{wheels.ENGINE}.pyi",
        }
        told = file.read("assemblysim-2.0.dist-info/WHEEL").decode()
        assert told == f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-abi3-{one.tag}\n"
        record = file.read("assemblysim-2.0.dist-info/RECORD").decode().splitlines()
        assert {line.split(",")[0] for line in record} == names
        for line in record[:-1]:
            name, digest, size = line.split(",")
            content = file.read(name)
            found = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            assert (digest, int(size)) == (f"sha256={found.decode()}", len(content))


def test_an_engine_of_another_platform_or_with_debug_information_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(wheels, "find_spec", lambda _name: None)

    assert wheels.checks(tmp_path, LINUX, b"\x7fELF ...") == []
    assert len(wheels.checks(tmp_path, LINUX, b"MZ ... .debug_info")) == 2
    assert len(wheels.checks(tmp_path, WINDOWS, b"\x7fELF")) == 1


def test_headers_are_configured_for_the_platform(tmp_path):
    sizes = {}
    for one in (LINUX, WINDOWS):
        folder = wheels.headers_for(one, tmp_path)
        assert (folder / "Python.h").is_file()
        found = re.findall(r"#define SIZEOF_LONG (\d)", (folder / "pyconfig.h").read_text())
        sizes[one.tag] = found

    assert sizes == {LINUX.tag: ["8"], WINDOWS.tag: ["4"]}


def test_what_the_engine_calls_of_python_is_found():
    sources = sorted((ROOT / "assemblysim/kinetics/engines/kernel/extension").glob("*.[ch]pp"))
    found = wheels.called_functions(sources)

    some = {"PyErr_Format", "PyModuleDef_Init", "PyExc_ValueError DATA", "_Py_Dealloc"}
    assert some <= set(found)


def test_the_recipe_needs_what_the_package_needs():
    text = (ROOT / "building/conda/recipe.yaml").read_text()
    run = text.split("  run:\n")[1].split("tests:\n")[0]
    told = {line.strip("- ").replace(" ", "") for line in run.splitlines()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {one.replace("matplotlib", "matplotlib-base") for one in project["dependencies"]}

    assert told == needed | {f"python{project['requires-python']}"}
