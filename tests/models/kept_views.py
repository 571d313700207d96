"""Views of cases as they once were answered (案件视图留存): what a release reads today must still say the same.

`python -m tests.models.kept_views` keeps them anew: only where the contract itself was changed on purpose.
"""

import json
import lzma
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from api.http.answers import Answer
from models.aggregate import Command
from models.case import Case
from models.case.diagnosis import Diagnose
from models.inquiry import Inquiry
from models.ledger import read_time, stamp_time
from models.views.base import View
from models.views.building import Around, case_view, citizen_view
from models.views.course import LinkFromThere
from models.views.suggestions import Suggestion
from tests.models.walk import DEPARTMENTS, Walker

KEPT = Path(__file__).with_name("case_views.jsonl.xz")
SEEDS, STEPS = 500, 120
MORE = 8
"""Walks that are kept besides those that have something to show that no other has."""

SOLUTION = {
    "no": "类〔2026〕1号",
    "version": 2,
    "content": {
        "title": "补贴停发先恢复",
        "applies_to": "补贴停发",
        "steps": ["核对", "恢复"],
        "tasks": [{"unit": "d-one", "role": "lead", "task": "恢复发放"}],
        "working_days": 3,
    },
}
ANSWER = {"at": "2026-08-04T09:00:00.000000+08:00", "by": "here.clerk", "ref": "类-1"}
SUGGESTIONS = [
    {
        "kind": "solution",
        "ref": "类-1",
        "solution_id": "类-1",
        "title": "补贴停发先恢复",
        "unit": "here-lead",
        "no": "类〔2026〕1号",
        "version": 2,
        "applies_to": "补贴停发",
        "steps": ["核对", "恢复"],
        "basis": ["某办法第三条"],
        "at_counter": False,
        "answer": {**ANSWER, "reason": "情形相同", "decision": "used"},
    },
    {
        "kind": "case",
        "ref": "000000-20260101-0001",
        "case_no": "000000-20260101-0001",
        "title": "某事项",
        "unit": "village",
        "stage": "archived",
        "category": "difficult",
        "outcome": "done",
        "measures": ["home_visit"],
        "basis": ["某办法第三条"],
        "how": None,
        "resolved_at": "2026-02-01T17:00:00.000000+08:00",
        "answer": None,
    },
]
FINDING = {
    "stage": "closed",
    "respondents": [{"unit": "d-two", "staff": "某科员"}, {"unit": "d-three"}],
    "allegation": "推诿",
    "conduct": "attitude",
    "check": "shirking",
    "code": "A1",
    "substantiated": True,
    "facts": "属实",
    "measure": "dismissal",
    "proposal": True,
    "decision_no": "处〔2026〕1号",
    "remedy": {"what": "补办", "unit": "d-two", "working_days": 5},
    "exempt": {"ground": "先行先试", "shares": [{"unit": "d-two", "share": 60.0}, {"unit": "d-three", "share": None}]},
    "hole": {"what": "系统不通", "kind": "procedure", "unit": "d-one", "working_days": 10},
    "appeal": {"unit": "d-two", "grounds": "不属实", "decision": "uphold", "reason": "核查无误"},
}


@dataclass(frozen=True)
class Kept:
    """One case at one time, what stood beside it, and how each reader was answered."""

    state: dict[str, Any]
    now: datetime
    beside: dict[str, Any]
    inquiries: list[dict[str, Any]]
    views: dict[str, str]

    def read_today(self) -> dict[str, str]:
        """The same views as this release answers them."""
        case = Case.from_form(self.state)
        plain = self._around()
        supervised = replace(plain, inquiries=[Inquiry.from_form(form) for form in self.inquiries])
        return {
            "full": written(case_view(case, self.now, full_applicant=True, around=plain)),
            "masked": written(case_view(case, self.now, full_applicant=False, around=plain)),
            "supervised": written(case_view(case, self.now, full_applicant=False, around=supervised)),
            "citizen": written(citizen_view(case, self.now)),
        }

    def _around(self) -> Around:
        links = TypeAdapter(list[LinkFromThere]).validate_python(self.beside.get("linked_from", []))
        suggestions = TypeAdapter(list[Suggestion]).validate_python(self.beside.get("suggestions", []))
        return Around(**{**self.beside, "linked_from": links, "suggestions": suggestions})


def written(view: View) -> str:
    """A view as it goes out."""
    return Answer(view).body.decode()


def kept() -> Iterator[Kept]:
    """All that is kept."""
    with lzma.open(KEPT, "rt", encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)
            yield Kept(**{**said, "now": read_time(said["now"])})


