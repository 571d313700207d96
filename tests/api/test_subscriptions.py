"""Who may subscribe, to what, from where on; and the same events pulled from the feed."""

import re
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER
from ops.ports import free_ports
from ops.processes import end, start
from ops.settings import ROOT
from tests.api.conftest import DIFFICULT, People
from tests.api.receiver import UNDER_WAY, of, receiver, shown, subscribe
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

PAGE = ROOT / "docs" / "events.md"


def test_deleting_ends_the_subscription(people: People) -> None:
    with receiver() as ended, receiver() as other:
        kept = subscribe(people, ended.url)
        subscribe(people, other.url)
        for _ in range(2):
            answer = people.http.delete(f"/api/subscriptions/{kept['id']}", headers=people.headers("admin"))
            assert (answer.status_code, answer.json()["active"]) == (200, False)
        case_no = people.under_way()
        until(lambda: of(other.events(), case_no) == UNDER_WAY)
        assert ended.calls == []


def test_replay_tells_the_same_again(people: People) -> None:
    with receiver() as there:
        kept = subscribe(people, there.url)
        cases = [people.under_way() for _ in range(2)]
        until(lambda: of(there.events(), cases[1]) == UNDER_WAY)
        once = there.events()
        assert len(once) == 6
        ahead = people.post("admin", f"/api/subscriptions/{kept['id']}/replay", {"from": kept["position"] + 8})
        assert ahead.status_code == 422
        body = {"from": int(once[1]["sequence"])}
        answer = people.post("admin", f"/api/subscriptions/{kept['id']}/replay", body)
        assert (answer.status_code, answer.json()["position"]) == (200, body["from"] - 1)
        until(lambda: len(there.events()) == 11)
    assert there.events() == [*once, *once[1:]]


def test_only_what_is_wanted_is_told(people: People) -> None:
    with receiver() as town, receiver() as acts, receiver() as all_of_it:
        subscribe(people, town.url, district="xiaoshan")
        subscribe(people, acts.url, actions=["accepted", "resolved"])
        everything = subscribe(people, all_of_it.url, **{"from": "start"})
        elsewhere, here = people.under_way(), people.under_way("xs-center.clerk")
        stamped = [*UNDER_WAY[:2], "supervision_begun", *UNDER_WAY[2:]]
        # From the start on comes all that the other tests did here, one event after the other.
        until(lambda: of(all_of_it.events(), here) == stamped, seconds=180)
        until(lambda: of(town.events(), here) == stamped)
        until(lambda: of(acts.events(), here) == ["accepted"])
        assert of(town.events(), elsewhere) == []
        assert of(acts.events(), elsewhere) == ["accepted"]
        newest = people.get("admin", "/api/subscriptions").json()["newest"]
        until(lambda: shown(people, everything["id"])["position"] == newest)
    first = people.get("auditor", "/api/events", after=0, limit=1).json()["items"][0]
    assert all_of_it.events()[0] == first


def test_from_a_number_on(people: People) -> None:
    case_no = people.under_way()
    until(lambda: len(feed(people, case_no)) == 3)
    with receiver() as there:
        subscribe(people, there.url, **{"from": int(feed(people, case_no)[1]["sequence"])})
        until(lambda: of(there.events(), case_no) == UNDER_WAY[1:])


def feed(people: People, case_no: str) -> list[dict[str, Any]]:
    """A case's events in the pull feed."""
    events: list[dict[str, Any]] = []
    after = 0
    while page := people.get("auditor", "/api/events", after=after, limit=50).json():
        events += page["items"]
        if page["next"] == after:
            return [event for event in events if event["subject"] == case_no]
        after = page["next"]
    raise AssertionError


def test_the_feed_tells_what_is_sent(people: People) -> None:
    with receiver() as there:
        subscribe(people, there.url)
        case_no = people.under_way()
        until(lambda: of(there.events(), case_no) == UNDER_WAY)
    assert feed(people, case_no) == there.events()


