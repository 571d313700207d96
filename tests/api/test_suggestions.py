"""办法建议 at the door: who has the same case again is shown how it was done (R81; KB2; domain.md 8, A10)."""

import time

import pytest

from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK, BASIS = "xw-jd.clerk", ["商品房屋租赁管理办法第十四条"]
MATTER = {"name": "出租房视频连线备案"}
TOLD = "产权人在国外，只带来两证原件，要求视频连线核实后备案"
HOW = "视频连线核实产权人身份，当场备案"


def done(people: People) -> str:
    number: str = people.register(CLERK, matter=MATTER, narrative=TOLD)["case_no"]
    for command, body in (
        ("accept", {}),
        ("diagnose", DIFFICULT),
        ("measure", {"kind": "remote_video", "detail": HOW, "who": "李某"}),
        ("resolve", {"outcome": "done", "summary": HOW, "basis": BASIS}),
    ):
        assert people.act(CLERK, number, command, **body).status_code == 200
    return number


def of(view: dict, number: str) -> dict | None:
    return next((each for each in view["suggestions"] if each["ref"] == number), None)


def test_the_second_like_case_is_shown_how_the_first_was_done(people: People) -> None:
    first = done(people)
    words = {"matter": {"name": "租房备案"}, "narrative": "房东出国了，想用视频连线确认身份"}
    second = people.register(CLERK, **words)
    shown = of(second, first)
    assert shown, second["suggestions"]
    assert (shown["outcome"], shown["measures"], shown["basis"], shown["how"]) == ("done", ["remote_video"], BASIS, HOW)
    assert of(people.view(second["case_no"], "xw-spj.lead"), first)["how"] == HOW
    in_district = of(people.register("xw-rsfz.clerk", **words), first)
    assert in_district["measures"] == ["remote_video"]
    assert in_district["how"] is None, "the words of a case are for who may read it"
    assert of(people.register("fy-center.clerk", **words), first) is None, "another district's"

    number = second["case_no"]
    assert people.act(CLERK, number, "answer_suggestion", ref=first, decision="not_used").status_code == 422
    answered = people.act(CLERK, number, "answer_suggestion", ref=first, decision="used").json()
    assert of(answered, first)["answer"]["decision"] == "used"
    changed = people.act(CLERK, number, "answer_suggestion", ref=first, decision="not_used", reason="房东不会用视频")
    assert of(changed.json(), first)["answer"]["reason"] == "房东不会用视频"
    last = people.get("auditor", f"/api/cases/{number}/timeline").json()["items"][-1]
    assert last["action"] == "suggestion_answered"

    assert people.act("xw-spj.lead", first, "reopen", reason="房主否认").status_code == 200
    assert of(people.view(number, CLERK), first) is None, "it is not done any more"


def test_what_time_closed_is_learnt_from_too(people: People) -> None:
    number = people.register(CLERK, matter={"name": "古树名木迁移许可"}, narrative="要迁走一棵古银杏树")["case_no"]
    people.act(CLERK, number, "accept")
    cannot = {
        "category": "cannot",
        "reason": "古树不得迁移",
        "causes": ["unclear_policy"],
        "legal_basis": ["条例第八条"],
    }
    assert people.act(CLERK, number, "diagnose", **cannot).status_code == 200
    said = {"text": "古银杏树受保护，不得迁移，可申请就地保护", "legal_basis": ["条例第八条"]}
    people.act(CLERK, number, "explain", **said)
    assert people.act(CLERK, number, "acknowledge", on_behalf=True).status_code == 200
    for _ in range(100):
        again = people.register(CLERK, matter={"name": "古树迁移"}, narrative="院子里的古银杏树要迁走")
        if of(again, number):
            break
        time.sleep(0.1)
    assert of(again, number)["outcome"] == "explained"
