"""Settings: each is named in docs/settings.md, each mistake is told with its name, no secret is shown."""

import re
from enum import Enum

import pytest

from activities.platform.environment import Environment, SettingError
from activities.platform.settings import Settings, settings
from api.http.settings import DoorSettings
from ops.settings import ROOT, OpsSettings

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = {
    row[0]: row[-1] for row in (line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `"))
}
MODELS = (Settings, DoorSettings, OpsSettings)

NEEDED = {
    "DATABASE_URL": "postgresql://someone:hunter2@db/bancheng",
    "TEMPORAL_ADDRESS": "engine:7233",
    "BANCHENG_SECRET": "ab" * 32,
}


def fields(model: type[Environment]) -> dict[str, object]:
    """The default of each variable."""
    return {str(field.validation_alias): field.default for field in model.model_fields.values()}


@pytest.fixture
def needed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for model in MODELS:
        for name in fields(model):
            monkeypatch.delenv(name, raising=False)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_page_names_exactly_what_is_read() -> None:
    named = {name.strip("`") for name in ROWS if re.fullmatch(r"`[A-Z_]+`", name)}
    assert named == {name for model in MODELS for name in fields(model)}


def test_the_page_has_the_defaults() -> None:
    for model in MODELS:
        for name, default in fields(model).items():
            if isinstance(default, bool | int | str) and default != "":
                plain = default.value if isinstance(default, Enum) else int(default) if default in (0, 1) else default
                assert ROWS[f"`{name}`"] == f"`{plain}`", name


def test_the_page_names_whoever_reads_the_environment_without_settings() -> None:
    sources = [*ROOT.glob("*.py")]
    for room in ("models", "activities", "workflows", "api", "ops", "migrations"):
        sources += (ROOT / room).rglob("*.py")
    reading = re.compile(r"\benviron\b|\bgetenv\b")
    found = {str(path.relative_to(ROOT)) for path in sources if reading.search(path.read_text(encoding="utf-8"))}
    assert found == {name.strip("`") for name in ROWS if name.endswith(".py`")}


def test_the_example_of_a_deployment_sets_what_there_is() -> None:
    example = (ROOT / "deploy" / "bancheng.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))
    sdk = {name for name in named if name.startswith(("TEMPORAL_API_KEY", "TEMPORAL_TLS"))}
    assert named - sdk <= {name for model in MODELS for name in fields(model)}


def test_what_is_not_said_is_the_usual(needed: pytest.MonkeyPatch) -> None:
    needed.setenv("DATA_DIR", "/srv/bancheng")
    needed.setenv("BANCHENG_KEYS", "")
    needed.setenv("BANCHENG_WORKER_HEALTH", "0.0.0.0:9101")
    found = settings("worker")
    assert found.conninfo == NEEDED["DATABASE_URL"]
    assert found.database_url.startswith("postgresql+psycopg://")
    assert [str(found.heads), found.attachments, str(found.ring.path)] == [
        "/srv/bancheng/heads",
        "/srv/bancheng/attachments",
        "/srv/bancheng/keys.json",
    ]
    assert (found.program, found.health, settings("api").health) == ("worker", "0.0.0.0:9101", "")


def test_what_is_said_is_taken(needed: pytest.MonkeyPatch) -> None:
    needed.setenv("BANCHENG_KEYS", "/etc/bancheng/keys.json")
    needed.setenv("BANCHENG_HEADS", "/mnt/heads")
    needed.setenv("BANCHENG_CIPHER", "SM4-GCM")
    assert [str(settings().ring.path), str(settings().heads)] == ["/etc/bancheng/keys.json", "/mnt/heads"]
    found = OpsSettings.read()
    assert (str(found.key_file), found.cipher, found.secret) == ("/etc/bancheng/keys.json", "SM4-GCM", b"\xab" * 32)


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_one_is_named(needed: pytest.MonkeyPatch, name: str) -> None:
    needed.delenv(name)
    with pytest.raises(SettingError, match=f"缺少环境变量 {name}：请用 make run 启动"):
        settings()


@pytest.mark.parametrize(
    ("model", "name", "value", "told"),
    [
        (Settings, "TEMPORAL_ADDRESS", "engine", "TEMPORAL_ADDRESS=engine 不能用：请写成 主机:端口"),
        (
            Settings,
            "BANCHENG_SECOND_FACTOR",
            "perhaps",
            "BANCHENG_SECOND_FACTOR=perhaps 不能用：请写 1（是）或 0（否）",
        ),
        (Settings, "BANCHENG_SECRET", "not-hex", "BANCHENG_SECRET 不能用：请写成 64 位十六进制"),
        (Settings, "DATABASE_URL", "mysql://a:hunter2@b/c", "DATABASE_URL 不能用：请写成 postgresql://用户@主机/库"),
        (DoorSettings, "BANCHENG_OIDC_ISSUER", "sso", "BANCHENG_OIDC_ISSUER=sso 不能用：请写成 http"),
        (DoorSettings, "BANCHENG_RATE_ADDRESS", "0", "BANCHENG_RATE_ADDRESS=0 不能用：请写一分钟最多几次的整数"),
        (OpsSettings, "BANCHENG_CIPHER", "ROT13", "BANCHENG_CIPHER=ROT13 不能用：请用 AES-256-GCM 或 SM4-GCM"),
    ],
)
def test_what_cannot_be_used_is_told_with_what_to_write(
    needed: pytest.MonkeyPatch, model: type[Environment], name: str, value: str, told: str
) -> None:
    needed.setenv(name, value)
    with pytest.raises(SettingError) as refused:
        model.read()
    assert told in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_no_secret_is_shown(needed: pytest.MonkeyPatch) -> None:
    secrets = {
        "BANCHENG_OIDC_CLIENT_SECRET": "hunter3",
        "BANCHENG_ATTACHMENTS": "s3://key:hunter4@store/bucket",
        "DEMO_PASSWORD": "hunter5",
        "PASSWORD": "hunter6",
        "AUDITOR_PASSWORD": "hunter7",
    }
    for name, value in secrets.items():
        needed.setenv(name, value)
    shown = "".join(repr(model.read()) for model in MODELS)
    assert "engine:7233" in shown
    assert not re.search(r"hunter|abab|\\xab", shown)
