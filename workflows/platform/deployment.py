"""Worker deployments (工作进程的版本): which build gets the engine's tasks while an old and a new one both run.

A workflow moves to the current build at its next task (AUTO_UPGRADE): histories hold decisions, so any build can go on
with them. A build becomes current when its first process starts. A replaced build stays replaced, also after a restart;
`python -m ops.setup` makes it current again, by decision of the operator.
"""

import asyncio
import logging

from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

from workflows.platform.client import CONNECT_SECONDS
from workflows.platform.sandbox import build_id

NAME = "bancheng"
"""The deployment's name in each namespace; short, because every history holds it."""

logger = logging.getLogger("bancheng.deployment")


def deployment(build: str | None = None) -> WorkerDeploymentConfig:
    """A worker's version: this code, or the given build."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(NAME, build or build_id()),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def make_current(client: Client, build: str | None = None, *, back: bool = False) -> bool:
    """Route the namespace's tasks to this code, or to the given build. Returns whether they are routed so.

    A replaced build stays replaced unless `back` is set. May be repeated, by several processes at once. Waits for a
    starting engine; raises its error after CONNECT_SECONDS.
    """
    deadline = asyncio.get_running_loop().time() + CONNECT_SECONDS
    while True:
        try:
            return await _made_current(client, build or build_id(), back=back)
        except RPCError:  # also if another process of this build was first
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)


async def _made_current(client: Client, build: str, *, back: bool) -> bool:
    current, replaced = await _standing(client, build)
    if current == build:
        return True
    if replaced and not back:
        logger.warning("构建 %s 已被 %s 取代，不再分到任务；要退回它，请运行 python -m ops.setup", build, current)
        return False
    await client.workflow_service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace,
            deployment_name=NAME,
            build_id=build,
            identity=client.identity,
            allow_no_pollers=True,  # they come in a moment
            ignore_missing_task_queues=True,  # other programs of the build have queues of their own
        )
    )
    return True


async def take_back(client: Client) -> None:
    """Make this code current again if it was replaced; a new build waits until its first process starts."""
    if (await _standing(client, build_id()))[1]:
        await make_current(client, back=True)


async def _standing(client: Client, build: str) -> tuple[str, bool]:
    """The current build (empty for none), and whether this one was replaced."""
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=NAME)
    try:
        info = (await client.workflow_service.describe_worker_deployment(request)).worker_deployment_info
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return "", False
    current = info.routing_config.current_deployment_version.build_id
    known = [each for each in info.version_summaries if each.deployment_version.build_id == build]
    return current, current != build and any(each.HasField("last_current_time") for each in known)
