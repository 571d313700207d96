"""The sandbox that workflow files run in, and which code they are (沙箱、构建标识), for worker, replay and tests."""

import hashlib
from functools import cache
from pathlib import Path

from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = (
    "activities",
    "models",
    "workflows.client",
    "workflows.ledger",
    "workflows.reading",
    "workflows.search_attributes",
    "workflows.trust",
    "annotated_types",
    "orjson",
    "psycopg",
    "psycopg_pool",
    "pydantic",
    "pydantic_core",
    "sqlalchemy",
    "sqlmodel",
)
"""Everything but the workflow files: loaded anew for each case it would cost 425 ms of CPU and 20 MiB (design.md)."""


class _Runner(SandboxedWorkflowRunner):
    """Our converter asks for no serialization context, so nobody has to look one up inside the sandbox per payload.

    The look-ups took a fifth of the worker's asyncio thread. A test holds that our converter stays without context.
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = super().create_instance(det)
        instance.get_serialization_context = lambda command_info: None  # type: ignore[method-assign]
        instance.get_external_store_context = lambda command_info: None  # type: ignore
        return instance


def runner() -> SandboxedWorkflowRunner:
    """The sandbox stays on for the workflow files themselves."""
    return _Runner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


@cache
def build_id() -> str:
    """Which code this is (构建标识): a digest of everything that decides what a workflow does."""
    root = Path(__file__).parents[1]
    folders = [root / name for name in ("models", "workflows", "activities")]
    files = sorted(path for folder in folders for suffix in ("*.py", "*.toml") for path in folder.rglob(suffix))
    code = hashlib.sha256()
    for path in files:
        code.update(path.read_bytes())
    return code.hexdigest()[:12]
