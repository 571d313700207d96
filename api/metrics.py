"""Metrics (运行指标): requests by route, status and time. Nothing personal: routes, not addresses."""

import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

REQUESTS = Counter("bancheng_requests_total", "请求数", ["method", "route", "status"])
SECONDS = Histogram("bancheng_request_seconds", "请求耗时（秒）", ["method", "route"])


def install(app: FastAPI) -> None:
    """Count every request, and show the counts at /metrics."""

    @app.middleware("http")
    async def _count(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.perf_counter()
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "none")
        REQUESTS.labels(request.method, route, response.status_code).inc()
        SECONDS.labels(request.method, route).observe(time.perf_counter() - began)
        return response

    @app.get("/metrics", include_in_schema=False)
    async def _metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
