"""Problem details (RFC 9457): every error has a Chinese sentence that says what to do next."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from psycopg import DataError as PreparedDataError
from psycopg import OperationalError as PreparedOperationalError
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from api.http.headers import ALWAYS
from models.aggregate.body import UNREADABLE, field_errors
from models.errors import FieldError, Refusal
from models.rules import RulesError
from models.views.problem import FieldReason, ProblemView

TITLES = {
    400: "请求无法识别",
    401: "未登录",
    403: "无权办理",
    404: "查无此件",
    405: "不支持的操作",
    409: "当前不能办理",
    412: "案件已有变化",
    413: "内容过大",
    422: "内容不符合要求",
    429: "操作过于频繁",
    500: "系统出错",
    501: "功能尚未开通",
    503: "系统繁忙",
}

DETAILS = {
    401: "请先登录，或重新登录后再试",
    404: "没有这个地址，请核对后重试",
    405: "该地址不支持这种操作，请核对接口说明",
}

MEDIA_TYPE = "application/problem+json"

FAULT = "系统出错；请刷新后核对是否已经办成，没有办成的再提交一次，仍然不行请联系管理员"
"""A fault of ours may come after the act was carried out, so this does not say that nothing has changed."""


class Problem(Refusal):
    """A refusal that the door itself gives (入口拒绝), perhaps with headers."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        errors: list[FieldError] | None = None,
    ) -> None:
        super().__init__(status, detail, errors or [])
        self.headers = headers or {}


def not_signed_in() -> Problem:
    """401: no token, or one that is not ours or has expired."""
    return Problem(401, DETAILS[401], headers={"WWW-Authenticate": "Bearer"})


def no_such_case(case_no: str) -> Problem:
    """404: no case of that number (for the public also: wrong code)."""
    return Problem(404, f"查不到案件 {case_no}，请核对编号")


def problem(refusal: Refusal) -> Response:
    """The answer for a refusal."""
    body = ProblemView(
        type="about:blank",
        title=TITLES.get(refusal.status, "请求未能完成"),
        status=refusal.status,
        detail=refusal.detail,
        errors=[FieldReason(field=error.field, reason=error.reason) for error in refusal.errors],
    )
    headers = refusal.headers if isinstance(refusal, Problem) else {}
    return Response(body.model_dump_json(), refusal.status, headers, MEDIA_TYPE)


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemView.__name__}"}}},
    }
    for status, title in TITLES.items()
    if status != 500
}
"""Every error that a door may give, for the interface description."""


def schemas() -> dict[str, Any]:
    """Schemas that RESPONSES refers to: no route names them as its answer, so the framework leaves them out."""
    problem_schema = ProblemView.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**problem_schema.pop("$defs"), ProblemView.__name__: problem_schema}


def install(app: FastAPI, shown: Callable[[Request, Refusal, str], Response | None]) -> None:
    """Answer every error of the app as a problem; as a page where `shown` makes one of it."""

    def answer(request: Request, refusal: Refusal) -> Response:
        return shown(request, refusal, TITLES.get(refusal.status, "请求未能完成")) or problem(refusal)

    @app.exception_handler(Refusal)
    async def _refused(request: Request, refusal: Refusal) -> Response:
        return answer(request, refusal)

    @app.exception_handler(RequestValidationError)
    async def _malformed(request: Request, error: RequestValidationError) -> Response:
        detail = "提交的内容不符合要求，请按提示修改后重新提交"
        return answer(request, Problem(422, detail, errors=field_errors(error.errors())))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        detail = DETAILS.get(error.status_code, str(error.detail))
        return answer(request, Problem(error.status_code, detail, headers=dict(error.headers or {})))

    @app.exception_handler(PreparedDataError)
    @app.exception_handler(DataError)
    async def _unreadable(request: Request, error: Exception) -> Response:
        return answer(request, Problem(422, UNREADABLE))

    @app.exception_handler(PreparedOperationalError)
    @app.exception_handler(OperationalError)
    async def _database_away(request: Request, error: Exception) -> Response:
        return answer(request, Problem(503, "数据库暂时没有响应，请稍候重试", headers={"Retry-After": "5"}))

    @app.exception_handler(RulesError)
    async def _no_rules(request: Request, error: RulesError) -> Response:
        return answer(request, Problem(503, str(error)))

    @app.exception_handler(Exception)
    async def _fault(request: Request, error: Exception) -> Response:
        fault = answer(
            request, Problem(500, "系统出错；请刷新后核对是否已经办成，没有办成的再提交一次，仍然不行请联系管理员")
        )
        for name, value in ALWAYS.items():  # the framework answers a fault outside of everything that adds them
            fault.headers.setdefault(name.decode(), value.decode())
        return fault
