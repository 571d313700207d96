"""会诊室: one consultation on one page: the question, opinions side by side, the minutes, signatures, commands."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.http.errors import Problem
from api.identity.access_log import READ, seen
from api.identity.dependencies import ServicesDep, address, require
from api.pages.acts import Last
from api.pages.cases import STAFF, case_page
from api.pages.render import VisitorDep
from models.actions import CommandName
from models.codes import Role

router = APIRouter(include_in_schema=False)

HERE = (
    CommandName.OPINE,
    CommandName.ATTEND,
    CommandName.CONCLUDE,
    CommandName.COUNTERSIGN,
    CommandName.SURVEY,
)
"""The commands of a consultation."""


@router.get("/cases/{case_no}/tables/{table_id}")
async def show(request: Request, services: ServicesDep, user: VisitorDep, case_no: str, table_id: str) -> HTMLResponse:
    """一次会诊。"""
    require(user, *STAFF, Role.AUDITOR)
    await seen(services, user, READ, case_no, address(request))
    record = await services.queries.cases.case(case_no)
    if record is None or table_id not in {table.id for table in record.case.state.consultations}:
        raise Problem(404, "没有这次会诊，请从案件页打开")
    return await case_page(request, services, user, case_no, Last(), table=table_id, only=HERE)
