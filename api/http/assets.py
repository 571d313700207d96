"""Files that pages are made of (静态文件): each under an address that names its content, so that browsers keep it."""

import hashlib
import os
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent.parent / "static"

FOR_EVER = "public, max-age=31536000, immutable"
"""For an address with the version of the file that is here. A file under another version, as an older page or a newer
process names it, is kept for an hour (`headers.py`)."""

VERSIONS = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in FOLDER.iterdir()}


def asset(name: str) -> str:
    """The address of a file, with its version. Raises KeyError where there is no such file."""
    return f"/static/{name}?v={VERSIONS[name]}"


class Assets(StaticFiles):
    """Serves the folder."""

    def file_response(
        self, full_path: os.PathLike[str] | str, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file; with its version asked for, a browser need never ask again."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        if scope["query_string"].decode("latin-1") == f"v={VERSIONS.get(Path(full_path).name)}":
            answer.headers["Cache-Control"] = FOR_EVER
        return answer


def install(app: FastAPI) -> None:
    """Serve the files at /static."""
    app.mount("/static", Assets(directory=FOLDER), name="static")
