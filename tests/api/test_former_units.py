"""Who reads and acts when a case goes from unit to unit (contract.md, Scope)."""

import pytest

from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def reads(people: People, user: str, case_no: str) -> bool:
    """Whether the user reads the case; the list must say the same as the door, and as timeline and commands."""
    statuses = {people.get(user, f"/api/cases/{case_no}{part}").status_code for part in ("", "/timeline", "/commands")}
    assert len(statuses) == 1
    listed = [item["case_no"] for item in people.get(user, "/api/cases", text=case_no).json()["items"]]
    allowed = statuses == {200}
    assert statuses <= {200, 403}
    assert listed == ([case_no] if allowed else [])
    return allowed


def may(people: People, user: str, case_no: str, command: str = "confirm_arrival", **body: object) -> bool:
    """Whether the user's command is carried out; a refusal must be 403."""
    status = people.act(user, case_no, command, **body).status_code
    assert status in (200, 403)
    return status == 200


def test_a_unit_acts_on_its_own_and_on_what_lies_below(people: People) -> None:
    town = people.register("xs-guali.clerk")["case_no"]
    assert may(people, "xs-guali.clerk", town)
    assert may(people, "xs-center.clerk", town)
    for outsider in ("xs-tangtou.clerk", "fy-changkou.clerk", "fy-center.clerk", "xw-center.clerk"):
        assert not may(people, outsider, town)
        assert not may(people, outsider, town, "note", text="看看")
        assert not reads(people, outsider, town)


def test_a_subcentre_sees_nothing_of_its_sisters(people: People) -> None:
    sub = people.register("xw-rsfz.clerk")["case_no"]
    assert reads(people, "xw-rsfz.head", sub)
    assert reads(people, "xw-center.head", sub)
    assert not reads(people, "xw-gafz.head", sub)
    assert not may(people, "xw-gafz.clerk", sub)
    centre = people.register("xw-center.clerk")["case_no"]
    assert not reads(people, "xw-rsfz.clerk", centre)


def test_lead_and_supervisor_act_in_their_district_only(people: People) -> None:
    number = people.register("fy-changkou.clerk")["case_no"]
    assert may(people, "fy-sgb.lead", number, "urge", text="请抓紧")
    assert may(people, "fy-jw.supervisor", number, "urge", text="请抓紧")
    assert may(people, "fy-jw.supervisor2", number, "note", text="已阅")
    for outsider in ("xs-sgb.lead", "xs-jw.supervisor"):
        assert not may(people, outsider, number, "urge", text="请抓紧")
        assert not may(people, outsider, number, "note", text="已阅")
        assert not reads(people, outsider, number)


def test_after_delegating_the_former_unit_reads_notes_and_attaches(people: People) -> None:
    number = people.register("fy-center.clerk")["case_no"]
    assert people.act("fy-center.head", number, "delegate", to_unit="fy-changkou", reason="就近办理").status_code == 200
    assert may(people, "fy-changkou.clerk", number)
    # The centre is above the town: the case lies below it still.
    assert may(people, "fy-center.clerk", number)


def test_after_escalating_the_former_unit_reads_notes_and_attaches(people: People) -> None:
    number = people.register("fy-changkou.head")["case_no"]
    assert (
        people.act("fy-changkou.head", number, "escalate", to_unit="fy-center", reason="镇里办不了").status_code == 200
    )
    assert people.view(number)["unit"] == "fy-center"
    for former in ("fy-changkou.clerk", "fy-changkou.head"):
        assert reads(people, former, number)
        assert may(people, former, number, "note", text="补充")
        assert may(people, former, number, "attach", name="照片.jpg", sha256="0" * 64)
        assert not may(people, former, number, "accept")
        assert people.view(number, former)["applicant"]["name"] == "李**"
    assert not may(people, "fy-changkou.head", number, "delegate", to_unit="fy-changkou", reason="拿回来")
    assert not may(people, "fy-changkou.clerk", number, "withdraw", reason="代撤", on_behalf=True)
    assert may(people, "fy-center.clerk", number, "accept")


def test_a_transfer_is_the_senders_until_it_is_received(people: People) -> None:
    number = people.under_way("nb-center.clerk")
    transfer = {"to_unit": "sy-center", "reason": "属上虞区事项"}
    assert people.act("nb-center.head", number, "transfer", **transfer).status_code == 200
    assert people.view(number)["pending_transfer"] == "sy-center"
    assert may(people, "nb-center.clerk", number)
    assert reads(people, "sy-center.clerk", number)
    assert not may(people, "sy-center.clerk", number)
    assert not may(people, "sy-zw.lead", number, "urge", text="请抓紧")
    assert not may(people, "nb-zw.lead", number, "receive")
    assert not may(people, "nb-center.head", number, "receive")
    assert not may(people, "hp-center.head", number, "receive")
    assert people.act("nb-center.head", number, "transfer", **transfer).status_code == 409

    clock = people.view(number)["clock"]
    assert may(people, "sy-center.head", number, "receive")
    shown = people.view(number)
    assert (shown["unit"], shown["pending_transfer"], shown["first_receiver"]) == (
        "sy-center",
        None,
        "nb-center.clerk",
    )
    assert shown["clock"]["due_at"] == clock["due_at"]
    assert may(people, "sy-center.clerk", number)
    assert may(people, "sy-jw.supervisor", number, "urge", text="请抓紧")
    for former in ("nb-center.head", "nb-center.clerk", "nb-zw.lead", "nb-jw.supervisor"):
        assert reads(people, former, number)
        assert may(people, former, number, "note", text="补充")
        assert not may(people, former, number, "urge", text="请抓紧")
    assert people.act("sy-center.head", number, "receive").status_code == 409


