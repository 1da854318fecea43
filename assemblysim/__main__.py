"""How the command line begins: Ctrl-C and SIGTERM end it in one line from the first moment on."""

from __future__ import annotations

import os
import signal
from types import FrameType


def _end_at_once(number: int, _frame: FrameType | None) -> None:
    """End while libraries are still loaded, whose imports a signal would leave by a traceback."""
    os.write(2, b"assemblysim: interrupted\n")
    os._exit(128 + number)


def main() -> None:
    """Load the command line and run it; see `command_line.run_command_line`."""
    former = {
        number: signal.signal(number, _end_at_once)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    from assemblysim.command_line import run_command_line

    for number, handler in former.items():
        signal.signal(number, handler)
    run_command_line()


if __name__ == "__main__":
    main()
