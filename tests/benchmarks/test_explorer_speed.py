"""What the measurement of the explorer rests on; its times are nobody's test."""

import json

from assemblysim.explorer.page_text import explorer_page
from benchmarks.explorer.speed import CHAIN, LARGEST, chain_content, faults


def test_a_page_without_its_numbers_is_as_small_as_asked_and_has_32_species():
    content = chain_content(CHAIN)
    own = len(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
    (run,) = content["mechanisms"][0]["experiments"]

    assert len(explorer_page(content).encode()) - own < LARGEST
    assert len(content["networks"][run["network"]]["species"]) == CHAIN


def test_what_is_too_large_or_too_slow_is_said():
    page = {
        "bytes_without_numbers": LARGEST,
        "first_picture_s": {"best": 0.4, "median": 2.0},
        "event_ms": {"best": 1.0, "median": 29.0},
    }
    slow = page | {"event_ms": {"best": 1.0, "median": 31.0}}

    assert list(faults({"quick": page})) == []
    assert list(faults({"slow": slow})) == ["slow: event_ms is 31, at most 30 is asked for"]
