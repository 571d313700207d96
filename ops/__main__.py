"""The command of this checkout, where nothing is installed: `python -m ops …` is `bancheng …`."""

from ops.cli import app

app(prog_name="bancheng")
