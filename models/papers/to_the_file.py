"""Papers for the file (评价、三查、归档、回头看): what supervision and archive keep (R58 to R64, R79)."""

from models.actions import ACTIONS
from models.case.checkpoints import three_checks as stated_checks
from models.codes import Link, LookBackMethod, LookBackResult
from models.papers.blocks import Block, Table
from models.papers.said import Said, day, minute, para

STATES = {"found": "查实", "pending": "未查完", "none": "未发现"}


def evaluation(said: Said) -> list[Block]:
    """评价记录."""
    rows = [["事项", said.matter], ["评分", f"{said.detail['score']} 分（满分 5 分）"]]
    rows += [["意见", str(said.detail.get("comment") or "—")], ["评价时间", minute(said.entry.at)]]
    return [Table(rows=rows)]


def callback(said: Said) -> list[Block]:
    """差评回访记录."""
    rows = [["事项", said.matter], ["联系情况", said.detail["how"]], ["联系人", said.entry.actor]]
    return [Table(rows=[*rows, ["联系时间", minute(said.entry.at)]])]


def three_checks(said: Said) -> list[Block]:
    """三查表 (R63): shirking, slowness, attitude; and the six links with who signed them."""
    rows = [[str(each["title"]), STATES[each["state"]], str(len(each["doubts"]))] for each in stated_checks(said.case)]
    links = [
        [Link(point.link).label, point.state.label, "、".join(sign.get("actor", "") for sign in point.signs) or "—"]
        for point in said.case.state.checkpoints
    ]
    return [
        Table(head=["三查", "结果", "疑点数"], rows=rows),
        Table(head=["环节", "核查", "核签"], rows=links),
    ]


def contents(said: Said) -> list[Block]:
    """归档目录 (备考表): every paper before this one, and what the file holds."""
    state = said.case.state
    before = [paper for paper in state.documents if paper.no != said.paper.no]
    rows = [[str(n), paper.kind, paper.no, str(paper.seq)] for n, paper in enumerate(before, 1)]
    told = f"本卷共有文书{len(before)}件、台账{said.entry.seq}条，{day(said.entry.at)}归档，末条校验值："
    return [Table(head=["序号", "文书", "编号", "台账条目"], rows=rows), para(told + said.entry.hash)]


def look_back(said: Said) -> list[Block]:
    """回头看核查表 (R79)."""
    detail = said.detail
    rows = [
        ["事项", said.matter],
        ["核查方式", LookBackMethod(detail["method"]).label],
        ["核查结果", LookBackResult(detail["result"]).label],
        ["核查情况", detail["facts"]],
        ["核查人", f"{said.entry.actor}　{minute(said.entry.at)}"],
        ["依据条目", f"台账第{said.entry.seq}条（{ACTIONS[said.entry.action]}）"],
    ]
    return [Table(rows=rows)]
