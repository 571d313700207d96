"""Encryption: nothing of a person is readable where it lies; keys rotate; a case without its key still verifies."""

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory

from activities.platform.ciphers import Algorithm, Key, UnreadableError
from activities.platform.keyring import LOOK_SECONDS, KeyRing, new_ring, rotated
from models.personal import DESTROYED
from ops.postgres import conninfo
from ops.settings import write_private
from tests.api.conftest import DIFFICULT, People, registration
from tests.duties import do_now
from workflows.platform.client import connect
from workflows.platform.codec import CASES, ENCODING, SEALED, Codec

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK = "xw-center.clerk"
CASES_TO_LOOK_FOR = 100
MATTER = "可以看见的事项"
"""Is not personal, so it must be found where the rest must not: else the search looks in the wrong place."""


def person(number: int) -> dict[str, Any]:
    digits = f"320102198001{number % 28 + 1:02}{number % 1000:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]
    name = f"郗某{chr(0x4E00 + number)}氏"
    return {
        "name": name,
        "kind": "person",
        "id_type": "id_card",
        "id_no": digits + check,
        "phone": f"1391234{number:04}",
    }


def words_of(number: int) -> list[str]:
    said = person(number)
    return [said["name"], said["id_no"], said["phone"], f"独居老人第{number}号家中无人", f"评语第{number}条"]


def register(people: People, number: int, user: str = CLERK) -> dict[str, Any]:
    body = registration(
        unit=user.partition(".")[0],
        applicant=person(number),
        matter={"name": MATTER},
        narrative=f"独居老人第{number}号家中无人",
        proxy={"name": f"代某{number}", "relation": "邻居", "phone": f"1391234{number:04}"},
    )
    answer = people.post(user, "/api/cases", body, Idempotency_Key=uuid.uuid4().hex)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.mark.slow
