"""邮件: for a department without a system. The Message-ID identifies repetitions."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

import aiosmtplib

from activities.departments.protocol import OutageError, Receipt, RefusedError
from models.case.delivery import AdapterKind
from models.case.notice import NoticeEvent
from models.notices import Notice

PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True)
class EmailAdapter:
    """A mailbox and its mail server."""

    server: str
    """smtp://host:port (STARTTLS where the server offers it) or smtps://host:port."""
    to: str
    sender: str

    async def deliver(self, notice: Notice) -> Receipt:
        """Give the mail to the server. Accepted by the server means delivered."""
        address = urlsplit(self.server)
        try:
            await aiosmtplib.send(
                mail(notice, self.to, self.sender),
                hostname=address.hostname,
                port=address.port or PORTS[address.scheme],
                use_tls=address.scheme == "smtps",
                timeout=None,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0]) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _judged(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise OutageError(f"邮件服务器没有正常应答（{type(error).__name__}: {error}）") from error
        return Receipt(adapter=AdapterKind.EMAIL)


def _judged(answer: aiosmtplib.SMTPResponseException) -> Exception:
    """RFC 5321: 5yz is permanent, everything else transient."""
    if 500 <= answer.code < 600:
        return RefusedError(f"邮件服务器拒收（{answer.code}）")
    return OutageError(f"邮件服务器暂时不能接收（{answer.code}）")


def mail(notice: Notice, to: str, sender: str) -> EmailMessage:
    """The notice as a mail in Chinese."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = f"【{notice.event.label}】{notice.matter}（{notice.case_no}）"
    message["Date"] = datetime.fromisoformat(notice.at)
    message["Message-ID"] = message_id(notice, sender)
    message.set_content(_text(notice))
    return message


def message_id(notice: Notice, sender: str) -> str:
    """The Message-ID, the same for every repetition of a notice."""
    digest = hashlib.sha256(notice.delivery_id.encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _text(notice: Notice) -> str:
    details = notice.more
    request = {
        NoticeEvent.ASSIGNMENT: "请登录系统签收并办理以下任务。",
        NoticeEvent.URGE: f"催办：{details.get('text')}",
        NoticeEvent.RULING: _ruling(notice),
        NoticeEvent.DEADLINE: f"因“{details.get('cause')}”，任务的办理期限已调整。",
        NoticeEvent.WITHDRAWAL: f"因“{details.get('cause')}”，以下任务无需再办理。",
        NoticeEvent.RESUMPTION: f"因“{details.get('cause')}”，以下任务恢复办理。",
    }[notice.event]
    lines = [
        request,
        "",
        f"案件编号：{notice.case_no}",
        f"事项：{notice.matter}",
        f"任务：{notice.task}（{notice.role.label}）",
        f"办理期限：{datetime.fromisoformat(notice.due_at):%Y-%m-%d %H:%M}",
        f"送达编号：{notice.delivery_id}（重复收到同一编号的，只需办理一次）",
    ]
    return "\n".join(lines) + "\n"


def _ruling(notice: Notice) -> str:
    ruling = notice.more.get("ruling", {})
    asked = "退回" if ruling.get("on") == "return" else "延期申请"
    decided = "同意" if ruling.get("decision") == "grant" else "不同意"
    return f"贵单位的{asked}已裁定：{decided}。理由：{ruling.get('reason')}"
