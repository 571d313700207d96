"""统一认证 (OpenID Connect): the house's own sign-in beside the local accounts, where one is configured.

`BANCHENG_OIDC_ISSUER`, `_CLIENT_ID` and `_CLIENT_SECRET` name it; the claim `BANCHENG_OIDC_CLAIM` (by default
preferred_username) is the username of an account here, which gives role and unit: the other side says who somebody is,
never what they may do. State, nonce, PKCE, signature, issuer, audience and time are Authlib's to check.
"""

import logging
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware

from activities.platform.settings import settings
from api.http.errors import Problem
from api.http.settings import doors
from api.identity.dependencies import services_of
from api.services import Services
from models.accounts import SECOND_FACTOR
from models.codes import Role

SIGN_IN, BACK = "/sign-in/oidc", "/sign-in/oidc/back"
HANDSHAKE_SECONDS = 600
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "pop", "sms", "fpt", "face"})
"""Values of `amr` that mean a second factor (RFC 8176)."""

logger = logging.getLogger("bancheng.oidc")


@dataclass(frozen=True)
class Issuer:
    """The other side, as the environment names it."""

    issuer: str
    client_id: str
    client_secret: str
    claim: str

    @classmethod
    def from_environment(cls) -> "Issuer | None":
        """The one that is configured, or None."""
        here = doors()
        if not here.oidc_issuer:
            return None
        return cls(here.oidc_issuer.rstrip("/"), here.oidc_client_id, here.oidc_client_secret, here.oidc_claim)


def install(app: FastAPI) -> None:
    """Two doors, where an issuer is configured: one leads there, the other comes back."""
    issuer = Issuer.from_environment()
    if issuer is None:
        return
    secret = settings("api").secret.hex()
    app.add_middleware(
        SessionMiddleware, secret_key=f"oidc:{secret}", session_cookie="bancheng_oidc", max_age=HANDSHAKE_SECONDS
    )
    oauth = OAuth()
    oauth.register(
        "issuer",
        server_metadata_url=f"{issuer.issuer}/.well-known/openid-configuration",
        client_id=issuer.client_id,
        client_secret=issuer.client_secret,
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": 10},
    )

    @app.get(SIGN_IN, include_in_schema=False)
    async def _begin(request: Request) -> Response:
        try:
            answer: Response = await oauth.issuer.authorize_redirect(request, str(request.url_for("_back")))
        except (httpx.HTTPError, OAuthError, KeyError, ValueError) as error:
            raise _away(error) from None
        return answer

    @app.get(BACK, include_in_schema=False, name="_back")
    async def _back(request: Request) -> Response:
        services = await services_of(request)
        try:
            token = await oauth.issuer.authorize_access_token(request, leeway=30)
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            logger.warning("统一认证未通过：%s", error)
            raise Problem(401, "统一认证没有通过，请重新登录；仍然不行请联系管理员") from None
        except httpx.HTTPError as error:
            raise _away(error) from None
        return await _admit(services, request, issuer, token.get("userinfo") or {})


async def _admit(services: Services, request: Request, issuer: Issuer, claims: dict[str, Any]) -> Response:
    username = str(claims.get(issuer.claim) or "").replace("\0", "")
    account = await services.queries.accounts.account(username)
    if account is None or account.disabled_at is not None:
        raise Problem(403, "统一认证已通过，但本系统没有您的账号或已停用，请联系安全管理员开立")
    factors = claims.get("amr") or []
    second = isinstance(factors, list) and not SECOND_FACTORS.isdisjoint(map(str, factors))
    if services.second_factor and Role(account.role) in SECOND_FACTOR and not second:
        raise Problem(403, f"{Role(account.role).label}须用两种方式认证，请在统一认证中开启动态口令或证书后重新登录")
    answer = RedirectResponse("/", 303)
    await services.sessions.begin(answer, request, account.username, enrolling=False)
    return answer


def _away(error: Exception) -> Problem:
    logger.warning("统一认证没有响应：%s", error)
    return Problem(503, "统一认证系统没有响应，请稍后再试，或用本系统账号登录", headers={"Retry-After": "30"})
