"""Departments that read mail: a real SMTP server of our own takes it, or does not."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from temporalio.converter import DefaultFailureConverter

from ops.lab.simulator.process import configure
from ops.ports import free_ports
from tests.departments.conftest import HEAD, Town
from tests.waiting import until
from workflows.platform.client import connect
from workflows.platform.codec import CASES, converter

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("departments")]
MAILBOX, SENDER = "xa@example.gov.cn", "bancheng@example.org"


@dataclass
class Mailbox:
    """What the server took, and how it answers."""

    answers: list[str] = field(default_factory=list)
    """Taken in turn; then 250."""
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        return answer


@pytest.fixture
def mailbox(town: Town) -> Iterator[Mailbox]:
    found, [port] = Mailbox(), free_ports(1)
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    adapter = {"url": f"smtp://127.0.0.1:{port}", "email": MAILBOX, "sender": SENDER}
    configure(town.system, "xs-xa", kind="email", **adapter)
    yield found
    server.stop()


def test_a_mail_says_what_there_is_to_do(town: Town, mailbox: Mailbox) -> None:
    case_no = town.assign("xs-xa")
    until(lambda: town.delivery(case_no, "xs-xa") == "delivered")
    [mail] = mailbox.mails
    assert mailbox.recipients == [MAILBOX]
    assert (mail["From"], mail["To"]) == (SENDER, MAILBOX)
    assert mail["Subject"] == f"【交办】残疾人重度护理补贴（{case_no}）"
    text = mail.get_content()
    assert "任务：核对补贴停发原因（主办）" in text
    assert "周" not in text
    [entry] = town.entries(case_no, "delivered")
    assert entry["adapter"] == "email"


def test_a_repetition_has_the_same_message_id(town: Town, mailbox: Mailbox) -> None:
    mailbox.answers = ["451 try again later"]
    case_no = town.assign("xs-xa")
    until(lambda: town.delivery(case_no, "xs-xa") == "delivered")
    assert town.act(HEAD, case_no, "urge", assignment_id="a1", text="请今天办理").status_code == 200
    until(lambda: len(mailbox.mails) == 3)
    first, again, urge = mailbox.mails
    assert first["Message-ID"] == again["Message-ID"]
    assert urge["Message-ID"] != first["Message-ID"]
    assert "催办：请今天办理" in urge.get_content()


def test_a_mailbox_that_is_not_there_falls_back_to_the_inbox(town: Town, mailbox: Mailbox) -> None:
    mailbox.answers = ["550 no such user"]
    case_no = town.assign("xs-xa")
    until(lambda: town.delivery(case_no, "xs-xa") == "failed")
    [entry] = town.entries(case_no, "delivery_failed")
    assert "邮件服务器拒收（550）" in entry["detail"]
    assert len(mailbox.mails) == 1


def test_a_server_that_is_away_is_waited_for(town: Town, mailbox: Mailbox) -> None:
    configure(town.system, "xs-xa", kind="email", url="smtp://127.0.0.1:1", email=MAILBOX, sender=SENDER)
    case_no = town.assign("xs-xa")
    assert "邮件服务器没有正常应答" in until(lambda: last_failure(town, case_no))
    assert town.delivery(case_no, "xs-xa") is None


def last_failure(town: Town, case_no: str) -> str:
    """What an administrator reads of the delivery in the Web UI."""

    async def described() -> str:
        client = await connect(town.system.temporal_address, "default", converter(town.system.ring, CASES))
        found = [run.id async for run in client.list_workflows("WorkflowType = 'DeliveryWorkflow'")]
        for workflow_id in found:
            if workflow_id.startswith(case_no):
                pending = (await client.get_workflow_handle(workflow_id).describe()).raw_description.pending_activities
                if not pending or not pending[0].HasField("last_failure"):
                    return ""
                failure, keys = pending[0].last_failure, client.data_converter
                await keys.payload_codec.decode_failure(failure)
                return str(DefaultFailureConverter().from_failure(failure, keys.payload_converter))
        return ""

    return asyncio.run(described())
