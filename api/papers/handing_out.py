"""Handing out a paper (出具): written once, from the ledger; ever after the same words under the same check code."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api.http.errors import Problem
from api.queries import CaseRecord
from api.services import Services
from models.case import Case
from models.case.papers import KINDS
from models.case.parts import Document
from models.ledger import stamp_time
from models.papers import Paper, plain_text, written
from models.papers.source import Source
from models.personal import DESTROYED
from models.views.genuineness import CheckedPaper
from models.views.masking import masked

CODE_LENGTH = 10
"""Characters of base 32: fifty bits, too many to try out."""


NOT_OURS = "编号与校验码不符，或没有这份文书：请核对后重试，或持原件到窗口核实"

COPY = "查阅副本：个人信息已隐去，不作为凭证"


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A paper as somebody reads it. Without a code it vouches for nothing: a note says so instead."""

    paper: Paper
    code: str | None
    note: str = COPY


async def handed_out(
    services: Services, record: CaseRecord, no: str, *, full: bool, for_applicant: bool = False
) -> HandedOut:
    """The paper of that number, for a reader of the case. 404 where there is none, or none for an applicant."""
    document = next((each for each in record.case.state.documents if each.no == no), None)
    if document is None or (for_applicant and not KINDS[document.kind].for_applicant):
        raise Problem(404, f"本案没有编号为 {no} 的文书")
    if not full:
        return HandedOut(await _written(services, record, document, full=False), None)
    if await services.personal.is_destroyed(record.case_no):
        raise Problem(404, f"文书 {no} 含个人信息，保存期满已依法销毁；台账仍可核对")
    row = await services.queries.papers.paper(no) or await _keep(services, record, document)
    content = await services.personal.opened(row.content, record.case_no)
    return HandedOut(Paper.model_validate_json(content), row.code)


async def _keep(services: Services, record: CaseRecord, document: Document) -> Any:
    paper = await _written(services, record, document, full=True)
    entry = await _entry(services, record.case_no, document.seq)
    await services.queries.papers.keep(
        no=document.no,
        case_no=record.case_no,
        kind=document.kind,
        version=paper.version,
        seq=document.seq,
        content=await services.personal.sealed_text(record.case_no, paper.model_dump_json()),
        code=code_of(services.secret, paper, entry.hash),
        handed_out_at=datetime.now(UTC),
    )
    return await services.queries.papers.paper(document.no)


async def _written(services: Services, record: CaseRecord, document: Document, *, full: bool) -> Paper:
    """The paper from the ledger up to its entry: later events change nothing in it."""
    ledger = await services.queries.cases.entries(record.case_no, 0, document.seq)
    case = await services.personal.case(Case.from_entries(record.case_no, ledger))
    detail = await services.personal.opened(ledger[-1].detail, record.case_no)
    applicant, proxy = case.state.applicant, case.state.proxy
    names = (await services.organisation()).names
    return written(
        Source(
            case=case,
            entry=ledger[-1],
            detail=detail,
            paper=document,
            applicant=applicant if full else masked(applicant),
            proxy=proxy if full else masked(proxy),
            names=names,
        )
    )


async def _entry(services: Services, case_no: str, seq: int) -> Any:
    entry = await services.queries.cases.entry(case_no, seq)
    assert entry is not None, "a paper's entry is in the ledger"
    return entry


def code_of(secret: bytes, paper: Paper, entry_hash: str) -> str:
    """校验码 of a paper: follows from its words and its entry, under the installation's secret."""
    words = hashlib.sha256(plain_text(paper).encode()).hexdigest()
    mac = hmac.new(secret, f"paper:{paper.no}:{entry_hash}:{words}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mac).decode()[:CODE_LENGTH]


async def checked(services: Services, no: str, code: str) -> CheckedPaper | None:
    """Whether a paper is ours (验真): computed anew from the words kept and the ledger.

    None where number and code do not belong together, whichever is wrong. Says nothing of the case.
    """
    row = await services.queries.papers.paper(no)
    if row is None or not hmac.compare_digest(row.code.encode(), code.strip().upper().encode()):
        return None
    content = await services.personal.opened(row.content, row.case_no)
    entry = await _entry(services, row.case_no, row.seq)
    handed = {"no": row.no, "kind": row.kind, "handed_out_at": stamp_time(row.handed_out_at)}
    if content == DESTROYED:
        return CheckedPaper(**handed, valid=True, note="正文含个人信息，保存期满已依法销毁")
    try:
        paper = Paper.model_validate_json(content)
    except ValueError:
        return CheckedPaper(**handed, valid=False)
    valid = hmac.compare_digest(code_of(services.secret, paper, entry.hash), row.code)
    return CheckedPaper(**handed, valid=valid, issuer=paper.issuer, date=paper.date)
