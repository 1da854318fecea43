"""Commands in processes of their own, forked from one that has imported all."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from pathlib import Path


def forking() -> multiprocessing.context.ForkServerContext:
    """Return a way to start processes that have imported what commands need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["assemblysim.command_line", "assemblysim.commands.check", "assemblysim.commands.simulate",
         "assemblysim.commands.study_commands", "assemblysim.commands.new_study", "sympy"]
    )  # fmt: skip
    return context


def give(words: tuple[str, ...], folder: Path, here: Path) -> None:
    """Give a command in this process, a session of its own, and end with its status.

    Args:
        words: of the command line.
        folder: for the files ``stdout`` and ``stderr``.
        here: the working folder.
    """
    priority = _group_priority()
    os.setsid()
    _set_group_priority(priority)
    os.chdir(here)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    from assemblysim.command_line import run_command_line

    multiprocessing.set_start_method("fork", force=True)
    sys.argv = ["assemblysim", *words]
    for number, name in ((1, "stdout"), (2, "stderr")):  # whose being there says that it begins
        os.dup2(os.open(folder / name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o644), number)
    run_command_line()


_GROUP = Path("/proc/self/autogroup")  # a new session would begin with the priority of all


def _group_priority() -> str:
    """Return the weight of the group; 0 where the kernel has no groups or shows none."""
    try:
        words = _GROUP.read_text().split()
    except OSError:
        return "0"
    return words[-1] if words else "0"


def _set_group_priority(priority: str) -> None:
    if priority != "0":
        with contextlib.suppress(OSError):  # only root may raise it, and it may be the same
            _GROUP.write_text(priority)


def in_session(session: int) -> list[int]:
    """Return the processes of a session that have not ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.name))
    return found
