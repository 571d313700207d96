"""运行状况: whether the process lives, and whether database and engine answer."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from api.http.answers import Answer
from api.identity.dependencies import ServicesDep
from models.views.health import Alive, Readiness

router = APIRouter(tags=["运行状况"])

PATIENCE = timedelta(seconds=3)
NOT_READY: dict[int | str, dict[str, Any]] = {503: {"description": "数据库或流程引擎没有应答", "model": Readiness}}


@router.get("/healthz", summary="进程是否存活")
async def alive() -> Alive:
    """进程在应答。"""
    return Alive(status="ok")


@router.get("/readyz", summary="能否办事", response_model=Readiness, responses=NOT_READY)
async def ready(services: ServicesDep) -> Answer:
    """数据库和流程引擎都应答；否则答 503，并指出哪一个没有应答。"""
    database, engine = await _database(services), await _engine(services)
    readiness = Readiness(ready=database and engine, database=database, engine=engine)
    return Answer(readiness, 200 if readiness.ready else 503)


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
