"""All that case and inquiry tell each other (案件与倒查): one bit, closed or not."""

from dataclasses import dataclass

from psycopg import AsyncConnection
from temporalio import activity

from activities.ledgers.system_commands import SystemCommands
from models.actions import CommandName
from models.aggregate import OWN_ID, SYSTEM, Command
from models.case import Case
from models.case.archiving import waits_for_inquiry

_OPEN = """
SELECT EXISTS (
    SELECT 1 FROM inquiry_openings AS opening LEFT JOIN inquiries USING (case_no)
    WHERE opening.of_case = %s AND opening.own AND closed IS NOT TRUE
)
"""


async def archive_if_closed(connection: AsyncConnection, case: Case) -> Command | None:
    """A case of 不给办 that waits only for its own inquiry, which may have closed already."""
    if not waits_for_inquiry(case):
        return None
    row = await (await connection.execute(_OPEN, (case.number,))).fetchone()
    return None if row and row[0] else Command(name=CommandName.ARCHIVE, by=SYSTEM)


@dataclass(frozen=True)
class CaseRelease:
    """Called by an inquiry that has closed."""

    commands: SystemCommands

    @activity.defn(name="release")
    async def release(self, case_no: str) -> None:
        """Let the case be archived if nothing else keeps it; otherwise it asks again when it is ready."""
        await self.commands.tell(case_no, Command(name=CommandName.ARCHIVE, by=SYSTEM, id=f"{OWN_ID}archive"))
