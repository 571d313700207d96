"""The registry of acts on a solution (一类事规则登记)."""

from models.aggregate import Registry

SOLUTION = Registry()
act, applies, expires = SOLUTION.act, SOLUTION.applies, SOLUTION.expires
