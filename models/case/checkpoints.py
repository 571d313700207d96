"""监督节点、三查: supervision of the six links, required before archiving (R62, R63; contract.md, Checkpoints)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft, Room
from models.aggregate.limits import Limit, settle
from models.case.aggregate import Case
from models.case.parts import Checkpoint
from models.case.registry import act, applies, expires
from models.case.wording import Name, Text
from models.codes import Check, CheckpointState, Link, Role
from models.errors import conflict, invalid
from models.ledger import Entry

OPEN_CHECKPOINT = (CheckpointState.PENDING, CheckpointState.FLAGGED)


@expires("checkpoint", "监督节点核查", warns=False)
def _clear_by_itself(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [Draft(Action.AUTO_CLEARED, {"link": limit.ref})]


@applies(Action.AUTO_CLEARED)
def _auto_cleared(case: Case, entry: Entry) -> None:
    _checkpoint(case, entry.detail["link"]).state = CheckpointState.AUTO_CLEARED


class Finding(BaseModel):
    """What supervision found at a link (三查发现): the check, its code A1 to C2, and the facts."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    check: Check
    code: Annotated[str, Field(pattern=r"^[ABC][12]$")] | None = None
    detail: Text
    issued_by: Name | None = None
    """The issuer of the faulty policy (制定机关): a unit's code, or the name of an office outside this system."""


class _Supervise(Act):
    link: Link
    findings: list[Finding] = Field(default_factory=list, max_length=20)

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if not case.state.checkpoints:
            raise conflict("还没有结束的环节，暂不能核查")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        _checkpoint(case, self.link)
        for n, finding in enumerate(self.findings):
            if finding.code and not finding.code.startswith(finding.check.letter):
                message = f"“{finding.check.label}”的发现代码以 {finding.check.letter} 开头，请核对"
                raise invalid(message, f"findings.{n}.code")
            if finding.issued_by and finding.check is not Check.BAD_POLICY:
                raise invalid("只有政策不合理或滞后的发现写制定机关", f"findings.{n}.issued_by")
        return [Draft(APPLIED_AS[self.command], self.model_dump(mode="json", exclude_none=True))]


@act(CommandName.CLEAR, Role.SUPERVISOR)
class Clear(_Supervise):
    """核销: the supervisor has looked at the link and lets it pass."""

    room = Room.ENDING


@act(CommandName.FLAG, Role.SUPERVISOR)
class Flag(_Supervise):
    """存疑: the link blocks archiving until it is cleared."""

    room = Room.ONWARD


APPLIED_AS = {CommandName.CLEAR: Action.CLEARED, CommandName.FLAG: Action.FLAGGED}


@applies(Action.CLEARED)
def _cleared(case: Case, entry: Entry) -> None:
    _look_at(case, entry, CheckpointState.CLEARED)


@applies(Action.FLAGGED)
def _flagged(case: Case, entry: Entry) -> None:
    _look_at(case, entry, CheckpointState.FLAGGED)


def _look_at(case: Case, entry: Entry, state: CheckpointState) -> None:
    checkpoint = _checkpoint(case, entry.detail["link"])
    checkpoint.state = state
    checkpoint.findings += entry.detail["findings"]
    settle(case, "checkpoint", checkpoint.link.value)


def _checkpoint(case: Case, link: str) -> Checkpoint:
    for checkpoint in case.state.checkpoints:
        if checkpoint.link == link:
            return checkpoint
    raise conflict(f"“{Link(link).label}”环节尚未结束，暂不能核查")


def three_checks(case: Case) -> list[dict[str, Any]]:
    """三查 of this case (R63): the state of each check, its findings and its doubts.

    State `found`: a supervisor recorded a finding; `pending`: an ended link still waits for supervision; else `none`.
    """
    checkpoints = case.state.checkpoints
    pending = any(checkpoint.state in OPEN_CHECKPOINT for checkpoint in checkpoints)
    findings = [finding for checkpoint in checkpoints for finding in checkpoint.findings]
    signs = [sign for checkpoint in checkpoints for sign in checkpoint.signs]
    stated = []
    for check in Check:
        matching = [finding for finding in findings if finding["check"] == check and "rule" not in finding]
        doubted = [doubt for doubt in (*findings, *signs) if doubt["check"] == check and "rule" in doubt]
        state = "found" if matching else "pending" if pending else "none"
        stated.append({"check": check, "title": check.label, "state": state, "findings": matching, "doubts": doubted})
    return stated
