"""Codes of what comes in (来件代码)."""

from models.codes.base import Code


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


class DeclineGround(Code):
    """不予受理的理由 (R20)."""

    NOT_GOVERNMENT = "not_government", "不属政务服务"
    IN_LITIGATION = "in_litigation", "已进入诉讼仲裁复议"
    IN_PETITION = "in_petition", "已进入信访程序"
    DUPLICATE = "duplicate", "重复反映"
    OTHER_JURISDICTION = "other_jurisdiction", "不属本地管辖"
