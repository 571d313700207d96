"""The way to PostgreSQL (数据库连接): one pool a process, autocommit, short waits."""

from psycopg_pool import AsyncConnectionPool

from activities.settings import Settings


def open_pool(settings: Settings, *, size: int) -> AsyncConnectionPool:
    """A pool of at most `size` connections, not opened yet. A statement that waits over 10 s is ended."""
    return AsyncConnectionPool(
        settings.conninfo,
        min_size=1,
        max_size=size,
        timeout=10,
        open=False,
        kwargs={"autocommit": True, "options": "-c statement_timeout=10000 -c timezone=UTC"},
    )
