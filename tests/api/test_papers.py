"""文书: every paper of a case's way, its text kept, its code checked, as a page and as a Word document."""

import io
import re
from typing import Any

import pytest
from docx import Document

from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK, HEAD, LEAD, SUPERVISOR, LIAISON = (
    "xs-center.clerk",
    "xs-center.head",
    "xs-sgb.lead",
    "xs-jw.supervisor",
    "xs-mz.liaison",
)
PERSON = {
    "name": "周先生",
    "kind": "person",
    "id_type": "id_card",
    "id_no": "330109190001010016",
    "phone": "13900000001",
}


def do(people: People, user: str, number: str, command: str, **body: Any) -> dict[str, Any]:
    answer = people.act(user, number, command, **body)
    assert answer.status_code == 200, (command, answer.text)
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.fixture(scope="module")
def case(people: People) -> dict[str, Any]:
    """A case with a paper of nearly every kind."""
    number = people.register(CLERK, applicant=PERSON, matter={"name": "残疾人重度护理补贴"})
    no = number["case_no"]
    do(people, CLERK, no, "accept")
    do(people, CLERK, no, "request_materials", items=[{"name": "病历", "why": "核实", "how_to_obtain": "医院"}])
    do(people, CLERK, no, "submit_materials", items=[{"name": "病历"}], on_behalf=True)
    difficult = {"reason": "材料不在本地", "causes": ["process"], "obstacles": ["异地"], "measures": ["tolerate"]}
    do(people, CLERK, no, "diagnose", category="difficult", **difficult)
    do(people, CLERK, no, "measure", kind="tolerate", detail="先办", items=["户口簿"], working_days=5)
    do(people, HEAD, no, "expedite", reason="就医急用", working_days=2)
    do(people, HEAD, no, "assign", assignments=[{"unit": "xs-mz", "role": "lead", "task": "核对停发原因"}])
    do(people, LIAISON, no, "sign", assignment_id="a1")
    do(people, LIAISON, no, "extend", assignment_id="a1", working_days=2, reason="等档案")
    do(people, LEAD, no, "rule_extension", assignment_id="a1", decision="grant", reason="情况属实")
    do(people, SUPERVISOR, no, "supervise", to_unit="xs-mz", requirement="限期反馈", working_days=2)
    do(people, LEAD, no, "convene", kind="consultation", departments=["xs-mz", "xs-ga"], question="由谁出具证明")
    do(people, LIAISON, no, "opine", consultation_id="c1", position="agree", opinion="由我局出具")
    do(people, LEAD, no, "conclude", consultation_id="c1", resolution="assign", minutes="由民政出具",
       assignments=[{"unit": "xs-ga", "role": "assist", "task": "提供底档"}])  # fmt: skip
    return {**number, "documents": people.view(no, CLERK)["documents"]}


def test_every_kind_opens_as_a_page_and_in_word(people: People, case: dict[str, Any]) -> None:
    kinds = [paper["kind"] for paper in case["documents"]]
    assert kinds == [
        "登记表", "受理通知书", "一次性告知书", "分类诊断单", "容缺受理通知书", "容缺受理承诺书", "特事特办审批单",
        "交办单", "延期审批单", "督办单", "会诊通知", "会诊纪要", "交办单",
    ]  # fmt: skip
    assert len({paper["no"] for paper in case["documents"]}) == len(kinds)
    for paper in case["documents"]:
        page = people.get(CLERK, paper["url"])
        assert page.status_code == 200, (paper, page.text)
        assert "src=" not in page.text
        word = people.get(CLERK, paper["url"], format="docx")
        assert word.status_code == 200
        sheet = Document(io.BytesIO(word.content))
        said = "\n".join(each.text for each in sheet.paragraphs)
        assert paper["no"] in said
        assert paper["kind"] in said
        assert round(sheet.sections[0].top_margin.mm) == 37


def code_on(text: str) -> str:
    found = re.search(r"校验码 ([A-Z2-7]{10})", text)
    assert found
    return found.group(1)


def test_the_code_vouches_for_the_words_and_a_forgery_is_seen(people: People, case: dict[str, Any]) -> None:
    paper = case["documents"][1]
    text = people.get(CLERK, paper["url"]).text
    assert people.get(CLERK, paper["url"]).text == text, "a paper never changes"
    where = f"/api/public/documents/{paper['no']}"
    said = people.http.get(where, params={"code": code_on(text)}).json()
    assert (said["valid"], said["kind"]) == (True, "受理通知书")
    assert "周" not in str(said)
    assert people.http.get(where, params={"code": "A" * 10}).status_code == 404
    other = people.get(CLERK, case["documents"][0]["url"]).text
    assert people.http.get(where, params={"code": code_on(other)}).status_code == 404
    [[kept]] = people.rows("SELECT content FROM papers WHERE no = %s", paper["no"])
    assert "周先生" not in kept, "kept sealed"
    [[of_other]] = people.rows("SELECT content FROM papers WHERE no = %s", case["documents"][0]["no"])
    people.write(f"UPDATE papers SET content = '{of_other}' WHERE no = '{paper['no']}'")
    try:
        assert people.http.get(where, params={"code": code_on(text)}).json()["valid"] is False
    finally:
        people.write(f"UPDATE papers SET content = '{kept}' WHERE no = '{paper['no']}'")


def test_who_may_not_see_the_applicant_reads_a_copy(people: People, case: dict[str, Any]) -> None:
    form = next(paper for paper in case["documents"] if paper["kind"] == "登记表")
    mine, copy = people.get(CLERK, form["url"]).text, people.get("auditor", form["url"]).text
    assert PERSON["id_no"] in mine
    assert PERSON["id_no"] not in copy
    assert "查阅副本" in copy
    assert "校验码" not in copy


def test_an_applicant_reads_their_own_papers_and_no_others(people: People, case: dict[str, Any]) -> None:
    no, code = case["case_no"], {"code": case["query_code"]}
    shown = people.http.get(f"/api/public/cases/{no}", params=code).json()["documents"]
    assert {"登记表", "受理通知书", "一次性告知书"} <= {paper["kind"] for paper in shown}
    assert not {"督办单", "交办单", "会诊纪要", "分类诊断单"} & {paper["kind"] for paper in shown}
    for paper in case["documents"]:
        answer = people.http.get(f"/api/public/cases/{no}/documents/{paper['no']}", params=code)
        assert answer.status_code == (200 if paper["kind"] in {each["kind"] for each in shown} else 404), paper
