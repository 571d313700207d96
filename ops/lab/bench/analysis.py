"""办法建议、月度分析耗时: a hundred thousand cases of one district.

    bancheng analysis [--cases 100000]

The cases are copies of one finished case, spread over a year; they have no workflows. Last line JSON.
"""

import asyncio
import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
from psycopg_pool import AsyncConnectionPool

from activities.reports import ReportFigures
from models.months import month_span
from models.rules import policy
from ops.lab.bench.reference import ACTS, REGISTRATION, UNIT
from ops.lab.bench.similar import similar
from ops.postgres import conninfo
from ops.system import System
from ops.what_if import Trial, count

DISTRICT = "xuanwu"
REACH_MS = 50.0

_SPREAD = """
CREATE TEMP TABLE spread AS SELECT n, '320102-' || lpad(n::text, 8, '0') AS no,
    %(newest)s::timestamptz - (n %% 12) * interval '1 month' + (n %% 25) * interval '1 day' + interval '9 hours' AS at
FROM generate_series(1, %(cases)s) n
"""
_CASES = """
INSERT INTO cases SELECT (jsonb_populate_record(c, jsonb_build_object('case_no', s.no, 'registered_at', s.at, 'seq', 5,
    'finished', true, 'state', c.state || jsonb_build_object('case_no', s.no, 'seq', 5, 'registered_at', s.at,
    'accepted_at', s.at, 'resolved_at', s.at + interval '4 hours')))).*
FROM cases c, spread s WHERE c.case_no = %(model)s
"""
_ENTRIES = """
INSERT INTO entries SELECT s.no, k.seq, s.at + (k.seq - 1) * interval '1 hour', k.action, 'a', 'clerk', %(unit)s,
    '', jsonb_build_object('opening', jsonb_build_object('district', %(district)s::text)), '', ''
FROM spread s,
    unnest(ARRAY['registered', 'accepted', 'diagnosed', 'resolved', 'archived']) WITH ORDINALITY AS k(action, seq)
"""


def fill(system: System, http: httpx.Client, count: int) -> str:
    """Fill in cases over the year before this month. Returns the month to analyse."""
    month = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    parameters = {"newest": month_span(month)[0], "cases": count, "model": _model(system, http), "unit": UNIT}
    parameters |= {"district": DISTRICT}
    with psycopg.connect(conninfo(system.database_url), autocommit=True) as connection:
        connection.execute("ALTER TABLE entries DISABLE TRIGGER USER")
        for statement in (_SPREAD, _CASES, _ENTRIES, "VACUUM ANALYZE cases", "VACUUM ANALYZE entries"):
            connection.execute(statement.encode(), parameters if "%(" in statement else None)
    return month


def _model(system: System, http: httpx.Client) -> str:
    """A finished reference case."""
    tokens: dict[str, str] = {}

    def headers(user: str) -> dict[str, str]:
        if user not in tokens:
            form = {"username": user, "password": system.password}
            tokens[user] = http.post("/api/token", data=form).raise_for_status().json()["access_token"]
        return {"Authorization": f"Bearer {tokens[user]}", "Idempotency-Key": uuid.uuid4().hex}

    shown = http.post("/api/cases", json=REGISTRATION, headers=headers(f"{UNIT}.clerk")).raise_for_status().json()
    for act in ACTS:
        path = f"/api/cases/{shown['case_no']}/{act.name}"
        if act.by.actor == "citizen":
            query = {"code": shown["query_code"]}
            http.post(path.replace("/api/", "/api/public/", 1), json=act.body, params=query).raise_for_status()
        else:
            http.post(path, json=act.body, headers=headers(act.by.actor)).raise_for_status()
    return str(shown["case_no"])


async def draw(system: System, month: str) -> dict[str, Any]:
    """The seconds of one analysis of a past month."""
    address, now = conninfo(system.database_url), datetime.now(UTC)
    async with AsyncConnectionPool(address, min_size=1, max_size=4, kwargs={"autocommit": True}) as pool:
        began = time.perf_counter()
        drawn = await ReportFigures(pool).draw(DISTRICT, month, now)
        seconds = time.perf_counter() - began
    values = drawn.figures.values
    return {
        "report_cases": values["cumulative"]["registered"],
        "report_cases_of_the_month": values["registered"],
        "report_differences": drawn.differences,
        "report_seconds": round(seconds, 2),
    }


def rerun(system: System) -> dict[str, Any]:
    """The seconds of a year's cases under another limit."""
    now = datetime.now(UTC)
    with psycopg.connect(conninfo(system.database_url)) as connection:
        began = time.perf_counter()
        trial = Trial(policy(DISTRICT), policy(DISTRICT), {"difficult": 1, "accept": 2, "assignment": 1})
        counts = count(connection, trial, (now - timedelta(days=400), now))
    return {"what_if_cases": counts["cases"], "what_if_seconds": round(time.perf_counter() - began, 2)}


def main(cases: int) -> int:
    """Fill, ask and count. Returns exit code 1 when a suggestion takes longer than its target."""
    with System() as system, httpx.Client(base_url=system.api_url, timeout=60) as http:
        month = fill(system, http, cases)
        figures = asyncio.run(draw(system, month)) | rerun(system) | asyncio.run(similar(system.database_url, cases))
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures, ensure_ascii=False))
    return 0 if figures["similar_p95_ms"] < REACH_MS and not figures["report_differences"] else 1
