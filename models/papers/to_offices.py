"""Papers between offices (交办单、督办单、会诊、审批): who does what by when, and on whose word (R40 to R62)."""

from models.codes import Category, Cause, Decision, Position, Resolution, ReturnGround
from models.ledger import read_time
from models.papers.blocks import Block, Table
from models.papers.said import Said, day, heading, minute, para, under


def diagnosis(said: Said) -> list[Block]:
    """分类诊断单 (R31 to R39)."""
    detail = said.detail
    rows = [
        ["事项", said.matter],
        ["类别", Category(detail["category"]).label],
        ["成因", "、".join(Cause(cause).label for cause in detail["causes"])],
        ["诊断理由", detail["reason"]],
        ["依据", "；".join(detail.get("legal_basis") or []) or "—"],
        ["涉及部门", said.units(detail.get("departments") or []) or "—"],
        ["改变诊断的理由", detail.get("why_changed") or "—"],
        ["诊断人", said.entry.actor],
    ]
    return [Table(rows=rows)]


def task(said: Said) -> list[Block]:
    """交办单: one for each department (R40)."""
    found, state = said.task(), said.case.state
    rows = [
        ["事项", said.matter],
        ["承办部门", f"{said.unit(found.unit)}（{found.role.label}）"],
        ["反映内容", state.narrative],
        ["交办要求", found.task],
        ["办理时限", f"{found.days}个工作日，{minute(found.due)}前反馈"],
        ["交办人", f"{said.entry.actor}　{minute(said.entry.at)}"],
        ["首接责任人", state.first_receiver],
    ]
    return [Table(rows=rows), para("不属本部门职责的，请在签收后按时限退回，并注明依据和应承办部门；逾期视为承办。")]


def solution(said: Said) -> list[Block]:
    """一类事办理单: what was published for this kind of case, as it holds in this one (KB3)."""
    detail, content = said.detail, said.detail["content"]
    otherwise = {each["step"]: each["why"] for each in detail["deviations"]}
    steps = [
        f"{number}. {step}" + (f"（本案不照此办理：{otherwise[number]}）" if number in otherwise else "")
        for number, step in enumerate(content["steps"], start=1)
    ]
    rows = [
        ["事项", said.matter],
        ["适用的一类事", f"{content['title']}（{detail['no']}，第{detail['version']}版）"],
        ["适用情形", content["applies_to"]],
        ["办理步骤", "；".join(steps)],
        ["所需材料", "；".join(content.get("materials") or []) or "—"],
        ["依据", "；".join(content.get("legal_basis") or []) or "—"],
        ["办理时限", f"{minute(read_time(detail['due_at']))}前" if detail.get("due_at") else "按本案原时限"],
        ["经办人", f"{said.entry.actor}　{minute(said.entry.at)}"],
    ]
    return [Table(rows=rows)]


def return_request(said: Said) -> list[Block]:
    """退回（异议）申请单."""
    detail, found = said.detail, said.task()
    rows = [
        ["申请部门", said.unit(found.unit)],
        ["交办任务", found.task],
        ["退回理由", ReturnGround(detail["ground"]).label],
        ["说明", detail["reason"]],
        ["建议承办部门", said.unit(detail["suggested_unit"]) if detail.get("suggested_unit") else "—"],
        ["申请人", said.entry.actor],
    ]
    return [Table(rows=rows)]


def extension(said: Said) -> list[Block]:
    """延期审批单."""
    found = said.task()
    asked = found.extensions[-1]
    rows = [
        ["申请部门", said.unit(found.unit)],
        ["交办任务", found.task],
        ["申请延期", f"{asked.working_days}个工作日"],
        ["申请理由", asked.reason],
        ["审批意见", Decision(said.detail["decision"]).label],
        ["审批理由", str(said.detail.get("reason") or "—")],
        ["审批后时限", minute(found.due)],
        ["审批人", said.entry.actor],
    ]
    return [Table(rows=rows)]


