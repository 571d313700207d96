"""Dependencies of routes (依赖): the services of this process, and the signed-in user."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from api.http.errors import Problem, not_signed_in
from api.identity.sessions import CSRF_HEADER
from api.services import Services
from models.access import User
from models.codes import Role


async def services_of(request: Request) -> Services:
    """The services of this process."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(services_of)]
_bearer = OAuth2PasswordBearer(tokenUrl="/api/token", auto_error=False)
TokenDep = Annotated[str | None, Depends(_bearer)]


async def signed_in(request: Request, services: ServicesDep, token: TokenDep) -> User:
    """The user of the token, or of the browser's session; 401 without either."""
    user = await reading(request, services, token)
    if token is None:
        services.sessions.check_meant(request, request.headers.get(CSRF_HEADER))
    return user


async def reading(request: Request, services: ServicesDep, token: TokenDep) -> User:
    """The signed-in user of a request that changes nothing: it may come from another origin's page."""
    user = services.tokens.read(token) if token else await of_session(request, services)
    if user is None or user.username in await services.disabled():
        raise not_signed_in()
    if user.acting_for and not await services.queries.deputies.stands_in(user.username, user.acting_for):
        raise Problem(401, "代理已经到期或撤销，请以本人身份重新登录")
    return user


async def of_session(request: Request, services: Services) -> User | None:
    """The user of the browser that sent this, or None."""
    row = await services.sessions.account(request)
    if row is None:
        return None
    return await user_of(services, row, enrolling=row.enrolling)


async def user_of(services: Services, account: Any, *, enrolling: bool) -> User:
    """A local account as the rules know it."""
    units = (await services.organisation()).units
    district = units[account.unit].district if account.unit else ""
    return User(account.username, Role(account.role), account.unit or "", district, enrolling=enrolling)


async def fully_signed_in(user: Annotated[User, Depends(signed_in)]) -> User:
    """The signed-in user; 403 while a second factor is still to be set up."""
    if user.enrolling:
        raise Problem(403, "本账号须先绑定动态口令：POST /api/me/second-factor，确认后重新登录")
    return user


UserDep = Annotated[User, Depends(fully_signed_in)]
EnrollingDep = Annotated[User, Depends(signed_in)]
SessionDep = Annotated[User, Depends(reading)]


def address(request: Request) -> str:
    """Where the request came from."""
    return request.client.host if request.client else ""


def require(user: User, *roles: Role) -> None:
    """403 unless the user has one of these roles."""
    if user.role not in roles:
        raise Problem(403, f"此功能不对{user.role.label}开放")
