"""Where the acts on an inquiry register themselves (倒查规则登记)."""

from models.aggregate import Registry

INQUIRY = Registry()
act, applies, expires, consequence = INQUIRY.act, INQUIRY.applies, INQUIRY.expires, INQUIRY.consequence
