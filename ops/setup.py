"""`bancheng setup`, or `python -m ops.setup`: prepare a system (准备): database, tables, search attributes.

Every step may be repeated at any time. The addresses come from DATABASE_URL and TEMPORAL_ADDRESS, the same
for the embedded servers and for those of a larger deployment. At the end, and only then, `DATA_DIR/env` tells
that the system is ready for its other programs.
"""

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta

from alembic import command
from alembic.config import Config
from psycopg import AsyncConnection
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.ledgers.rules import RuleBook
from activities.platform.database import open_pool
from activities.platform.settings import Settings, settings
from models.rules import RulesError, faults
from ops.engine import answering
from ops.organisation import load_demo_organisation
from ops.postgres import await_database, ensure_database, maintenance_url
from ops.settings import ROOT, Installation, write_private
from workflows.duty import NAMESPACE as DUTIES_NAMESPACE
from workflows.hosting.schedules import DUTIES, duty_schedule, meeting_schedule, put_schedule, report_schedule
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter
from workflows.platform.deployment import take_back
from workflows.platform.sealing import NAMESPACE
from workflows.platform.search_attributes import ALL

RETENTION = timedelta(days=90)
"""How long the engine keeps the history of an archived case: past the look-back, with time to export it."""

DUTIES_RETENTION = timedelta(days=1)
"""How long a duty's runs are kept, to see why one failed; the engine's shortest time."""


async def database(config: Settings) -> None:
    """Wait for the server and create our database."""
    await asyncio.to_thread(await_database, maintenance_url(config.database_url))
    await asyncio.to_thread(ensure_database, config.database_url)


async def tables(config: Settings) -> None:
    """Run all migrations."""
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    alembic.set_main_option("sqlalchemy.url", config.database_url.replace("%", "%%"))
    await asyncio.to_thread(command.upgrade, alembic, "head")


async def rules(config: Settings) -> None:
    """Publish the files' rules in the rule book. Raises RulesError naming a file's fault."""
    if wrong := faults():
        raise RulesError("；".join(wrong))
    async with open_pool(config, size=1) as pool:
        await RuleBook(pool).publish()


async def search_attributes(config: Settings) -> None:
    """Add the missing search attributes of `workflows.platform.search_attributes`."""
    client = await answering(config.temporal_address, namespace=config.namespace)
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=config.namespace)
    )
    missing = {
        key.name: IndexedValueType.ValueType(int(key.indexed_value_type))
        for key in ALL
        if key.name not in known.custom_attributes
    }
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=config.namespace, search_attributes=missing)
        )


async def namespaces(config: Settings) -> None:
    """Create the namespaces of the inquiries and of the duties."""
    client = await answering(config.temporal_address, namespace=config.namespace)
    for name, kept in ((NAMESPACE, RETENTION), (DUTIES_NAMESPACE, DUTIES_RETENTION)):
        request = RegisterNamespaceRequest(namespace=name)
        request.workflow_execution_retention_period.FromTimedelta(kept)
        try:
            await client.workflow_service.register_namespace(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.ALREADY_EXISTS:
                raise
    for name in (NAMESPACE, DUTIES_NAMESPACE):
        await answering(config.temporal_address, namespace=name)


async def retention(config: Settings) -> None:
    """Keep histories for RETENTION at least; a longer configured period stays."""
    client = await answering(config.temporal_address, namespace=config.namespace)
    request = DescribeNamespaceRequest(namespace=config.namespace)
    namespace = await client.workflow_service.describe_namespace(request)
    if namespace.config.workflow_execution_retention_ttl.ToTimedelta() < RETENTION:
        wanted = NamespaceConfig()
        wanted.workflow_execution_retention_ttl.FromTimedelta(RETENTION)
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(namespace=config.namespace, config=wanted)
        )


async def organisation(config: Settings) -> None:
    """Load the demo organisation and its users into a database without users."""
    await load_demo_organisation(config.conninfo, Installation.from_environment().password)


async def monthly(config: Settings) -> None:
    """Create two schedules per district; each run acts only on the month's first working day."""
    client = await connect(config.temporal_address, config.namespace, converter(config.ring, CASES))
    async with await AsyncConnection.connect(config.conninfo) as connection:
        districts = await (await connection.execute("SELECT DISTINCT district FROM units ORDER BY district")).fetchall()
    for (district,) in districts:
        await put_schedule(client, f"meeting-{district}", meeting_schedule(district))
        await put_schedule(client, f"report-{district}", report_schedule(district))


async def duties(config: Settings) -> None:
    """Create a schedule for each duty, and delete those of former duties."""
    client = await connect(config.temporal_address, DUTIES_NAMESPACE, converter(config.ring, CASES))
    for duty in DUTIES:
        await put_schedule(client, duty.name, duty_schedule(duty))
    async for schedule in await client.list_schedules():
        if schedule.id not in {duty.name for duty in DUTIES}:
            await client.get_schedule_handle(schedule.id).delete()


async def build(config: Settings) -> None:
    """Make this build current again where another has replaced it; a set-up is the operator's decision."""
    for namespace in (config.namespace, NAMESPACE, DUTIES_NAMESPACE):
        await take_back(await connect(config.temporal_address, namespace))


STEPS: tuple[tuple[str, Callable[[Settings], Awaitable[None]]], ...] = (
    ("建立数据库", database),
    ("迁移数据表", tables),
    ("发布规则", rules),
    ("装载机构与人员", organisation),
    ("登记检索属性", search_attributes),
    ("设定历史保留期限", retention),
    ("建立密封空间、定时事务空间", namespaces),
    ("排定月度分析和联席会议", monthly),
    ("排定定时事务", duties),
    ("启用本版程序", build),
)


async def prepare(config: Settings) -> None:
    """Run every step in turn."""
    for title, step in STEPS:
        print(title, flush=True)
        await step(config)


def main() -> int:
    """Prepare the system. The last line of output names a failure."""
    installation = Installation.from_environment()
    installation.ready_file.unlink(missing_ok=True)
    try:
        asyncio.run(prepare(settings()))
    except Exception as error:
        traceback.print_exc()
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        print(f"准备未完成：{reason}", file=sys.stderr)
        return 1
    lines = [f"{name}={value}\n" for name, value in installation.published().items()]
    write_private(installation.ready_file, "".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