class Rich(Walker):
    """A walk of a case of which more is known, with commands that need more than dice to succeed."""

    def registration(self) -> Command:
        command = super().registration()
        body = dict(command.body)
        applicant = {"name": "周先生", "kind": "person", "id_type": "id_card", "id_no": "330109190001010016"}
        body["applicant"] = {**applicant, "phone": "13800000000", "identity": "0f1e2d3c"}
        body["matter"] = {"name": "某事项", "code": "0001"}
        body["proxy"] = {"name": "周小妹", "relation": "女儿", "phone": "13900000000"}
        body["refused_by"] = {"unit": "某局", "staff": "某科员", "reason_given": "不归我管"}
        body["sensitive"] = ["老年人"]
        body["group_of"] = "000000-20260101-0009"
        source = {"channel": "hotline", "source_id": "12345-1"}
        first = {"first_contact_at": "2026-08-01T09:00:00.000000+08:00", "source": source, "advice_no": "Z1"}
        body["opening"] = {**body["opening"], **first}
        return command if self.dice.random() < 0.2 else command.model_copy(update={"body": body})

    def _command(self) -> Command:
        command = super()._command()
        command.facts.specialists = {"here.wang": ["产权"]}
        command.facts.solution = SOLUTION
        if self.dice.random() < 0.1 and command.by.actor != "system" and not command.by.on_behalf:
            command = command.model_copy(update={"by": command.by.model_copy(update={"acting_for": "here.head"})})
        return command

    def _body(self, name: str) -> dict[str, Any]:
        body = super()._body(name)
        return {said: value for said, value in body.items() if name != "diagnose" or said not in Diagnose.sealed}

    def _name_owner(self) -> dict[str, Any]:
        return {"unit": self.dice.choice(DEPARTMENTS), "basis": ["职责清单"]}

    def _name_specialist(self) -> dict[str, Any]:
        return {"username": "here.wang", "skill": "产权"}

    def _sign_off(self) -> dict[str, Any]:
        waiting = [each["id"] for each in self.case.state.alternatives if not each["decision"]]
        return {"alternative_id": self.dice.choice(waiting or ["p1"]), "decision": self.dice.choice(("grant", "deny"))}

    def _apply_solution(self) -> dict[str, Any]:
        return {"solution_id": "类-1", "deviations": [{"step": 2, "why": "已先恢复"}]}

    def _explain_difference(self) -> dict[str, Any]:
        return {"other": "other", "reason": "依据不同"}

    def _publicise(self) -> dict[str, Any]:
        return {"title": "通报", "text": "纸面整改"}

    def _look_back(self) -> dict[str, Any]:
        return {"result": self.dice.choice(("paper_only", "genuine")), "facts": "材料齐、事未办"}

    def _flag(self) -> dict[str, Any]:
        findings = [
            {"check": "shirking", "code": "A2", "detail": "两次退回"},
            {"check": "bad_policy", "detail": "要求互相矛盾", "issued_by": "某局"},
        ]
        return {**self._clear(), "findings": findings}

    def _attend(self) -> dict[str, Any]:
        return {"people": ["某科长"]}

    def _attach(self) -> dict[str, Any]:
        return {**self._file(), "visibility": self.dice.choice(("case", "window", "applicant"))}

    def _hand_in(self) -> dict[str, Any]:
        return self._file()

    def _file(self) -> dict[str, Any]:
        number = f"{self.dice.randrange(10**16):016d}"
        return {
            "name": "证明.pdf",
            "sha256": "0" * 64,
            "attachment_id": number,
            "media_type": "application/pdf",
            "size": 1024,
        }

    def _conclude(self) -> dict[str, Any]:
        shares = [{"unit": "d-one", "share": 60.0}, {"unit": "d-two", "share": "三成", "why": "后到"}]
        return {**super()._conclude(), "shares": shares if self.dice.random() < 0.5 else []}


def _as_stored(value: Any) -> Any:
    """JSON as the register (jsonb) gives it back: members by the length of their names, then by letters."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (len(name.encode()), name))
        return {name: _as_stored(value[name]) for name in names}
    return [_as_stored(each) for each in value] if isinstance(value, list) else value


def _made(walker: Walker) -> Kept:
    """What is kept of a walk; every third case has much beside it."""
    state, beside, inquiries = _as_stored(walker.case.form), {}, []
    if int(state["case_no"].split("-")[1]) % 3 == 0:
        links = [{"case_no": "other", "kind": "merged_here"}, {"case_no": "other", "kind": "related", "from": "there"}]
        stages = {draft["id"]: "published" for draft in walker.case.state.solutions}
        children = ["000000-20260101-0002", "000000-20260101-0003"]
        beside = {"children": children, "linked_from": links, "solution_stages": stages, "suggestions": SUGGESTIONS}
        closed = {"v": 1, "seq": 5, "head": "h", **FINDING, "case_no": f"{state['case_no']}-D1"}
        opened = {"v": 1, "seq": 1, "head": "h", "respondents": [{"unit": "d-one"}], "allegation": "推诿"}
        inquiries = [_as_stored(closed), _as_stored({**opened, "case_no": f"{state['case_no']}-D2"})]
    views = Kept(state, walker.now, beside, inquiries, {}).read_today()
    return Kept(state, walker.now, beside, inquiries, views)


def _shapes(value: Any, path: str = "") -> Iterator[str]:
    """Where a view holds what kind of value."""
    yield f"{path}:{type(value).__name__}"
    for name, each in value.items() if isinstance(value, dict) else ():
        yield from _shapes(each, f"{path}.{name}")
    for each in value if isinstance(value, list) else ():
        yield from _shapes(each, f"{path}[]")


def _chosen() -> list[Kept]:
    """Walks that between them show every shape that any walk shows, and some more."""
    seen: Counter[str] = Counter()
    made = []
    for seed in range(SEEDS):
        walker = Rich(seed)
        for _ in range(STEPS):
            walker.step()
        made.append(_made(walker))
    shapes = [set(_shapes(json.loads(each.views["supervised"]))) for each in made]
    for each in shapes:
        seen.update(each)
    rarest_first = sorted(range(SEEDS), key=lambda place: min(seen[shape] for shape in shapes[place]))
    known: set[str] = set()
    chosen = []
    for place in rarest_first:
        if not shapes[place] <= known or len(chosen) < MORE:
            known |= shapes[place]
            chosen.append(made[place])
    return [*chosen, *(made[place] for place in range(MORE))]


def main() -> None:
    """Keep them anew."""
    with lzma.open(KEPT, "wt", encoding="utf-8") as lines:
        for each in _chosen():
            said = {**vars(each), "now": stamp_time(each.now)}
            lines.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
