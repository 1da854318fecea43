"""Arguments are taken as what they are meant to be, or refused in one line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.interface.arguments import refuse_no_mapping, whole_number, workers_given


def test_whole_numbers_of_numpy_are_plain_ones():
    found = whole_number("seed", np.int64(7), 0)
    assert found == 7
    assert type(found) is int


def test_workers_are_a_number_an_executor_or_nothing():
    assert [workers_given(one) for one in (None, 1, np.int32(2))] == [None, 1, 2]
    with ThreadPoolExecutor(1) as pool:
        assert workers_given(pool) is pool
    with pytest.raises(InputError, match="workers: 'two' is no number of processes"):
        workers_given("two")


def test_a_list_holds_no_values_by_name():
    refuse_no_mapping("initial", {"A": 1.0}, "{}")
    with pytest.raises(InputError, match=r"initial: list, no values by name; give \{\}"):
        refuse_no_mapping("initial", [1.0], "{}")