def test_nothing_of_a_hundred_people_is_readable_anywhere_in_the_data_folder(strict: People) -> None:
    for number in range(CASES_TO_LOOK_FOR):
        shown = register(strict, number)
        case_no, code = shown["case_no"], {"code": shown["query_code"]}
        if number % 10 == 0:
            for user, command, body in (
                (CLERK, "accept", {}),
                (CLERK, "diagnose", DIFFICULT),
                (CLERK, "note", {"text": f"{person(number)['name']}来电"}),
                (CLERK, "resolve", {"outcome": "done", "summary": "已办", "basis": ["某条例"]}),
            ):
                answer = strict.act(user, case_no, command, **body)
                assert answer.status_code == 200, answer.text
            for command, body in (
                ("complain", {"reason": f"评语第{number}条"}),
                ("evaluate", {"score": 5, "comment": f"评语第{number}条"}),
            ):
                answer = strict.http.post(f"/api/public/cases/{case_no}/{command}", params=code, json=body)
                assert answer.status_code == 200, answer.text
    with psycopg.connect(conninfo(strict.system.database_url), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    wanted = [word.encode() for number in range(CASES_TO_LOOK_FOR) for word in words_of(number)]
    seen_matter = 0
    for path in strict.system.installation.data_dir.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        found = [word.decode() for word in wanted if word in content]
        assert not found, (path, found[:3])
        seen_matter += MATTER.encode() in content
    assert seen_matter > 1, "what is not personal is there to be found"


def test_every_table_was_looked_at_as_text_too(strict: People) -> None:
    """Rows may be compressed on disk: asked for as text they are not."""
    register(strict, 7)
    [named] = strict.rows("SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'")
    text = "\n".join(str(row[0]) for table in named[0] for row in strict.rows(f'SELECT t::text FROM "{table}" AS t'))
    assert MATTER in text
    assert not [word for number in range(CASES_TO_LOOK_FOR) for word in words_of(number) if word in text]


def test_those_who_may_read_do_and_a_search_finds_the_narrative(strict: People) -> None:
    shown = register(strict, 7)
    number = shown["case_no"]
    seen = strict.get(CLERK, f"/api/cases/{number}").json()
    assert seen["applicant"]["name"] == person(7)["name"]
    assert seen["narrative"] == "独居老人第7号家中无人"
    assert strict.get(CLERK, f"/api/cases/{number}/timeline").json()["items"][0]["detail"]["applicant"]["phone"]
    listed = strict.get(CLERK, "/api/cases", text="独居老人第7号").json()["items"]
    assert number in [item["case_no"] for item in listed]
    assert all(item["applicant"]["name"].startswith("郗*") for item in listed)
    assert strict.get(CLERK, "/api/cases", text="独居老人第七千号").json()["items"] == []
    assert number in [item["case_no"] for item in register(strict, 7)["duplicates"]]


def test_a_case_whose_key_is_destroyed_verifies_and_tells_no_more(people: People) -> None:
    number = register(people, 200)["case_no"]
    answer = people.act(CLERK, number, "withdraw", reason="自己解决了，谢谢郗家", on_behalf=True)
    assert answer.status_code == 200, answer.text
    asked = {"why": "保管期满，鉴定无继续保存价值"}
    refused = people.post("security-admin", f"/api/retention/{number}/ask", asked)
    assert refused.status_code == 409, "its time is not over"
    assert people.get("security-admin", "/api/retention").json()["items"] == []
    [archived] = people.rows("SELECT state ->> 'archived_at' FROM cases WHERE case_no = %s", number)[0]
    shift = (
        "UPDATE cases SET registered_at = registered_at {0} '11 years',"
        " state = jsonb_set(state, '{{archived_at}}', '{1}')"
    )
    where = f" WHERE case_no = '{number}'"
    people.write(shift.format("- interval", json.dumps("2001-01-01T00:00:00+00:00")) + where)
    due = people.get("audit-admin", "/api/retention").json()["items"]
    assert number in [item["case_no"] for item in due]
    for user, path in (("audit-admin", "ask"), ("security-admin", "carry-out"), ("admin", "ask"), ("auditor", "ask")):
        assert people.post(user, f"/api/retention/{number}/{path}", asked).status_code == 403, (
            "two people, each their part"
        )
    assert people.post("audit-admin", f"/api/retention/{number}/carry-out").status_code == 409, "nobody has asked"
    asking = people.post("security-admin", f"/api/retention/{number}/ask", asked)
    assert asking.status_code == 200, asking.text
    done = people.post("audit-admin", f"/api/retention/{number}/carry-out").json()
    assert done["done_by"] == "audit-admin"
    assert all(key["destroyed_at"] for key in done["keys"])
    people.write(shift.format("+ interval", json.dumps(archived)) + where)

    seen = people.get("auditor", f"/api/cases/{number}").text
    assert DESTROYED in seen
    assert not [word for word in words_of(200) if word in seen]
    again = people.act(CLERK, number, "note", text="补记")
    assert again.status_code == 409
    assert "销毁" in again.json()["detail"]
    found = people.post("auditor", f"/api/audit/cases/{number}/verify").json()
    assert found["verified"], found
    assert people.get("auditor", f"/api/audit/cases/{number}/export").status_code == 200
    with pytest.raises(Exception, match="只能重新包裹或销毁"):
        people.write(f"UPDATE case_keys SET wrapped = 'x' WHERE case_no = '{number}'")
    with pytest.raises(Exception, match="只能重新包裹或销毁"):
        people.write(f"DELETE FROM case_keys WHERE case_no = '{number}'")


def test_words_of_another_case_stay_sealed_wherever_they_are_pasted(people: People) -> None:
    register(people, 201)
    [detail] = people.rows("SELECT detail FROM entries WHERE action = 'registered' ORDER BY at DESC LIMIT 1")[0]
    token = detail["applicant"]["id_no"]
    assert token.startswith("sealed:")
    mine = people.register(CLERK)["case_no"]
    assert people.act(CLERK, mine, "note", text=f"看看 {token}").status_code == 422
    done = people.act(CLERK, mine, "accept")
    assert done.status_code == 200
    pasted = {**DIFFICULT, "reason": f"看看 {token}"}
    assert people.act(CLERK, mine, "diagnose", **pasted).status_code == 200
    seen = people.get(CLERK, f"/api/cases/{mine}").text
    assert token in seen
    assert person(201)["id_no"] not in seen


def test_the_same_key_and_body_is_the_same_command_though_it_is_sealed(people: People) -> None:
    number = people.register(CLERK)["case_no"]
    path, said = f"/api/cases/{number}/note", {"text": "李先生来电"}
    for text, expected in ((said, 200), (said, 200), ({"text": "另一句"}, 409)):
        assert people.post(CLERK, path, text, Idempotency_Key="sealed-note-1").status_code == expected
    [[count]] = people.rows("SELECT count(*) FROM entries WHERE case_no = %s AND action = 'noted'", number)
    assert count == 1


def test_keys_rotate_while_it_runs_and_old_cases_stay_readable(strict: People) -> None:
    old = register(strict, 301)["case_no"]
    path = strict.system.installation.keys()
    assert {row[0] for row in strict.rows("SELECT algorithm FROM case_keys")} == {"SM4-GCM"}
    write_private(path, rotated(path.read_text(encoding="utf-8"), Algorithm.AES_256_GCM))
    asyncio.run(asyncio.sleep(LOOK_SECONDS))  # so old may the ring be that a process uses
    new = register(strict, 302)["case_no"]
    used = dict(strict.rows("SELECT case_no, algorithm FROM case_keys WHERE case_no = ANY(%s)", [old, new]))
    assert used == {old: "SM4-GCM", new: "AES-256-GCM"}
    assert strict.act(CLERK, old, "accept").status_code == 200
    for number, case_no in ((301, old), (302, new)):
        assert strict.get(CLERK, f"/api/cases/{case_no}").json()["applicant"]["name"] == person(number)["name"]
        assert strict.post("auditor", f"/api/audit/cases/{case_no}/verify").json()["verified"]
    strict.system.kill("worker")
    strict.system.start("worker")
    assert strict.act(CLERK, old, "note", text="换密钥之后").status_code == 200
    # What a duty does after a rotation: no case's key is left under the old one.
    do_now(strict.system, "look_after")
    for _ in range(40):
        if not strict.rows("SELECT 1 FROM case_keys WHERE ring_key = 'k1' LIMIT 1"):
            break
        asyncio.run(asyncio.sleep(0.5))
    assert not strict.rows("SELECT 1 FROM case_keys WHERE ring_key = 'k1' LIMIT 1")
    assert strict.get(CLERK, f"/api/cases/{old}").json()["applicant"]["name"] == person(301)["name"]


def test_a_history_opens_with_its_key_and_tells_when_it_was_touched(people: People) -> None:
    number = register(people, 202)["case_no"]

    async def fetch() -> WorkflowHistory:
        client = await connect(people.system.temporal_address, "default")
        return await client.get_workflow_handle(number).fetch_history()

    text = json.dumps(asyncio.run(fetch()).to_json_dict(), ensure_ascii=False)
    assert MATTER not in text, "not even what is not personal"
    codec = Codec(people.system.ring, CASES)
    [sealed] = asyncio.run(codec.encode([Payload(metadata={"encoding": b"json/plain"}, data=b'"hello"')]))
    assert sealed.metadata["encoding"] == ENCODING
    assert b"hello" not in sealed.data
    assert codec.open(sealed).data == b'"hello"'
    touched = Payload(metadata=sealed.metadata, data=sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))
    for broken in (Codec(people.system.ring, SEALED), codec):
        with pytest.raises(UnreadableError):
            broken.open(touched if broken is codec else sealed)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_ciphers_are_the_standards_and_bind_their_context(algorithm: Algorithm) -> None:
    key = Key.new("k", algorithm)
    sealed = key.seal("内容".encode(), b"here")
    assert key.open(sealed, b"here").decode() == "内容"
    assert key.seal("内容".encode()) != key.seal("内容".encode()), "a nonce is never used twice"
    assert key.seal_alike(b"a") == key.seal_alike(b"a") != key.seal_alike(b"b")
    for wrong, context in ((key, b"there"), (key.derived("x"), b"here")):
        with pytest.raises(UnreadableError):
            wrong.open(sealed, context)


def test_sm4_gcm_is_that_of_rfc_8998() -> None:
    """The vector of RFC 8998, appendix A.1."""
    key = Key("k", Algorithm.SM4_GCM, bytes.fromhex("0123456789abcdeffedcba9876543210"))
    nonce = bytes.fromhex("00001234567800000000abcd")
    context = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    sealed = key.seal(plain, context, nonce)
    assert sealed[12:-16].hex().startswith("17f399f08c67d5ee19d0dc9969c4bb7d")
    assert sealed[-16:].hex() == "83de3541e4c2b58177e065a9bf7b62ec"


def test_a_ring_that_is_lost_or_broken_says_so(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    ring = KeyRing(path)
    for content in (None, "{", '{"current": "k9", "keys": {}}'):
        if content is not None:
            path.write_text(content, encoding="utf-8")
        with pytest.raises(RuntimeError, match="从备份恢复"):
            _ = ring.current
    path.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    assert ring.current.id == "k1"
    with pytest.raises(UnreadableError, match="k7"):
        ring.key("k7")
