"""The reading of what a browser tells, which needs none."""

import re

import pytest
from checkout import ROOT
from chromium import NAMES, find_browser
from page_faults import PAPERS, axe_source, said_wrong

URL = "file:///tmp/report.html"


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (("Runtime.exceptionThrown",
          {"exceptionDetails": {"exception": {"description": "Error: x\n at y"}}}),
         "exception: Error: x"),
        (("Runtime.consoleAPICalled", {"type": "error", "args": [{"value": "bad"}]}),
         "console: bad"),
        (("Log.entryAdded", {"entry": {"level": "error", "text": "refused"}}), "log: refused"),
        (("Network.requestWillBeSent", {"request": {"url": "https://x.org/a.js"}}),
         "request: https://x.org/a.js"),
        (("Network.requestWillBeSent", {"request": {"url": "file:///tmp/a.png"}}),
         "request: file:///tmp/a.png"),
    ],
)  # fmt: skip
def test_what_a_browser_complains_of_is_a_fault(event, fault):
    method, parameters = event

    assert said_wrong([{"method": method, "params": parameters}], URL) == [fault]


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("Network.requestWillBeSent", {"request": {"url": URL}}),
        ("Network.requestWillBeSent", {"request": {"url": "data:image/png;base64,x"}}),
        ("Runtime.consoleAPICalled", {"type": "log", "args": [{"value": "well"}]}),
        ("Log.entryAdded", {"entry": {"level": "info", "text": "well"}}),
        ("Page.loadEventFired", {}),
    ],
)
def test_the_page_itself_and_mere_notes_are_none(method, parameters):
    assert said_wrong([{"method": method, "params": parameters}], URL) == []


DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?\})\s*\}", re.DOTALL)


def test_nothing_but_colours_is_different_in_the_dark():
    """So that a layout without faults in the light has none in the dark."""
    folder = ROOT / "assemblysim" / "report" / "templates"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file())
    found = DARK.findall(text)
    declared = re.sub(r"[^{}]*\{", "", "".join(found)).replace("}", "").split(";")

    assert len(found) == text.count("prefers-color-scheme") == 1
    assert len(declared) > 10
    for one in filter(str.strip, declared):
        assert re.fullmatch(r"\s*--[\w-]+: #[0-9a-f]{6}\s*", one), one


def test_axe_comes_with_the_tests_and_asks_for_no_download():
    assert re.match(r"/\*! axe v4\.\d+", axe_source())
    assert len(axe_source()) > 100_000


def test_papers_leave_margins_of_15_mm():
    for width, _, printed in PAPERS.values():
        assert printed == pytest.approx((width - 30 / 25.4) * 96, abs=2)


def test_a_browser_is_found_by_its_name_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() is None

    (tmp_path / NAMES[1]).write_text("#!/bin/sh\n")
    (tmp_path / NAMES[1]).chmod(0o755)
    assert find_browser() == str(tmp_path / NAMES[1])
