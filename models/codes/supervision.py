"""Codes of supervision (监督代码): links, the 三查, cards, inquiries, oversight, look-backs."""

from models.codes.base import Code


class Link(Code):
    """监督节点: 登记、受理、交办、处理、办结、评价 (R62)."""

    REGISTER = "register", "登记"
    ACCEPT = "accept", "受理"
    ASSIGN = "assign", "交办"
    HANDLE = "handle", "处理"
    RESOLVE = "resolve", "办结"
    EVALUATE = "evaluate", "评价"


class CheckpointState(Code):
    """监督节点状态."""

    PENDING = "pending", "待核查"
    CLEARED = "cleared", "已核销"
    FLAGGED = "flagged", "存疑"
    AUTO_CLEARED = "auto_cleared", "自动核销"


class Check(Code):
    """三查 (seed 000): window, duty, policy."""

    SHIRKING = "shirking", "推诿扯皮"
    UNCLEAR_DUTY = "unclear_duty", "职责不清"
    BAD_POLICY = "bad_policy", "政策不合理、滞后"

    @property
    def letter(self) -> str:
        """The first letter of its findings' codes (A1 to C2)."""
        return {"shirking": "A", "unclear_duty": "B", "bad_policy": "C"}[self]


class CardColour(Code):
    """黄牌、红牌."""

    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"


class Conduct(Code):
    """不给办的情形 (R38, R73)."""

    ATTITUDE = "attitude", "服务态度"
    SLOW = "slow", "慢作为"
    INACTION = "inaction", "不作为"
    UNSKILLED = "unskilled", "业务不熟"
    PROCESS = "process", "流程不优"
    RENT_SEEKING = "rent_seeking", "吃拿卡要"


class InquiryStage(Code):
    """倒查环节."""

    OPEN = "open", "倒查中"
    FOUND = "found", "已认定"
    APPEALED = "appealed", "申诉中"
    CLOSED = "closed", "已办结"


class Measure(Code):
    """责任处理."""

    TALK = "talk", "谈话提醒"
    BONUS = "bonus", "扣发奖金"
    AWARD = "award", "取消评优资格"
    SCORE = "score", "扣分"
    ADMONITION = "admonition", "诫勉"
    DISMISSAL = "dismissal", "辞退建议"


class OversightKind(Code):
    """督导事项的由来."""

    DOUBT = "doubt", "会议疑点"
    CONDUCT = "conduct", "作风投诉"
    COMPLAINT = "complaint", "办理中的投诉"
    LOOK_BACK = "look_back", "回头看"
    ORDERED = "ordered", "督导组自行提出"
    HOLE = "hole", "漏洞整改"
    REPAIR = "repair", "类案治理"
    POLICY = "policy", "政策复核"


class OversightStage(Code):
    """督导事项的状态."""

    OPEN = "open", "待认领"
    CLAIMED = "claimed", "办理中"
    PROVED = "proved", "已报证明，待核实"
    CLOSED = "closed", "已办结"


class Hole(Code):
    """漏洞种类：补上“职责不清”的制度和管理漏洞（《萧山》一文）."""

    DUTY = "duty", "职责漏洞"
    PROCEDURE = "procedure", "程序漏洞"
    POLICY = "policy", "政策漏洞"


class LookBackMethod(Code):
    """回头看方式 (R71)."""

    CALL = "call", "电话"
    VISIT = "visit", "走访"
    ON_SITE = "on_site", "实地查看"
    UNANNOUNCED = "unannounced", "明察暗访"


class LookBackResult(Code):
    """回头看结论 (R72)."""

    GENUINE = "genuine", "真整改"
    PAPER_ONLY = "paper_only", "纸面整改"
    RELAPSE = "relapse", "反弹"
