"""What is said and stored where the programme itself is at fault."""

import re
import sys
import tempfile
from pathlib import Path

from assemblysim import __version__
from assemblysim.commands.faults import fault_line


def raised(error):
    try:
        raise error
    except type(error) as fault:
        return fault


def test_the_line_names_a_file_with_traceback_versions_and_command(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["assemblysim", "check", "x\ud800"])
    line = fault_line(raised(KeyError("k_grow")))
    found = re.fullmatch(
        r"a fault of assemblysim \(KeyError: 'k_grow'\); please send (.*\.txt), which says where "
        "it happened",
        line,
    )
    text = Path(found[1]).read_text("utf-8")

    assert Path(found[1]).parent == tmp_path
    assert "command: ['assemblysim', 'check', 'x\\ud800']" in text
    assert f"assemblysim {__version__}, Python {sys.version.split()[0]}" in text
    assert "in raised" in text
    assert re.search(r"numpy \d+\.\d+", text)


def test_where_no_file_can_be_written_the_traceback_is_told(monkeypatch, capsys):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    line = fault_line(raised(ValueError("x" * 1000)))

    assert line.startswith("a fault of assemblysim (ValueError: xxx")
    assert "please send the lines above (No such file or directory)" in line
    assert len(line) < 400
    assert "in raised" in capsys.readouterr().err
