"""机构、名册与清单: units, duties of departments, experts, powers of each level."""

from dataclasses import asdict
from datetime import UTC, datetime

from fastapi import APIRouter

from api.http.bodies import BodyDep, documented
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, UserDep, require
from api.services import Services
from models.codes import Role, UnitKind
from models.directory import SHAPES, Directory
from models.views.base import Listed, instant
from models.views.organisation import LOADED, LoadedDirectory, Unit

router = APIRouter(prefix="/api/organisation", tags=["机构"])


@router.get("", summary="机构")
async def units(services: ServicesDep, user: UserDep) -> Listed[Unit]:
    """本区的机构树；审计和系统管理员看全部。"""
    everything = user.role in (Role.AUDITOR, Role.ADMIN)
    units = (await services.organisation()).units.values()
    return Listed(items=[Unit(**asdict(unit)) for unit in units if everything or unit.district == user.district])


@router.get("/{kind}/{key}", summary="看名册或清单")
async def show(services: ServicesDep, user: UserDep, kind: Directory, key: str) -> LoadedDirectory:
    """职责清单按部门，专员名册、事项层级清单、服务点名单按区。"""
    district = await _district_of(services, kind, key)
    if user.role not in (Role.AUDITOR, Role.ADMIN) and user.district != district:
        raise Problem(403, "这份清单不在您的查看范围内")
    row = await services.queries.directories.newest(kind, key)
    if row is None:
        return LOADED[kind](kind=kind, key=key, version=0, entries=[])
    return LOADED[kind](kind=kind, key=key, version=row.version, changed_at=instant(row.changed_at), **row.content)


@router.put("/{kind}/{key}", summary="装载名册或清单", openapi_extra=documented())
async def load(services: ServicesDep, user: UserDep, kind: Directory, key: str, body: BodyDep) -> LoadedDirectory:
    """整份装载，旧版本保留；对此后的办理生效，不改已经记入台账的事。"""
    require(user, Role.ADMIN)
    await _district_of(services, kind, key)
    row = {
        "content": body.shaped(SHAPES[kind]).model_dump(mode="json"),
        "changed_by": user.username,
        "changed_at": datetime.now(UTC),
    }
    await services.queries.directories.load(kind, key, row)
    services.forget_organisation()
    return await show(services, user, kind, key)


async def _district_of(services: Services, kind: Directory, key: str) -> str:
    """The district that a directory belongs to; 404 for a key that names nothing."""
    units = (await services.organisation()).units
    if kind is Directory.DUTIES:
        if key not in units or units[key].kind != UnitKind.DEPARTMENT:
            raise Problem(404, f"没有部门 {key}，请核对代码")
        return units[key].district
    if key not in {unit.district for unit in units.values()}:
        raise Problem(404, f"没有区划 {key}，请核对代码")
    return key
