"""The way to PostgreSQL (数据库连接): one pool a process, autocommit, short waits."""

from psycopg_pool import AsyncConnectionPool

from activities.platform.settings import Settings

_OPTIONS = {
    "statement_timeout": "10000",
    "timezone": "UTC",
    # The server ends a vanished machine's sessions, and with them its locks, after 25 s and not after hours.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


def open_pool(settings: Settings, *, size: int) -> AsyncConnectionPool:
    """A pool of at most `size` connections, not opened yet. A statement of more than 10 s is ended.

    Each connection prepares a statement at its first run, because nearly all come again.
    """
    options = " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items())
    return AsyncConnectionPool(
        settings.conninfo,
        min_size=1,
        max_size=size,
        timeout=10,
        # Waits between tries double, and would outlast an outage: after 5 s whoever wants a connection tries anew.
        reconnect_timeout=5,
        open=False,
        name=settings.program,
        kwargs={
            "autocommit": True,
            "prepare_threshold": 0,
            "application_name": settings.program,
            "options": options,
        },
    )
