"""What case and inquiry have to know of each other (案件与倒查): one bit, closed or not, and nothing else."""

from dataclasses import dataclass

from psycopg_pool import AsyncConnectionPool
from temporalio import activity
from temporalio.client import Client

from activities.system_commands import tell
from models.aggregate import OWN_ID, SYSTEM, Command

_OPEN = """
SELECT EXISTS (
    SELECT 1 FROM inquiry_openings AS opening LEFT JOIN inquiries USING (case_no)
    WHERE opening.of_case = %s AND opening.own AND closed IS NOT TRUE
)
"""


@dataclass(frozen=True)
class InquiryLookUp:
    """Asked by a case that is ready for the archive."""

    pool: AsyncConnectionPool

    @activity.defn(name="may_archive")
    async def own_closed(self, case_no: str) -> bool:
        """Whether no inquiry that opened by itself for this case is open any more."""
        async with self.pool.connection() as connection:
            row = await (await connection.execute(_OPEN, (case_no,))).fetchone()
        return not (row and row[0])


@dataclass(frozen=True)
class CaseRelease:
    """Told by an inquiry that has closed."""

    client: Client
    """Of the cases' namespace, not of the inquiries'."""

    @activity.defn(name="release")
    async def release(self, case_no: str) -> None:
        """The case may go to the archive, if nothing else keeps it; otherwise it asks by itself when it is ready."""
        await tell(self.client, case_no, Command(name="archive", by=SYSTEM, id=f"{OWN_ID}archive"))
