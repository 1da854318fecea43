from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.files.codec import (
    from_plain,
    json_text,
    store_json,
    store_npz,
    stored_json,
    stored_npz,
    to_plain,
)


@dataclass(frozen=True)
class Inner:
    value: float
    kind: Literal["a", "b"] = "a"


@dataclass(frozen=True, eq=False)
class Outer:
    name: str
    count: int
    good: bool
    pair: tuple[str, float]
    every: tuple[Inner, ...]
    by_name: Mapping[str, Inner | None]
    amount: float | Inner
    numbers: np.ndarray


def outer(amount=0.1):
    pair = ("x", float("inf"))
    every = (Inner(0.1), Inner(float("nan"), "b"))
    by_name = {"there": Inner(2.0), "not there": None}
    return Outer(
        "n", 3, True, pair, every, by_name, amount, np.array([[1.0, np.nan], [3.0, 1e-300]])
    )


def same(one, other):
    assert json_text(one) == json_text(other)
    return True


@pytest.mark.parametrize("amount", [0.1, Inner(3.0)])
def test_a_value_comes_back_from_json(tmp_path, amount):
    value = outer(amount)
    store_json(tmp_path / "a.json", value)

    again = from_plain(Outer, stored_json(tmp_path / "a.json"))

    assert same(again, value)
    assert again.amount == amount
    assert again.pair == ("x", float("inf"))
    assert isinstance(again.every, tuple)
    assert np.isnan(again.every[1].value)
    assert again.by_name["not there"] is None
    np.testing.assert_array_equal(again.numbers, value.numbers)


@pytest.mark.parametrize("compressed", [True, False])
def test_arrays_of_an_npz_file_keep_their_bytes_and_types(tmp_path, compressed):
    value = Outer(**{**vars(outer()), "numbers": np.arange(5, dtype=np.uint32)})
    store_npz(tmp_path / "a.npz", value, compressed=compressed)

    again = from_plain(Outer, *stored_npz(tmp_path / "a.npz"))

    assert same(again, value)
    assert again.numbers.dtype == np.uint32


def test_one_value_has_one_form_in_bytes(tmp_path):
    for name in ("a.npz", "b.npz", "a.json", "b.json"):
        (store_npz if name.endswith("npz") else store_json)(tmp_path / name, outer())

    for ending in ("npz", "json"):
        first, second = (tmp_path / f"{n}.{ending}" for n in "ab")
        assert first.read_bytes() == second.read_bytes()


def test_numbers_of_numpy_are_stored_as_numbers():
    found = to_plain({"a": np.float64(0.1), "b": np.int64(3), "c": np.bool_(True)})

    assert found == {"a": 0.1, "b": 3, "c": True}
    assert [type(one) for one in found.values()] == [float, int, bool]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"count": 1.5}, "count: needs a whole number, not 1.5"),
        ({"count": True}, "count: needs a whole number, not true"),
        ({"name": 3}, "name: needs a text, not 3"),
        ({"good": "yes"}, 'good: needs true or false, not "yes"'),
        ({"pair": ["x"]}, 'pair: needs 2 values, not ["x"]'),
        ({"every": {}}, "every: needs a list, not {}"),
        ({"every": [{"value": "x", "kind": "a"}]}, 'every.0.value: needs a number, not "x"'),
        ({"every": [{"value": 1, "kind": "c"}]}, "every.0.kind: needs one of 'a', 'b', not \"c\""),
        ({"every": [{"value": 1}]}, "every.0: 'kind' is not there"),
        ({"by_name": {"x": 3}}, "by_name.x: needs a table, not 3"),
        ({"amount": "much"}, 'amount: needs a number, not "much"'),
        ({"numbers": [[1], [1, 2]]}, "numbers: needs numbers, not [[1], [1, 2]]"),
        ({"numbers": {"array": "gone"}}, "numbers: its numbers are not there"),
        (
            {"every": [{"value": 10**400, "kind": "a"}]},
            f"every.0.value: needs a number that a float can hold, not 1{36 * '0'}...",
        ),
        ({"numbers": [10**400]}, f"numbers: needs numbers, not [1{35 * '0'}..."),
        ({"more": 1}, "more: nothing of this name is stored here"),
    ],
)
def test_a_fault_is_one_line_with_its_place(change, fault):
    plain = {**to_plain(outer()), **change}

    with pytest.raises(InputError) as refused:
        from_plain(Outer, plain)

    assert str(refused.value) == fault


def test_what_is_no_file_of_numbers_is_refused(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"text")

    with pytest.raises(InputError):
        from_plain(Outer, *stored_npz(tmp_path / "a.npz"))


def test_brackets_without_end_are_one_line(tmp_path):
    (tmp_path / "a.json").write_text("[" * 100_000)

    with pytest.raises(InputError, match="brackets nested too deeply"):
        stored_json(tmp_path / "a.json")


def test_what_has_no_form_is_not_stored():
    with pytest.raises(TypeError, match="set cannot be stored"):
        to_plain({"a": set()})


@dataclass(frozen=True)
class Later:
    """What a later release knows more of."""

    value: float
    more: float | None = None


def test_what_older_results_do_not_have_is_none():
    assert from_plain(Later, {"value": 1.0}) == Later(1.0)
    assert from_plain(Later, {"value": 1.0, "more": 2.0}) == Later(1.0, 2.0)
