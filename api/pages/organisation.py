"""机构页: the tree of windows, the departments beside it, and places that have no window yet (R01, R04)."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.identity.dependencies import ServicesDep, require
from api.pages.render import VisitorDep, page
from models.codes import Role, UnitKind

router = APIRouter(include_in_schema=False)

EVERYTHING = (Role.AUDITOR, Role.ADMIN, Role.SECURITY_ADMIN)


@router.get("/organisation")
async def show(request: Request, services: ServicesDep, user: VisitorDep) -> HTMLResponse:
    """本区的机构；审计和管理员看全部。"""
    require(user, Role.LEAD, *EVERYTHING)
    organisation = await services.organisation()
    mine = [u for u in organisation.units.values() if user.role in EVERYTHING or u.district == user.district]
    districts = sorted({unit.district for unit in mine})
    return page(
        request,
        "organisation.html",
        user=user,
        districts=[
            (
                organisation.lead(district).name,
                [
                    (unit, len(organisation.ancestors(unit.code)))
                    for unit in mine
                    if _is(unit, district, UnitKind.WINDOW)
                ],
                [unit for unit in mine if unit.district == district and unit.kind is not UnitKind.WINDOW],
            )
            for district in districts
        ],
    )


def _is(unit: object, district: str, kind: UnitKind) -> bool:
    return getattr(unit, "district", "") == district and getattr(unit, "kind", None) is kind
