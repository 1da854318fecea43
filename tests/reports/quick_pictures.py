"""Pictures that cost little, for tests whose claim is not about pictures."""

from contextlib import contextmanager

import pytest

from assemblysim.report.figures import drawing

COARSE_DPI = 50
PRINT_DPI = drawing.PNG_DPI
_EMPTY = "<svg width='99pt' height='9pt' viewBox='0 0 99 9' version='1.1'></svg>"
BLANK = _EMPTY.replace("'", '"')


@pytest.fixture(scope="session", autouse=True)
def coarse_pictures():
    """Draw the pictures that a report stores at few dots an inch."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "PNG_DPI", COARSE_DPI)
        yield


@pytest.fixture
def sharp_pictures(monkeypatch):
    """Draw the pictures as finely as users get them."""
    monkeypatch.setattr(drawing, "PNG_DPI", PRINT_DPI)


@contextmanager
def pages_only():
    """Draw the figures of the page, and store stand-ins for print: a third of the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "png_bytes", lambda figure, dpi=0: b"\x89PNG")
        patched.setattr(drawing, "pdf_bytes", lambda figure: b"%PDF")
        yield


def blank_forms(picture):
    """What a report stores of a figure that is not even made."""
    return {"svg": BLANK.encode(), "pdf": b"%PDF", "png": b"\x89PNG"}


@contextmanager
def blanks():
    """Store blanks instead of figures: for tests of what stands around them."""
    from assemblysim.report.writers import folder  # all that a report is made of

    with pages_only(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "svg_text", lambda figure: BLANK)
        patched.setattr(folder, "_draw", blank_forms)
        yield


@pytest.fixture
def blank_pictures():
    """Store blanks for the length of a test."""
    with blanks():
        yield
