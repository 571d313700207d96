"""Every endpoint as every role: nobody whom it does not concern reads, or can tell, that somebody is inquired into.

Two cases are alike in everything but what is sealed: into one somebody was found at fault, into the other another
conduct is alleged and nothing found. Whoever may not know gets the same answers about both, and no secret word
anywhere. An endpoint without a rule here fails the test, and so does a rule without its endpoint.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from api.identity.tokens import Tokens
from models.actions import COMMANDS
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

SECRETS = ("密某某", "绝密事实", "绝纪7号", "慢腾腾", "-Q1")
"""What only supervisors of the district and auditors may read; the last is how an inquiry's number ends."""

KNOWING = ("xs-jw.supervisor", "xs-jw.supervisor2", "auditor")
RESPONDENT = "xs-mz.liaison"
OUTSIDERS = (
    *("xs-center.clerk", "xs-center.head", "xs-guali.head", RESPONDENT, "xs-zj.liaison", "xs-sgb.lead"),
    *("fy-jw.supervisor", "fy-center.head", "admin", "security-admin", "audit-admin", None),
)
"""Every role that may not know, of this district and of another; None is not signed in."""

NONSENSE = {"nonsense": 1}
"""A body that no command takes: it is answered, and changes nothing."""

COMMAND_PATHS = ("/api/cases/{case_no}/{command}", "/api/public/cases/{case_no}/{command}")


@dataclass(frozen=True)
class Rule:
    """How an endpoint is asked, and who may read secrets there."""

    query: str = ""
    told: tuple[str, ...] = ()
    """Who besides `KNOWING` is told something there that has one of the words in it."""
    body: Any = None


