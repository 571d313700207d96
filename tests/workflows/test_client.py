"""The way to the engine takes what production's authorizer and TLS ask for from the environment."""

import asyncio

import pytest

from ops.system import System
from workflows.platform.client import connect

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("faults")]


def test_token_and_headers_go_with_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with System() as system:
        monkeypatch.setenv("TEMPORAL_API_KEY", "a-service-token")
        monkeypatch.setenv("TEMPORAL_TLS", "false")
        monkeypatch.setenv("TEMPORAL_GRPC_META_X_OFFICE", "xiaoshan")
        client = asyncio.run(connect(system.temporal_address, "default"))
        assert client.api_key == "a-service-token"
        assert client.rpc_metadata["x-office"] == "xiaoshan"


def test_a_certificate_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_CERT_PATH", "/nowhere/bancheng.pem")
    with pytest.raises((RuntimeError, OSError), match="nowhere"):
        asyncio.run(connect("127.0.0.1:1", "default"))
