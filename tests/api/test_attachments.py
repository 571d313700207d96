"""附件: taken by what they hold, cleaned, scanned, sealed, and given back only as the ledger knows them."""

import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK, LIAISON = "xs-center.clerk", "xs-mz.liaison"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def photo(*, exif: bool = True) -> bytes:
    """A picture that says where it was taken."""
    out, said = io.BytesIO(), Image.Exif()
    said[0x0112] = 6
    said[0x010F] = "SECRETCAMERA"
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", exif=said if exif else Image.Exif())
    return out.getvalue()


def office(*members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for member in members:
            packed.writestr(member, "<x/>")
    return out.getvalue()


def send(
    people: People, user: str, number: str, content: bytes, name: str = "照片.jpg", **fields: str
) -> httpx.Response:
    where = f"/api/cases/{number}/attachments"
    return people.http.post(where, files={"file": (name, content)}, data=fields, headers=people.headers(user))


@pytest.fixture(scope="module")
def case(people: People) -> dict[str, Any]:
    shown = people.register(CLERK)
    number = shown["case_no"]
    assert people.act(CLERK, number, "accept").status_code == 200
    difficult = {"reason": "材料不在本地", "causes": ["process"], "obstacles": ["异地"], "measures": ["home_visit"]}
    assert people.act(CLERK, number, "diagnose", category="difficult", **difficult).status_code == 200
    tasks = [{"unit": "xs-mz", "role": "lead", "task": "核对"}]
    assert people.act("xs-center.head", number, "assign", assignments=tasks).status_code == 200
    return shown


def files(people: People) -> list[Path]:
    return [path for path in (people.system.installation.data_dir / "attachments").rglob("*") if path.is_file()]


def test_a_photograph_loses_what_the_camera_wrote_and_lies_sealed(people: People, case: dict[str, Any]) -> None:
    number = case["case_no"]
    answer = send(people, CLERK, number, photo(), note="现场")
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert (kept["media_type"], kept["visibility"], kept["name"]) == ("image/jpeg", "case", "照片.jpg")
    back = people.get(LIAISON, kept["url"])
    assert back.status_code == 200
    assert "attachment" in back.headers["content-disposition"]
    assert b"SECRETCAMERA" not in back.content
    with Image.open(io.BytesIO(back.content)) as picture:
        assert picture.size == (40, 60), "turned upright"
        assert not picture.getexif()
    for path in files(people):
        assert back.content[:200] not in path.read_bytes()
    assert any(
        entry["action"] == "attached" for entry in people.get(CLERK, f"/api/cases/{number}/timeline").json()["items"]
    )


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (PDF, "a.exe", 201),
        (office("word/document.xml"), "a.docx", 201),
        (office("xl/workbook.xml"), "a.xlsx", 201),
        (office("word/document.xml", "word/vbaProject.bin"), "a.docx", 422),
        (office("payload.exe"), "a.docx", 422),
        (b"MZ\x90\x00" + b"\0" * 100, "a.jpg", 422),
        (b"<html><script>alert(1)</script></html>", "a.pdf", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.png", 422),
        (photo()[:200], "a.jpg", 422),
        (b"PK\x03\x04broken", "a.docx", 422),
        (b"", "a.pdf", 422),
        (b"\xff" * ((20 << 20) + 1), "a.pdf", 413),
    ],
    ids=lambda value: f"{len(value)}b" if isinstance(value, bytes) else None,  # contents are long, and hold the time
)
def test_a_file_is_taken_by_what_it_holds(
    people: People, case: dict[str, Any], content: bytes, name: str, status: int
) -> None:
    before, number = people.view(case["case_no"])["timeline_length"], len(files(people))
    answer = send(people, CLERK, case["case_no"], content, name)
    assert answer.status_code == status, answer.text
    after = people.view(case["case_no"])["timeline_length"]
    assert after - before == len(files(people)) - number == (1 if status == 201 else 0)


def test_each_reader_opens_what_is_for_them(people: People, case: dict[str, Any]) -> None:
    number, code = case["case_no"], {"code": case["query_code"]}
    kept = {
        who: send(people, CLERK, number, PDF, f"{who}.pdf", visibility=who).json()
        for who in ("case", "window", "applicant")
    }
    mine = people.http.post(f"/api/public/cases/{number}/attachments", params=code, files={"file": ("我的.pdf", PDF)})
    assert mine.status_code == 201, mine.text
    assert people.http.get(mine.json()["url"], params=code).status_code == 200, "the address that they were told"

    def opens(user: str) -> dict[str, int]:
        return {who: people.get(user, each["url"]).status_code for who, each in kept.items()}

    assert opens(CLERK) == {"case": 200, "window": 200, "applicant": 200}
    assert opens(LIAISON) == {"case": 200, "window": 404, "applicant": 200}
    assert set(opens("yh-center.clerk").values()) == {403}
    public = {
        who: people.http.get(each["url"].replace("/api/", "/api/public/", 1), params=code).status_code
        for who, each in kept.items()
    }
    assert public["window"] == public["case"] == 404
    assert public["applicant"] == 200
    assert "window.pdf" not in people.get(LIAISON, f"/api/cases/{number}").text
    assert "window.pdf" not in people.get(LIAISON, f"/api/cases/{number}/timeline").text
    listed = people.http.get(f"/api/public/cases/{number}", params=code).json()["attachments"]
    assert {each["name"] for each in listed} == {"applicant.pdf", "我的.pdf"}
    assert people.get(LIAISON, mine.json()["url"].replace("/public", "")).status_code == 200


def test_what_was_changed_or_is_gone_is_not_given_out(people: People, case: dict[str, Any]) -> None:
    kept = send(people, CLERK, case["case_no"], PDF, "b.pdf").json()
    [path] = [each for each in files(people) if each.name == kept["id"]]
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert people.get(CLERK, kept["url"]).status_code == 409
    path.unlink()
    assert people.get(CLERK, kept["url"]).status_code == 404
    path.write_bytes(content)
    assert people.get(CLERK, kept["url"]).content == PDF


def test_a_name_that_leads_elsewhere_leads_nowhere(people: People, case: dict[str, Any]) -> None:
    kept = send(people, CLERK, case["case_no"], PDF, "..\\..\\etc/passwd.pdf").json()
    assert kept["name"] == "passwd.pdf"
    said = {"name": "x", "attachment_id": "../../../../../x", "sha256": "0" * 64, "media_type": "a/b", "size": 1}
    assert people.act(CLERK, case["case_no"], "attach", **said).status_code == 422
    assert people.get(CLERK, f"/api/cases/{case['case_no']}/attachments/..%2f..%2fkeys.json").status_code == 404
