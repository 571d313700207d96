"""A random walk over the core: commands right and wrong, by everybody, and time passing in between.

Everything is drawn from one seeded generator, so a failing walk is repeated by its seed.
"""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from models.aggregate import SYSTEM, By, Command, Facts, UnitFact
from models.calendar_years import YearOverlay, build_calendar
from models.case import CASE, Case
from models.codes import Role
from models.errors import Refusal
from models.ledger import Entry
from models.rules import in_force, places, rules

START = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
WORDS = ("材料不全，已告知", "不归我管", "依据《行政许可法》第三十二条", "请到窗口补正", "好", "—")
ONWARD = (
    "accept",
    "assign",
    "clear",
    "diagnose",
    "evaluate",
    "explain",
    "measure",
    "reply",
    "resolve",
    "return",
    "sign",
)
"""What brings a case on, so that walks see more of it than its first days."""

DEPARTMENTS = ("d-one", "d-two", "d-three")


def calendar(version: int, rest: tuple[date, ...] = ()) -> str:
    """The calendar of three years, with some days more off."""
    by_year = {year: tuple(day for day in rest if day.year == year) for year in (2026, 2027, 2028)}
    overlays = [YearOverlay(year, (), days, "测试", False) for year, days in by_year.items() if days]
    return build_calendar((2026, 2027, 2028), overlays, version=version).encode()


FIRST_CALENDAR = calendar(0)
OTHER_CALENDARS = {
    version: calendar(version, tuple(date(2026, 8, 1) + timedelta(days=7 * version + i) for i in range(5)))
    for version in range(1, 12)
}

UNITS = {
    "village": UnitFact(kind="window", level="village", parent="town", district="here"),
    "town": UnitFact(kind="window", level="town", parent="center", district="here"),
    "center": UnitFact(kind="window", level="district", parent=None, district="here"),
    "far": UnitFact(kind="window", level="district", district="there", lead="far-lead", discipline="far-jw"),
    **{code: UnitFact(kind="department", level="district", district="here") for code in DEPARTMENTS},
}


