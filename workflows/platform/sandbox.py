"""The sandbox that workflow files run in, and which code they are (沙箱、构建标识), for worker, replay and tests."""

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
"""Everything but the workflow files: loaded anew for each case it would cost 425 ms of CPU and 20 MiB (design.md).

The case's workflow too, which is begun most often and only says how a case is shown: loaded anew, it cost
about a twentieth of the worker's CPU in a profile (py-spy). A test of its source holds
that it asks no clock, no chance and nothing of the machine, as the sandbox would.

`cryptography` for another reason too: it imports its errors when it first raises them. Loaded anew inside the sandbox,
where validators check signatures, that aborts the whole process, and one wrong signature would end each worker.
"""


class _Runner(SandboxedWorkflowRunner):
    """Our converter asks for no serialization context, so nobody has to look one up inside the sandbox per payload.

    The look-ups took a fifth of the worker's asyncio thread. A test holds that our converter stays without context.
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
    """Whether nothing of the run has been carried out yet."""
    return not act.is_replaying and any(job.HasField("initialize_workflow") for job in act.jobs)


def _ended(completion: WorkflowActivationCompletion) -> WorkflowActivationCompletion:
    """A run that cannot even begin ends at once, instead of trying again for ever.

    Whoever reaches the engine's port can start a workflow under a case's number with anything: were it kept, nobody
    could take the case up again.
    """
    ended = WorkflowActivationCompletion()
    ended.successful.commands.add().fail_workflow_execution.failure.CopyFrom(completion.failed.failure)
    return ended


def runner() -> SandboxedWorkflowRunner:
    """The sandbox stays on for the workflow files themselves."""
    return _Runner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


@cache
def build_id() -> str:
    """Which code this is (构建标识): a digest of everything that decides what a workflow does."""
    root = Path(__file__).parents[2]
    folders = [root / name for name in ("models", "workflows", "activities")]
    files = sorted(path for folder in folders for suffix in ("*.py", "*.toml") for path in folder.rglob(suffix))
    code = hashlib.sha256()
    for path in files:
        code.update(path.read_bytes())
    return code.hexdigest()[:12]
