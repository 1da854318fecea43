"""The command line ends in one line where it is interrupted before it is loaded."""

import os
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")


def begun(ready, interrupts="default_int_handler"):
    """Run the command line, which is at an import when ``ready`` is called; return how it ended."""
    code = f"""
        import importlib.abc, os, signal, sys

        class Loading(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path=None, target=None):
                if name == "typer":
                    {ready}

        signal.signal(signal.SIGINT, signal.{interrupts})
        sys.meta_path.insert(0, Loading())
        from assemblysim.__main__ import main
        sys.argv = ["assemblysim", "--version"]
        main()
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_while_libraries_are_loaded_is_one_line(name, status):
    ended = begun(f"os.kill(os.getpid(), signal.{name})")

    assert (ended.returncode, ended.stderr) == (status, "assemblysim: interrupted\n")
    assert ended.stdout == ""


def test_an_interrupt_that_was_ignored_before_stays_ignored():
    ended = begun("os.kill(os.getpid(), signal.SIGINT)", "SIG_IGN")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("assemblysim ")
