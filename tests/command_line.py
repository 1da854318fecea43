"""The command line, called in this process."""

import sys

import pytest

from assemblysim.__main__ import main


def call(monkeypatch, capsys, *words):
    """Run the command line in this process; return status, stdout and stderr."""
    monkeypatch.setattr(sys, "argv", ["assemblysim", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    captured = capsys.readouterr()
    return ended.value.code or 0, captured.out, captured.err
