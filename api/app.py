"""The API (接口): wires services and routes together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from activities.platform.database import open_pool
from activities.platform.leader import in_background
from activities.platform.settings import settings
from api import pages
from api.http import assets, compression, docs, errors, examples, headers, metrics
from api.identity import oidc, rates
from api.routes import (
    accounts,
    advice,
    alarms,
    attachments,
    audit,
    calendar,
    cases,
    codec,
    departments,
    deputies,
    draws,
    health,
    intake,
    meetings,
    notices,
    organisation,
    outside,
    oversight,
    papers,
    people,
    proposals,
    public,
    publications,
    refusals,
    reminders,
    reports,
    scores,
    session,
    solutions,
    stamps,
    subscriptions,
)
from api.similar import words
from api.wiring import open_services

CONNECTIONS = 6
"""Connections for SQLAlchemy's statements."""

PREPARED = 6
"""Connections for prepared statements."""

COUNTING = 4
"""Connections for analyses that are counted while somebody waits: two each."""

LISTENING = 1
"""The session that listens for open pages."""


@contextlib.asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    config = settings("api")
    pool = open_pool(config, size=COUNTING + LISTENING)
    async with pool, open_services(config, pool, connections=CONNECTIONS, prepared=PREPARED) as services:
        app.state.services = services
        async with in_background(asyncio.to_thread(words.make_ready)), in_background(services.feed.run()):
            yield


def create_app() -> FastAPI:
    """The application with all its routes."""
    app = FastAPI(
        title="办成 Bancheng",
        summary="“办不成事”反映窗口案件系统",
        version="1",
        lifespan=_running,
        responses=errors.RESPONSES,
        docs_url=None,
        redoc_url=None,
    )
    errors.install(app, pages.shown)
    metrics.install(app)
    rates.install(app)
    oidc.install(app)
    headers.install(app)
    compression.install(app)
    for module in (
        session,
        accounts,
        codec,
        people,
        attachments,
        cases,
        public,
        advice,
        alarms,
        audit,
        calendar,
        departments,
        deputies,
        draws,
        intake,
        meetings,
        notices,
        organisation,
        outside,
        oversight,
        papers,
        proposals,
        publications,
        refusals,
        reminders,
        reports,
        scores,
        solutions,
        stamps,
        subscriptions,
        health,
    ):
        app.include_router(module.router)
    examples.install(app)
    docs.install(app)
    assets.install(app)
    pages.install(app)
    return app


app = create_app()
