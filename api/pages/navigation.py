"""导航: where each role goes besides the page it is on."""

from models.codes import Role

WORK, SEARCH = ("/work", "今天的工作"), ("/cases", "查案件")
BOARD, MEETINGS, FLOW = ("/board", "看板"), ("/meetings", "联席会议"), ("/flow", "办理流程图")
CALENDAR, UNITS = ("/calendar", "工作日历"), ("/organisation", "机构")
SOLUTIONS, REPORTS = ("/solutions", "一类事"), ("/reports", "月度分析")
TODAY, IMPORTS = ("/appointments", "预约"), ("/imports", "批量导入")

PLACES: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.CLERK: (WORK, ("/register", "登记"), SEARCH, SOLUTIONS, TODAY, IMPORTS, FLOW, CALENDAR),
    Role.HEAD: (WORK, ("/register", "登记"), SEARCH, SOLUTIONS, BOARD, REPORTS, TODAY, IMPORTS, FLOW, CALENDAR),
    Role.LIAISON: (WORK, SEARCH, SOLUTIONS, FLOW, CALENDAR),
    Role.LEAD: (WORK, BOARD, SEARCH, SOLUTIONS, MEETINGS, REPORTS, FLOW, CALENDAR, UNITS),
    Role.SUPERVISOR: (WORK, ("/desk", "督导台"), BOARD, SEARCH, SOLUTIONS, MEETINGS, REPORTS, FLOW, CALENDAR),
    Role.AUDITOR: (("/audit", "审计"), SEARCH, SOLUTIONS, MEETINGS, REPORTS, FLOW, CALENDAR, UNITS),
    Role.ADMIN: (("/administration", "告警"), ("/administration/workflows", "案件流程"), CALENDAR, UNITS),
    Role.SECURITY_ADMIN: (("/administration", "告警"), CALENDAR, UNITS),
    Role.AUDIT_ADMIN: (("/administration", "告警"),),
}
"""By role: addresses and their names, the first most often needed."""
