"""Codes of the organisation (机构与角色代码)."""

from models.codes.base import Code


class Visibility(Code):
    """Who may open a file of a case (附件可见范围)."""

    CASE = "case", "能看本案的人"
    WINDOW = "window", "只限窗口、牵头和监督"
    APPLICANT = "applicant", "反映人也能看"


class Role(Code):
    """角色 (contract, Signing in and scope)."""

    CLERK = "clerk", "窗口工作人员"
    HEAD = "head", "窗口负责人"
    LIAISON = "liaison", "部门联络员"
    LEAD = "lead", "牵头部门经办"
    SUPERVISOR = "supervisor", "监督人员"
    AUDITOR = "auditor", "审计人员"
    ADMIN = "admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
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
