"""Papers for applicants (告知书、通知书、承诺书): plain words, what comes next, how to object (R20, R24, R36)."""

from models.codes import DeclineGround, Outcome, ReviewDecision
from models.papers.blocks import Block, Items, Table
from models.papers.said import Said, day, heading, para, under

REMEDY = "可向本窗口负责人提出复核，或拨打12345政务服务便民热线反映；依法可以申请行政复议、提起行政诉讼的，请依法办理。"
"""在线政务服务规定、优化营商环境条例 49, and the seeds: an answer names the way to object."""


def registration(said: Said) -> list[Block]:
    """登记表 (R14)."""
    state, person, proxy = said.case.state, said.applicant or {}, said.proxy or {}
    refused = said.detail.get("refused_by") or {}
    rows = [
        ["登记时间", day(state.registered_at)],
        ["登记窗口、层级", f"{said.unit(state.unit)}（{state.level.label}）"],
        ["登记人（首接责任人）", state.first_receiver],
        ["来源渠道", state.channel.label],
        ["反映人", f"{person.get('name', '走访收集，没有反映人')}"],
        ["证件号码", str(person.get("id_no") or "—")],
        ["联系电话", str(person.get("phone") or "—")],
        ["代办人", f"{proxy['name']}（{proxy['relation']}）" if proxy else "—"],
        ["特殊群体", "、".join(state.sensitive) or "—"],
        ["事项名称", said.matter],
        ["反映类型", state.request_type.label],
        ["原承办部门、人员", f"{said.unit(refused['unit'])}　{refused.get('staff') or ''}" if refused else "—"],
        ["当时的答复", str(refused.get("reason_given") or "—")],
        ["反映内容", state.narrative],
    ]
    notice = "本窗口为办理本事项收集以上个人信息，只供办理和监督使用，保存期满依法销毁；您可以查询、复制和请求更正。"
    return [Table(rows=rows), para(notice)]


def acceptance(said: Said) -> list[Block]:
    """受理通知书."""
    state = said.case.state
    blocks: list[Block] = [
        para(f"您反映的“{said.matter}”（案件编号 {state.case_no}），经审查属于本窗口受理范围，现予受理。"),
        para(f"我们将在分类诊断后办理，并于{day(state.clock.due)}前答复您；期限如有变化，会告诉您原因。"),
    ]
    if number := said.detail.get("stamp_no"):
        blocks.append(para(f"本件已加盖“办NO.成事”印章：{number}，验章码 {said.detail.get('stamp_code', '')}。"))
    blocks.append(para(f"首接责任人 {state.first_receiver} 全程跟进。凭编号和查询码可随时查询进度。"))
    return blocks


def decline(said: Said) -> list[Block]:
    """不予受理通知书 (R20): why, on what basis, where to, and how to object."""
    detail = said.detail
    ground = DeclineGround(detail["ground"]).label
    blocks: list[Block] = [
        para(f"您反映的“{said.matter}”（案件编号 {said.case.state.case_no}），经审查不属于本窗口受理范围。"),
        heading("一、理由和依据"),
        para(f"{ground}。{detail['explanation']}"),
    ]
    if scope := detail.get("scope"):
        blocks.append(para(f"依据：{scope['title']}"))
    redirect = detail["redirect"]
    blocks += [
        heading("二、您可以去哪里"),
        para(f"请向{redirect['to']}反映：{redirect['how']}"),
        heading("三、如有异议"),
        para(detail.get("remedy") or REMEDY),
    ]
    return blocks


def told_at_once(said: Said) -> list[Block]:
    """一次性告知书: of materials, or of an explanation (R24, R29)."""
    detail, state = said.detail, said.case.state
    if "items" in detail:
        rows = [[str(n), item["name"], item["why"], item["how_to_obtain"]] for n, item in enumerate(detail["items"], 1)]
        return [
            para(f"您反映的“{said.matter}”（案件编号 {state.case_no}），还需要补充以下材料，现一次告知："),
            Table(head=["序号", "材料", "为什么需要", "怎么取得"], rows=rows),
            para(f"请在{detail['working_days']}个工作日内补齐，这段时间不计入办理时限。除此之外不再要求其他材料。"),
        ]
    blocks: list[Block] = [
        para(f"您反映的“{said.matter}”（案件编号 {state.case_no}），现将有关情况告知如下："),
        para(detail["text"]),
        *under("依据", detail.get("legal_basis") or []),
        *under("您还可以", detail.get("alternatives") or []),
        heading("如有异议"),
        para(REMEDY),
    ]
    return blocks


def answer(said: Said) -> list[Block]:
    """办结告知书 (答复书)."""
    detail, state = said.detail, said.case.state
    return [
        para(f"您反映的“{said.matter}”（案件编号 {state.case_no}），现已办结，答复如下："),
        heading("一、办理结果"),
        para(f"{Outcome(detail['outcome']).label}。{detail['summary']}"),
        *under("二、依据", detail.get("basis") or []),
        heading("三、如有异议"),
        para(REMEDY),
        para(f"请您对办理情况作出评价。首接责任人：{state.first_receiver}。"),
    ]


def tolerated(said: Said) -> list[Block]:
    """容缺受理通知书 (R36)."""
    promise = said.detail["obligation"]
    return [
        para(
            f"您反映的“{said.matter}”（案件编号 {said.case.state.case_no}），缺少以下非关键材料，现容缺受理、先行办理："
        ),
        Items(items=list(said.detail["items"])),
        para(f"请于{day(promise['due_at'])}前（{promise['working_days']}个工作日内）补齐。"),
        para("逾期未补齐的，本次容缺受理终止，今后办事不再适用容缺受理和告知承诺。"),
    ]


def pledge_of_materials(said: Said) -> list[Block]:
    """容缺受理承诺书: for the applicant's own signature."""
    promise = said.detail["obligation"]
    return [
        para(
            f"本人（单位）办理“{said.matter}”（案件编号 {said.case.state.case_no}），"
            f"缺少：{'、'.join(said.detail['items'])}。"
        ),
        para(f"本人承诺于{day(promise['due_at'])}前补齐，所交材料真实有效；逾期未补齐或材料不实的，自愿承担相应后果。"),
    ]


def commitment(said: Said) -> list[Block]:
    """告知承诺书 (R37; 国办发〔2020〕42号)."""
    promise = said.detail["obligation"]
    return [
        para(f"办理“{said.matter}”（案件编号 {said.case.state.case_no}），有关条件和要求已经告知。"),
        heading("承诺内容"),
        para(said.detail["statement"]),
        para(f"行政机关将于{day(promise['due_at'])}前核查。承诺不实的，依法撤销决定并记录失信信息。"),
    ]


def ruling(said: Said) -> list[Block]:
    """复核决定书: on an applicant's objection."""
    decision = ReviewDecision(said.detail["decision"]).label
    return [
        para(f"您对“{said.matter}”（案件编号 {said.case.state.case_no}）的答复提出异议，经复核：{decision}。"),
        heading("理由"),
        para(said.detail["reason"]),
    ]
