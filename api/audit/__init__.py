"""审计 at the door: ledgers verified against their histories, and a case shown as it stood at any entry (AU3, AU4)."""

from activities.ledgers.kinds import CASES
from api.audit.showing import export, require_audited, shown
from api.audit.verifying import verify, verify_access, verify_ledger

__all__ = ["CASES", "export", "require_audited", "shown", "verify", "verify_access", "verify_ledger"]
