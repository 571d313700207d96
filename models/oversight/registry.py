"""The registry of acts on oversight (督导规则登记)."""

from models.aggregate import Registry

OVERSIGHT = Registry()
act, applies, expires = OVERSIGHT.act, OVERSIGHT.applies, OVERSIGHT.expires
