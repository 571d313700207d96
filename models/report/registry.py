"""The registry of acts on a monthly analysis (月度分析规则登记)."""

from models.aggregate import Registry

REPORT = Registry()
act, applies, expires = REPORT.act, REPORT.applies, REPORT.expires