PLAIN = Rule()
RULES = {
    "POST /api/token": PLAIN,
    "GET /api/me": PLAIN,
    "POST /api/me/second-factor": PLAIN,
    "POST /api/me/second-factor/confirm": Rule(body=NONSENSE),
    "POST /api/me/password": Rule(body=NONSENSE),
    "GET /api/session": PLAIN,
    "POST /api/session": PLAIN,
    "DELETE /api/session": PLAIN,
    "GET /api/accounts": PLAIN,
    "POST /api/accounts": Rule(body=NONSENSE),
    "POST /api/accounts/{username}/{command}": Rule(body=NONSENSE),
    # The 审计管理员 reads who looked where, but for supervisors' looks and what has to do with inquiries.
    "GET /api/accesses": Rule("?limit=500"),
    "POST /codec/decode": Rule(body=NONSENSE),
    "POST /api/cases/{case_no}/unmask": Rule(body={"reason": "核对反映人身份"}),
    "GET /api/alarms": Rule("?only_open=false"),
    "POST /api/alarms/{case_no}/take-up": PLAIN,
    "POST /api/alarms/{case_no}/rebuild": PLAIN,
    "GET /api/proposals": PLAIN,
    "POST /api/proposals": Rule(body=NONSENSE),
    "POST /api/proposals/{proposal_id}/confirm": PLAIN,
    "POST /api/proposals/{proposal_id}/refuse": PLAIN,
    "GET /api/retention": PLAIN,
    "GET /api/retention/{case_no}": PLAIN,
    "POST /api/retention/{case_no}/ask": Rule(body={"why": "鉴定意见"}),
    "POST /api/retention/{case_no}/carry-out": PLAIN,
    "POST /api/cases": Rule(body=NONSENSE),
    "GET /api/cases": Rule("?limit=200&category=refused"),
    "POST /api/cases/duplicates": Rule(body=NONSENSE),
    "GET /api/cases/{case_no}": PLAIN,
    "GET /api/cases/{case_no}/timeline": PLAIN,
    # Whoever has such a notice may appeal: for the unit that was found against the command is possible.
    "GET /api/cases/{case_no}/commands": Rule(told=(RESPONDENT,)),
    "GET /api/cases/{case_no}/documents/{document_no}": PLAIN,
    "POST /api/cases/{case_no}/attachments": Rule(body=NONSENSE),
    "GET /api/cases/{case_no}/attachments/{attachment_id}": PLAIN,
    "POST /api/public/cases/{case_no}/attachments": Rule("?code={code}", body=NONSENSE),
    "GET /api/public/cases/{case_no}/attachments/{attachment_id}": Rule("?code={code}"),
    "POST /api/cases/{case_no}/{command}": Rule(body=NONSENSE),
    "GET /api/public/cases/{case_no}": Rule("?code={code}"),
    "GET /api/public/cases/{case_no}/documents/{document_no}": Rule("?code={code}"),
    "GET /api/public/documents/{document_no}": Rule("?code=AAAAAAAAAA"),
    "POST /api/public/cases/{case_no}/{command}": Rule("?code={code}", body=NONSENSE),
    "POST /api/advice": Rule(body=NONSENSE),
    "GET /api/advice": PLAIN,
    "POST /api/advice/{advice_no}/case": Rule(body=NONSENSE),
    "GET /api/audit/cases/{case_no}": PLAIN,
    "GET /api/audit/cases/{case_no}/export": PLAIN,
    "POST /api/audit/cases/{case_no}/verify": PLAIN,
    "POST /api/audit/access/verify": PLAIN,
    "GET /api/public/cases/{case_no}/accesses": Rule("?code={code}"),
    "GET /api/calendar/due": Rule("?from=2026-09-30T10:00:00%2B08:00&working_days=3"),
    "GET /api/calendar/{year}": PLAIN,
    "PUT /api/calendar/{year}": Rule(body=NONSENSE),
    "GET /api/calendar/changes/{version}": PLAIN,
    "GET /api/departments": PLAIN,
    "GET /api/departments/{unit}/adapter": PLAIN,
    "PUT /api/departments/{unit}/adapter": Rule(body=NONSENSE),
    "POST /api/departments/{unit}/callbacks": Rule(body=NONSENSE),
    "GET /api/deputies": PLAIN,
    "POST /api/deputies": Rule(body=NONSENSE),
    "POST /api/deputies/{number}/revoke": Rule(body=NONSENSE),
    "POST /api/deputies/act": Rule(body=NONSENSE),
    "GET /api/public/draws": PLAIN,
    "GET /api/intake/template.csv": PLAIN,
    "GET /api/intake/template.xlsx": PLAIN,
    "POST /api/intake/import": Rule("?dry_run=true", body=NONSENSE),
    "GET /api/intake/imports/{import_id}": PLAIN,
    "GET /api/intake/imports/{import_id}/report": PLAIN,
    "GET /api/intake/refused": PLAIN,
    "GET /api/intake/keys/{channel}": PLAIN,
    "POST /api/intake/{channel}": Rule(body=NONSENSE),
    "GET /api/intake/{channel}/{source_id}": PLAIN,
    "POST /api/solutions": Rule(body=NONSENSE),
    "GET /api/solutions/{number}": PLAIN,
    "GET /api/solutions/{number}/timeline": PLAIN,
    "GET /api/solutions/{number}/notice": PLAIN,
    "POST /api/solutions/{number}/{command}": Rule(body=NONSENSE),
    "GET /api/amended-bases": PLAIN,
    "GET /api/amended-bases/{number}": PLAIN,
    "POST /api/amended-bases": Rule(body=NONSENSE),
    "GET /api/reports": PLAIN,
    "POST /api/audit/ledgers/verify": Rule("?number=meeting/xiaoshan/2026-11"),
    "GET /api/reports/monthly": Rule("?month=2026-11"),
    "GET /api/reports/monthly/cases": Rule("?month=2026-11&figure=registered"),
    "GET /api/reports/counters": Rule("?date=2026-11-30"),
    "GET /api/reports/counters/cases": Rule("?date=2026-11-30&figure=open"),
    "POST /api/reports/claims": Rule(body=NONSENSE),
    "POST /api/reports/monthly": Rule(body=NONSENSE),
    "GET /api/reports/monthly/{month}/timeline": PLAIN,
    "POST /api/reports/monthly/{month}/{command}": Rule(body=NONSENSE),
    "GET /api/old-register": PLAIN,
    "POST /api/old-register": Rule(body=NONSENSE),
    "GET /api/reports/trend": Rule("?from=2026-01&to=2026-12"),
    "POST /api/outside-scores": Rule(body=NONSENSE),
    "GET /api/outside-scores": PLAIN,
    "GET /api/public/statistics": Rule("?district=xiaoshan"),
    "GET /api/reports/consistency": PLAIN,
    "GET /api/meetings": PLAIN,
    "POST /api/meetings": PLAIN,
    "GET /api/meetings/{district}/{month}": PLAIN,
    "GET /api/meetings/{district}/{month}/timeline": PLAIN,
    "POST /api/meetings/{district}/{month}/{command}": Rule(body=NONSENSE),
    # The unit that was found against is told number and measure, so that it can appeal: nobody else is.
    "GET /api/notices": Rule(told=(RESPONDENT,)),
    "GET /api/organisation": PLAIN,
    "GET /api/organisation/{kind}/{key}": PLAIN,
    "PUT /api/organisation/{kind}/{key}": Rule(body=NONSENSE),
    "GET /api/oversight": PLAIN,
    "POST /api/oversight": Rule(body=NONSENSE),
    "GET /api/oversight/{number}": PLAIN,
    "GET /api/oversight/{number}/timeline": PLAIN,
    "POST /api/oversight/{number}/{command}": Rule(body=NONSENSE),
    "GET /api/public/publications": PLAIN,
    "GET /api/refusals": PLAIN,
    "GET /api/reminders": PLAIN,
    "POST /api/reminders/{number}/read": Rule(body=NONSENSE),
    "GET /api/scores": Rule("?district=xiaoshan"),
    "GET /api/scores/points": PLAIN,
    "POST /api/scores/points/{number}/{command}": Rule(body=NONSENSE),
    "GET /api/solutions": PLAIN,
    "GET /api/public/stamps/{code}": PLAIN,
    "GET /api/events": PLAIN,
    "GET /api/subscriptions": PLAIN,
    "POST /api/subscriptions": Rule(body=NONSENSE),
    "POST /api/subscriptions/{subscription_id}/replay": Rule(body=NONSENSE),
    "POST /api/subscriptions/{subscription_id}/rotate": Rule(body=NONSENSE),
    "DELETE /api/subscriptions/{subscription_id}": PLAIN,
    "GET /healthz": PLAIN,
    "GET /readyz": PLAIN,
}
UNDOCUMENTED = ("/metrics", "/docs", "/openapi.json")