def test_of_an_inquiry_nothing_is_told(people: People) -> None:
    insert = """
        INSERT INTO entries (case_no, seq, at, action, actor, role, unit, command_id, detail, prev, hash)
        VALUES (%s, %s, now(), %s, 'a', 'supervisor', 'xw-jw', '', '{}', '', '') RETURNING seq
    """
    with receiver() as there:
        subscribe(people, there.url)
        case_no, sealed = people.under_way(), f"倒查-{uuid.uuid4()}"
        people.rows(insert, case_no, 4, "inquiry_opened")
        people.rows(insert, sealed, 1, "noted")
        after = people.under_way()
        until(lambda: of(there.events(), after) == UNDER_WAY)
        assert of(there.events(), case_no) == UNDER_WAY
        assert of(there.events(), sealed) == []
    assert len(feed(people, case_no)) == 3
    assert feed(people, sealed) == []
    refused = people.post("admin", "/api/subscriptions", {"url": there.url, "actions": ["inquiry_opened"]})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "ftp://127.0.0.1/"}, "url"),
        ({"url": "http://name:password@127.0.0.1/"}, "url"),
        ({"url": "127.0.0.1"}, "url"),
        ({}, "url"),
        ({"district": "nowhere"}, "district"),
        ({"actions": ["accept"]}, "actions"),
        ({"from": 10**30}, "from"),
        ({"from": 0}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"secret": "my own"}, "secret"),
    ],
)
def test_what_cannot_be_is_refused(people: People, wrong: dict[str, Any], field: str) -> None:
    body = {"url": "http://127.0.0.1:9/", **wrong} if wrong else {}
    answer = people.post("admin", "/api/subscriptions", body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_only_administrators_subscribe_and_auditors_look(people: People) -> None:
    kept = subscribe(people, "http://127.0.0.1:9/")
    there = f"/api/subscriptions/{kept['id']}"
    assert "secret" not in shown(people, kept["id"])
    acts: list[tuple[str, str, Any]] = [
        ("POST", "/api/subscriptions", {"url": "nonsense"}),
        ("POST", f"{there}/replay", {"from": 1}),
        ("POST", f"{there}/rotate", {}),
        ("DELETE", there, {}),
    ]
    for user in ("auditor", "xw-center.head", "xw-spj.lead", "xw-jw.supervisor", "xw-sc.liaison"):
        for method, path, body in acts:
            assert people.http.request(method, path, json=body, headers=people.headers(user)).status_code == 403
        for path in ("/api/subscriptions", "/api/events"):
            assert people.get(user, path).status_code == (200 if user == "auditor" else 403)
    assert people.get("admin", "/api/events").status_code == 200
    for method, path, body in acts:
        assert people.http.request(method, path, json=body).status_code == 401
        missing = path.replace(kept["id"], "none")
        status = people.http.request(method, missing, json={}, headers=people.headers("admin")).status_code
        assert status == (422 if path == "/api/subscriptions" else 404)
    assert people.http.delete(there, headers=people.headers("admin")).status_code == 200


def lines(printed: Path, case_no: str) -> list[str]:
    """What the example printed of a case, without the numbers."""
    found = printed.read_text(encoding="utf-8").splitlines()
    return [line.partition(" ")[2] for line in found if case_no in line]


def test_the_example_receives(people: People, tmp_path: Path) -> None:
    [block] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    program, printed = tmp_path / "receiver.py", tmp_path / "printed.txt"
    program.write_text(block, encoding="utf-8")
    [port] = free_ports(1)
    url = f"http://127.0.0.1:{port}/"
    kept = subscribe(people, url)
    with open(printed, "wb") as log:
        process = start([sys.executable, str(program), str(port), kept["secret"]], log=log)
    try:
        case_no = people.under_way()
        expected = [f"{case_no}/{seq} cn.bancheng.case.{action}" for seq, action in enumerate(UNDER_WAY, 1)]
        until(lambda: lines(printed, case_no) == expected)
        forged = httpx.post(url, content=b"{}", headers={TIMESTAMP_HEADER: "1", SIGNATURE_HEADER: "v1=00"})
        assert forged.status_code == 401
        people.post("admin", f"/api/subscriptions/{kept['id']}/replay", {"from": kept["position"] + 1})
        people.act("xw-center.clerk", case_no, "diagnose", **DIFFICULT, why_changed="改变")
        until(lambda: shown(people, kept["id"])["position"] == kept["position"] + 4)
        assert lines(printed, case_no) == [*expected, f"{case_no}/4 cn.bancheng.case.diagnosed"], "once each"
    finally:
        end([process])