def transfer(said: Said) -> list[Block]:
    """转办单: upwards, downwards, or to another window."""
    detail = said.detail
    rows = [
        ["事项", said.matter],
        ["转出单位", said.unit(detail["from_unit"])],
        ["转入单位", said.unit(detail["to_unit"])],
        ["转办理由", str(detail.get("reason") or "—")],
        ["经办人", f"{said.entry.actor}　{minute(said.entry.at)}"],
    ]
    return [Table(rows=rows)]


def supervision(said: Said) -> list[Block]:
    """督办单 (R55): its number, what is required, until when."""
    order, state = said.order(), said.case.state
    rows = [
        ["督办号", f"{state.case_no}-{order.id}"],
        ["事项", said.matter],
        ["被督办单位", said.unit(order.to_unit)],
        ["督办意见", order.requirement],
        ["答复时限", f"{said.detail['working_days']}个工作日，{minute(order.due)}前"],
        ["本件黄红牌", "；".join(f"{said.unit(card.unit)}：{card.reason}" for card in state.cards) or "无"],
        ["督办人", f"{said.entry.actor}　{minute(said.entry.at)}"],
    ]
    return [Table(rows=rows)]


def expedited(said: Said) -> list[Block]:
    """特事特办审批单 (R08)."""
    rows = [
        ["事项", said.matter],
        ["加急理由", said.detail["reason"]],
        ["加急时限", f"{said.detail['working_days']}个工作日，{minute(said.detail['due_at'])}前"],
        ["批准人", f"{said.entry.actor}　{minute(said.entry.at)}"],
    ]
    return [Table(rows=rows)]


def invitation(said: Said) -> list[Block]:
    """会诊（联席会议）通知."""
    table = said.table()
    rows = [
        ["方式", f"{table.kind.label}，第{table.round}轮"],
        ["议题", table.question],
        ["参加部门", said.units(table.departments)],
        ["时间、地点", f"{table.meets_at or '另行通知'}　{table.place or ''}"],
        ["书面意见时限", f"{table.days}个工作日，{minute(table.due)}前"],
        ["召集", said.unit(table.convened_by) if table.convened_by else f"按规定自动召集：{table.why}"],
    ]
    return [Table(rows=rows), para("逾期未发表意见的，记录为未发言，会议照常进行。")]


def minutes(said: Said) -> list[Block]:
    """会诊纪要 (R47): question, who was there, what each said, the conclusion, who does what, who signed."""
    table, detail = said.table(), said.detail
    opinions = [[said.unit(o.unit), Position(o.position).label, o.opinion or "—"] for o in table.opinions]
    spoken = {o.unit for o in table.opinions}
    opinions += [[said.unit(unit), "未发言", "—"] for unit in table.departments if unit not in spoken]
    blocks: list[Block] = [
        heading("一、议题"),
        para(table.question),
        heading("二、各部门意见"),
        Table(head=["部门", "态度", "意见"], rows=opinions),
        heading("三、议定事项"),
        para(f"{Resolution(detail['resolution']).label}。{table.minutes or ''}"),
        *under("四、根源", table.root_cause),
    ]
    tasks = [
        [said.unit(each["unit"]), each["task"], f"{each.get('working_days') or '—'}"]
        for each in detail.get("assignments") or []
    ]
    if tasks:
        blocks += [heading("五、任务"), Table(head=["部门", "任务", "工作日"], rows=tasks)]
    return blocks


def proposal(said: Said) -> list[Block]:
    """工作建议 (R51): to the level above, about what cannot be solved here."""
    return [
        para(
            f"在办理“{said.matter}”（案件编号 {said.case.state.case_no}）中，发现以下问题本级难以解决，现提出工作建议："
        ),
        para(said.detail["report"]),
        para(f"请于{day(said.detail['reply_due_at'])}前答复。"),
    ]
