"""Registering a command under `bancheng` (命令的登记)."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer

app = typer.Typer(
    help="办成：“办不成事”反映窗口的办件系统\n\nBancheng: the case system of the window for what could not be done",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)


def command(chinese: str, english: str) -> Callable[[Callable[..., int]], Callable[..., None]]:
    """One command, with a line of help in each language. What the function returns is the exit code."""

    def put(function: Callable[..., int]) -> Callable[..., None]:
        @app.command(help=f"{chinese}\n\n{english}", short_help=f"{chinese} · {english}")
        @wraps(function)
        def run(*arguments: Any, **options: Any) -> None:
            raise typer.Exit(_done(function, *arguments, **options))

        return run

    return put


def _done(function: Callable[..., int], *arguments: Any, **options: Any) -> int:
    """The exit code; 2 for an unusable setting, printed in one line."""
    try:
        return function(*arguments, **options)
    except ValueError as error:
        from activities.platform.environment import SettingError

        if not isinstance(error, SettingError):
            raise
        print(error, file=sys.stderr)
        return 2
