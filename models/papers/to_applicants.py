"""What papers for applicants may quote (告知书、通知书、承诺书): R20, R24, R36, R37."""

from typing import Any

from models.codes import DeclineGround, Outcome, ReviewDecision
from models.papers.source import Fields, Source, day, listed


def _person(source: Source, name: str) -> object:
    return (source.applicant or {}).get(name)


def _proxy(source: Source, name: str) -> object:
    return (source.proxy or {}).get(name)


def _refused(source: Source, name: str) -> object:
    return (source.detail.get("refused_by") or {}).get(name)


def _refused_by(source: Source) -> object:
    code = _refused(source, "unit")
    return source.unit(code) if code else None


def _materials(source: Source) -> list[dict[str, Any]]:
    items = source.detail.get("items") or []
    return [{name: item[name] for name in ("name", "why", "how_to_obtain")} for item in items]


def _promise(source: Source) -> dict[str, Any]:
    promise: dict[str, Any] = source.detail["obligation"]
    return promise


PROMISED: Fields = {
    "due": lambda source: day(_promise(source)["due_at"]),
    "working_days": lambda source: _promise(source).get("working_days"),
}
NOTICE: Fields = {
    "text": lambda source: source.detail.get("text"),
    "working_days": lambda source: source.detail.get("working_days"),
    "items": _materials,
    "legal_basis": listed("legal_basis"),
    "alternatives": listed("alternatives"),
}

FIELDS: dict[str, Fields] = {
    "登记表": {
        "registered": lambda source: day(source.case.state.registered_at),
        "window": lambda source: source.unit(source.case.state.unit),
        "level": lambda source: source.case.state.level.label,
        "channel": lambda source: source.case.state.channel.label,
        "applicant": lambda source: _person(source, "name"),
        "id_no": lambda source: _person(source, "id_no"),
        "phone": lambda source: _person(source, "phone"),
        "proxy": lambda source: _proxy(source, "name"),
        "proxy_relation": lambda source: _proxy(source, "relation"),
        "sensitive": lambda source: "、".join(source.case.state.sensitive),
        "request_type": lambda source: source.case.state.request_type.label,
        "refused_by": _refused_by,
        "refused_staff": lambda source: _refused(source, "staff"),
        "refused_reason": lambda source: _refused(source, "reason_given"),
        "narrative": lambda source: source.case.state.narrative,
    },
    "受理通知书": {
        "due": lambda source: day(source.case.state.clock.due),
        "stamp_no": lambda source: source.detail.get("stamp_no"),
        "stamp_code": lambda source: source.detail.get("stamp_code"),
    },
    "不予受理通知书": {
        "ground": lambda source: DeclineGround(source.detail["ground"]).label,
        "explanation": lambda source: source.detail["explanation"],
        "scope": lambda source: (source.detail.get("scope") or {}).get("title"),
        "redirect_to": lambda source: source.detail["redirect"]["to"],
        "redirect_how": lambda source: source.detail["redirect"]["how"],
        "remedy": lambda source: source.detail.get("remedy"),
    },
    "一次性告知书": NOTICE,
    "政策解释告知书": NOTICE,
    "办结告知书": {
        "outcome": lambda source: Outcome(source.detail["outcome"]).label,
        "summary": lambda source: source.detail["summary"],
        "basis": listed("basis"),
    },
    "容缺受理通知书": {**PROMISED, "items": listed("items")},
    "容缺受理承诺书": {
        **PROMISED,
        "items": listed("items"),
        "missing": lambda source: "、".join(source.detail["items"]),
    },
    "告知承诺书": {**PROMISED, "statement": lambda source: source.detail["statement"]},
    "复核决定书": {
        "decision": lambda source: ReviewDecision(source.detail["decision"]).label,
        "reason": lambda source: source.detail["reason"],
    },
}
"""By kind, the values of the names that its wording may use (models/rules/offered.py)."""
