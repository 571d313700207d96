"""职责清单、专员名册、事项层级清单: what an administrator loads binds what is done from then on."""

from typing import Any

import pytest

from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

DUTIES = {
    "entries": [{"code": "SY-YB-01", "title": "参保登记", "matters": ["参保信息变更"], "basis": ["《社会保险法》"]}]
}


def load(people: People, path: str, body: dict[str, Any], user: str = "admin") -> Any:
    return people.http.put(f"/api/organisation/{path}", json=body, headers=people.headers(user))


def test_only_an_administrator_loads_and_only_what_is_well_formed(people: People) -> None:
    assert load(people, "duties/zq-rs", DUTIES, "zq-sp.lead").status_code == 403
    assert load(people, "duties/nobody", DUTIES).status_code == 404
    assert load(people, "duties/zq-center", DUTIES).status_code == 404
    assert load(people, "levels/nowhere", {"entries": []}).status_code == 404
    wrong = load(people, "duties/zq-rs", {"entries": [{"code": "1"}]})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "entries.0.title"
    assert people.get("zq-rs.liaison", "/api/organisation/duties/zq-rs").json()["version"] == 0


def test_versions_are_counted_and_another_district_does_not_read_them(people: People) -> None:
    first = load(people, "duties/bh-sc", DUTIES).json()
    second = load(people, "duties/bh-sc", {"entries": []}).json()
    assert (first["version"], second["version"], second["entries"]) == (1, 2, [])
    assert people.get("nb-zw.lead", "/api/organisation/duties/bh-sc").status_code == 403
    assert people.get("auditor", "/api/organisation/duties/bh-sc").json()["version"] == 2


def test_a_return_cites_the_duty_list_and_a_task_outside_it_is_shown(people: People) -> None:
    load(people, "duties/sy-yb", DUTIES)
    number = people.register("sy-center.clerk")["case_no"]
    for user, command, body in (
        ("sy-center.clerk", "accept", {}),
        ("sy-center.clerk", "diagnose", DIFFICULT),
        (
            "sy-center.head",
            "assign",
            {
                "assignments": [
                    {"unit": "sy-yb", "role": "lead", "task": "核对"},
                    {"unit": "sy-zr", "role": "assist", "task": "协助"},
                ]
            },
        ),
    ):
        assert people.act(user, number, command, **body).status_code == 200
    shown = {a["unit"]: a["outside_duties"] for a in people.view(number, "sy-center.clerk")["assignments"]}
    assert shown == {"sy-yb": True, "sy-zr": False}, "a department without a list is outside of nothing"

    back = {"assignment_id": "a1", "ground": "not_competent", "reason": "属自然资源部门职责"}
    for duty in ({}, {"duty": "SY-YB-99"}):
        refused = people.act("sy-yb.liaison", number, "return", **back, **duty)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "duty"
    assert people.act("sy-yb.liaison", number, "return", **back, duty="SY-YB-01").status_code == 200
    other = {"assignment_id": "a2", "ground": "not_competent", "reason": "属医保部门职责"}
    assert people.act("sy-zr.liaison", number, "return", **other).status_code == 200, "no list, nothing to cite"


def test_a_matter_is_diagnosed_at_the_level_that_may_handle_it(people: People) -> None:
    levels = {"entries": [{"matter": "村级无权事项", "levels": ["town", "district"]}]}
    assert load(people, "levels/xiaoshan", levels).status_code == 200
    number = people.register("xs-tangtou.clerk", matter={"name": "村级无权事项"})["case_no"]
    assert people.act("xs-tangtou.clerk", number, "accept").status_code == 200
    refused = people.act("xs-tangtou.clerk", number, "diagnose", **DIFFICULT)
    assert refused.status_code == 409
    assert "镇街" in refused.json()["detail"]
    up = people.act("xs-tangtou.head", number, "escalate", to_unit="xs-guali", reason="村里无权")
    assert up.status_code == 200
    assert people.act("xs-guali.clerk", number, "diagnose", **DIFFICULT).status_code == 200
    free = people.register("xs-tangtou.clerk")["case_no"]
    assert people.act("xs-tangtou.clerk", free, "accept").status_code == 200
    assert people.act("xs-tangtou.clerk", free, "diagnose", **DIFFICULT).status_code == 200


def test_a_specialist_is_named_from_the_roster_for_a_skill_of_theirs(people: People) -> None:
    roster = {"entries": [{"username": "yh-rs.liaison", "skills": ["社保"]}]}
    assert load(people, "specialists/yanhu", roster).status_code == 200
    number = people.register("yh-center.clerk")["case_no"]
    for name, skill, status in (("yh-sc.liaison", "社保", 422), ("yh-rs.liaison", "执照", 422)):
        answer = people.act("yh-center.head", number, "name_specialist", username=name, skill=skill)
        assert answer.status_code == status
    named = people.act("yh-center.head", number, "name_specialist", username="yh-rs.liaison", skill="社保")
    assert named.json()["specialist"] == {"username": "yh-rs.liaison", "skill": "社保"}


def test_a_likely_duplicate_is_shown_before_it_is_registered(people: People) -> None:
    person = {
        "name": "重复先生",
        "kind": "person",
        "id_type": "id_card",
        "id_no": "330109190001010024",
        "phone": "13800000099",
    }
    asked = {"applicant": person, "matter": {"name": "查重事项"}}
    path = "/api/cases/duplicates"
    assert people.post("zq-center.clerk", path, asked).json() == {"items": []}
    number = people.register("zq-center.clerk", **asked)["case_no"]
    found = people.post("zq-center.clerk", path, asked).json()["items"]
    assert found == [{"case_no": number, "stage": "registered", "unit": "zq-center"}]
    assert people.post("bh-center.clerk", path, asked).json() == {"items": []}, "another district learns nothing"
    assert people.post("zq-sp.lead", path, asked).status_code == 403


def test_drafts_of_solutions_are_read_in_their_district(people: People) -> None:
    number = people.register("nb-center.clerk")["case_no"]
    assert people.act("nb-center.clerk", number, "accept").status_code == 200
    rule = {"title": "预审先行", "applies_to": "股权变更", "steps": ["预审", "变更"]}
    assert people.act("nb-zw.lead", number, "propose_solution", **rule).status_code == 200
    titles = {user: _titles(people, user) for user in ("nb-sc.liaison", "auditor", "xw-center.clerk")}
    assert "预审先行" in titles["nb-sc.liaison"]
    assert "预审先行" in titles["auditor"]
    assert "预审先行" not in titles["xw-center.clerk"]
    assert people.get("admin", "/api/solutions").status_code == 403


def _titles(people: People, user: str) -> set[str]:
    return {item["title"] for item in people.get(user, "/api/solutions").json()["items"]}
