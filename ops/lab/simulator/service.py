"""The simulator's HTTP service (模拟服务): an endpoint for notices, and endpoints for the tests' control."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import orjson
import uvicorn
from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureError, check
from ops.lab.simulator.behaviour import Answer, Behaviour, Trick
from ops.lab.simulator.caller import Caller
from ops.lab.simulator.received import Received
from ops.ports import HOST

NOTICES = "/notices"
NOT_TAKEN = {Answer.DOWN: 503, Answer.REFUSE: 400}
TOO_LARGE = b'{"received": true, "padding": "' + b"x" * 1_000_000 + b'"}'


class Order(BaseModel):
    """A callback to be sent now, unchanged."""

    model_config = ConfigDict(extra="forbid")

    callback: dict[str, Any]
    trick: Trick | None = None


def create(unit: str, key: str, api_url: str) -> FastAPI:
    """One department's system."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            app.state.caller = Caller(http, f"{api_url}/api/departments/{unit}/callbacks", key)
            yield

    app = FastAPI(title=f"部门模拟器 {unit}", lifespan=running)
    received, behaviour, at_work = Received(), Behaviour(), set[asyncio.Task[None]]()

    @app.post(NOTICES)
    async def notice(
        request: Request,
        delivery_id: Annotated[str, Header(alias="Idempotency-Key")],
        timestamp: Annotated[str, Header(alias=TIMESTAMP_HEADER)],
        signature: Annotated[str, Header(alias=SIGNATURE_HEADER)],
    ) -> Response:
        raw, now = await request.body(), behaviour.model_copy()
        received.calls += 1
        try:
            check(key, timestamp, raw, signature, datetime.now(UTC))
        except SignatureError as error:
            return JSONResponse({"detail": str(error)}, 401)
        await asyncio.sleep(0 if now.answer not in NOT_TAKEN else now.delay_seconds)
        if now.answer in NOT_TAKEN:
            return JSONResponse({"detail": now.answer}, NOT_TAKEN[now.answer])
        content = orjson.loads(raw)
        new = received.take(delivery_id, content)
        if new and content["event"] == "assignment" and now.acts:
            task = asyncio.create_task(app.state.caller.work_on(content, now))
            at_work.add(task)
            task.add_done_callback(at_work.discard)
        if now.only_first and not new:
            return _acknowledged(delivery_id)
        await asyncio.sleep(now.delay_seconds)
        if now.answer is Answer.GARBLED:
            return Response(b"\xff<html>OK</html>", media_type="text/html")
        if now.answer is Answer.TOO_LARGE:
            return Response(TOO_LARGE, media_type="application/json")
        return _acknowledged(delivery_id)

    @app.get("/simulator/behaviour")
    async def show() -> Behaviour:
        return behaviour

    @app.put("/simulator/behaviour")
    async def behave(wanted: Behaviour) -> Behaviour:
        nonlocal behaviour
        behaviour = wanted
        return behaviour

    @app.get("/simulator/received")
    async def count() -> dict[str, Any]:
        return {**received.shown(), "at_work": len(at_work), "answers": app.state.caller.answers}

    @app.post("/simulator/callbacks")
    async def call_back(order: Order) -> dict[str, Any]:
        answer = await app.state.caller.send(order.callback, order.trick)
        return {"status": answer.status_code, "body": answer.json()}

    return app


def _acknowledged(delivery_id: str) -> Response:
    return JSONResponse({"received": True, "reference": f"收文-{delivery_id}"})


def serve(port: int, unit: str, secret: str, api: str) -> int:
    """Serve on this machine only, until ended. Returns the exit code."""
    uvicorn.run(create(unit, secret, api), host=HOST, port=port, log_level="warning")
    return 0
