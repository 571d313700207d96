"""The timeline of a case as its reader sees it (案件台账); supervision reads its inquiries' entries in between."""

from collections.abc import Sequence
from typing import Any

from api.queries import CaseRecord
from api.services import Services
from api.supervision import inquiries
from models.access import User, sees_applicant
from models.actions import Action
from models.codes import Role, Visibility
from models.ledger import stamp_time
from models.views.masking import masked
from models.views.timeline import CaseEntry, Entry, MergedEntry, Timeline

MADE_BY_THE_DOOR = ("opening", "origin")
"""Fields that the door adds to a command, rules and calendar: not shown here."""


async def page(services: Services, user: User, record: CaseRecord, after: int, limit: int) -> Timeline:
    """A page of the timeline, and after which entry the next one begins."""
    entries = await stretch(services, user, record, after, limit + 1)
    return Timeline(items=entries[:limit], next=entries[limit - 1].seq if len(entries) > limit else None)


async def stretch(services: Services, user: User, record: CaseRecord, after: int, limit: int) -> Sequence[Entry]:
    """At most `limit` entries after that one."""
    full = sees_applicant(user, record, await services.organisation())
    if user.role in inquiries.READERS:
        return await _merged(services, record, after, limit, full)
    rows = await services.queries.cases.timeline(record.case_no, after, limit)
    details = services.personal.opened_with(record.keys, [row.detail for row in rows])
    return [
        CaseEntry(**_entry(row, detail, full, user.role), seq=row.seq)
        for row, detail in zip(rows, details, strict=True)
    ]


async def _merged(services: Services, record: CaseRecord, after: int, limit: int, full: bool) -> list[MergedEntry]:
    """Entries for supervisors and auditors: the case's and its inquiries', numbered in one order."""
    sealed = inquiries.placed(await services.queries.inquiries.entries_of_case(record.case_no))
    before = sum(place <= after for place, _ in sealed)
    here = {place: row for place, row in sealed if after < place <= after + limit}
    own = iter(await services.queries.cases.timeline(record.case_no, after - before, limit - len(here)))
    entries = []
    for place in range(after + 1, after + limit + 1):
        row, inquiry_id = (here[place], here[place].case_no) if place in here else (next(own, None), None)
        if row is None:
            break
        entries.append((place, row, inquiry_id))
    details = services.personal.opened_with(record.keys, [row.detail for _, row, _ in entries])
    return [
        MergedEntry(**_entry(row, detail, full, Role.SUPERVISOR), seq=place, ledger_seq=row.seq, inquiry_id=inquiry_id)
        for (place, row, inquiry_id), detail in zip(entries, details, strict=True)
    ]


def _entry(row: Any, kept: dict[str, Any], full: bool, reader: Role) -> dict[str, Any]:
    """An entry as this reader sees it, without its number."""
    detail = {name: value for name, value in kept.items() if name not in MADE_BY_THE_DOOR}
    if not full:
        detail |= {person: masked(detail[person]) for person in ("applicant", "proxy") if person in detail}
    if row.action == Action.ATTACHED and detail.get("visibility") == Visibility.WINDOW and reader is Role.LIAISON:
        detail = {"visibility": detail["visibility"]}
    return {
        "at": stamp_time(row.at),
        "action": row.action,
        "actor": row.actor,
        "role": row.role,
        "unit": row.unit,
        "detail": detail,
    }
