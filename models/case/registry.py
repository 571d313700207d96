"""Where the acts on a case register themselves (案件规则登记)."""

from models.aggregate.registry import Registry

CASE = Registry()
act, applies, expires, consequence = CASE.act, CASE.applies, CASE.expires, CASE.consequence
