"""备注、附件、关联、并案、日历变更: records beside the course of a case (R05, R21, R25, IN6, DL4)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Need, Room
from models.aggregate.aggregate import decode_calendar
from models.aggregate.limits import due_of
from models.case.aggregate import Case
from models.case.consultation import find_consultation
from models.case.follow_up import was_informed
from models.case.parts import Assignment, Attachment, Obligation, Supervision
from models.case.registry import CASE, act, applies
from models.case.wording import Name, Text
from models.codes import Role, Visibility
from models.errors import conflict, invalid
from models.ledger import Entry, read_time, stamp_time
from models.personal import PERSONAL

STAFF = (Role.CLERK, Role.HEAD, Role.LIAISON, Role.LEAD, Role.SUPERVISOR)


@act(CommandName.NOTE, *STAFF, remote=True, after_merge=True)
class Note(Act):
    """备注: a note in the file."""

    room = Room.FREE

    text: Annotated[Text, PERSONAL]

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.NOTED, self.model_dump())]


MOST_ATTACHMENTS = 50
"""Files per case: the state is read with every command and must stay small."""

MOST_FROM_APPLICANT, MOST_FROM_STAFF = 20, 30
"""The applicant's and the office's share: neither can use up the other's."""


def require_room_for_files(case: Case, *, by_applicant: bool) -> None:
    """Refuse (409) a further file of the applicant, or of staff, beyond their share."""
    if by_applicant and case.state.handed_in >= MOST_FROM_APPLICANT:
        raise conflict(f"您已提交 {MOST_FROM_APPLICANT} 次附件，不能再提交；还有材料请送到窗口，由工作人员登记")
    of_staff = sum(bool(each.unit) for each in case.state.attachments)
    if not by_applicant and of_staff >= MOST_FROM_STAFF:
        raise conflict(f"一件案单位上传的附件最多 {MOST_FROM_STAFF} 个，请合并后再上传")
    if len(case.state.attachments) >= MOST_ATTACHMENTS:
        raise conflict(f"一件案最多 {MOST_ATTACHMENTS} 个附件，请合并后再上传")


class _File(Act):
    """A file's record in the ledger; a file kept elsewhere has a name and perhaps a hash."""

    name: Annotated[Name, PERSONAL]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    note: Text | None = None
    attachment_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16}$")] | None = None
    """Its id in the store, made by the API that took the file."""
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]{1,90}$")] | None = None
    size: Annotated[int, Field(ge=1, le=1 << 30)] | None = None

    def _checked(self, case: Case, visibility: Visibility) -> list[Draft]:
        if self.attachment_id:
            if self.sha256 is None or self.media_type is None or self.size is None:
                raise invalid("文件的摘要、类型、大小须齐全，请用上传附件的接口", "sha256")
            if any(each.id == self.attachment_id for each in case.state.attachments):
                raise conflict("这个附件已经登记")
            require_room_for_files(case, by_applicant=self.command == HandIn.command)
        detail = self.model_dump(mode="json", exclude_none=True)
        return [Draft(Action.ATTACHED, {**detail, "visibility": visibility.value} if self.attachment_id else detail)]


@act(CommandName.ATTACH, *STAFF, remote=True, after_merge=True)
class Attach(_File):
    """附件: what was put into the file: its name, and the hash that proves it unchanged."""

    visibility: Visibility | None = None

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return self._checked(case, self.visibility or Visibility.CASE)


@act(CommandName.HAND_IN, Role.CITIZEN, after_merge=True)
class HandIn(_File):
    """反映人提交附件: a photograph or a paper from the applicant's own hand."""

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        require_room_for_files(case, by_applicant=True)  # also where a paper is only named
        return self._checked(case, Visibility.APPLICANT)


@act(CommandName.LINK, *STAFF)
class Link(Act):
    """关联: another case that has to do with this one."""

    needs = (Need.OTHER_CASE,)
    about = "case_no"

    case_no: Name
    kind: Literal["related", "duplicate", "follows"] = "related"

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        known_other(case, self.case_no, ask, "case_no")
        if any(link["case_no"] == self.case_no and link["kind"] == self.kind for link in case.state.links):
            raise conflict(f"已经关联 {self.case_no}")
        return [Draft(Action.LINKED, self.model_dump())]


@act(CommandName.MERGE, Role.CLERK, Role.HEAD, Role.LEAD)
class Merge(Act):
    """并案: this case rests, the other goes on; both numbers stay countable."""

    needs = (Need.UNMERGED_CASE,)
    about = "into"
    room = Room.ENDING

    into: Name
    reason: Text

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        known_other(case, self.into, ask, "into")
        return [Draft(Action.MERGED, self.model_dump())]


