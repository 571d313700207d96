"""The view of a case for one reader (查看案件): the case, what stands around it, and only what this reader may see."""

from dataclasses import replace
from functools import partial

from api.commands.finding import check_role, checked, with_code
from api.identity.access_log import READ, logged
from api.queries import Found
from api.services import Services
from api.similar import suggestions
from api.similar.index import index_found
from api.supervision import inquiries
from models.access import User, sees_applicant
from models.aggregate import Act, AtOnce
from models.case.records import may_open
from models.views.building import Around, case_view, citizen_view
from models.views.case import CaseView
from models.views.citizen import CitizenView


async def read(services: Services, user: User, case_no: str, after: type[Act] | None = None) -> CaseView:
    """The view of a case for this user; `after` a command, where it is that command's answer."""
    _, view = await read_with_case(services, user, case_no, after)
    return view


async def read_with_case(
    services: Services, user: User, case_no: str, after: type[Act] | None = None
) -> tuple[Found, CaseView]:
    """The same, and the case as it was found: a page that shows more of it need not load it again."""
    organisation = await services.organisation()
    async with logged(services, user, READ, case_no, ""):
        check_role(user)
        found, around = await services.queries.cases.with_around(case_no) or (None, Around())
        found = checked(user, case_no, found, organisation)
    if user.role in inquiries.READERS:
        around = replace(around, inquiries=await services.queries.inquiries.of_case(case_no))
    case = services.personal.opened_case(found)
    if after and after.at_once is AtOnce.INDEX:
        await index_found(services, found, case)
    around = replace(around, suggestions=await suggestions.for_case(services, user, case, as_shown=after is not None))
    if case.state.solutions:
        around = replace(around, solution_stages=await services.queries.solutions.of_case(case_no))
    full = sees_applicant(user, found, organisation)
    opens = partial(may_open, role=user.role, unit=user.unit)
    return found, case_view(case, await services.gateway.now(case_no), full_applicant=full, around=around, opens=opens)


async def read_as_citizen(services: Services, case_no: str, code: str, address: str) -> CitizenView:
    """The view of a case for its applicant."""
    found = await with_code(services, case_no, code, address)
    return citizen_view(services.personal.opened_case(found), await services.gateway.now(case_no))
