"""依据修改: an amended law suspends the solutions that rest on it, and names the cases refused on it.

CL8: every 不能办 keeps its citation, so that an amended law finds them all.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.http.errors import Problem
from api.queries.rows import AnyRow
from api.services import Services
from api.solutions.opening import index
from models.access import DISTRICT, WINDOW, User
from models.actions import CommandName
from models.aggregate import OWN_ID, SYSTEM, Command
from models.case.wording import Text
from models.codes import Role
from models.ledger import stamp_time
from models.views.case_brief import CaseBrief
from models.views.solution import AmendedBasis, AmendedBasisView

READERS = (*WINDOW, *DISTRICT, Role.AUDITOR)
KEEPERS = (Role.LEAD,)


class Amended(BaseModel):
    """A law or policy that does not hold any more as it was cited (依据修改)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    citation: Annotated[str, StringConstraints(min_length=4, max_length=200)] = Field(
        description="依据的名称或条款，凡引用中含有这几个字的都算"
    )
    why: Text


async def amend(services: Services, user: User, body: Amended) -> AmendedBasisView:
    """Write the amendment down, then suspend the solutions that rest on it; the sweep goes on after a crash."""
    number = await services.queries.amended.keep(user.district, body.citation, body.why, user.username)
    await _suspend(services, await services.queries.amended.one(number))
    return await one(services, user, number)


async def _suspend(services: Services, amended: AnyRow) -> None:
    """Suspend each solution that was published before the amendment and cites it, once."""
    for solution in await services.queries.amended.resting_on(amended):
        body = {"reason": amended.why, "citation": amended.citation}
        command = Command(name=CommandName.SUSPEND, by=SYSTEM, body=body, id=f"{OWN_ID}amended-{amended.id}")
        await services.gateway.send_beside(solution.state.case_no, command)
    await index(services)


async def sweep(services: Services) -> None:
    """Go on with amendments that a crash interrupted."""
    for amended in await services.queries.amended.unfinished():
        await _suspend(services, amended)


async def one(services: Services, user: User, number: int) -> AmendedBasisView:
    """An amendment of the user's district: the solutions it suspended, and every case refused on it."""
    row = await services.queries.amended.one(number)
    if row is None or (user.role is not Role.AUDITOR and row.district != user.district):
        raise Problem(404, "没有这项依据修改，或不在您的查看范围内")
    refused = await services.queries.amended.refused_on(row.district, row.citation)
    return AmendedBasisView(
        **dict(_shown(row)),
        suspended=await services.queries.amended.suspended_by(row),
        refused=[
            CaseBrief(case_no=case.case_no, matter=case.matter, unit=case.unit, stage=case.stage) for case in refused
        ],
    )


async def listed(services: Services, user: User) -> list[AmendedBasis]:
    """The amendments of the user's district (an auditor: of all), the newest first."""
    rows = await services.queries.amended.listed(None if user.role is Role.AUDITOR else user.district)
    return [_shown(row) for row in rows]


def _shown(row: AnyRow) -> AmendedBasis:
    """An amendment as it was written down."""
    return AmendedBasis(
        id=row.id, district=row.district, citation=row.citation, why=row.why, by=row.by, at=stamp_time(row.at)
    )