@act(CommandName.UNMERGE, Role.CLERK, Role.HEAD, Role.LEAD, after_merge=True)
class Unmerge(Act):
    """撤销并案: the case is again exactly what it was, its limits included."""

    room = Room.ENDING

    reason: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if not case.state.merged_into:
            raise conflict("本案没有并入其他案件")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        return [Draft(Action.UNMERGED, {**self.model_dump(), "from": case.state.merged_into})]


def known_other(case: Case, case_no: str, ask: Ask, field_name: str) -> None:
    """Refuse (422) a number that names no other case this person may read."""
    if case_no == case.state.case_no:
        raise invalid("不能与本案自身关联或合并", field_name)
    if case_no not in ask.facts.cases:
        raise invalid(f"查不到案件 {case_no}，请核对编号", field_name)


@applies(Action.NOTED, silent=True)
def _noted(case: Case, entry: Entry) -> None:
    """The ledger alone keeps the note; it also counts as word on the progress."""
    was_informed(case, entry)


@applies(Action.ATTACHED, silent=True)
def _attached(case: Case, entry: Entry) -> None:
    """A stored file becomes part of the case; one kept elsewhere is only in the ledger."""
    detail = entry.detail
    if entry.role == Role.CITIZEN or detail.get("on_behalf"):
        case.state.handed_in += 1
    if "attachment_id" in detail:
        case.state.attachments.append(
            Attachment(
                id=detail["attachment_id"],
                name=detail["name"],
                sha256=detail["sha256"],
                media_type=detail["media_type"],
                size=detail["size"],
                visibility=Visibility(detail["visibility"]),
                unit=entry.unit,
                at=entry.at,
                seq=entry.seq,
            )
        )


def may_open(attachment: Attachment, role: Role, unit: str) -> bool:
    """Whether this reader of the case may open the file."""
    if role is Role.CITIZEN:
        return attachment.visibility is Visibility.APPLICANT
    if role is Role.LIAISON:
        return attachment.visibility is not Visibility.WINDOW or attachment.unit == unit
    return True


@applies(Action.LINKED, silent=True)
def _linked(case: Case, entry: Entry) -> None:
    case.state.links.append({"case_no": entry.detail["case_no"], "kind": entry.detail["kind"]})


@applies(Action.MERGED)
def _merged(case: Case, entry: Entry) -> None:
    case.state.merged_into = entry.detail["into"]


@applies(Action.UNMERGED)
def _unmerged(case: Case, entry: Entry) -> None:
    case.state.merged_into = None


@act(CommandName.CHANGE_CALENDAR, Role.SYSTEM, after_merge=True)
class ChangeCalendar(Act):
    """日历变更: the business calendar changed.

    Every running limit is counted anew and old and new dates are recorded.
    """

    room = Room.FREE

    calendar: Annotated[str, Field(min_length=1)]

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        calendar = decode_calendar(self.calendar)
        if calendar.version <= case.calendar.version:
            return []
        moves = []
        for key, limit in case.state.limits.items():
            due = due_of(limit, calendar)
            if due != limit.due:
                title = CASE.limit_rules[limit.kind].title
                moves.append(
                    {
                        "limit": key,
                        "title": title,
                        "due_before": stamp_time(limit.due),
                        "due_at": stamp_time(due),
                    }
                )
        return [
            Draft(Action.CALENDAR_CHANGED, {"calendar": self.calendar, "version": calendar.version, "moves": moves})
        ]


@applies(Action.CALENDAR_CHANGED)
def _calendar_changed(case: Case, entry: Entry) -> None:
    state = case.state
    state.calendar = entry.detail["calendar"]
    for move in entry.detail["moves"]:
        limit, due = state.limits[move["limit"]], read_time(move["due_at"])
        limit.due = due
        if limit.warn:
            limit.warn = case.calendar.previous_close(due)
        if limit.kind == "case":
            state.clock.due = due
            state.clock.promised = min(state.clock.promised or due, due)
        if limit.kind == "opinion":
            find_consultation(case, limit.ref.partition("/")[0]).due = due
        owed: list[Assignment | Obligation | Supervision]
        owed = [*state.assignments, *state.obligations, *state.supervisions]
        for each in owed:
            if limit.kind == type(each).__name__.lower() and limit.ref == each.id:
                each.due = due
        if limit.kind in ("contact", "rectification") and state.rectification:
            name = "contact_due_at" if limit.kind == "contact" else "due_at"
            state.rectification[name] = move["due_at"]
