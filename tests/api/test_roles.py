"""Who may give which command, and on whose cases (contract.md, Commands and Scope)."""

import pytest

from models.case import CASE
from models.inquiry import INQUIRY
from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

WHO = {
    "accept": "clerk head",
    "decline": "head",
    "diagnose": "clerk head lead",
    "recall": "head lead",
    "explain": "clerk head",
    "acknowledge": "citizen",
    "object": "citizen",
    "complain": "citizen",
    "review": "head lead",
    "request_materials": "clerk head liaison",
    "submit_materials": "citizen",
    "measure": "clerk head liaison",
    "fulfil": "clerk liaison",
    "breach": "clerk liaison",
    "expedite": "head lead",
    "assign": "clerk head lead",
    "sign": "liaison",
    "return": "liaison",
    "reply": "liaison",
    "extend": "liaison",
    "rule_return": "lead",
    "rule_extension": "lead",
    "urge": "clerk head lead supervisor",
    "escalate": "head lead",
    "delegate": "head lead",
    "transfer": "head lead",
    "receive": "head lead",
    "convene": "lead head",
    "opine": "liaison",
    "conclude": "lead head",
    "open_inquiry": "supervisor lead",
    "find": "supervisor",
    "rule_appeal": "supervisor",
    "propose_solution": "clerk head lead",
    "answer_suggestion": "clerk head lead",
    "apply_solution": "clerk head lead",
    "explain_difference": "head lead",
    "seek_owner": "clerk head",
    "name_owner": "lead",
    "name_specialist": "head lead",
    "propose_alternative": "clerk head liaison lead",
    "sign_off": "lead",
    "attend": "liaison",
    "countersign": "liaison",
    "survey": "clerk head liaison lead",
    "record_reply": "head lead",
    "review_follow_up": "lead",
    "supervise": "supervisor lead",
    "answer_supervision": "clerk head liaison lead",
    "clear": "supervisor",
    "flag": "supervisor",
    "resolve": "clerk head lead",
    "evaluate": "citizen",
    "contact": "head liaison",
    "rectify": "head liaison",
    "withdraw": "citizen",
    "reopen": "lead supervisor",
    "look_back": "supervisor lead",
    "confirm_arrival": "clerk",
    "name_deputy": "head lead",
    "publicise": "supervisor",
    "hand_over": "supervisor",
    "note": "clerk head liaison lead supervisor",
    "hand_in": "citizen",
    "attach": "clerk head liaison lead supervisor",
    "link": "clerk head liaison lead supervisor",
    "merge": "clerk head lead",
    "unmerge": "clerk head lead",
}
OWN = {"mend", "register", "draw_look_back", "change_calendar", "report_delivery", "order_remedy", "archive"}
"""What only the system gives, and what has a door of its own."""

BY_NOTICE = {"appeal"}
"""Open to a unit that was found against, whatever case it is: everybody else is refused alike."""

USERS = {
    "clerk": "xw-center.clerk",
    "head": "xw-center.head",
    "liaison": "xw-zj.liaison",
    "lead": "xw-spj.lead",
    "supervisor": "xw-jw.supervisor",
    "auditor": "auditor",
    "admin": "admin",
}


@pytest.fixture(scope="module")
def case_no(people: People) -> str:
    number = people.under_way()
    task = {"unit": "xw-zj", "role": "lead", "task": "备案"}
    assert people.act(USERS["head"], number, "assign", assignments=[task]).status_code == 200
    return number


def test_every_command_is_in_the_table() -> None:
    assert set(WHO) | BY_NOTICE | OWN == set(CASE.acts) | set(INQUIRY.acts)


def test_nobody_gives_what_is_the_systems_and_nobody_appeals_without_a_notice(people: People, case_no: str) -> None:
    for command in OWN - {"register"} | BY_NOTICE:
        for user in USERS.values():
            assert people.act(user, case_no, command).status_code == 403, (user, command)


