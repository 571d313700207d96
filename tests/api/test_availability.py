"""/commands says beforehand what the door would say: possible, why not, and with which body."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]
USERS = ("xw-center.clerk", "xw-center.head", "xw-zj.liaison", "xw-spj.lead", "xw-jw.supervisor")
LAW = ["《劳务派遣行政许可实施办法》第七条"]

BODIES: dict[str, dict[str, Any]] = {
    "accept": {},
    "decline": {"ground": "duplicate", "explanation": "已在办理", "redirect": {"to": "原窗口", "how": "凭原编号"}},
    "diagnose": {**DIFFICULT, "why_changed": "情况有变"},
    "explain": {"text": "条件法定，暂不具备", "legal_basis": LAW, "alternatives": []},
    "acknowledge": {},
    "object": {"reason": "不认可"},
    "complain": {"reason": "太慢"},
    "review": {"decision": "uphold", "reason": "依据充分"},
    "request_materials": {"items": [{"name": "合同", "why": "核对", "how_to_obtain": "签订"}], "working_days": 3},
    "submit_materials": {"items": [{"name": "合同"}]},
    "measure": {"kind": "guidance", "detail": "现场指导"},
    "expedite": {"reason": "急用", "working_days": 1},
    "assign": {"assignments": [{"unit": "xw-sc", "role": "assist", "task": "核对"}]},
    "sign": {"assignment_id": "a1"},
    "return": {"assignment_id": "a1", "ground": "other", "reason": "职责属其他部门"},
    "reply": {"assignment_id": "a1", "result": "done", "content": "已备案"},
    "extend": {"assignment_id": "a1", "working_days": 1, "reason": "需现场核实"},
    "rule_return": {"assignment_id": "a1", "decision": "grant", "reason": "同意"},
    "rule_extension": {"assignment_id": "a1", "decision": "grant", "reason": "同意"},
    "urge": {"text": "请抓紧"},
    "supervise": {"to_unit": "xw-center", "requirement": "说明情况", "working_days": 2},
    "answer_supervision": {"id": "s1", "answer": "已办理"},
    "clear": {"link": "register", "findings": []},
    "flag": {"link": "register", "findings": [{"check": "shirking", "detail": "待核"}]},
    "resolve": {"outcome": "done", "summary": "办结", "basis": LAW},
    "evaluate": {"score": 5},
    "contact": {"how": "电话"},
    "rectify": {"what_was_done": "已整改"},
    "withdraw": {"reason": "不办了"},
    "reopen": {"reason": "需继续办理"},
    "look_back": {"method": "call", "result": "genuine", "facts": "属实"},
    "confirm_arrival": {},
    "note": {"text": "备注"},
    "attach": {"name": "照片"},
    "unmerge": {"reason": "误并"},
    "receive": {},
    "fulfil": {"obligation_id": "o1", "detail": "已补齐"},
    "breach": {"obligation_id": "o1", "detail": "未补齐"},
}

STORIES: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "registered": [],
    "accepted": [("xw-center.clerk", "accept", {})],
    "declined": [("xw-center.head", "decline", BODIES["decline"])],
    "diagnosed": [("xw-center.clerk", "accept", {}), ("xw-center.clerk", "diagnose", DIFFICULT)],
}
STORIES["assigned"] = [
    *STORIES["diagnosed"],
    ("xw-center.head", "assign", {"assignments": [{"unit": "xw-zj", "role": "lead", "task": "备案"}]}),
]
STORIES["signed"] = [*STORIES["assigned"], ("xw-zj.liaison", "sign", BODIES["sign"])]
STORIES["returned"] = [*STORIES["assigned"], ("xw-zj.liaison", "return", BODIES["return"])]
STORIES["replied"] = [*STORIES["signed"], ("xw-zj.liaison", "reply", BODIES["reply"])]
STORIES["resolved"] = [*STORIES["replied"], ("xw-center.clerk", "resolve", BODIES["resolve"])]
STORIES["poorly evaluated"] = [
    *STORIES["resolved"],
    ("xw-center.clerk", "evaluate", {"score": 1, "on_behalf": True}),
]
STORIES["explained"] = [
    ("xw-center.clerk", "accept", {}),
    (
        "xw-center.clerk",
        "diagnose",
        {"category": "cannot", "reason": "不符合条件", "causes": ["unclear_policy"], "legal_basis": LAW},
    ),
    ("xw-center.clerk", "explain", BODIES["explain"]),
]
STORIES["objected"] = [*STORIES["explained"], ("xw-center.clerk", "object", {"reason": "不认可", "on_behalf": True})]


def tell(people: People, story: str) -> str:
    """A case that has come so far."""
    number: str = people.register()["case_no"]
    for user, command, body in STORIES[story]:
        answer = people.act(user, number, command, **body)
        assert answer.status_code == 200, (command, answer.text)
    return number


def offered(people: People, user: str, case_no: str) -> dict[str, dict[str, Any]]:
    answer = people.get(user, f"/api/cases/{case_no}/commands")
    return {item["command"]: item for item in answer.json()["items"]} if answer.status_code == 200 else {}


@pytest.mark.parametrize("story", STORIES)
def test_what_is_said_to_be_impossible_is_refused(people: People, story: str) -> None:
    number = tell(people, story)
    before = people.standing(number)
    for user in USERS:
        for name, item in offered(people, user, number).items():
            if item["possible"] or name not in BODIES:
                continue
            assert item["why_not"], (user, name)
            body = {**BODIES[name], **({"on_behalf": True} if item["on_behalf"] else {})}
            assert people.act(user, number, name, **body).status_code in (403, 409), (user, name)
    assert people.standing(number) == before


FURTHER = (
    "registered",
    "accepted",
    "diagnosed",
    "assigned",
    "signed",
    "resolved",
    "poorly evaluated",
    "explained",
    "objected",
)


@pytest.mark.parametrize("story", FURTHER)
def test_what_is_said_to_be_possible_is_carried_out(people: People, story: str) -> None:
    number = tell(people, story)
    possible = {
        name: (user, item) for user in USERS for name, item in offered(people, user, number).items() if item["possible"]
    }
    with ThreadPoolExecutor(4) as pool:
        for refused in pool.map(lambda name: refusal(people, story, name, *possible[name]), possible):
            assert refused is None, refused


def refusal(people: People, story: str, name: str, user: str, item: dict[str, Any]) -> str | None:
    """What this command is refused with, on a case of its own: what one does must not decide about the next."""
    if name not in BODIES or name in OF_SOMETHING:
        return None
    body = {**BODIES[name], **({"on_behalf": True} if item["on_behalf"] else {})}
    if name == "assign" and story in ("diagnosed", "explained", "objected"):
        body = {"assignments": [{"unit": "xw-sc", "role": "lead", "task": "核对"}]}
    if not set(BODIES[name]) <= set(item["schema"]["properties"]):
        return f"{name}: {item['schema']}"
    answer = people.act(user, tell(people, story), name, **body)
    return None if answer.status_code == 200 else f"{user} {name}: {answer.text}"


OF_DEPARTMENTS = {"sign", "return", "reply", "extend"}
OF_OTHERS = {"answer_supervision", "fulfil", "breach", "rule_return", "rule_extension"}
OF_SOMETHING = OF_DEPARTMENTS | OF_OTHERS | {"clear", "flag"}
"""Whether these are possible depends on what they name."""


def test_what_is_done_to_something_needs_such_a_thing(people: People) -> None:
    number = people.under_way()
    for user in USERS:
        assert not open_to(people, user, number) & (OF_DEPARTMENTS | OF_OTHERS), user
    assert open_to(people, "xw-zj.liaison", tell(people, "assigned")) & OF_DEPARTMENTS == {"sign", "return", "extend"}
    assert open_to(people, "xw-zj.liaison", tell(people, "signed")) & OF_DEPARTMENTS == {"return", "reply", "extend"}
    assert open_to(people, "xw-zj.liaison", tell(people, "replied")) == {"note", "attach", "link"}
    assert "rule_return" in open_to(people, "xw-spj.lead", tell(people, "returned"))


def open_to(people: People, user: str, case_no: str) -> set[str]:
    return {name for name, item in offered(people, user, case_no).items() if item["possible"]}


def test_a_refused_schema_field_is_the_one_the_schema_names(people: People) -> None:
    number = people.register()["case_no"]
    items = offered(people, "xw-center.head", number)
    answer = people.act("xw-center.head", number, "decline")
    assert {error["field"] for error in answer.json()["errors"]} == set(items["decline"]["schema"]["required"])
    key = {"Idempotency_Key": uuid.uuid4().hex}
    assert people.post("xw-center.head", f"/api/cases/{number}/decline", BODIES["decline"], **key).status_code == 200


def test_whoever_has_the_offers_already_is_told_so_until_they_change(people: People) -> None:
    clerk, number = "xw-center.clerk", people.register()["case_no"]
    path = f"/api/cases/{number}/commands"
    first = people.get(clerk, path)
    known = {**people.headers(clerk), "If-None-Match": first.headers["ETag"]}
    again = people.http.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert people.act(clerk, number, "accept").status_code == 200
    assert people.http.get(path, headers=known).json() != first.json()
