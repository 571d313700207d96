"""Opening the services of a process (装配), for the API and for the followers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import create_async_engine

from activities.ledgers.rules import RuleBook
from activities.platform.database import open_pool
from activities.platform.settings import Settings
from activities.reports import ReportFigures
from api.attachments.scanner import Scanner
from api.attachments.store import store_at
from api.commands.gateway import Gateway
from api.commands.personal import PersonalData
from api.commands.sealed_gateway import OVERSIGHT, SealedGateway
from api.http.live import Feed
from api.identity.second_factor import SecondFactors
from api.identity.sessions import Sessions
from api.identity.tokens import Tokens
from api.queries import Queries, Statements
from api.services import Services
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter
from workflows.platform.sealing import connect_sealed


@asynccontextmanager
async def open_services(
    config: Settings, pool: AsyncConnectionPool, *, connections: int, prepared: int
) -> AsyncIterator[Services]:
    """The services of one process, with connections of their own besides the open pool's.

    `connections` are for SQLAlchemy's statements, `prepared` for those of nearly every request.
    """
    engine = create_async_engine(
        config.database_url,
        pool_size=connections,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        connect_args={"application_name": config.program, "options": "-c statement_timeout=10000 -c timezone=UTC"},
    )
    often = open_pool(config, size=prepared)
    try:
        await often.open()
        client = await connect(
            config.temporal_address, config.namespace, converter(config.ring, CASES), program=config.program
        )
        gateway = Gateway(client, config.ring, time_skipping=config.time_skipping)
        apart = await connect_sealed(config.temporal_address, config.ring, program=config.program)
        sealed = SealedGateway(apart, config.secret, config.ring)
        queries = Queries(engine, Statements(often), RuleBook(pool))
        await queries.rules.publish()
        yield Services(
            engine,
            queries,
            gateway,
            sealed,
            SealedGateway(apart, config.secret, config.ring, OVERSIGHT),
            Tokens(config.secret),
            config.secret,
            PersonalData(queries.keys, config.ring, config.secret),
            Sessions(queries.accounts, config.secret),
            SecondFactors(queries.accounts, config.ring),
            config.second_factor,
            config.heads,
            store_at(config.attachments),
            Scanner(config.scanner),
            Feed(queries.events, pool),
            ReportFigures(pool),
        )
    finally:
        await often.close()
        await engine.dispose()
