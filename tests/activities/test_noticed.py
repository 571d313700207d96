"""取消请求: it stands once in the ledger, though the worker that recorded it died before it answered."""

import asyncio
from pathlib import Path

from psycopg_pool import AsyncConnectionPool

from activities.ledgers.answers import Request
from activities.platform.ciphers import Algorithm
from activities.platform.keyring import DOOR, KeyRing, new_ring
from activities.platform.signatures import Signer
from activities.register import Register
from models.ledger import GENESIS, stamp_time
from tests.models.walk import Walker

WHY = "有人请求取消流程，未予理会：误以为已经办完"


def test_tried_again_by_another_worker_it_stands_once(database: str, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(new_ring(Algorithm.AES_256_GCM))
    ring = KeyRing(path)

    async def go() -> None:
        async with AsyncConnectionPool(database, min_size=1, max_size=2, kwargs={"autocommit": True}) as pool:
            walker = Walker(7)
            number, now = walker.case.number, stamp_time(walker.now)
            signed = Signer(ring, DOOR).sign(number, walker.registration().model_copy(update={"id": "registration"}))
            begun = Request(ledger=number, head=GENESIS, seq=0, now=now, name="register")
            begun = begun.model_copy(update={"command_id": signed.id, "message": signed.message})
            await Register(pool, ring).record(begun)
            async with pool.connection() as connection:
                found = await connection.execute("SELECT head FROM cases WHERE case_no = %s", (number,))
                [head] = await found.fetchone() or [""]
            request = Request(ledger=number, head=head, seq=1, now=now, noticed=WHY)
            first = await Register(pool, ring).record(request)
            again = await Register(pool, ring).record(request)  # the same try, by a worker that knows nothing of it
            assert [entry["action"] for entry in first.entries] == ["cancel_ignored"]
            assert again.entries == first.entries
            async with pool.connection() as connection:
                told = "SELECT action FROM entries WHERE case_no = %s ORDER BY seq"
                actions = [row[0] for row in await (await connection.execute(told, (number,))).fetchall()]
            assert actions == ["registered", "cancel_ignored"]

    asyncio.run(go())