def test_the_lead_bureau_receives_too(people: People) -> None:
    number = people.register("nb-center.clerk")["case_no"]
    assert may(people, "nb-zw.lead", number, "transfer", to_unit="sy-center", reason="属上虞区事项")
    assert not may(people, "sy-jw.supervisor", number, "receive")
    assert may(people, "sy-zw.lead", number, "receive")


def test_the_first_receiver_reads_and_notes_for_ever(people: People) -> None:
    number = people.register("xs-tangtou.clerk", first_receiver="xs-mz.liaison")["case_no"]
    assert reads(people, "xs-mz.liaison", number)
    assert may(people, "xs-mz.liaison", number, "note", text="首接情况")
    assert may(people, "xs-mz.liaison", number, "attach", name="首接记录")
    assert not may(people, "xs-mz.liaison", number, "answer_supervision", id="s1", answer="不是我")
    assert people.act("xs-guali.head", number, "escalate", to_unit="xs-guali", reason="上报").status_code == 200
    assert reads(people, "xs-mz.liaison", number)
    assert people.view(number)["first_receiver"] == "xs-mz.liaison"
    assert not reads(people, "xs-ga.liaison", number)


def test_a_department_that_withdrew_reads_and_no_more(people: People) -> None:
    number = people.under_way()
    tasks = [{"unit": "xw-zj", "role": "lead", "task": "备案"}, {"unit": "xw-sc", "role": "assist", "task": "核对"}]
    assert people.act("xw-center.head", number, "assign", assignments=tasks).status_code == 200
    returned = {"assignment_id": "a2", "ground": "not_competent", "reason": "核对职责属住建部门"}
    assert may(people, "xw-sc.liaison", number, "return", **returned)
    assert may(people, "xw-spj.lead", number, "rule_return", assignment_id="a2", decision="grant", reason="同意")
    assert reads(people, "xw-sc.liaison", number)
    item = {"name": "租赁合同", "why": "核对", "how_to_obtain": "双方签订"}
    assert not may(people, "xw-sc.liaison", number, "request_materials", items=[item], working_days=3)
    assert not may(people, "xw-sc.liaison", number, "measure", kind="guidance", detail="指导")
    assert may(people, "xw-zj.liaison", number, "request_materials", items=[item], working_days=3)


def test_the_auditor_reads_everything_and_changes_nothing(people: People) -> None:
    for clerk in ("xs-tangtou.clerk", "bh-center.clerk"):
        number = people.register(clerk)["case_no"]
        before = people.standing(number)
        assert reads(people, "auditor", number)
        assert not may(people, "auditor", number, "note", text="审计意见")
        assert not may(people, "auditor", number, "accept")
        assert people.standing(number) == before
        assert not reads(people, "admin", number)
        assert not may(people, "admin", number, "note", text="维护")


def test_a_case_that_is_read_by_somebody_without_a_part_is_in_the_access_log(people: People) -> None:
    number = people.register("zq-center.clerk")["case_no"]
    assert not reads(people, "bh-center.clerk", number)
    found = people.rows("SELECT DISTINCT actor, action, status FROM access_log WHERE case_no = %s", number)
    assert found == [("bh-center.clerk", "read", 403)]


def test_a_refusal_leaves_view_and_timeline_as_they_were(people: People) -> None:
    number = people.under_way()
    view, timeline = people.standing(number), people.get("auditor", f"/api/cases/{number}/timeline").json()
    refused = {
        people.act("xs-center.clerk", number, "note", text="x").status_code,
        people.act("xw-center.clerk", number, "accept").status_code,
        people.act("xw-center.clerk", number, "diagnose", **DIFFICULT).status_code,
        people.act("xw-center.head", number, "expedite", reason="急", working_days=60).status_code,
        people.act("xw-center.clerk", number, "look_back").status_code,
    }
    assert refused == {403, 409, 422}
    assert people.standing(number) == view
    assert people.get("auditor", f"/api/cases/{number}/timeline").json() == timeline
    logged = people.rows("SELECT status FROM access_log WHERE case_no = %s AND status <> 200 ORDER BY id", number)
    assert [row[0] for row in logged] == [403, 409, 422, 422, 403]
