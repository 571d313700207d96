"""Where one installation lives and how it is reached (安装位置), as the environment tells it."""

import os
import re
import secrets
import tempfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import BeforeValidator, Field

from activities.platform.ciphers import Algorithm
from activities.platform.environment import Environment, SettingError, Switch, Url
from activities.platform.keyring import new_ring
from activities.platform.settings import Secret
from ops.ports import HOST, free_ports

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "bancheng"
DEMO_PASSWORD = "bancheng-demo"
HOME = ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()
"""The base of a relative DATA_DIR: the checkout, or the current folder of an installed command."""

SOCKET_PATH_LIMIT = 90
"""Bytes. An address of a Unix socket holds 104 (macOS) or 108 (Linux), its name included."""


def _port(text: str) -> int:
    """A port in ASCII digits; `int` takes more. Raises ValueError."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    return int(text)


Port = Annotated[int, BeforeValidator(_port), Field(ge=1, le=65535, description="设为 1 到 65535 之间的整数")]


class OpsSettings(Environment):
    """The commands' own settings; those of every process are in activities/platform/settings.py."""

    data_dir: Path = Field(Path(".data"), validation_alias="DATA_DIR")
    api_port: Port = Field(8000, validation_alias="API_PORT")
    temporal_port: Port = Field(7233, validation_alias="TEMPORAL_PORT")
    ui_port: Port = Field(8233, validation_alias="TEMPORAL_UI_PORT")
    demo: Switch = Field(True, validation_alias="DEMO")
    """Whether the demo cases are loaded."""

    demo_password: str = Field(DEMO_PASSWORD, validation_alias="DEMO_PASSWORD", repr=False)
    time_skipping: Switch = Field(False, validation_alias="BANCHENG_TIME_SKIPPING")
    headless: Switch = Field(False, validation_alias="BANCHENG_HEADLESS")
    """Without the Temporal Web UI."""

    inner_ui: Url = Field("", validation_alias="BANCHENG_INNER_UI")
    worker_url: Url = Field("", validation_alias="WORKER_URL")
    followers_url: Url = Field("", validation_alias="FOLLOWERS_URL")
    """Ports already chosen by `bancheng run`, which starts this process."""

    api_url: Url = Field("", validation_alias="API_URL")
    keys: Path | None = Field(None, validation_alias="BANCHENG_KEYS")
    secret: Secret = Field(b"", validation_alias="BANCHENG_SECRET", repr=False)
    cipher: Algorithm = Field(
        Algorithm.AES_256_GCM, validation_alias="BANCHENG_CIPHER", description=f"用 {' 或 '.join(Algorithm)}"
    )
    """The algorithm of a new key."""

    password: str = Field("", validation_alias="PASSWORD", repr=False)
    """The password of the administrator who proposes a repair; asked for at the terminal where unset."""

    auditor_password: str = Field("", validation_alias="AUDITOR_PASSWORD", repr=False)

    @property
    def folder(self) -> Path:
        """The data folder, as an absolute path."""
        return (HOME / self.data_dir).resolve()

    @property
    def key_file(self) -> Path:
        """The file of the key ring."""
        return self.keys or self.folder / "keys.json"


class NotRunningError(RuntimeError):
    """A command needs the running system, and none runs (系统没有运行)."""


def running() -> dict[str, str]:
    """The addresses of the running system, which `make run` wrote to `DATA_DIR/env`. Raises NotRunningError."""
    path = OpsSettings.read().folder / "env"
    if not path.exists():
        raise NotRunningError("系统没有运行：请先 make run")
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: value for name, _, value in pairs}


