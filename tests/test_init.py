"""The root name space lists what is public, and loads it when it is first used."""

from __future__ import annotations

import inspect

import pytest

import assemblysim as asm


def test_every_public_name_is_there_documented_and_listed():
    assert set(asm.__all__) < set(dir(asm))
    for name in asm.__all__:
        found = getattr(asm, name)
        assert inspect.getdoc(found), name
        for member, part in inspect.getmembers(found):
            if not member.startswith("_") and inspect.isfunction(part):
                assert inspect.getdoc(part), f"{name}.{member}"


def test_the_docstring_names_what_to_call():
    assert asm.__doc__ is not None
    for name in asm.__all__:
        if name.startswith(("read_", "integrate")):
            assert f"`{name}`" in asm.__doc__


def test_what_is_not_public_is_no_attribute():
    with pytest.raises(AttributeError, match="'assemblysim' has no attribute 'nothing'"):
        _ = asm.nothing
