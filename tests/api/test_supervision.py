"""否定报备、验章、窗口地址: what supervision reads at the doors."""

import json

import pytest

from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CANNOT = {"category": "cannot", "reason": "不符合条件", "causes": ["process"], "legal_basis": ["某办法第三条"]}
WORDS = "您的情况不符合某办法第三条规定的条件，可以另行申请"


def explained(people: People, clerk: str = "xw-center.clerk") -> str:
    number: str = people.register(clerk)["case_no"]
    for command, body in (
        ("accept", {}),
        ("diagnose", CANNOT),
        ("explain", {"text": WORDS, "legal_basis": ["某办法第三条"], "alternatives": []}),
    ):
        answer = people.act(clerk, number, command, **body)
        assert answer.status_code == 200, answer.text
    return number


def test_every_no_is_on_the_heads_list_and_counted_once(people: People) -> None:
    before = people.get("xw-center.head", "/api/refusals").json()
    number = explained(people)
    after = people.get("xw-center.head", "/api/refusals").json()
    assert after["counts"]["explanation"] == before["counts"]["explanation"] + 1
    [mine] = [item for item in after["items"] if item["case_no"] == number]
    assert (mine["kind"], mine["by"], mine["basis"]) == ("explanation", ["xw-center.clerk"], ["某办法第三条"])
    answer = people.act("xw-center.head", number, "review", decision="overturn", reason="条件已经放宽")
    assert answer.status_code == 200, answer.text
    seen = people.get("xw-spj.lead", "/api/refusals", reviewed=True).json()
    assert [item["review"] for item in seen["items"] if item["case_no"] == number] == ["overturn"]
    assert people.get("xw-center.head", "/api/refusals", month="2026-01").json()["items"] == []


def test_the_list_shows_nobody_what_is_not_theirs(people: People) -> None:
    number = explained(people)
    for user in ("xs-center.head", "xw-rsfz.head", "fy-sgb.lead", "xs-jw.supervisor"):
        assert number not in people.get(user, "/api/refusals").text
    for user in ("xw-center.clerk", "xw-sc.liaison", "admin"):
        assert people.get(user, "/api/refusals").status_code == 403
    for month in ("2026-13", "0000-01", "x"):
        assert people.get("auditor", "/api/refusals", month=month).status_code == 422


def test_an_answer_given_before_is_shown_as_such(people: People) -> None:
    explained(people)
    number = explained(people)
    [entry] = [
        each
        for each in people.get("auditor", f"/api/cases/{number}/timeline").json()["items"]
        if each["action"] == "explained"
    ]
    assert entry["detail"]["same_as_before"] >= 1


def test_an_evaluation_from_the_counters_own_address_is_a_sign(people: People) -> None:
    shown = people.register("xw-center.clerk")
    number, code = shown["case_no"], shown["query_code"]
    for command, body in (
        ("accept", {}),
        ("diagnose", DIFFICULT),
        ("measure", {"kind": "guidance", "detail": "当面指导"}),
        ("resolve", {"outcome": "done", "summary": "已办", "basis": ["某法"], "evidence": []}),
    ):
        assert people.act("xw-center.clerk", number, command, **body).status_code == 200
    evaluated = people.http.post(f"/api/public/cases/{number}/evaluate", params={"code": code}, json={"score": 5})
    assert evaluated.status_code == 200, "the sign blocks nothing"
    [checkpoint] = [c for c in people.view(number)["checkpoints"] if c["link"] == "evaluate"]
    assert [sign["rule"] for sign in checkpoint["signs"]] == ["counter_evaluation"]
    assert "checkpoints" not in evaluated.json()


def test_anybody_can_have_a_seal_checked_and_a_forged_ledger_fails(people: People) -> None:
    number: str = people.register("xs-center.clerk")["case_no"]
    assert people.act("xs-center.clerk", number, "accept").status_code == 200
    [stamp] = people.view(number)["stamps"]
    path = f"/api/public/stamps/{stamp['code'].lower()}"
    shown = people.http.get(path).json()
    assert shown["valid"] is True
    assert (shown["stamp_no"], shown["record_no"]) == (stamp["no"], stamp["record_no"])
    assert "李" not in people.http.get(path).text
    assert people.http.get("/api/public/stamps/AAAAAAAAAA").status_code == 404
    people.write("ALTER TABLE entries DISABLE TRIGGER append_only")
    people.write(f"UPDATE entries SET actor = 'x' WHERE case_no = '{number}' AND seq = 1")
    try:
        assert people.http.get(path).json()["valid"] is False
    finally:
        people.write(f"UPDATE entries SET actor = 'xs-center.clerk' WHERE case_no = '{number}' AND seq = 1")
        people.write("ALTER TABLE entries ENABLE TRIGGER append_only")
    assert people.http.get(path).json()["valid"] is True


def test_reminders_are_read_by_whom_they_were_made_for(people: People) -> None:
    item = {
        "text": "房屋租赁备案：受理时限已过 80%，请玄武区政务服务中心尽快办理",
        "unit": "xw-center",
        "limit": "accept",
        "due_at": "2026-08-04T17:00:00.000000+08:00",
        "case_no": "320102-20260803-0001",
        "percent": 80,
    }
    people.write(
        "INSERT INTO reminder_notes (username, made_at, items)"
        f" VALUES ('xw-center.head', now(), '{json.dumps([item])}')"
    )
    [note, *_] = people.get("xw-center.head", "/api/reminders", unread=True).json()["items"]
    assert note["items"] == [item]
    path = f"/api/reminders/{note['id']}/read"
    for user in ("xw-center.clerk", "xw-jw.supervisor", "admin"):
        assert people.post(user, path).status_code == 404
        assert note["id"] not in [n["id"] for n in people.get(user, "/api/reminders").json()["items"]]
    first = people.post("xw-center.head", path).json()["read_at"]
    assert first == people.post("xw-center.head", path).json()["read_at"]
    assert people.get("xw-center.head", "/api/reminders", unread=True).json()["items"] == []
