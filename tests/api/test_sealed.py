"""责任倒查密封: nobody whom it concerns, and nobody who runs the machines, finds a trace of an inquiry anywhere."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.worker import Replayer

from activities.platform.ciphers import Algorithm
from activities.platform.keyring import KeyRing, new_ring
from api.identity.tokens import Tokens
from tests.api.conftest import People
from workflows.inquiry import InquiryWorkflow
from workflows.platform.codec import SEALED, converter
from workflows.platform.sandbox import runner
from workflows.platform.sealing import NAMESPACE, workflow_id

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

WORDS = ("密某某", "绝密事实", "attitude", "admonition", "respondent", "inquir", "倒查", "诫勉")
"""What only supervisors and auditors may ever read of this case."""

OUTSIDERS = (
    "xs-center.clerk",
    "xs-center.head",
    "xs-guali.clerk",
    "xs-mz.liaison",
    "xs-zj.liaison",
    "xs-sgb.lead",
    "admin",
    "fy-jw.supervisor",
)


@pytest.fixture(scope="module")
def case_no(people: People) -> str:
    """A case of 不给办, assigned to the very unit that is found against, with a remedy to be made."""
    number: str = people.register("xs-center.clerk")["case_no"]
    refused = {
        "category": "refused",
        "reason": "应当受理而没有受理",
        "causes": ["process"],
        "respondent_unit": "xs-mz",
        "respondent_staff": "密某某",
        "conduct": "attitude",
    }
    tasks = [{"unit": "xs-mz", "role": "lead", "task": "重新办理"}]
    for user, command, body in (
        ("xs-center.clerk", "accept", {}),
        ("xs-center.clerk", "diagnose", refused),
        ("xs-center.head", "assign", {"assignments": tasks}),
    ):
        answer = people.act(user, number, command, **body)
        assert answer.status_code == 200, answer.text
    [inquiry] = people.view(number, "xs-jw.supervisor")["inquiries"]
    found = {
        "inquiry_id": inquiry["id"],
        "check": "shirking",
        "substantiated": True,
        "facts": "绝密事实",
        "measure": "admonition",
        "remedy": {"what": "补办", "unit": "xs-mz", "working_days": 5},
    }
    assert people.act("xs-jw.supervisor", number, "find", **found).status_code == 200
    return number


def test_supervisors_and_auditors_read_it(people: People, case_no: str) -> None:
    for user in ("xs-jw.supervisor", "xs-jw.supervisor2", "auditor"):
        [inquiry] = people.view(case_no, user)["inquiries"]
        assert inquiry["respondents"] == [{"unit": "xs-mz", "staff": "密某某"}]
        items = people.get(user, f"/api/cases/{case_no}/timeline").json()["items"]
        assert [item["seq"] for item in items] == list(range(1, len(items) + 1))
        assert len(items) == people.view(case_no, user)["timeline_length"]
        actions = [item["action"] for item in items]
        assert actions.index("diagnosed") + 1 == actions.index("inquiry_opened")
        assert actions.index("found") + 1 == actions.index("remedy_ordered")


def test_no_door_tells_anybody_else(people: People, case_no: str) -> None:
    paths = [
        f"/api/cases/{case_no}",
        f"/api/cases/{case_no}/timeline",
        "/api/cases",
        "/api/cases?category=refused",
        "/api/solutions",
        "/api/advice",
        "/api/events",
        "/api/organisation",
    ]
    read = {}
    for user in OUTSIDERS:
        for path in paths:
            answer = people.get(user, path)
            _tells_nothing(answer.text, user, path)
            read[user, path] = answer.status_code
        for word in WORDS:
            found = people.get(user, "/api/cases", text=word)
            assert found.json().get("items") == [], (user, word)
    assert read["xs-mz.liaison", paths[0]] == 200, "the unit inquired into handles the case"
    assert read["admin", paths[0]] == 403


def test_the_applicant_reads_nothing_of_it(people: People, case_no: str) -> None:
    code = Tokens(people.system.secret).query_code(case_no)
    answer = people.http.get(f"/api/public/cases/{case_no}", params={"code": code})
    assert answer.status_code == 200
    _tells_nothing(answer.text, "citizen", "public")


def test_handlers_count_their_own_ledger_without_a_gap(people: People, case_no: str) -> None:
    items = people.get("xs-mz.liaison", f"/api/cases/{case_no}/timeline").json()["items"]
    assert [item["seq"] for item in items] == list(range(1, len(items) + 1))
    shown = people.view(case_no, "xs-mz.liaison")
    assert shown["timeline_length"] == len(items)
    assert "inquiries" not in shown
    remedy = [item for item in items if item["action"] == "remedy_ordered"]
    assert [item["actor"] for item in remedy] == ["system"]


def test_what_one_may_do_and_what_is_refused_is_the_same_with_and_without_one(people: People, case_no: str) -> None:
    other = people.under_way("xs-center.clerk")
    body = {"inquiry_id": f"{case_no}-Q1", "grounds": "不服"}
    for user in ("xs-center.head", "xs-zj.liaison", "xs-center.clerk", "xs-sgb.lead"):
        answers = [people.act(user, number, "appeal", **body) for number in (case_no, other)]
        assert answers[0].status_code == answers[1].status_code == 403
        assert answers[0].json()["detail"] == answers[1].json()["detail"]
    for user in ("xs-center.clerk", "xs-center.head", "xs-sgb.lead"):
        offers = [people.get(user, f"/api/cases/{number}/commands").json()["items"] for number in (case_no, other)]
        sealed = {"find", "appeal", "rule_appeal", "open_inquiry"}
        mine, theirs = ([item for item in offer if item["command"] in sealed] for offer in offers)
        assert mine == theirs


def test_the_respondents_unit_is_told_number_and_measure_and_nothing_else(people: People, case_no: str) -> None:
    notices = people.get("xs-mz.liaison", "/api/notices").json()["items"]
    assert {"inquiry_id": f"{case_no}-Q1", "measure": "admonition"} in notices
    for user in ("xs-zj.liaison", "xs-center.head"):
        assert case_no not in people.get(user, "/api/notices").text
    assert people.get("xs-center.clerk", "/api/notices").status_code == 403


def test_the_engine_shows_administrators_nothing_readable(people: People, case_no: str) -> None:
    case, inquiry, its_id = asyncio.run(_histories(people, case_no))
    for word in ("密某某", "绝密事实", "attitude", "admonition"):
        assert word not in case, f"{word} in the case's history"
    assert case_no not in its_id
    for word in (*WORDS, case_no, "xs-mz", "find", "认定"):
        assert word not in inquiry, f"{word} is readable in the inquiry's history"


def test_its_history_replays_with_the_key_and_with_no_other(people: People, case_no: str, tmp_path: Path) -> None:
    async def replay(ring: KeyRing) -> None:
        client = await Client.connect(people.system.temporal_address, namespace=NAMESPACE)
        its_id = workflow_id(people.system.secret, f"{case_no}-Q1")
        history = await client.get_workflow_handle(its_id).fetch_history()
        replayer = Replayer(
            workflows=[InquiryWorkflow], data_converter=converter(ring, SEALED), workflow_runner=runner()
        )
        await replayer.replay_workflow(history)

    asyncio.run(replay(people.system.ring))
    another = tmp_path / "keys.json"
    another.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    with pytest.raises(RuntimeError):
        asyncio.run(replay(KeyRing(another)))


async def _histories(people: People, case_no: str) -> tuple[str, str, str]:
    texts = []
    its_id = workflow_id(people.system.secret, f"{case_no}-Q1")
    for namespace, own_id in (("default", case_no), (NAMESPACE, its_id)):
        client = await Client.connect(people.system.temporal_address, namespace=namespace)
        history = await client.get_workflow_handle(own_id).fetch_history()
        texts.append(json.dumps([_readable(event) for event in history.to_json_dict()["events"]], ensure_ascii=False))
    return texts[0], texts[1], its_id


def _readable(value: Any) -> Any:
    """A history with every payload's data as the text that it is, where it is text."""
    if isinstance(value, dict):
        if isinstance(value.get("data"), str) and "metadata" in value:
            return base64.b64decode(value["data"]).decode(errors="replace")
        # The kinds of the engine's own events, and the type of the workflow, are no secret.
        hidden = {"eventType", "workflowType", "activityType", "taskQueue"}
        return {name: _readable(item) for name, item in value.items() if name not in hidden}
    return [_readable(item) for item in value] if isinstance(value, list) else value


def _tells_nothing(text: str, *where: str) -> None:
    found = [word for word in WORDS if word in text]
    assert not found, (found, *where)
