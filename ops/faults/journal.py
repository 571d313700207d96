"""The journal (流水): what was asked and what was answered, on disk before anybody relies on it.

One JSON object a line, each written through to the disk. It is the only witness of the trial besides the register and
the engine: the checks read the file, not the memory of those who wrote it.
"""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Journal:
    """Writes lines from any thread, in the order in which they happened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = open(path, "a", encoding="utf-8")  # noqa: SIM115  closed with the trial
        self._turn = threading.Lock()

    def note(self, event: str, **said: Any) -> float:
        """Write one line through to the disk; its time, in seconds of the machine's monotonic clock."""
        with self._turn:
            at = time.monotonic()
            self._file.write(json.dumps({"at": round(at, 4), "event": event, **said}, ensure_ascii=False) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            return at

    def close(self) -> None:
        """The trial is over."""
        self._file.close()


@dataclass
class Request:
    """One request under one key, as the journal tells it, however often it was sent."""

    key: str
    command: str
    actor: str
    kind: str
    """The fault during which it was first sent."""
    path: str
    body: dict[str, Any]
    query: dict[str, str]
    tries: int = 0
    """How often it was sent."""
    answers: list[dict[str, Any]] = field(default_factory=list)
    """Every acknowledgement, with `case_no`, `seq` (how far the ledger had come) and `query_code` of a registration."""
    refusals: list[dict[str, Any]] = field(default_factory=list)
    """Every other answer but "try again", with `status` and `text`."""


@dataclass
class Told:
    """Everything a journal says (流水所载)."""

    requests: dict[str, Request] = field(default_factory=dict)
    kills: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    """How often each "try again" came; "cut" where there was no answer at all."""
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    """For each fault: seconds from the kill to the first acknowledgement of something sent after it."""
    waits: list[float] = field(default_factory=list)
    """Seconds from each first sending to its first acknowledgement."""


def read(path: Path) -> Told:
    """The journal of a trial, from its file."""
    told, first_sent = Told(), dict[str, float]()
    waiting: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        event, key = said["event"], said.get("key", "")
        if event == "asked":
            names = ("key", "command", "actor", "kind", "path", "body", "query")
            told.requests[key] = Request(**{name: said[name] for name in names})
            first_sent[key] = said["at"]
        elif event == "sent":
            told.requests[key].tries += 1
        elif event == "answered":
            request = told.requests[key]
            if not request.answers:
                told.waits.append(said["at"] - first_sent[key])
            request.answers.append(said)
            over = [kill for kill in waiting if kill["at"] < said["sent_at"]]
            for kill in over:
                told.recoveries.setdefault(kill["kind"], []).append(said["at"] - kill["at"])
                waiting.remove(kill)
        elif event == "refused":
            told.requests[key].refusals.append(said)
        elif event == "again":
            told.statuses[said["status"]] = told.statuses.get(said["status"], 0) + 1
        elif event == "killed":
            told.kills.append(said)
            waiting.append(said)
    return told