FILLED = {
    "proposal_id": "nothing",
    "attachment_id": "nothing",
    "advice_no": "nothing",
    "year": "2026",
    "version": "0",
    "unit": "xs-mz",
    "import_id": "nothing",
    "channel": "hotline",
    "source_id": "nothing",
    "district": "xiaoshan",
    "month": "2026-11",
    "kind": "levels",
    "key": "xiaoshan",
    "number": "1",
    "username": "nobody",
    "subscription_id": "nothing",
}


@dataclass(frozen=True)
class Twin:
    """A case as the test asks about it."""

    case_no: str
    code: str
    documents: tuple[str, ...]


@pytest.fixture(scope="module")
def twins(people: People) -> tuple[Twin, Twin]:
    """One into whose handlers was inquired and found, one into which another conduct was alleged."""
    found = _case(people, "xs-mz", "密某某", "attitude")
    finding = {"check": "shirking", "substantiated": True, "facts": "绝密事实", "measure": "admonition"}
    hole = {"what": "受理环节没有复核", "kind": "procedure", "unit": "xs-zr"}
    inquiry = f"{found.case_no}-Q1"
    said = {"inquiry_id": inquiry, **finding, "decision_no": "绝纪7号", "hole": hole}
    assert people.act(KNOWING[0], found.case_no, "find", **said).status_code == 200
    return found, _case(people, "xs-zj", "慢腾腾", "slow")


def _case(people: People, respondent: str, staff: str, conduct: str) -> Twin:
    number = people.register("xs-center.clerk")["case_no"]
    who = {"respondent_unit": respondent, "respondent_staff": staff, "conduct": conduct}
    tasks = [{"unit": "xs-mz", "role": "lead", "task": "重新办理"}, {"unit": "xs-zj", "role": "assist", "task": "配合"}]
    for user, command, body in (
        ("xs-center.clerk", "accept", {}),
        ("xs-center.clerk", "diagnose", {"category": "refused", "reason": "应办未办", "causes": ["process"], **who}),
        ("xs-center.head", "assign", {"assignments": tasks}),
        ("xs-center.clerk", "complain", {"reason": "一直没有人管", "on_behalf": True}),
    ):
        answer = people.act(user, number, command, **body)
        assert answer.status_code == 200, answer.text
    papers = tuple(paper["no"] for paper in people.view(number)["documents"])
    assert len(papers) >= 4
    return Twin(number, Tokens(people.system.secret).query_code(number), papers)


def _asked(endpoint: str, rule: Rule, twin: Twin) -> Iterator[tuple[str, str]]:
    """Method and address for an endpoint, once for each command where it takes one."""
    method, path = endpoint.split()
    known = {**FILLED, "case_no": twin.case_no, "code": twin.code}
    commands = COMMANDS if path in COMMAND_PATHS else ["claim"]
    for command in commands if "{command}" in path else [""]:
        for document_no in twin.documents if "{document_no}" in path else [""]:
            yield method, (path + rule.query).format(**known, command=command, document_no=document_no)


