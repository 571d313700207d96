"""Settings for tests that need a database and nothing else."""

from activities.platform.settings import Settings


def with_database(url: str) -> Settings:
    """Those of a process with this database, and with an engine that nobody asks."""
    return Settings(DATABASE_URL=url, TEMPORAL_ADDRESS="127.0.0.1:1", BANCHENG_SECRET="00" * 32)
