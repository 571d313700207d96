"""一类事 from the draft to the last case that it spared (R78 to R84; KB1 to KB4, CL8; issue 7, 1)."""

import io

import pytest
from docx import Document

from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK, HEAD, LEAD, LIAISON = "sy-center.clerk", "sy-center.head", "sy-zw.lead", "sy-yb.liaison"
BASIS = "城镇住房保障办法第二十一条"
WORDS = {
    "matter": {"name": "公租房视频核验入住"},
    "narrative": "承租人腿伤住院，公租房入住核验要本人到场，请求视频核验",
}


def rule(title: str, **changes: object) -> dict:
    return {
        "title": title,
        "applies_to": "承租人住院不能到场的公租房入住核验",
        "steps": ["核对住院证明", "视频核验承租人身份", "当场发放钥匙"],
        "materials": ["住院证明"],
        "legal_basis": [BASIS],
        **changes,
    }


def under_way(people: People, **words: object) -> str:
    number: str = people.register(CLERK, **{**WORDS, **words})["case_no"]
    assert people.act(CLERK, number, "accept").status_code == 200
    assert people.act(CLERK, number, "diagnose", **DIFFICULT).status_code == 200
    return number


def do(people: People, user: str, number: str, command: str, status: int = 200, **body: object) -> dict:
    answer = people.post(user, f"/api/solutions/{number}/{command}", body)
    assert answer.status_code == status, answer.text
    return answer.json()


def published(people: People, title: str, **changes: object) -> str:
    number: str = people.post(CLERK, "/api/solutions", rule(title, **changes)).json()["id"]
    do(people, LEAD, number, "review", decision="grant")
    do(people, LEAD, number, "publish")
    return number


def test_what_one_case_taught_spares_the_next_the_way(people: People) -> None:
    first = under_way(people)
    proposed = people.act(CLERK, first, "propose_solution", **rule("公租房视频核验")).json()["solutions"]
    assert [each["state"] for each in proposed] == ["draft"]
    number = proposed[0]["id"]
    assert number in {each["id"] for each in people.get(LEAD, "/api/solutions").json()["items"]}
    assert do(people, CLERK, number, "review", 403, decision="grant")
    assert do(people, LEAD, number, "publish", 409)["detail"].startswith("请先通过合法性审核")
    do(people, LEAD, number, "review", decision="grant")
    assert people.view(first)["solutions"][0]["state"] == "reviewed"
    told = do(people, LEAD, number, "publish")
    assert (told["stage"], told["version"], told["no"]) == ("published", 1, f"{number}-V1")
    assert told["unread_by"] == ["sy-center"]
    adopted = do(people, HEAD, number, "adopt")
    assert adopted["unread_by"] == []
    assert adopted["adopted_by"] == ["sy-center"]
    assert [each["by"] for each in adopted["readings"]] == [HEAD]
    do(people, CLERK, number, "confirm_reading")
    do(people, CLERK, number, "confirm_reading", 409)

    second = people.register(CLERK, matter={"name": "公租房入住"}, narrative="承租人住院，核验入住不能到场")
    offered = second["suggestions"][0]
    assert (offered["kind"], offered["ref"], offered["at_counter"]) == ("solution", number, True)
    case_no = second["case_no"]
    people.act(CLERK, case_no, "accept")
    beyond = people.act(CLERK, case_no, "apply_solution", solution_id=number, deviations=[{"step": 9, "why": "没有"}])
    assert beyond.status_code == 422
    deviation = {"step": 3, "why": "钥匙由物业发放"}
    applied = people.act(CLERK, case_no, "apply_solution", solution_id=number, deviations=[deviation])
    assert applied.status_code == 200, applied.text
    [used] = applied.json()["solutions"]
    assert (used["id"], used["version"], used["state"], used["deviations"]) == (number, 1, "applied", [deviation])
    assert "一类事办理单" in {paper["kind"] for paper in applied.json()["documents"]}
    assert people.act(CLERK, case_no, "apply_solution", solution_id=number).status_code == 409
    assert people.act(CLERK, case_no, "diagnose", **DIFFICULT).status_code == 200
    done = people.act(CLERK, case_no, "resolve", outcome="done", summary="视频核验后入住", basis=[BASIS])
    assert done.status_code == 200, done.text
    [brief] = [each for each in people.get(CLERK, "/api/solutions").json()["items"] if each["id"] == number]
    assert (brief["reused"], brief["beneficiaries"]) == (1, 1)
    shown = people.get(LEAD, f"/api/solutions/{number}").json()
    assert (shown["effect"]["after"]["cases"], shown["effect"]["after"]["resolved"]) == (1, 1)
    reviewed = do(people, LEAD, number, "review_effect", text="不再跑第二次", renew=True)
    assert reviewed["effects"][0]["figures"]["after"]["resolved"] == 1, "kept with what was counted then"
    verified = people.post("auditor", f"/api/audit/cases/{case_no}/verify").json()
    assert verified["verified"], verified
    checked = people.post("auditor", f"/api/audit/cases/{first}/verify").json()
    assert checked["verified"], checked
    assert "solution_entries" in checked["checked"]
    alone = people.post("auditor", f"/api/audit/ledgers/verify?number={number}").json()
    assert alone["verified"], alone
    people.write("ALTER TABLE solution_entries DISABLE TRIGGER USER")
    forge = "UPDATE solution_entries SET actor = '{}' WHERE case_no = '{}' AND action = 'published'"
    people.write(forge.format("sy-zw.nobody", number))
    found = people.post("auditor", f"/api/audit/cases/{first}/verify").json()
    people.write(forge.format(LEAD, number))
    people.write("ALTER TABLE solution_entries ENABLE TRIGGER USER")
    assert (found["verified"], found["first_difference"]["table"]) == (False, "solution_entries"), found


