"""The simulated department's own count of notices (收件账)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass
class Received:
    """Every notice once, by its delivery id; and the number of calls."""

    calls: int = 0
    notices: dict[str, dict[str, Any]] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    """Delivery ids repeated with different content: there must be none."""

    def take(self, delivery_id: str, content: dict[str, Any]) -> bool:
        """Keep a notice. Returns whether it is new."""
        known = self.notices.get(delivery_id)
        if known is None:
            self.notices[delivery_id] = {"said": content, "times": 1, "received_at": datetime.now(UTC).isoformat()}
            return True
        known["times"] += 1
        if known["said"] != content:
            self.contradictions.append(delivery_id)
        return False

    def shown(self) -> dict[str, Any]:
        """The count: notices, and the number of different ones for each assignment."""
        tasks = [notice["said"] for notice in self.notices.values() if notice["said"]["event"] == "assignment"]
        return {
            "calls": self.calls,
            "notices": self.notices,
            "assignments": Counter(f"{task['case_no']}/{task['assignment_id']}" for task in tasks),
            "contradictions": self.contradictions,
        }
