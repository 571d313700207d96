"""Heads of ledgers sealed at the end of each day (日封存), against the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activities.heads import read_files
from api.services import Services
from models.audit import Difference, head_difference
from models.audit.heads import Sealed, break_of, key_of, newest
from models.ledger import Entry


@dataclass(frozen=True)
class Heads:
    """Heads of ledgers sealed at the end of each day (日封存)."""

    files: Sequence[Sealed]
    broken: str | None

    def difference(self, ledger: str, register: Sequence[Entry]) -> Difference | None:
        """The difference between the sealed head and the register; None where they agree."""
        if self.broken is not None:
            return Difference("heads", ledger, 0, "seal", told=self.broken)
        return head_difference(newest(self.files, ledger), register)


def read_heads(services: Services) -> Heads:
    try:
        files = read_files(services.heads)
    except ValueError as error:
        return Heads([], f"封存文件无法读取：{error}")
    return Heads(files, break_of(files, key_of(services.secret)))
