"""Settings (配置): read from the environment once, by every process alike."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, PrivateAttr

from activities.platform.environment import Address, Environment, Switch
from activities.platform.keyring import KeyRing

_SQLALCHEMY, _ANY_CLIENT = "postgresql+psycopg://", "postgresql://"

DatabaseUrl = Annotated[
    str,
    BeforeValidator(lambda url: url.replace(_ANY_CLIENT, _SQLALCHEMY, 1)),
    Field(pattern=r"^postgresql\+psycopg://", description="写成 postgresql://用户@主机/库"),
]
"""In SQLAlchemy's form, with the driver's name; any client's form is accepted."""

Secret = Annotated[
    bytes,
    BeforeValidator(bytes.fromhex),
    Field(min_length=1, description="写成 64 位十六进制（openssl rand -hex 32）"),
]

Ring = Annotated[KeyRing, BeforeValidator(lambda path: KeyRing(Path(path))), Field(description="写密钥环文件的路径")]


class Settings(Environment):
    """Where everything is. Secrets are not shown by repr."""

    database_url: DatabaseUrl = Field(validation_alias="DATABASE_URL", repr=False)
    temporal_address: Address = Field(validation_alias="TEMPORAL_ADDRESS")
    namespace: str = Field("default", validation_alias="TEMPORAL_NAMESPACE")
    secret: Secret = Field(validation_alias="BANCHENG_SECRET", repr=False)
    time_skipping: Switch = Field(False, validation_alias="BANCHENG_TIME_SKIPPING")
    """Scenario files only: each case has its own clock, which Temporal is asked for."""

    data_dir: Path = Field(Path(".data"), validation_alias="DATA_DIR")
    """The folder of keys, files and heads without a place of their own."""

    ring: Ring = Field(
        default_factory=lambda others: KeyRing(others["data_dir"] / "keys.json"),
        validation_alias="BANCHENG_KEYS",
        repr=False,
    )
    """The keys with which histories and personal data are encrypted."""

    second_factor: Switch = Field(False, validation_alias="BANCHENG_SECOND_FACTOR")
    """Whether supervisors and administrators must sign in with a second factor."""

    worker_health: Address = Field("", validation_alias="BANCHENG_WORKER_HEALTH")
    followers_health: Address = Field("", validation_alias="BANCHENG_FOLLOWERS_HEALTH")
    """Where worker and followers answer health checks; nowhere by default."""

    heads: Path = Field(default_factory=lambda others: others["data_dir"] / "heads", validation_alias="BANCHENG_HEADS")
    """The folder of the daily sealed heads, best on another disk."""

    attachments: str = Field(
        default_factory=lambda others: str(others["data_dir"] / "attachments"),
        validation_alias="BANCHENG_ATTACHMENTS",
        repr=False,
    )
    """Where sealed files lie: a folder, or `s3://key:secret@host:port/bucket`."""

    scanner: Address = Field("", validation_alias="BANCHENG_SCANNER")
    """A virus scanner (clamd) at host:port; none by default."""

    _program: str = PrivateAttr("bancheng")

    @property
    def program(self) -> str:
        """This program's name, given to PostgreSQL and Temporal."""
        return self._program

    @property
    def health(self) -> str:
        """Where this process answers health checks, as host:port."""
        return {"worker": self.worker_health, "followers": self.followers_health}.get(self._program, "")

    @property
    def conninfo(self) -> str:
        """The database's address as psycopg takes it."""
        return self.database_url.replace(_SQLALCHEMY, _ANY_CLIENT, 1)


def settings(program: str = "bancheng") -> Settings:
    """The settings of this process, as that program. Raises SettingError naming missing and wrong ones."""
    config = Settings.read()
    config._program = program
    return config
