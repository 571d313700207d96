"""Codes of the handling (办理代码): stages, diagnosis, departments, consultations, promises."""

from models.codes.base import Code


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


class SolutionStage(Code):
    """一类事进展."""

    DRAFT = "draft", "草案"
    REVIEWED = "reviewed", "通过审核"
    PUBLISHED = "published", "已发布"
    SUSPENDED = "suspended", "暂停"
    RETIRED = "retired", "废止"


class SuggestionUse(Code):
    """What became of a suggestion (建议采用情况)."""

    USED = "used", "采用"
    NOT_USED = "not_used", "不适用"


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


class ReviewDecision(Code):
    """复核结论."""

    UPHOLD = "uphold", "维持"
    OVERTURN = "overturn", "推翻"


class RefusalKind(Code):
    """否定答复."""

    DECLINE = "decline", "不予受理"
    EXPLANATION = "explanation", "解释告知"
    REPLY = "reply", "反馈不能办"


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
