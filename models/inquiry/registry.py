"""The registry of acts on an inquiry (倒查规则登记)."""

from models.aggregate import Registry

INQUIRY = Registry()
act, applies, expires, consequence = INQUIRY.act, INQUIRY.applies, INQUIRY.expires, INQUIRY.consequence
