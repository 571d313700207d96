"""运行状况: whether the process lives, and whether what it needs answers."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from api.identity.dependencies import ServicesDep

router = APIRouter(tags=["运行状况"])

PATIENCE = timedelta(seconds=3)


@router.get("/healthz", summary="进程是否存活")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", summary="能否办事")
async def ready(response: Response, services: ServicesDep) -> dict[str, Any]:
    """Database and engine answer; 503 otherwise, naming which does not."""
    found = {"database": await _database(services), "engine": await _engine(services)}
    if not all(found.values()):
        response.status_code = 503
    return {"ready": all(found.values()), **found}


async def _database(services: ServicesDep) -> bool:
    try:
        return await services.queries.cases.migrated()
    except (SQLAlchemyError, OSError):
        return False


async def _engine(services: ServicesDep) -> bool:
    try:
        return await services.gateway.client.service_client.check_health(timeout=PATIENCE)
    except RPCError:
        return False
