"""The way to Temporal (引擎连接)."""

import asyncio
import os
import socket
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

TASK_QUEUE = "cases"
DEPARTMENTS_QUEUE = "departments"
"""The queue of calls to departments' systems, so that waiting calls take no slots from cases."""

MEETINGS_QUEUE = "meetings"
SOLUTIONS_QUEUE = "solutions"
REPORTS_QUEUE = "reports"

CONNECT_SECONDS = 60
"""How long to wait for the server: workers and API start before it answers. After that it is an error."""


def identity(program: str) -> str:
    """This process's identity in the engine (身份); the Web UI shows it beside the process's actions."""
    return f"{program}@{socket.gethostname().partition('.')[0]}:{os.getpid()}"


async def connect(
    address: str, namespace: str, converter: DataConverter = pydantic_data_converter, *, program: str = "ops"
) -> Client:
    """A client, as soon as the server answers. Raises the server's error after CONNECT_SECONDS.

    Further settings (TEMPORAL_API_KEY, TEMPORAL_TLS_…, TEMPORAL_GRPC_META_…) come from the environment, as for
    Temporal's own tools.
    """
    environment: dict[str, Any] = {**ClientConfig.load_client_connect_config(disable_file=True)}
    asked_for = {name: environment[name] for name in ("api_key", "tls", "rpc_metadata") if name in environment}
    deadline = asyncio.get_running_loop().time() + CONNECT_SECONDS
    while True:
        try:
            return await Client.connect(
                address, namespace=namespace, data_converter=converter, identity=identity(program), **asked_for
            )
        except (RPCError, RuntimeError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)
