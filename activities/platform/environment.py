"""The environment (环境变量): models read from it, and its errors in words.

Every variable is a field; its alias is the variable's name, its description says how to write it. docs/settings.md
lists all.
"""

from typing import Annotated, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Address = Annotated[str, Field(pattern=r"^\S+:\d{1,5}$", description="写成 主机:端口")]
"""Host and port."""

Switch = Annotated[bool, Field(description="写 1（是）或 0（否）")]

Url = Annotated[str, Field(pattern=r"^https?://\S+$", description="写成 http://主机:端口 或 https://…")]


class SettingError(ValueError):
    """A setting is missing or unusable (配置错误); the message is one line for the person who starts the system."""


class Environment(BaseSettings):
    """Settings, read at construction. An empty variable counts as not set."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        case_sensitive=True,
        env_ignore_empty=True,
        arbitrary_types_allowed=True,
        validate_default=False,
        enable_decoding=False,  # no value is JSON
    )

    @classmethod
    def read(cls) -> Self:
        """The settings in the environment now. Raises SettingError that names each wrong variable and shows no
        secret."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingError("；".join(_told(cls, str(each["loc"][0]), each) for each in error.errors())) from None


def _told(model: type[Environment], name: str, error: object) -> str:
    field = next((each for each in model.model_fields.values() if each.validation_alias == name), None)
    how = field.description if field and field.description else ""
    assert isinstance(error, dict)
    if error["type"] == "missing":
        return f"缺少环境变量 {name}：请用 make run 启动，或参照 docs/settings.md 设置" + (f"（{how}）" if how else "")
    shown = f"={error['input']}" if field and field.repr else ""
    return f"{name}{shown} 不能用：请{how or '参照 docs/settings.md'}"
