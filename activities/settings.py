"""Settings (配置): read from the environment once, by every process alike."""

import os
from dataclasses import dataclass
from pathlib import Path

from activities.keyring import KeyRing


class MissingSettingError(RuntimeError):
    """A setting that has no default is not in the environment (缺少配置)."""


@dataclass(frozen=True)
class Settings:
    """Where everything is. Secrets are not shown by repr."""

    database_url: str
    """As SQLAlchemy takes it, with the driver's name."""
    temporal_address: str
    namespace: str
    secret: bytes
    time_skipping: bool
    """Scenario files only: each case has its own clock, which Temporal is asked for."""

    ring: KeyRing
    """The keys with which histories and personal data are encrypted."""

    second_factor: bool = False
    """Whether supervisors and administrators must sign in with a second factor."""

    program: str = "bancheng"
    """Which program this is, as PostgreSQL and Temporal are told."""

    health: str = ""
    """Where this process answers how it is, as host:port; nowhere by default."""

    heads: Path = Path("heads")
    """Where the day's heads are sealed into files: outside the database, best on another disk."""

    attachments: str = "attachments"
    """Where sealed files lie: a folder, or `s3://key:secret@host:port/bucket`."""

    scanner: str = ""
    """A virus scanner (clamd) at host:port; none by default."""

    def __repr__(self) -> str:
        return f"Settings(temporal_address={self.temporal_address!r}, namespace={self.namespace!r})"

    @property
    def conninfo(self) -> str:
        """The database's address as psycopg takes it."""
        return self.database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def settings(program: str = "bancheng") -> Settings:
    """The settings of this process, which is that program. Raises MissingSettingError naming what is missing."""
    return Settings(
        program=program,
        health=os.environ.get(f"BANCHENG_{program.upper()}_HEALTH", ""),
        database_url=_need("DATABASE_URL").replace("postgresql://", "postgresql+psycopg://", 1),
        temporal_address=_need("TEMPORAL_ADDRESS"),
        namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
        secret=bytes.fromhex(_need("BANCHENG_SECRET")),
        time_skipping=os.environ.get("BANCHENG_TIME_SKIPPING") == "1",
        ring=KeyRing(Path(os.environ.get("BANCHENG_KEYS") or _data_dir() / "keys.json")),
        second_factor=os.environ.get("BANCHENG_SECOND_FACTOR") == "1",
        attachments=os.environ.get("BANCHENG_ATTACHMENTS") or str(_data_dir() / "attachments"),
        scanner=os.environ.get("BANCHENG_SCANNER", ""),
        heads=Path(os.environ.get("BANCHENG_HEADS") or _data_dir() / "heads"),
    )


def _data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ".data")


def _need(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise MissingSettingError(f"缺少环境变量 {name}：请用 make run 启动，或参照 docs 中的部署说明设置")
    return value