class Walker:
    """One case, the time of its clock, and the dice."""

    def __init__(self, seed: int, *, profile: str = "", by: str = "", minutes: int | None = None) -> None:
        self.dice = random.Random(seed)
        drawn = self.dice.randrange(60 * 24 * 14)
        self.now = START + timedelta(minutes=drawn if minutes is None else minutes)
        self._profile, self._rules = profile, by
        self.case = Case(f"000000-{seed:08d}-0001")
        self.entries: list[Entry] = []
        self._version = 0
        self.give(self.registration())

    def registration(self) -> Command:
        """The command that begins it."""
        opening = {
            **(rules(self._rules) if self._rules else in_force(self._profile or self.dice.choice(places()))).reference,
            "calendar": FIRST_CALENDAR,
            "district": "here",
            "level": "village",
            "lead": "here-lead",
            "discipline": "here-jw",
        }
        body = {
            "channel": "window",
            "unit": "village",
            "applicant": {"name": "周先生", "kind": "person"},
            "matter": {"name": "某事项"},
            "request_type": "coordination",
            "narrative": "办不成",
            "opening": opening,
        }
        return Command(name="register", by=By(actor="village.clerk", role=Role.CLERK, unit="village"), body=body)

    def step(self) -> list[Entry]:
        """One random step: time passes, or somebody tries something. What was recorded."""
        if self.dice.random() < 0.3:
            return self.pass_time()
        return self.give(self._command())

    def pass_time(self) -> list[Entry]:
        """Time passes, a minute to a month, sometimes to just before or after the next limit."""
        wakeup = self.case.next_wakeup()
        if wakeup and self.dice.random() < 0.5:
            self.now = max(self.now, wakeup + timedelta(minutes=self.dice.choice((-1, 0, 1))))
        else:
            self.now += timedelta(minutes=self.dice.choice((1, 60, 480, 1440, 4000, 40000)) * self.dice.random())
        return self._keep(self.case.catch_up(self.now))

    def give(self, command: Command) -> list[Entry]:
        """Give a command; a refusal must leave everything as it was."""
        before = self.case.state.model_dump_json()
        try:
            return self._keep(self.case.run(command, self.now))
        except Refusal as error:
            refusal = error
        assert refusal.status in (403, 409, 412, 422, 501)
        assert any("一" <= letter <= "鿿" for letter in refusal.detail), refusal.detail
        assert self.case.state.model_dump_json() == before, command.name
        return []

    def _keep(self, entries: list[Entry]) -> list[Entry]:
        self.entries += entries
        return entries

    # -- what somebody might try ---------------------------------------------------------------------------

    def _command(self) -> Command:
        promising = self._promising()
        name = self.dice.choice(promising if self.dice.random() < 0.7 else sorted(CASE.acts))
        if (pressing := self._at_the_table()) and self.dice.random() < 0.15:
            name = self.dice.choice(pressing)
        elif (onward := set(ONWARD) & set(promising)) and self.dice.random() < 0.3:
            name = self.dice.choice(sorted(onward))
        if name == "change_calendar":
            return self._change_calendar()
        # Mostly somebody who may, so that walks get far; sometimes anybody.
        roles = sorted(CASE.acts[name].roles) if self.dice.random() < 0.9 else list(Role)
        role = Role(self.dice.choice(roles))
        on_behalf = role == Role.CITIZEN and self.dice.random() < 0.5
        by = By(
            actor=f"{role}-{self.dice.randrange(2)}",
            role=Role.CLERK if on_behalf else role,
            unit=self._unit_of(role),
            on_behalf=on_behalf,
        )
        facts = Facts(units=UNITS, cases=["other"], breaches=int(self.dice.random() < 0.1))
        facts.colleagues, facts.at_counter = ["town.clerk"], on_behalf
        facts.same_answers = int(self.dice.random() < 0.1)
        return Command(name=name, by=by, body=self._body(name), facts=facts, id=f"k{self.dice.randrange(10**9)}")

    def _at_the_table(self) -> list[str]:
        """What a consultation needs next: rare among fifty commands, and worth getting to."""
        if any(c.state == "open" for c in self.case.state.consultations):
            return ["opine", "opine", "conclude"]
        return ["convene"] if self.case.state.stage in ("accepted", "assigned", "handling") else []

    def _promising(self) -> list[str]:
        """Commands that this stage allows, so that walks get far."""
        by = {role: By(actor="x", role=role, unit=self._unit_of(role)) for role in Role}
        acts = sorted(CASE.acts)
        return [name for name in acts if any(self._opens(name, by[role]) for role in CASE.acts[name].roles)] or acts

    def _opens(self, name: str, by: By) -> bool:
        try:
            CASE.acts[name].open(self.case, by)
        except Refusal:
            return False
        return name != "register"

    def _unit_of(self, role: Role) -> str:
        if role == Role.LIAISON:
            open_ones = [a.unit for a in self.case.open_assignments()]
            open_ones += [unit for c in self.case.state.consultations if c.state == "open" for unit in c.departments]
            return self.dice.choice(open_ones or DEPARTMENTS)
        return self.dice.choice((self.case.state.unit, "far", "far-lead")) if role == Role.HEAD else "here-lead"

    def _change_calendar(self) -> Command:
        self._version = min(self._version + self.dice.randrange(2), max(OTHER_CALENDARS))
        text = OTHER_CALENDARS.get(self._version, FIRST_CALENDAR)
        return Command(name="change_calendar", by=SYSTEM, body={"calendar": text}, id="~calendar")

    def _body(self, name: str) -> dict[str, Any]:
        make = getattr(self, f"_{name}", None)
        body = make() if make else {}
        for field, info in CASE.acts[name].model_fields.items():
            if field not in body and (info.is_required() or self.dice.random() < 0.05):
                body[field] = self._value(field)
        if body and self.dice.random() < 0.03:
            body.pop(self.dice.choice(sorted(body)))
        return body

    def _value(self, field: str) -> Any:
        pick = self.dice.choice
        choices: dict[str, Any] = {
            "working_days": self.dice.randrange(1, 9),
            "score": self.dice.randrange(1, 6),
            "decision": pick(("grant", "deny", "uphold", "overturn")),
            "assignment_id": pick([a.id for a in self.case.state.assignments] or ["a1"]),
            "obligation_id": pick([o.id for o in self.case.state.obligations if o.state == "open"] or ["o1"]),
            "detail": "已办妥",
            "state": pick(("delivered", "failed")),
            "adapter": pick(("http", "email")),
            "consultation_id": pick([c.id for c in self.case.state.consultations[-1:]] or ["c1"]),
            "position": pick(("agree", "conditional", "disagree", "none")),
            "suggested_unit": pick((*DEPARTMENTS, "town")),
            "steps": ["一步"],
            "id": pick([s.id for s in self.case.state.supervisions if not s.answer] or ["s1"]),
            "link": pick(("register", "accept", "assign", "handle", "resolve", "evaluate")),
            "to_unit": pick(("village", "town", "center", "far", *DEPARTMENTS)),
            "into": pick(("other", "unknown")),
            "case_no": "other",
            "kind": pick(("related", "tolerate", "home_visit", "consultation", "joint_meeting")),
            "ground": pick(("duplicate", "in_petition", "not_competent")),
            "redirect": {"to": "信访局", "how": "来信或来访"},
            "result": pick(("done", "cannot", "needs_meeting", "genuine")),
            "method": pick(("call", "visit")),
            "outcome": pick(("done", "explained", "transferred")),
            "deputy": pick(("town.clerk", "village.clerk", "nobody")),
            "basis": ["某法第一条"],
            "legal_basis": ["某法第一条"],
            "items": [{"name": "证明", "why": "核对", "how_to_obtain": "到派出所开"}],
            "asks": {"business": "无", "needs": "无", "problems": "无"},
        }
        return choices.get(field, pick(WORDS))

    def _diagnose(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "category": self.dice.choice(("cannot", "difficult", "difficult", "deferred")),
            "causes": ["process"],
            "legal_basis": self.dice.choice(([], ["某法"])),
            "missing_key_materials": self.dice.choice(([], [{"name": "证明", "how_to_obtain": "到派出所开"}])),
            "obstacles": ["本人不能到场"],
            "measures": ["home_visit"],
            "issue": self.dice.choice(("unclear_duty", "cross_region")),
            "departments": self.dice.sample(DEPARTMENTS, self.dice.randrange(1, 4)),
            "complex": self.dice.random() < 0.3,
        }
        if self.dice.random() < 0.3:
            matters = ("执照", "许可", "验收")
            body["prerequisites"] = [
                {"matter": matter, "unit": "d-one", "requires": self.dice.choice(matters)} for matter in matters
            ]
        return {**body, "why_changed": "查明新情况"} if self.case.state.category else body

    def _assign(self) -> dict[str, Any]:
        units = self.dice.sample(DEPARTMENTS, self.dice.randrange(1, 4))
        tasks = [{"unit": unit, "role": "assist", "task": "办"} for unit in units]
        tasks[0]["role"] = self.dice.choice(("lead", "lead", "assist"))
        return {"assignments": tasks}

    def _convene(self) -> dict[str, Any]:
        body = {"departments": self.dice.sample(DEPARTMENTS, 2), "complex": self.dice.random() < 0.3}
        return {**body, "kind": self.dice.choice(("consultation", "joint_meeting"))}

    def _conclude(self) -> dict[str, Any]:
        rule = {"title": f"办法{self.dice.randrange(5)}", "applies_to": "同类", "steps": ["一步"]}
        resolution = self.dice.choice(("assign", "new_rule", "explain_and_report", "explain_and_report", "adjourn"))
        return {"resolution": resolution, "rule": rule, "root_cause": None, "shares": [], **self._assign()}

    def _review_follow_up(self) -> dict[str, Any]:
        return {"close": self.dice.random() < 0.5}

    def _measure(self) -> dict[str, Any]:
        return {
            "kind": self.dice.choice(("tolerate", "commitment", "guidance")),
            "items": ["复印件"],
            "working_days": self.dice.randrange(1, 40),
            "statement": "承诺属实",
            "verify_working_days": self.dice.randrange(1, 40),
        }

    def _submit_materials(self) -> dict[str, Any]:
        return {"items": [{"name": "证明"}]}

    def _review(self) -> dict[str, Any]:
        return {"decision": self.dice.choice(("uphold", "overturn"))}

    def _link(self) -> dict[str, Any]:
        return {"case_no": "other", "kind": "related"}

    def _clear(self) -> dict[str, Any]:
        waiting = [c.link.value for c in self.case.state.checkpoints if c.state in ("pending", "flagged")]
        return {"link": self.dice.choice(waiting)} if waiting else {}


def oracle_used(case: Case, now: datetime) -> int:
    """Used working days counted the slow way: day by day, hour of closing by hour of closing."""
    clock, found = case.state.clock, 0
    if clock.start is None:
        return 0
    still = [(span.since, span.until or now) for span in (*clock.paused, *clock.stopped)]
    day = (clock.start + timedelta(hours=8)).date()
    while True:
        day += timedelta(days=1)
        close = case.calendar.close_of(day)
        if close > now:
            return found
        ran = not any(since < close <= until for since, until in still)
        found += case.calendar.is_workday(day) and ran