@dataclass(frozen=True)
class Installation:
    """One system: its folder, its ports, and whether it has the demo cases."""

    data_dir: Path
    api_port: int = 8000
    temporal_port: int = 7233
    ui_port: int = 8233
    demo: bool = True
    password: str = DEMO_PASSWORD
    time_skipping: bool = False
    """Scenario files only: each case has its own clock."""
    headless: bool = False
    """Without the Temporal Web UI."""
    inner_ui_port: int = field(default=0, compare=False)
    """The Web UI's own port; `ui_port` is the gate's (api/identity/gate.py)."""
    engine_values: tuple[str, ...] = field(default=(), compare=False)
    """More dynamic configuration of the engine (`key=value`): for tests."""
    worker_port: int = field(default=0, compare=False)
    followers_port: int = field(default=0, compare=False)
    """Ports for the health of worker and followers (activities/platform/health.py); none for 0."""

    @classmethod
    def from_environment(cls) -> "Installation":
        """The installation that the environment names. Raises SettingError for unusable settings."""
        wanted = OpsSettings.read()
        ports = dict(zip(PORTS, (wanted.api_port, wanted.temporal_port, wanted.ui_port), strict=True))
        for name, port in ports.items():
            if list(ports.values()).count(port) > 1:
                raise SettingError(f"{name} 与另一项同为端口 {port}：请给 {'、'.join(PORTS)} 各设不同的值")
        for name, path in (("DATA_DIR", wanted.folder), ("程序目录", ROOT)):
            if _UNMANAGEABLE.search(str(path)):
                raise SettingError(f"{name} {path} 含有 %、换行或“空格加分号”，进程管理器不接受：请换一个路径")
        return cls(
            wanted.folder,
            api_port=wanted.api_port,
            temporal_port=wanted.temporal_port,
            ui_port=wanted.ui_port,
            demo=wanted.demo,
            password=wanted.demo_password,
            time_skipping=wanted.time_skipping,
            headless=wanted.headless,
            inner_ui_port=_inner(wanted.inner_ui),
            worker_port=_inner(wanted.worker_url),
            followers_port=_inner(wanted.followers_url),
        )

    @property
    def pgdata(self) -> Path:
        """The folder of PostgreSQL."""
        return self.data_dir / "postgres"

    @property
    def engine_file(self) -> Path:
        """The file of the Temporal server, in a folder that only its owner reads."""
        return self.data_dir / "temporal" / "temporal.db"

    @property
    def logs(self) -> Path:
        """The folder of all logs."""
        return self.data_dir / "logs"

    @property
    def ready_file(self) -> Path:
        """`DATA_DIR/env`: there while the system runs and its set-up is done."""
        return self.data_dir / "env"

    @property
    def socket_dir(self) -> Path:
        """The folder of PostgreSQL's socket: its own, or a short one where that path is too long."""
        if len(os.fsencode(self.pgdata)) <= SOCKET_PATH_LIMIT:
            return self.pgdata
        return Path(tempfile.gettempdir()) / f"bancheng-{sha256(os.fsencode(self.pgdata)).hexdigest()[:12]}"

    def database_url(self, database: str = DATABASE) -> str:
        """The address of a database of this installation, as SQLAlchemy takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.socket_dir), safe='/')}"

    @property
    def ports(self) -> dict[str, int]:
        """The ports that this installation needs, by the variable that sets each."""
        return dict(zip(PORTS, (self.api_port, self.temporal_port, self.ui_port), strict=True))

    @property
    def temporal_address(self) -> str:
        """The address of the Temporal server."""
        return f"{HOST}:{self.temporal_port}"

    @property
    def api_url(self) -> str:
        """The address of the API."""
        return f"http://{HOST}:{self.api_port}"

    @property
    def ui_url(self) -> str:
        """The address of the Temporal Web UI."""
        return f"http://{HOST}:{self.ui_port}"

    def published(self) -> dict[str, str]:
        """The content of `DATA_DIR/env`: everything but the secret. The database's address suits any client."""
        return {
            "DATABASE_URL": self.database_url().replace("+psycopg", "", 1),
            "TEMPORAL_ADDRESS": self.temporal_address,
            "API_URL": self.api_url,
            "DEMO_PASSWORD": self.password,
            "TEMPORAL_UI_URL": self.ui_url,
            **{f"{name}_URL": f"http://{HOST}:{port}" for name, port in self._own.items() if port},
        }

    @property
    def _own(self) -> dict[str, int]:
        return {"WORKER": self.worker_port, "FOLLOWERS": self.followers_port}

    def environment(self) -> dict[str, str]:
        """The environment of every process of this installation; it overrides the caller's."""
        return {
            **os.environ,
            **self.published(),
            "DATA_DIR": str(self.data_dir),
            **{name: str(port) for name, port in self.ports.items()},
            "TEMPORAL_NAMESPACE": "default",
            "DEMO": "1" if self.demo else "0",
            "BANCHENG_TIME_SKIPPING": "1" if self.time_skipping else "0",
            "BANCHENG_HEADLESS": "1" if self.headless else "0",
            "BANCHENG_INNER_UI": f"http://{HOST}:{self.inner_ui_port}",
            **{f"BANCHENG_{name}_HEALTH": f"{HOST}:{port}" if port else "" for name, port in self._own.items()},
            "BANCHENG_SECRET": self.secret(),
            "BANCHENG_KEYS": str(self.keys()),
            "BANCHENG_INSTALLATION": str(self.data_dir),
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
        }

    def create(self) -> None:
        """Make the folders. Raises OSError without permission."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.engine_file.parent):
            folder.mkdir(mode=0o700, exist_ok=True)

    def secret(self) -> str:
        """The secret that signs tokens and query codes, in hex: made once, readable by its owner only."""
        path = self.data_dir / "secret"
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            write_private(path, secrets.token_hex(32) + "\n")
            return path.read_text().strip()

    def keys(self) -> Path:
        """The file of the key ring: made once, readable by its owner only. Without it no history can be read."""
        path = self.data_dir / "keys.json"
        if not path.exists():
            write_private(path, new_ring(OpsSettings.read().cipher))
        return path


_UNMANAGEABLE = re.compile(r"%|\n|\s;")
"""Characters that supervisord interprets in a path, escaped or not."""

PORTS = ("API_PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT")


def write_private(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _inner(url: str) -> int:
    """The port chosen before for an inner program, or a free one."""
    return urlsplit(url).port or free_ports(1)[0]
