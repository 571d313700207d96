"""What papers for applicants may quote (告知书、通知书、承诺书): R20, R24, R36, R37."""

from typing import Any

from models.codes import DeclineGround, Outcome, ReviewDecision
from models.papers.said import Fields, Said, day, listed


def _person(said: Said, name: str) -> object:
    return (said.applicant or {}).get(name)


def _proxy(said: Said, name: str) -> object:
    return (said.proxy or {}).get(name)


def _refused(said: Said, name: str) -> object:
    return (said.detail.get("refused_by") or {}).get(name)


def _refused_by(said: Said) -> object:
    code = _refused(said, "unit")
    return said.unit(code) if code else None


def _materials(said: Said) -> list[dict[str, Any]]:
    items = said.detail.get("items") or []
    return [{name: item[name] for name in ("name", "why", "how_to_obtain")} for item in items]


def _promise(said: Said) -> dict[str, Any]:
    found: dict[str, Any] = said.detail["obligation"]
    return found


PROMISED: Fields = {
    "due": lambda said: day(_promise(said)["due_at"]),
    "working_days": lambda said: _promise(said).get("working_days"),
}
TOLD: Fields = {
    "text": lambda said: said.detail.get("text"),
    "working_days": lambda said: said.detail.get("working_days"),
    "items": _materials,
    "legal_basis": listed("legal_basis"),
    "alternatives": listed("alternatives"),
}

FIELDS: dict[str, Fields] = {
    "登记表": {
        "registered": lambda said: day(said.case.state.registered_at),
        "window": lambda said: said.unit(said.case.state.unit),
        "level": lambda said: said.case.state.level.label,
        "channel": lambda said: said.case.state.channel.label,
        "applicant": lambda said: _person(said, "name"),
        "id_no": lambda said: _person(said, "id_no"),
        "phone": lambda said: _person(said, "phone"),
        "proxy": lambda said: _proxy(said, "name"),
        "proxy_relation": lambda said: _proxy(said, "relation"),
        "sensitive": lambda said: "、".join(said.case.state.sensitive),
        "request_type": lambda said: said.case.state.request_type.label,
        "refused_by": _refused_by,
        "refused_staff": lambda said: _refused(said, "staff"),
        "refused_reason": lambda said: _refused(said, "reason_given"),
        "narrative": lambda said: said.case.state.narrative,
    },
    "受理通知书": {
        "due": lambda said: day(said.case.state.clock.due),
        "stamp_no": lambda said: said.detail.get("stamp_no"),
        "stamp_code": lambda said: said.detail.get("stamp_code"),
    },
    "不予受理通知书": {
        "ground": lambda said: DeclineGround(said.detail["ground"]).label,
        "explanation": lambda said: said.detail["explanation"],
        "scope": lambda said: (said.detail.get("scope") or {}).get("title"),
        "redirect_to": lambda said: said.detail["redirect"]["to"],
        "redirect_how": lambda said: said.detail["redirect"]["how"],
        "remedy": lambda said: said.detail.get("remedy"),
    },
    "一次性告知书": TOLD,
    "政策解释告知书": TOLD,
    "办结告知书": {
        "outcome": lambda said: Outcome(said.detail["outcome"]).label,
        "summary": lambda said: said.detail["summary"],
        "basis": listed("basis"),
    },
    "容缺受理通知书": {**PROMISED, "items": listed("items")},
    "容缺受理承诺书": {
        **PROMISED,
        "items": listed("items"),
        "missing": lambda said: "、".join(said.detail["items"]),
    },
    "告知承诺书": {**PROMISED, "statement": lambda said: said.detail["statement"]},
    "复核决定书": {
        "decision": lambda said: ReviewDecision(said.detail["decision"]).label,
        "reason": lambda said: said.detail["reason"],
    },
}
"""By kind, what stands behind each name that its words may use (models/rules/offered.py)."""
