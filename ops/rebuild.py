"""`make rebuild` and `make takeup`: the register from the histories, or workflows from the register.

    bancheng rebuild                      # checks everything, writes nothing, and says what would be done
    bancheng rebuild --propose admin      # the same, and proposes it in this administrator's name
    bancheng rebuild --proposal ID        # carries out what another administrator has confirmed
    bancheng takeup …                     # workflows that are missing, started again from the register

`--ledger NUMBER` keeps to one. The addresses and keys are those of a worker's environment, or of the running system.
Exit code 0: all fits or is mended. 1: something differs and is named; it is not mended, the rest is. 2: not possible.
"""

import asyncio
import getpass
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import create_async_engine

from activities.platform.environment import SettingError
from activities.platform.settings import Settings, settings
from api.audit.mending import Mender, Plan, Proposal
from api.office.proposals import ALL, REBUILD, TAKE_UP
from api.queries.audit import AuditQueries
from api.queries.proposals import ProposalQueries
from models.aggregate.mending import Mended
from models.errors import Refusal
from ops.settings import Installation, NotRunningError, OpsSettings, running
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter
from workflows.platform.sealing import connect_sealed
from workflows.watch.ground import Ground


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of the command line."""

    how: Mended
    ledger: str = ""
    """Only this ledger; all where empty."""
    propose: str = ""
    """The administrator who proposes."""
    proposal: str = ""
    """The proposal to carry out."""


def main(asked: Asked) -> int:
    """Check, propose or carry out. Returns the exit code."""
    try:
        _complete_environment(os.environ)
        return asyncio.run(_main(asked, settings()))
    except (NotRunningError, SettingError, Refusal, httpx.HTTPError) as error:
        print(f"不能办理：{error}", file=sys.stderr)
        return 2


async def _main(asked: Asked, config: Settings) -> int:
    how = asked.how
    async with opened(config) as (mender, proposals):
        agreed = await _agreed(proposals, asked.proposal, how) if asked.proposal else None
        differing, wanted = await work(mender, how, asked.ledger, agreed)
        if agreed:
            await proposals.done(agreed.id, f"办成 {wanted} 件，不符 {differing} 件")
    verb = "办成" if agreed else "待办"
    print(f"{verb} {wanted} 件，不符 {differing} 件")
    if asked.propose and wanted:
        proposal = _propose(asked)
        then = "即办理" if asked.ledger else f"执行 PROPOSAL={proposal}"
        print(f"已提出（{proposal}），另一位管理员在“告警”页确认后{then}")
    return 1 if differing else 0


async def work(mender: Mender, how: Mended, only: str, agreed: Proposal | None) -> tuple[int, int]:
    """Go through the ledgers. Returns how many differ and are left alone, and how many are, or would be, mended."""
    differing = wanted = 0
    async for plan in _plans(mender, only):
        if plan.difference:
            differing += 1
            print(plan.words)
            continue
        if not await _asked_for(mender, how, plan):
            if plan.only_here and how is Mended.REBUILT:
                print(plan.words)
            continue
        try:
            print(await mender.mend(plan, how, agreed) if agreed else plan.words)
        except Refusal as refusal:
            differing += 1
            print(f"{plan.own_id}：{refusal.detail}")
        else:
            wanted += 1
    return differing, wanted


async def _plans(mender: Mender, only: str) -> AsyncIterator[Plan]:
    if only:
        yield await mender.plan(*await mender.find(only))
        return
    async for home, number in mender.everything():
        yield await mender.plan(home, number)


async def _asked_for(mender: Mender, how: Mended, plan: Plan) -> bool:
    if how is Mended.REBUILT:
        return plan.rebuilds
    return await mender.has_no_workflow(plan)


async def _agreed(proposals: ProposalQueries, proposal_id: str, how: Mended) -> Proposal:
    """The confirmed proposal. Raises Refusal if it is unconfirmed or about something else."""
    row = await proposals.one(proposal_id)
    what = TAKE_UP if how is Mended.TAKEN_UP else REBUILD
    if row is None or (row.what, row.about) != (what, ALL):
        raise Refusal(404, "没有这项申请，请核对 PROPOSAL")
    if not row.agreed or row.done_at is not None:
        raise Refusal(409, "这项申请还没有另一位管理员确认，或已经办过")
    return Proposal(row.id, row.asked_by, row.settled_by)


def _propose(asked: Asked) -> str:
    """Propose through the API, signed in as the administrator."""
    here = OpsSettings.read()
    password = here.password or getpass.getpass(f"{asked.propose} 的口令：")
    with httpx.Client(base_url=here.api_url, timeout=60) as http:
        form = {"username": asked.propose, "password": password}
        token = http.post("/api/token", data=form).raise_for_status().json()["access_token"]
        what = TAKE_UP if asked.how is Mended.TAKEN_UP else REBUILD
        one = f"/api/alarms/{asked.ledger}/{what.replace('_', '-')}"
        path, body = (one, {}) if asked.ledger else ("/api/proposals", {"what": what})
        answer = http.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
        return str(answer.raise_for_status().json()["proposal"]["id"])


@asynccontextmanager
async def opened(config: Settings) -> AsyncIterator[tuple[Mender, ProposalQueries]]:
    """The mender with its connections."""
    engine = create_async_engine(config.database_url, pool_size=2, isolation_level="AUTOCOMMIT")
    client = await connect(config.temporal_address, config.namespace, converter(config.ring, CASES))
    sealed = await connect_sealed(config.temporal_address, config.ring)
    ground = Ground(client, sealed, config.ring, config.secret)
    try:
        yield Mender(AuditQueries(engine), ground, config.heads, config.conninfo), ProposalQueries(engine)
    finally:
        await engine.dispose()


def _complete_environment(env: Any) -> None:
    """Missing variables are those of this folder's running system. Raises NotRunningError."""
    if not env.get("DATABASE_URL"):
        here: Mapping[str, str] = {**Installation.from_environment().environment(), **running()}
        env.update({name: value for name, value in here.items() if name not in env})
