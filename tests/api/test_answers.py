"""How answers travel: text compressed for who takes it, files of pages under an address that names their content."""

import asyncio
import gzip
import re

import httpx
import pytest
from fastapi import FastAPI

from api.http import errors, headers
from api.http.assets import FOLDER, FOR_EVER
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def test_a_long_answer_is_compressed_for_who_takes_it(people: People) -> None:
    user = "xw-center.clerk"
    path = f"/api/cases/{people.register(user)['case_no']}"
    asked = {**people.headers(user), "Accept-Encoding": "gzip"}
    with httpx.stream("GET", people.system.api_url + path, headers=asked) as packed:
        raw = b"".join(packed.iter_raw())
    plain = people.http.get(path, headers={**people.headers(user), "Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] == plain.headers["etag"]
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2
    short = people.http.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in short.headers


def test_what_is_packed_already_is_not_packed_again(people: People) -> None:
    sheet = people.get("xw-center.clerk", "/api/intake/template.xlsx")
    assert sheet.status_code == 200
    assert "content-encoding" not in sheet.headers


def test_a_page_names_its_files_by_their_content_and_browsers_keep_them(people: People) -> None:
    page = people.http.get("/sign-in", headers={"Accept": "text/html"}).text
    found = re.findall(r'"(/static/([^"?]+)\?v=(\w+))"', page)
    assert {name for _, name, _ in found} >= {"style.css", "icon.svg"}
    assert not re.search(r'"/static/[^"?]+"', page), "a file without its version"
    for address, name, version in found:
        kept = people.http.get(address)
        assert kept.headers["cache-control"] == FOR_EVER
        assert kept.content == (FOLDER / name).read_bytes()
        stale = people.http.get(address.replace(version, "0" * len(version)))
        assert stale.headers["cache-control"] == "max-age=3600", "another version may not stay for a year"


def test_a_fault_of_ours_has_the_headers_of_every_answer_and_says_what_to_do() -> None:
    app = FastAPI()
    errors.install(app, lambda *_: None)
    headers.install(app)

    @app.get("/breaks")
    async def breaks() -> None:
        raise RuntimeError

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get("/breaks")

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert "核对是否已经办成" in answer.json()["detail"]
    assert {name: answer.headers.get(name.decode()) for name in headers.ALWAYS} == {
        name: value.decode() for name, value in headers.ALWAYS.items()
    }
