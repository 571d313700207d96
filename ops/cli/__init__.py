"""The command line `bancheng` (命令行): one command for each task.

A command imports what it runs when it runs: the help is there at once. What the modules return is the exit code.
"""

from ops.cli import operators, trials
from ops.cli.app import app

__all__ = ["app", "operators", "trials"]
