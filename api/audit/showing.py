"""回放: a case as it stood at any entry, and its package (AU4)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from activities.ledgers.kinds import CASES
from api.audit.dossier import package
from api.audit.histories import ArchiveError, runs
from api.http.errors import Problem, no_such_case
from api.identity.dependencies import require
from api.papers.page import pages
from api.services import Services
from models.access import User
from models.aggregate.upcasting import upcast_entry
from models.audit import steps
from models.case import Case
from models.codes import Role
from models.ledger import Entry, first_break
from models.views.audited import AuditedCase, FigureView, InForce
from models.views.building import Around, case_view


async def require_audited(services: Services, user: User, case_no: str) -> None:
    """403 unless this is an auditor; 404 for a case of which neither row nor entry is there."""
    require(user, Role.AUDITOR)
    if await services.queries.cases.case(case_no) is None and not await services.queries.cases.entries(case_no, 0, 1):
        raise no_such_case(case_no)


async def shown(services: Services, case_no: str, at: int | None) -> AuditedCase:
    """The ledger step by step, and the case as an entry left it, with the rules and calendar of then.

    Raises Problem 404 for an entry that is not there, 409 for a ledger that cannot be gone through any more.
    """
    ledger = await services.queries.audit.ledger(CASES, case_no)
    place = len(ledger) if at is None else at
    if not 1 <= place <= len(ledger):
        raise Problem(404, f"本案台账只有 {len(ledger)} 条，没有第 {place} 条")
    _require_whole(ledger)
    await services.queries.rules.ensure_for(*(entry.detail for entry in ledger))
    case = Case.from_entries(case_no, ledger[:place])
    here = ledger[place - 1]
    return AuditedCase(
        case_no=case_no,
        at=place,
        timeline=await _steps(services, case_no, ledger),
        view=case_view(await services.personal.case(case), here.at, full_applicant=True, around=Around()),
        in_force=InForce(
            rules=case.state.rules,
            profile=case.state.profile,
            profile_version=case.state.profile_version,
            limits={name: FigureView(**asdict(figure)) for name, figure in case.policy.limits.items()},
            settings={name: FigureView(**asdict(figure)) for name, figure in case.policy.settings.items()},
            calendar=case.state.calendar,
            calendar_version=case.calendar.version,
        ),
        ledger_head=here.hash,
    )


async def export(services: Services, case_no: str) -> bytes:
    """The package of a case. Raises Problem 409 for a ledger that cannot be gone through any more."""
    ledger = await services.queries.audit.ledger(CASES, case_no)
    _require_whole(ledger)
    await services.queries.rules.ensure_for(*(entry.detail for entry in ledger))
    try:
        histories = await runs(services.queries.audit, services.gateway.client, case_no, services.personal.ring)
    except ArchiveError as error:
        raise Problem(409, f"{error}；请先重放核对（verify）") from None
    case = Case.from_entries(case_no, ledger)
    replayed = await _steps(services, case_no, ledger)
    commands = (await services.queries.audit.commands(case_no)).values()
    papers, organisation, ring = await pages(services, case), await services.organisation(), services.personal.ring
    return await asyncio.to_thread(package, case, ledger, histories, replayed, papers, organisation, commands, ring)


async def _steps(services: Services, case_no: str, ledger: Sequence[Entry]) -> list[dict[str, Any]]:
    """The steps of a case in words that are read today; the ledger itself stays as it was written."""
    read = [upcast_entry(Case.kind, entry) for entry in ledger]
    replayed: list[dict[str, Any]] = await services.personal.opened(steps(case_no, read), case_no)
    return replayed


def _require_whole(ledger: Sequence[Entry]) -> None:
    if broken := first_break(ledger):
        raise Problem(409, f"台账第 {broken.seq} 条起不能回放：{broken.reason}；请先重放核对（verify）")
