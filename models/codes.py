"""Codes (代码表): what contract.md writes in lower case, each with its Chinese label.

One enumeration a code list; the value travels, the label is what people read.
"""

from enum import StrEnum


class Code(StrEnum):
    """A code with a Chinese label: `NAME = "value", "标签"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Code":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Role(Code):
    """角色 (contract, Signing in and scope)."""

    CLERK = "clerk", "窗口工作人员"
    HEAD = "head", "窗口负责人"
    LIAISON = "liaison", "部门联络员"
    LEAD = "lead", "牵头部门经办"
    SUPERVISOR = "supervisor", "监督人员"
    AUDITOR = "auditor", "审计人员"
    ADMIN = "admin", "系统管理员"
    CITIZEN = "citizen", "反映人"
    SYSTEM = "system", "系统"


class UnitKind(Code):
    """机构类别."""

    WINDOW = "window", "窗口"
    DEPARTMENT = "department", "部门"
    LEAD = "lead", "牵头单位"
    DISCIPLINE = "discipline", "纪检监察"


class Level(Code):
    """层级: 区、镇街、村社三级联办 (R01)."""

    VILLAGE = "village", "村社"
    TOWN = "town", "镇街"
    DISTRICT = "district", "区"


class Channel(Code):
    """渠道 (R05, R06)."""

    WINDOW = "window", "窗口"
    HOTLINE = "hotline", "12345热线"
    RATING = "rating", "好差评"
    COMPLAINT_LINE = "complaint_line", "监督投诉电话"
    COMMENT_BOOK = "comment_book", "意见留言簿"
    ONLINE = "online", "网上"
    VISIT = "visit", "走访收集"
    SUPERVISION_STATION = "supervision_station", "监察联络站"
    DEPARTMENT = "department", "部门转办"
    SUPERIOR = "superior", "上级交办"


SENT_IN = frozenset(set(Channel) - {Channel.WINDOW, Channel.VISIT})
"""Channels that other systems feed (外部来件); the counter and home visits have people."""


class RequestType(Code):
    """反映类型: 萧山的四类 (seed 000; R08 to R11)."""

    EXPEDITE = "expedite", "特事特办"
    ADVICE = "advice", "政策咨询"
    COORDINATION = "coordination", "部门协同"
    CONDUCT = "conduct", "作风投诉"


class ApplicantKind(Code):
    """反映人类型."""

    PERSON = "person", "个人"
    ENTERPRISE = "enterprise", "企业"
    OTHER = "other", "其他"


class IdType(Code):
    """证件类型."""

    ID_CARD = "id_card", "居民身份证"
    USCC = "uscc", "统一社会信用代码"
    PASSPORT = "passport", "护照"
    RESIDENCE_PERMIT = "residence_permit", "居住证"
    OTHER = "other", "其他证件"


class Stage(Code):
    """环节: the six links of supervision and what follows (R62)."""

    REGISTERED = "registered", "登记"
    ACCEPTED = "accepted", "受理"
    ASSIGNED = "assigned", "交办"
    HANDLING = "handling", "处理"
    RESOLVED = "resolved", "办结"
    EVALUATED = "evaluated", "评价"
    ARCHIVED = "archived", "归档"
    DECLINED = "declined", "不予受理"
    WITHDRAWN = "withdrawn", "撤回"


class Category(Code):
    """诊断类别: 玄武的四种类型 (seed 003; R31)."""

    CANNOT = "cannot", "不能办"
    DIFFICULT = "difficult", "不好办"
    REFUSED = "refused", "不给办"
    DEFERRED = "deferred", "暂时办不了"


class Cause(Code):
    """成因: 天津的六大类 (seed 001; R83)."""

    PROCESS = "process", "服务流程不规范"
    UNCLEAR_POLICY = "unclear_policy", "政策界定不清楚"
    LEGACY = "legacy", "历史遗留问题不处理"
    CHANNEL = "channel", "线上线下渠道不畅通"
    DATA_SHARING = "data_sharing", "部门间数据传输不及时"
    REFORM_GAP = "reform_gap", "改革政策衔接不畅"


class Conduct(Code):
    """不给办的情形 (R38, R73)."""

    ATTITUDE = "attitude", "服务态度"
    SLOW = "slow", "慢作为"
    INACTION = "inaction", "不作为"
    UNSKILLED = "unskilled", "业务不熟"
    PROCESS = "process", "流程不优"
    RENT_SEEKING = "rent_seeking", "吃拿卡要"


class Check(Code):
    """三查 (seed 000): window, duty, policy."""

    SHIRKING = "shirking", "推诿扯皮"
    UNCLEAR_DUTY = "unclear_duty", "职责不清"
    BAD_POLICY = "bad_policy", "政策不合理、滞后"

    @property
    def letter(self) -> str:
        """With which the codes of its findings begin (A1 to C2)."""
        return {"shirking": "A", "unclear_duty": "B", "bad_policy": "C"}[self]


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


class Issue(Code):
    """暂时办不了的情形 (R40)."""

    UNCLEAR_DUTY = "unclear_duty", "职责不清"
    JURISDICTION = "jurisdiction", "管辖争议"
    LEGACY = "legacy", "历史遗留"
    POLICY_CONFLICT = "policy_conflict", "政策冲突"
    CROSS_REGION = "cross_region", "跨区域"
    NEW_SITUATION = "new_situation", "新情况"


class MeasureKind(Code):
    """便民措施 (R36, R37, R53)."""

    TOLERATE = "tolerate", "容缺受理"
    COMMITMENT = "commitment", "告知承诺"
    REMOTE_VIDEO = "remote_video", "视频验证"
    DATA_SHARING = "data_sharing", "数据共享"
    HOME_VISIT = "home_visit", "上门"
    AGENCY = "agency", "帮办代办"
    GUIDANCE = "guidance", "指导"


class DeclineGround(Code):
    """不予受理的理由 (R20)."""

    NOT_GOVERNMENT = "not_government", "不属政务服务"
    IN_LITIGATION = "in_litigation", "已进入诉讼仲裁复议"
    IN_PETITION = "in_petition", "已进入信访程序"
    DUPLICATE = "duplicate", "重复反映"
    OTHER_JURISDICTION = "other_jurisdiction", "不属本地管辖"


class Outcome(Code):
    """办结方式."""

    DONE = "done", "办成"
    EXPLAINED = "explained", "解释"
    REPORTED = "reported", "上报"
    TRANSFERRED = "transferred", "移送"


class AssignmentRole(Code):
    """主办与协办."""

    LEAD = "lead", "主办"
    ASSIST = "assist", "协办"


class AssignmentState(Code):
    """交办状态."""

    SENT = "sent", "待签收"
    SIGNED = "signed", "办理中"
    RETURNED = "returned", "退回待裁定"
    REPLIED = "replied", "已反馈"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "已撤销"


class ConsultationKind(Code):
    """会商形式."""

    CONSULTATION = "consultation", "会诊"
    JOINT_MEETING = "joint_meeting", "联席会议"


class ConsultationState(Code):
    """会商状态."""

    OPEN = "open", "进行中"
    CONCLUDED = "concluded", "已形成纪要"
    ADJOURNED = "adjourned", "转入下一轮"


class Position(Code):
    """会诊意见."""

    AGREE = "agree", "同意"
    CONDITIONAL = "conditional", "有条件同意"
    DISAGREE = "disagree", "不同意"
    NONE = "none", "未发表意见"


class Resolution(Code):
    """会商结论."""

    ASSIGN = "assign", "明确分工，交办"
    NEW_RULE = "new_rule", "建立机制"
    EXPLAIN_AND_REPORT = "explain_and_report", "解释并上报工作建议"
    ADJOURN = "adjourn", "再议"


class ReplyResult(Code):
    """部门反馈."""

    DONE = "done", "办成"
    CANNOT = "cannot", "不能办"
    NEEDS_MEETING = "needs_meeting", "需要会商"


class ReturnGround(Code):
    """退回理由."""

    NOT_COMPETENT = "not_competent", "不属本部门职责"
    INCOMPLETE = "incomplete", "材料或事实不全"
    OTHER = "other", "其他"


class Decision(Code):
    """裁定."""

    GRANT = "grant", "同意"
    DENY = "deny", "不同意"


class OversightKind(Code):
    """督导事项的由来."""

    DOUBT = "doubt", "会议疑点"
    CONDUCT = "conduct", "作风投诉"
    COMPLAINT = "complaint", "办理中的投诉"
    LOOK_BACK = "look_back", "回头看"
    ORDERED = "ordered", "督导组自行提出"
    HOLE = "hole", "漏洞整改"


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


class RefusalKind(Code):
    """否定答复."""

    DECLINE = "decline", "不予受理"
    EXPLANATION = "explanation", "解释告知"
    REPLY = "reply", "反馈不能办"


class ReviewDecision(Code):
    """复核结论."""

    UPHOLD = "uphold", "维持"
    OVERTURN = "overturn", "推翻"


class ObligationKind(Code):
    """承诺事项类别."""

    TOLERATE = "tolerate", "容缺补正"
    COMMITMENT = "commitment", "承诺核查"
    REMEDY = "remedy", "补救"


class ObligationState(Code):
    """承诺事项状态."""

    OPEN = "open", "待履行"
    FULFILLED = "fulfilled", "履行"
    BREACHED = "breached", "违约"


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


class CardColour(Code):
    """黄牌、红牌."""

    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"


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
