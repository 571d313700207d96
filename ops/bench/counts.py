"""Counts of the reference case: exact, so they are compared for equality."""

import re
import uuid
from typing import Any

import httpx
import psycopg

from ops.bench.reference import ACTS, REGISTRATION, UNIT
from ops.postgres import conninfo
from ops.system import System
from workflows.client import connect

_STATEMENT = re.compile(r"(?:execute [^:]+|statement): (.*)")
_NOT_OF_A_CASE = (
    "NOT (EXISTS",
    "max(calendar_changes.version)",
    "FROM units",
    "FROM directories",
    "FROM imports",
    "staff.disabled_at",
    "pg_catalog",
    "SELECT '",
)
"""What the sweep and the caches ask now and then, whatever cases there are; and our own marks."""

_BESIDE = (
    *("FROM outbox", "FROM events", "followers", "department_adapters", "seq <= $2", "score_points", "reminder"),
    *("AS indexed", "FROM oversight", "SELECT cases.matter, cases.district, cases.parent", "[$4::TEXT] @> $5::JSONB"),
    *("FROM solutions", "FROM similar_documents WHERE similar_documents.kind"),
)
"""What followers and reminders ask, in their own time and for many entries at once."""


async def count_reference_case(system: System) -> dict[str, int]:
    """Events, state transitions, bytes and SQL statements of one reference case through the API."""
    _log_statements(system)
    async with httpx.AsyncClient(base_url=system.api_url, timeout=30) as http:
        tokens = {user: await _token(system, http, user) for user in {act.by.actor for act in ACTS} - {"citizen"}}
        begin = _mark(system)
        headers = {"Authorization": tokens[f"{UNIT}.clerk"], "Idempotency-Key": uuid.uuid4().hex}
        shown = (await http.post("/api/cases", json=REGISTRATION, headers=headers)).raise_for_status().json()
        for act in ACTS:
            path, query = f"/api/cases/{shown['case_no']}/{act.name}", {}
            headers = {"Authorization": tokens.get(act.by.actor, "")}
            if act.by.actor == "citizen":
                path, query = path.replace("/api/", "/api/public/", 1), {"code": shown["query_code"]}
                headers = {}
            (await http.post(path, json=act.body, params=query, headers=headers)).raise_for_status()
        statements = _statements(system, begin, _mark(system))
    client = await connect(system.temporal_address, "default")
    info: Any = (await client.get_workflow_handle(shown["case_no"]).describe()).raw_description
    execution = info.workflow_execution_info
    return {
        "events": execution.history_length,
        "state_transitions": execution.state_transition_count,
        "history_bytes": execution.history_size_bytes,
        "sql_statements": len(statements),
        "sql_statements_of_the_register": sum(text.startswith("WITH stands") for text in statements),
    }


async def _token(system: System, http: httpx.AsyncClient, user: str) -> str:
    answer = await http.post("/api/token", data={"username": user, "password": system.password})
    return f"Bearer {answer.raise_for_status().json()['access_token']}"


def _log_statements(system: System) -> None:
    with psycopg.connect(conninfo(system.database_url), autocommit=True) as connection:
        connection.execute("ALTER DATABASE bancheng SET log_statement = 'all'")
    for name in ("worker", "followers", "api"):  # the setting holds for new connections
        system.kill(name)
        system.restart(name)


def _mark(system: System) -> str:
    mark = f"mark {uuid.uuid4().hex}"
    with psycopg.connect(conninfo(system.database_url), autocommit=True) as connection:
        connection.execute(f"SELECT '{mark}'".encode())
    return mark


def _statements(system: System, begin: str, end: str) -> list[str]:
    log = (system.logs / "postgres.log").read_text(encoding="utf-8", errors="replace")
    between = log[log.rindex(begin) : log.rindex(end)]
    # A statement may run over several lines; the log begins each entry with its time.
    entries = re.split(r"\n(?=\d{4}-\d\d-\d\d )", between)[1:]
    found = [match[1] for entry in entries if (match := _STATEMENT.search(" ".join(entry.split())))]
    return [text for text in found if not any(other in text for other in _NOT_OF_A_CASE + _BESIDE)]
