"""`python -m ops.exec [--parent=PID] [--signal=N] [--ready=FILE] -- COMMAND…`: become a command, safely.

The command gets the signal when its parent dies (`ops.processes`); with a file given it begins when that
file is there.
"""

import argparse
import os
import signal
import time
from pathlib import Path

from ops.processes import die_with

POLL_SECONDS = 0.1


def main() -> None:
    """Wait if asked to, then become the command."""
    parser = argparse.ArgumentParser(prog="python -m ops.exec")
    parser.add_argument("--parent", type=int, default=os.getppid())
    parser.add_argument("--signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("--ready", type=Path)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    die_with(options.parent, options.signal)
    while options.ready and not options.ready.exists():
        time.sleep(POLL_SECONDS)
    os.execvp(options.command[0], options.command)


if __name__ == "__main__":
    main()
