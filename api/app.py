"""The API (接口): wires services and routes together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from activities.database import open_pool
from activities.events import EventLog
from activities.leader import beside
from activities.reports import ReportFigures
from activities.rules import RuleBook
from activities.settings import settings
from api import clusters, errors, headers, imports, metrics, oidc, pages, rates, task_opening
from api.attachments.scanner import Scanner
from api.attachments.store import store_at
from api.deps import Services
from api.gateway import Gateway
from api.live import Feed
from api.personal import PersonalData
from api.queries import Queries, Statements
from api.registration import sweep
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
from api.sealed_gateway import OVERSIGHT, SealedGateway
from api.second_factor import SecondFactors
from api.sessions import Sessions
from api.similar import index, words
from api.solutions import opening
from api.token import Tokens
from workflows.client import connect
from workflows.codec import CASES, converter
from workflows.sealing import connect_sealed

CONNECTIONS = 6
"""Connections for what is put together by SQLAlchemy."""

PREPARED = 6
"""Connections for what is asked at nearly every request."""

LEADING = 5
"""Sessions that may hold a lock for good (activities/leader.py): the imports' and those of four followers."""

COUNTING = 4
"""Connections for analyses that are counted while somebody waits: two each."""


@contextlib.asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    config = settings()
    engine = create_async_engine(
        config.database_url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        connect_args={"options": "-c statement_timeout=10000 -c timezone=UTC"},
    )
    client = await connect(config.temporal_address, config.namespace, converter(config.ring, CASES))
    gateway = Gateway(client, config.ring, time_skipping=config.time_skipping)
    sealed = SealedGateway(await connect_sealed(config.temporal_address, config.ring), config.secret, config.ring)
    pool, prepared = open_pool(config, size=LEADING + COUNTING), open_pool(config, size=PREPARED)
    queries = Queries(engine, Statements(prepared), RuleBook(pool))
    tasks = SealedGateway(sealed.client, config.secret, config.ring, OVERSIGHT)
    personal = PersonalData(queries.keys, config.ring, config.secret)
    tokens = Tokens(config.secret)
    sessions = Sessions(queries.accounts, config.secret)
    factors = SecondFactors(queries.accounts, config.ring)
    services = Services(
        engine,
        queries,
        gateway,
        sealed,
        tasks,
        tokens,
        config.secret,
        personal,
        sessions,
        factors,
        config.second_factor,
        config.heads,
        store_at(config.attachments),
        Scanner(config.scanner),
        Feed(queries.events),
        ReportFigures(pool),
    )
    app.state.services = services
    async with pool, prepared:
        await queries.rules.publish()
        log = EventLog(pool)
        following = log.follow(task_opening.FOLLOWER, partial(task_opening.follow, services))
        indexing = log.follow(index.FOLLOWER, partial(index.follow, services))
        clustering = log.follow(clusters.FOLLOWER, partial(clusters.follow, services))
        proposing = log.follow(opening.FOLLOWER, partial(opening.follow, services))
        async with (
            beside(sweep(services)),
            beside(imports.run(services, pool)),
            beside(following),
            beside(indexing),
            beside(proposing),
            beside(clustering),
            beside(asyncio.to_thread(words.make_ready)),
            beside(services.feed.run()),
        ):
            yield
    await engine.dispose()


def create_app() -> FastAPI:
    """The application with all its routes."""
    app = FastAPI(
        title="办成 Bancheng",
        summary="“办不成事”反映窗口案件系统",
        version="1",
        lifespan=_running,
        responses=errors.RESPONSES,
        docs_url="/docs",
        redoc_url=None,
    )
    errors.install(app, pages.shown)
    metrics.install(app)
    rates.install(app)
    oidc.install(app)
    headers.install(app)
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
    pages.install(app)
    return app


app = create_app()
