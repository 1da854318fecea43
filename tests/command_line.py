"""The command line, called in this process."""

import sys

import pytest

from assemblysim.command_line import run_command_line


def call(monkeypatch, capsys, *words):
    """Run the command line in this process; return status, stdout and stderr."""
    monkeypatch.setattr(sys, "argv", ["assemblysim", *words])
    with pytest.raises(SystemExit) as ended:
        run_command_line()
    captured = capsys.readouterr()
    return ended.value.code or 0, captured.out, captured.err