def _answer(people: People, user: str | None, method: str, path: str, body: Any) -> tuple[int, str]:
    headers = people.headers(user) if user else {}
    answer = people.http.request(method, path, headers=headers, json=body)
    return answer.status_code, answer.text + str(dict(answer.headers))


def test_every_endpoint_has_a_rule_and_every_rule_an_endpoint(people: People) -> None:
    documented = people.http.get("/openapi.json").json()["paths"]
    endpoints = {f"{method.upper()} {path}" for path, methods in documented.items() for method in methods}
    assert endpoints == set(RULES), "为新接口写明谁可以看到什么，再提交"


@pytest.mark.parametrize("endpoint", sorted(RULES))
def test_no_endpoint_tells_a_secret(people: People, twins: tuple[Twin, Twin], endpoint: str) -> None:
    rule = RULES[endpoint]
    for user in OUTSIDERS:
        for twin in twins:
            for method, path in _asked(endpoint, rule, twin):
                status, text = _answer(people, user, method, path, rule.body)
                assert status < 500, (user, method, path, text)
                heard = [word for word in SECRETS if word in text]
                assert not heard or user in rule.told, (user, method, path, heard)


@pytest.mark.parametrize("endpoint", sorted(name for name in RULES if "{case_no}" in name))
def test_nobody_can_tell_the_two_cases_apart(people: People, twins: tuple[Twin, Twin], endpoint: str) -> None:
    rule = RULES[endpoint]
    for user in (each for each in OUTSIDERS if each not in rule.told):
        asked = [list(_asked(endpoint, rule, twin)) for twin in twins]
        for (method, one), (_, other) in zip(*asked, strict=True):
            answers = [
                (status, _plain(text, twin))
                for (status, text), twin in zip(
                    (_answer(people, user, method, path, rule.body) for path in (one, other)), twins, strict=True
                )
            ]
            assert answers[0] == answers[1], (user, method, one)


_VARIES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:\+08:00|Z)|[0-9a-f]{16,}|'(?:date|content-length)': '[^']*'|\d\d:\d\d")


def _plain(text: str, twin: Twin) -> str:
    """An answer without what differs between any two cases: number, code, seals, instants, hashes."""
    text = re.sub(r'"(?:stamp_)?code":"[A-Z2-7]{10}"|(?:校验|验章)码 [A-Z2-7]{10}', "", text)
    return _VARIES.sub("", text.replace(twin.case_no, "CASE").replace(twin.code, "CODE"))


def test_those_who_may_know_do(people: People, twins: tuple[Twin, Twin]) -> None:
    """The words are there to be found: a test that looks in the wrong place would find nothing anywhere."""
    number = twins[0].case_no
    for user in KNOWING:
        seen = people.get(user, f"/api/cases/{number}").text + people.get(user, f"/api/cases/{number}/timeline").text
        assert all(word in seen for word in ("密某某", "绝密事实", "绝纪7号", "-Q1")), user
        assert number in people.get(user, "/api/oversight", kind="complaint", limit=200).text
    assert "受理环节没有复核" in people.get("xs-zr.liaison", "/api/oversight").text
    assert f"{number}-Q1" in people.get(RESPONDENT, "/api/notices").text


def test_what_has_no_description_tells_nothing_either(people: People, twins: tuple[Twin, Twin]) -> None:
    for path in UNDOCUMENTED:
        text = people.http.get(path).text
        assert not [word for word in ("密某某", "绝密事实", "绝纪7号", twins[0].case_no) if word in text], path


PAGES = ("/work", "/cases?text=应办未办", "/cases/{case_no}", "/audit/cases/{case_no}", "/administration", "/")


def test_no_page_tells_a_secret_either(people: People, twins: tuple[Twin, Twin]) -> None:
    """Pages stand in no interface description: each is asked as everybody here."""
    for user in (each for each in OUTSIDERS if each):
        with httpx.Client(base_url=people.system.api_url, timeout=30, follow_redirects=True) as tab:
            signed = tab.post("/api/session", data={"username": user, "password": people.system.password})
            assert signed.status_code == 204
            for twin in twins:
                for path in PAGES:
                    text = tab.get(path.format(case_no=twin.case_no), headers={"Accept": "text/html"}).text
                    heard = [word for word in SECRETS if word in text]
                    assert not heard, (user, path, heard)
    with httpx.Client(base_url=people.system.api_url, timeout=30) as tab:
        for twin in twins:
            path = f"/progress/{twin.case_no}"
            tab.get(path, params={"code": twin.code}, headers={"Accept": "text/html"})
            text = tab.get(path, headers={"Accept": "text/html"}).text
            assert twin.case_no in text
            assert not [word for word in SECRETS if word in text]
