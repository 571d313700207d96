"""Where the acts on oversight register themselves (督导规则登记)."""

from models.aggregate import Registry

OVERSIGHT = Registry()
act, applies, expires = OVERSIGHT.act, OVERSIGHT.applies, OVERSIGHT.expires
