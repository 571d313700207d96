"""登录: local accounts, exchanged for a bearer token or a browser's session; one's own password and second factor."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.security import OAuth2PasswordRequestForm
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.http.bodies import BodyDep, documented
from api.identity.dependencies import EnrollingDep, ServicesDep, UserDep, address
from api.identity.sign_in import hasher, identified, sign_in
from api.identity.tokens import LIFETIME_SECONDS
from models.access import User
from models.accounts import weakness
from models.errors import conflict, invalid
from models.views.session import Me, SecondFactor, Session, Token

router = APIRouter(tags=["登录"])

Code = Annotated[str, StringConstraints(min_length=6, max_length=8)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=200)]
FormDep = Annotated[OAuth2PasswordRequestForm, Depends()]
OneTime = Annotated[str, Form(description="动态口令，已绑定的账号必填")]


class Confirmation(BaseModel):
    """The code that the telephone shows now."""

    model_config = ConfigDict(extra="forbid")

    code: Code


class PasswordChange(BaseModel):
    """The old password, and the new one."""

    model_config = ConfigDict(extra="forbid")

    old: Password
    new: Password


@router.post("/api/token", summary="登录，换取令牌")
async def token(request: Request, services: ServicesDep, form: FormDep, otp: OneTime = "") -> Token:
    """OAuth2 密码方式：username、password，绑定了动态口令的加 otp。连续输错五次，账号暂停登录十分钟。"""
    user = await sign_in(services, form.username, form.password, otp, address(request))
    granted = services.tokens.issue(user)
    enrolling = True if user.enrolling else None
    return Token(access_token=granted, token_type="bearer", expires_in=LIFETIME_SECONDS, enrolling=enrolling)


@router.post("/api/session", status_code=204, summary="浏览器登录")
async def begin(request: Request, response: Response, services: ServicesDep, form: FormDep, otp: OneTime = "") -> None:
    """登录并设置会话 cookie；三十分钟不操作自动退出。此后的修改类请求须带 X-CSRF-Token（GET /api/session）。"""
    user = await sign_in(services, form.username, form.password, otp, address(request))
    await services.sessions.begin(response, request, user.username, enrolling=user.enrolling)


@router.get("/api/session", summary="当前会话")
async def current(request: Request, services: ServicesDep, user: EnrollingDep) -> Session:
    """当前登录人和 CSRF 令牌。"""
    return Session(**dict(_who(user)), csrf=services.sessions.csrf(request))


@router.delete("/api/session", status_code=204, summary="退出登录")
async def end(request: Request, response: Response, services: ServicesDep, user: EnrollingDep) -> None:
    """结束本浏览器的会话。"""
    await services.sessions.end(response, request)


@router.get("/api/me", summary="当前登录人")
async def me(user: EnrollingDep) -> Me:
    """Who the token or the session belongs to."""
    return _who(user)


@router.post("/api/me/second-factor", status_code=201, summary="绑定动态口令")
async def begin_second_factor(services: ServicesDep, user: EnrollingDep) -> SecondFactor:
    """取得密钥和二维码内容，录入手机上的动态口令软件，再用 confirm 确认。"""
    _in_person(user)
    return await services.factors.begin(user.username)


@router.post("/api/me/second-factor/confirm", status_code=204, openapi_extra=documented(Confirmation))
async def confirm_second_factor(services: ServicesDep, user: EnrollingDep, body: BodyDep) -> None:
    """确认绑定：填写手机上当前的 6 位数字。绑定后请重新登录。"""
    _in_person(user)
    await services.factors.confirm(user.username, body.shaped(Confirmation).code)


@router.post("/api/me/password", status_code=204, summary="修改口令", openapi_extra=documented(PasswordChange))
async def change_password(request: Request, services: ServicesDep, user: UserDep, body: BodyDep) -> None:
    """凭旧口令修改；其他浏览器上的登录随即失效。"""
    _in_person(user)
    change = body.shaped(PasswordChange)
    if why := weakness(change.new, user.username):
        raise invalid(why, "new")
    await identified(services, user.username, change.old, address(request))
    password_hash = await asyncio.to_thread(hasher.hash, change.new)
    await services.queries.accounts.change(user.username, password_hash=password_hash)


def _in_person(user: User) -> None:
    if user.acting_for:
        raise conflict("正在以代理身份办理，请以本人身份登录后再改")


def _who(user: User) -> Me:
    acting_for = user.acting_for or None
    return Me(username=user.username, role=user.role, unit=user.unit, district=user.district, acting_for=acting_for)
