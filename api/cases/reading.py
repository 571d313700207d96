"""The view of a case for one reader (查看案件): the case and its surroundings, as far as this reader may see them."""

from dataclasses import replace
from functools import partial

from api.commands.finding import check_role, checked, with_code
from api.identity.access_log import READ, logged
from api.queries import CaseRecord
from api.services import Services
from api.similar import suggestions
from api.similar.index import index_record
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
) -> tuple[CaseRecord, CaseView]:
    """The view with the record it was made from: a page that shows more of the case need not load it again."""
    organisation = await services.organisation()
    async with logged(services, user, READ, case_no, ""):
        check_role(user)
        record, around = await services.queries.cases.with_around(case_no) or (None, Around())
        record = checked(user, case_no, record, organisation)
    if user.role in inquiries.READERS:
        around = replace(around, inquiries=await services.queries.inquiries.of_case(case_no))
    case = services.personal.opened_case(record)
    if after and after.at_once is AtOnce.INDEX:
        await index_record(services, record, case)
    around = replace(around, suggestions=await suggestions.for_case(services, user, case, as_shown=after is not None))
    if case.state.solutions:
        around = replace(around, solution_stages=await services.queries.solutions.of_case(case_no))
    full = sees_applicant(user, record, organisation)
    opens = partial(may_open, role=user.role, unit=user.unit)
    return record, case_view(case, await services.gateway.now(case_no), full_applicant=full, around=around, opens=opens)


async def read_as_citizen(services: Services, case_no: str, code: str, address: str) -> CitizenView:
    """The view of a case for its applicant."""
    record = await with_code(services, case_no, code, address)
    return citizen_view(services.personal.opened_case(record), await services.gateway.now(case_no))
