"""Settings of the doors (门的配置): those of the API and the gate, besides those of every process."""

from functools import cache
from typing import Annotated

from pydantic import Field

from activities.platform.environment import Environment, Url

Rate = Annotated[int, Field(ge=1, description="写一分钟最多几次的整数")]


class DoorSettings(Environment):
    """Addresses of the doors, an issuer of sign-ins, and limits of rates."""

    api_url: Url = Field("", validation_alias="API_URL")
    ui_url: Url = Field("", validation_alias="TEMPORAL_UI_URL")
    """Where people find the Temporal Web UI: the gate."""

    inner_ui: Url = Field("", validation_alias="BANCHENG_INNER_UI")
    """Where the Web UI itself listens, behind the gate."""

    namespace: str = Field("default", validation_alias="TEMPORAL_NAMESPACE")

    oidc_issuer: Url = Field("", validation_alias="BANCHENG_OIDC_ISSUER")
    oidc_client_id: str = Field("", validation_alias="BANCHENG_OIDC_CLIENT_ID")
    oidc_client_secret: str = Field("", validation_alias="BANCHENG_OIDC_CLIENT_SECRET", repr=False)
    oidc_claim: str = Field("preferred_username", validation_alias="BANCHENG_OIDC_CLAIM")
    """The issuer's claim with the username of our account."""

    rate_signed_in: Rate = Field(6000, validation_alias="BANCHENG_RATE_SIGNED_IN")
    rate_anonymous: Rate = Field(6000, validation_alias="BANCHENG_RATE_ANONYMOUS")
    rate_address: Rate = Field(24000, validation_alias="BANCHENG_RATE_ADDRESS")
    """A minute: a hundred requests a second of one person is a script that went wrong, and so are they of an address
    that names nobody, be it many phones or a department's system; a whole centre behind one address needs less than
    400."""


@cache
def doors() -> DoorSettings:
    """The settings of this process, read once. Raises SettingError."""
    return DoorSettings.read()
