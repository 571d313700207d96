"""Worker deployments (工作进程的版本): which build the engine gives its tasks to, while an old and a new one both run.

A workflow goes on under the current build from its next task on (AUTO_UPGRADE): histories hold what was decided, so any
build can go on with them. A build becomes current when the first of its processes starts. One that was replaced stays
replaced, also when its processes are started again: to go back to it is somebody's decision (`python -m ops.setup`).
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
"""Of the deployment, in each namespace; it stands in every history, so it is short."""

logger = logging.getLogger("bancheng.deployment")


def deployment(build: str | None = None) -> WorkerDeploymentConfig:
    """What a worker says of itself: this code, or that build."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(NAME, build or build_id()),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def make_current(client: Client, build: str | None = None, *, back: bool = False) -> bool:
    """Have the namespace's tasks be given to this code, or to that build; whether they are.

    A build that was replaced is left so, unless it is to be taken `back`. May be repeated, by many at the same time. An
    engine that has just begun to answer is waited for; raises what it says after CONNECT_SECONDS.
    """
    deadline = asyncio.get_running_loop().time() + CONNECT_SECONDS
    while True:
        try:
            return await _made_current(client, build or build_id(), back=back)
        except RPCError:  # also where another process of this build was quicker
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
    """Where this code was replaced, have it be current again; a new build waits until its first process starts."""
    if (await _standing(client, build_id()))[1]:
        await make_current(client, back=True)


async def _standing(client: Client, build: str) -> tuple[str, bool]:
    """The build that is current, empty for none, and whether this one was replaced."""
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=NAME)
    try:
        found = (await client.workflow_service.describe_worker_deployment(request)).worker_deployment_info
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return "", False
    current = found.routing_config.current_deployment_version.build_id
    known = [each for each in found.version_summaries if each.deployment_version.build_id == build]
    return current, current != build and any(each.HasField("last_current_time") for each in known)