@pytest.mark.parametrize("command", sorted(WHO))
def test_only_the_roles_of_the_contract_get_past_the_door(people: People, case_no: str, command: str) -> None:
    before = people.standing(case_no)
    for role, user in USERS.items():
        # A body that no command accepts: whoever may, gets as far as its shape; nobody changes anything.
        answer = people.act(user, case_no, command, nonsense=True)
        expected = 422 if role in WHO[command].split() else 403
        assert answer.status_code == expected, (role, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    assert people.standing(case_no) == before


def test_what_is_the_citizens_is_the_clerks_only_on_behalf(people: People, case_no: str) -> None:
    for command in (name for name, who in WHO.items() if who == "citizen"):
        for role, user in USERS.items():
            answer = people.act(user, case_no, command, on_behalf=True, nonsense=True)
            assert answer.status_code == (422 if role == "clerk" else 403), (command, role)
    assert people.act(USERS["clerk"], case_no, "accept", on_behalf=True).status_code == 403


def test_the_order_of_errors(people: People, case_no: str) -> None:
    unknown = "320102-20200101-0001"
    assert people.http.post(f"/api/cases/{unknown}/accept").status_code == 401
    assert people.act("xw-zj.liaison", unknown, "accept").status_code == 403
    assert people.act("xw-center.clerk", unknown, "accept", nonsense=1).status_code == 404
    assert people.act("xs-center.clerk", case_no, "diagnose", nonsense=1).status_code == 403
    assert people.act("xw-center.clerk", case_no, "accept", nonsense=1).status_code == 422
    assert people.act("xw-center.clerk", case_no, "accept").status_code == 409
    assert people.act("xw-center.clerk", case_no, "diagnose", **DIFFICULT).status_code == 422
    assert people.act("xw-center.clerk", case_no, "frobnicate").status_code == 404
    for answer in (people.get("auditor", "/api/nowhere"), people.post("auditor", "/api/calendar/2026")):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


def test_refused_attempts_are_in_the_access_log(people: People) -> None:
    number = people.register()["case_no"]
    people.act("xs-center.clerk", number, "accept")
    people.act("xw-center.clerk", number, "resolve", outcome="done", summary="x", basis=["y"])
    found = people.rows("SELECT actor, action, status FROM access_log WHERE case_no = %s ORDER BY id", number)
    assert found == [("xs-center.clerk", "accept", 403), ("xw-center.clerk", "resolve", 409)]


def test_scope_follows_unit_level_and_first_receiver(people: People) -> None:
    number = people.register("xs-tangtou.clerk")["case_no"]
    path = f"/api/cases/{number}"
    reads = {
        "xs-tangtou.clerk": 200,
        "xs-guali.head": 200,
        "xs-center.clerk": 200,
        "xs-sgb.lead": 200,
        "xs-jw.supervisor2": 200,
        "auditor": 200,
        "xs-mz.liaison": 403,
        "fy-center.clerk": 403,
        "xw-spj.lead": 403,
        "fy-jw.supervisor": 403,
        "admin": 403,
    }
    for user, status in reads.items():
        assert people.get(user, path).status_code == status, user
        listed = people.get(user, "/api/cases", text=number).json()
        assert [item["case_no"] for item in listed["items"]] == ([number] if status == 200 else []), user
        if status == 403:
            for part in ("/timeline", "/commands"):
                assert people.get(user, path + part).status_code == 403
    assert people.act("xs-center.head", number, "escalate", to_unit="xs-guali", reason="镇里办").status_code == 200
    assert people.get("xs-tangtou.clerk", path).status_code == 200
    assert people.act("xs-tangtou.head", number, "note", text="补充情况").status_code == 200
    assert people.act("xs-tangtou.clerk", number, "accept").status_code == 403
    assert people.act("xs-guali.clerk", number, "accept").status_code == 200


def test_a_department_acts_on_its_own_assignment_only(people: People) -> None:
    number = people.under_way()
    assert people.get("xw-zj.liaison", f"/api/cases/{number}").status_code == 403
    tasks = [{"unit": "xw-zj", "role": "lead", "task": "备案"}, {"unit": "xw-sc", "role": "assist", "task": "核对"}]
    assert people.act("xw-center.head", number, "assign", assignments=tasks).status_code == 200
    assert people.act("xw-zj.liaison", number, "sign", assignment_id="a2").status_code == 403
    assert people.act("xw-zj.liaison", number, "sign", assignment_id="a9").status_code == 422
    assert people.act("xw-zj.liaison", number, "sign", assignment_id="a1").status_code == 200
    assert people.act("xw-zr.liaison", number, "sign", assignment_id="a1").status_code == 403
    replied = {"assignment_id": "a1", "result": "done", "content": "已备案"}
    assert people.act("xw-zj.liaison", number, "reply", **replied).status_code == 200
    late = {"kind": "guidance", "detail": "指导"}
    assert people.act("xw-zj.liaison", number, "measure", **late).status_code == 403
    assert people.act("xw-sc.liaison", number, "measure", **late).status_code == 200
    assert people.get("xw-zj.liaison", f"/api/cases/{number}").status_code == 200


def test_the_applicant_is_masked_for_those_who_do_not_handle_the_case(people: People) -> None:
    number = people.register()["case_no"]
    assert people.view(number, "xw-center.clerk")["applicant"]["id_no"] == "320102190001010060"
    for answer in (
        people.get("auditor", f"/api/cases/{number}"),
        people.get("auditor", f"/api/cases/{number}/timeline"),
    ):
        assert "320102190001010060" not in answer.text
        assert "李先生" not in answer.text
        assert "320102********0060" in answer.text


def test_commands_say_what_is_possible_and_why_not(people: People, case_no: str) -> None:
    for role, user in USERS.items():
        answer = people.get(user, f"/api/cases/{case_no}/commands")
        if role == "admin":
            assert answer.status_code == 403
            continue
        for item in answer.json()["items"]:
            body = {"nonsense": 1, **({"on_behalf": True} if item["on_behalf"] else {})}
            status = people.act(user, case_no, item["command"], **body).status_code
            assert item["possible"] is False or status == 422, (user, item)
            assert item["possible"] or item["why_not"]
            assert item["schema"]["type"] == "object"
