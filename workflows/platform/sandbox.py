"""The sandbox of workflow files, and the build id of their code (沙箱、构建标识), for worker, replay and tests."""

import hashlib
from functools import cache
from pathlib import Path

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = (
    "activities",
    "models",
    "workflows.case",
    "workflows.platform.client",
    "workflows.ledger",
    "workflows.web_ui",
    "workflows.platform.search_attributes",
    "workflows.platform.trust",
    "annotated_types",
    "cryptography",
    "orjson",
    "psycopg",
    "psycopg_pool",
    "pydantic",
    "pydantic_core",
    "sqlalchemy",
    "sqlmodel",
)
"""All modules but the workflow files: reloading them for each case costs 425 ms of CPU and 20 MiB (design.md).

The case's workflow passes through too: it starts most often and only shows a case, and reloading it cost about a
twentieth of the worker's CPU in a profile (py-spy). A test of its source checks, in place of the sandbox, that it uses
no clock, no randomness and nothing of the machine.

`cryptography` must pass through: it imports its errors when it first raises them. Reloaded inside the sandbox, where
validators check signatures, that import aborts the process, so one wrong signature would end each worker.
"""


class _Runner(SandboxedWorkflowRunner):
    """Skip the look-up of a serialization context for each payload: our converter uses none.

    The look-ups took a fifth of the worker's asyncio thread. A test checks that our converter stays without context.
    """

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = super().create_instance(det)
        begin = instance.activate

        def activate(act: WorkflowActivation) -> WorkflowActivationCompletion:
            completion = begin(act)
            if completion.HasField("failed") and _is_first(act):
                return _ended(completion)
            return completion

        instance.activate = activate  # type: ignore[method-assign]
        instance.get_serialization_context = lambda command_info: None  # type: ignore[method-assign]
        instance.get_external_store_context = lambda command_info: None  # type: ignore
        return instance


def _is_first(act: WorkflowActivation) -> bool:
    """Whether the run has not started yet."""
    return not act.is_replaying and any(job.HasField("initialize_workflow") for job in act.jobs)


def _ended(completion: WorkflowActivationCompletion) -> WorkflowActivationCompletion:
    """End a run that cannot begin, instead of retrying for ever.

    Anybody at the engine's port can start a workflow under a case's number with any input; if it stayed open, the case
    could not be taken up again.
    """
    ended = WorkflowActivationCompletion()
    ended.successful.commands.add().fail_workflow_execution.failure.CopyFrom(completion.failed.failure)
    return ended


def runner() -> SandboxedWorkflowRunner:
    """The sandbox stays on for the workflow files themselves."""
    return _Runner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


@cache
def build_id() -> str:
    """The build id (构建标识): a digest of all code that decides what a workflow does."""
    root = Path(__file__).parents[2]
    folders = [root / name for name in ("models", "workflows", "activities")]
    files = sorted(path for folder in folders for suffix in ("*.py", "*.toml") for path in folder.rglob(suffix))
    code = hashlib.sha256()
    for path in files:
        code.update(path.read_bytes())
    return code.hexdigest()[:12]
