"""Pages under load (页面耗时): each page, as its own user gets it, with ten thousand open cases.

    bancheng pages [--cases 10000] [--rounds 20]

The cases are copies of one real case of each window, as rows of the register, which pages read. They have no
workflows, and nothing may be done to them. The floor is the sign-in page of the same process, which reads nothing.
"""

import json
import re
import statistics
import time
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg

from ops.postgres import conninfo
from ops.system import System

WINDOWS, DEPARTMENTS = ("xs-center", "xs-guali", "xs-tangtou"), ("xs-mz", "xs-rs", "xs-ga", "xs-zj")
PAGES = (
    ("xs-center.clerk", ("/work", "/cases", "/cases?text=补贴", "/register", "/cases/{case_no}", "/appointments")),
    ("xs-mz.liaison", ("/work", "/cases", "/cases/{case_no}")),
    ("xs-sgb.lead", ("/work", "/board", "/cases/{case_no}", "/meetings", "/solutions", "/reports", "/organisation")),
    ("xs-jw.supervisor", ("/work", "/desk", "/board")),
    ("auditor", ("/cases", "/audit/cases/{case_no}")),
    ("admin", ("/calendar", "/organisation", "/administration")),
)
REACH_MS = 100.0

_COPY = """
INSERT INTO cases SELECT (jsonb_populate_record(c, jsonb_build_object(
    'case_no', c.case_no || '-' || n,
    'matter', c.matter || n,
    'search', c.search || ' ' || n,
    'registered_at', c.registered_at - n * interval '1 minute',
    'due_at', c.due_at + (n % 200 - 100) * interval '1 hour',
    'overdue', n %% 50 = 0
))).* FROM cases c, generate_series(1, %(each)s) n WHERE c.case_no = ANY(%(models)s)
"""


def fill(system: System, http: httpx.Client, cases: int) -> str:
    """Fill in open cases. Returns the number of a real one."""
    models = []
    for place, window in enumerate(WINDOWS):
        department = DEPARTMENTS[place % len(DEPARTMENTS)]
        number = _real(system, http, window, department)
        models.append(number)
    with psycopg.connect(conninfo(system.database_url)) as connection:
        connection.execute(_COPY.replace("n % 200", "n %% 200"), {"each": cases // len(models), "models": models})
        connection.execute("ANALYZE cases")
        [count] = connection.execute("SELECT count(*) FROM cases").fetchone() or [0]
    print(f"在办 {count} 件")
    return models[0]


def _real(system: System, http: httpx.Client, window: str, department: str) -> str:
    def sent(user: str, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        form = {"username": user, "password": system.password}
        token = http.post("/api/token", data=form).json()["access_token"]
        answer = http.post(path, json=body, headers={"Authorization": f"Bearer {token}", **headers})
        answer.raise_for_status()
        return answer

    registration = {
        "channel": "window",
        "unit": window,
        "matter": {"name": "残疾人护理补贴"},
        "request_type": "coordination",
        "narrative": "补贴停发，几个部门都说不归自己",
        "applicant": {"name": "周先生", "kind": "person"},
    }
    clerk, key = f"{window}.clerk", {"Idempotency-Key": f"bench-{window}"}
    number = str(sent(clerk, "/api/cases", registration, **key).json()["case_no"])
    task = {"unit": department, "role": "lead", "task": "核对停发原因"}
    diagnosis = {"category": "difficult", "reason": "跨部门", "causes": ["process"], "obstacles": ["数据不通"]}
    for user, name, body in (
        (clerk, "accept", {}),
        (clerk, "diagnose", {**diagnosis, "measures": ["agency"]}),
        (f"{window}.head", "assign", {"assignments": [task]}),
    ):
        sent(user, f"/api/cases/{number}/{name}", body)
    return number


def signed_in(system: System, user: str) -> httpx.Client:
    """A browser signed in as this user."""
    http = httpx.Client(base_url=system.api_url, headers={"accept": "text/html"}, timeout=60)
    token = re.search(r'name="csrf" value="(\w+)"', http.get("/sign-in").text)
    form = {"username": user, "password": system.password, "csrf": token.group(1) if token else ""}
    http.post("/sign-in", data=form)
    return http


def times(http: httpx.Client, path: str, rounds: int) -> Iterator[float]:
    """Milliseconds of each round, warm."""
    for place in range(rounds + 2):
        began = time.perf_counter()
        answer = http.get(path)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"{path} 答 {answer.status_code}")
        if place > 1:
            yield took


def main(cases: int, rounds: int) -> int:
    """Print each page's times. Returns exit code 1 when one is beyond the target."""
    figures: dict[str, dict[str, float]] = {}
    with System() as system:
        with httpx.Client(base_url=system.api_url, timeout=60) as http:
            case_no = fill(system, http, cases)
            floor = statistics.median(times(http, "/sign-in", rounds))
        print(f"地板（登录页）{floor:.1f} ms")
        for user, paths in PAGES:
            http = signed_in(system, user)
            for path in paths:
                took = sorted(times(http, path.format(case_no=case_no), rounds))
                p50, p95 = statistics.median(took), took[int(len(took) * 0.95) - 1]
                figures[f"{user} {path}"] = {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}
                print(f"{user:18} {path:22} p50 {p50:6.1f}  p95 {p95:6.1f}  {p50 / floor:5.1f} 倍地板")
            http.close()
    slow = [name for name, took in figures.items() if took["p50_ms"] > REACH_MS]
    report = {"cases": cases, "floor_ms": round(floor, 1), "slow": slow, "pages": figures}
    print(json.dumps(report, ensure_ascii=False))
    return 1 if slow else 0