def test_author_and_approver_are_never_the_same(people: People) -> None:
    number = people.post(LEAD, "/api/solutions", rule("牵头单位自拟")).json()["id"]
    assert "起草人" in do(people, LEAD, number, "review", 403, decision="grant")["detail"]
    do(people, HEAD, number, "review", 422, decision="deny")
    do(people, HEAD, number, "review", decision="grant")
    do(people, LEAD, number, "publish", 403)
    assert do(people, HEAD, number, "publish")["stage"] == "published"


def test_departments_agree_before_anything_is_published(people: People) -> None:
    tasks = [{"unit": "sy-yb", "role": "lead", "task": "核验医保状态", "working_days": 2}]
    number = people.post(CLERK, "/api/solutions", rule("医保联办", tasks=tasks, working_days=3)).json()["id"]
    do(people, LEAD, number, "review", decision="grant")
    assert "sy-yb" in do(people, LEAD, number, "publish", 409)["detail"]
    do(people, "sy-zr.liaison", number, "consent", 403, position="agree")
    do(people, LIAISON, number, "consent", 422, position="conditional")
    do(people, LIAISON, number, "consent", position="conditional", opinion="须先停保满三十日，再核验")
    do(people, LEAD, number, "publish", 409)
    do(people, LIAISON, number, "consent", position="agree")
    do(people, LEAD, number, "publish")

    case_no = people.register(CLERK, **WORDS)["case_no"]
    people.act(CLERK, case_no, "accept")
    early = people.act(CLERK, case_no, "apply_solution", solution_id=number)
    assert (early.status_code, "请先分类诊断" in early.json()["detail"]) == (409, True)
    people.act(CLERK, case_no, "diagnose", **DIFFICULT)
    view = people.act(CLERK, case_no, "apply_solution", solution_id=number).json()
    assert [(each["unit"], each["state"]) for each in view["assignments"]] == [("sy-yb", "sent")]
    assert view["clock"]["limit_working_days"] == 3, "shorter than the five of its category"
    actions = [item["action"] for item in people.get("auditor", f"/api/cases/{case_no}/timeline").json()["items"]]
    assert actions[-2:] == ["solution_applied", "assigned"]


def test_new_words_are_agreed_on_anew_and_old_cases_keep_theirs(people: People) -> None:
    number = published(people, "分期修订")
    case_no = under_way(people)
    assert people.act(CLERK, case_no, "apply_solution", solution_id=number).status_code == 200
    content = rule("分期修订（二）")
    revised = do(people, CLERK, number, "revise", content=content, reason="步骤调整")
    assert (revised["stage"], revised["version"], revised["title"]) == ("draft", 1, "分期修订"), "in force until then"
    do(people, LEAD, number, "review", decision="grant")
    assert do(people, LEAD, number, "publish")["version"] == 2
    assert people.view(case_no)["solutions"][0]["version"] == 1
    do(people, LEAD, number, "review_effect", text="一季度无人再跑第二次", renew=False)
    assert people.act(CLERK, under_way(people), "apply_solution", solution_id=number).status_code == 422


def test_each_version_is_printed_as_a_notice(people: People) -> None:
    number = published(people, "公租房核验提示", working_days=2)
    do(people, CLERK, number, "revise", content=rule("公租房核验提示（二）"), reason="步骤调整")
    do(people, LEAD, number, "review", decision="grant")
    do(people, LEAD, number, "publish")
    path = f"/api/solutions/{number}/notice"
    last, first = people.get(LIAISON, path).text, people.get(LIAISON, path, version=1).text
    assert f"{number}-V2" in last
    assert "公租房核验提示（二）" in last
    assert "查阅副本" not in last
    assert f"{number}-V1" in first
    assert "办理期限：2 个工作日" in first
    word = Document(io.BytesIO(people.get(CLERK, path, format="docx").content))
    assert BASIS in "\n".join(line.text for line in word.paragraphs)
    assert people.get(CLERK, path, version=9).status_code == 404
    draft = people.post(CLERK, "/api/solutions", rule("还没有发布")).json()["id"]
    assert people.get(CLERK, f"/api/solutions/{draft}/notice").status_code == 404
    assert people.get("xw-spj.lead", path).status_code == 404


def test_another_district_knows_nothing_of_it(people: People) -> None:
    number = published(people, "只在上虞")
    assert people.get("xw-spj.lead", f"/api/solutions/{number}").status_code == 404
    assert people.post("xw-center.clerk", f"/api/solutions/{number}/adopt").status_code == 404
    assert people.get("auditor", f"/api/solutions/{number}").status_code == 200
    assert people.get("admin", f"/api/solutions/{number}").status_code == 403
    elsewhere = people.under_way("xw-center.clerk")
    assert people.act("xw-center.clerk", elsewhere, "apply_solution", solution_id=number).status_code == 422
    timeline = people.get("auditor", f"/api/solutions/{number}/timeline").json()["items"]
    assert [item["action"] for item in timeline] == ["solution_drafted", "legality_reviewed", "published"]


def test_what_is_wrong_with_a_draft_is_said_at_its_field(people: People) -> None:
    answer = people.post(CLERK, "/api/solutions", {"title": "无步骤", "applies_to": "甲", "steps": []})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "steps")
    assert people.post(CLERK, "/api/solutions", rule("外区", departments=["xw-sc"])).status_code == 422
    assert people.post(LIAISON, "/api/solutions", rule("部门自拟")).status_code == 403
    number = people.post(CLERK, "/api/solutions", rule("没有依据", legal_basis=[])).json()["id"]
    assert "依法依规" in do(people, LEAD, number, "review", 422, decision="grant")["detail"]
    assert do(people, LEAD, number, "retire", reason="不成熟")["stage"] == "retired"
