"""`bancheng attack`: call every endpoint as every role, within its description and beyond (schemathesis).

Finds server errors, statuses and types that the description does not name, and answers that do not fit it. Exit code 1
when something was found; it is printed with a command that repeats it.
"""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from ops.system import System

ROLES = (
    *("xs-center.clerk", "xs-center.head", "xs-mz.liaison", "xs-sgb.lead", "xs-jw.supervisor"),
    *("auditor", "admin", "security-admin", "audit-admin"),
)
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
LEFT_OUT = ("/api/token", "/api/session", "/api/me/password")
"""Paths that would sign the attacker out or lock the account."""

SECONDS = 900
RATES = {f"BANCHENG_RATE_{name}": "1000000" for name in ("SIGNED_IN", "ANONYMOUS", "ADDRESS")}


def attack(system: System, user: str | None, examples: int, phases: str = "examples,coverage,fuzzing") -> str | None:
    """Attack as this user (None: signed out). Returns the failures, or None."""
    line = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{system.api_url}/openapi.json"]
    line += ["--checks", CHECKS, "--phases", phases, "--max-examples", str(examples), "--request-timeout", "30"]
    line += ["--continue-on-failure", "--generation-deterministic"]
    for path in LEFT_OUT:
        line += ["--exclude-path", path]
    if user:
        form = {"username": user, "password": system.password}
        token = httpx.post(f"{system.api_url}/api/token", data=form).raise_for_status().json()["access_token"]
        line += ["-H", f"Authorization: Bearer {token}"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=system.logs)
    return None if done.returncode == 0 else done.stdout[done.stdout.find("FAILURES") :] + done.stderr


def main(examples: int) -> int:
    """Attack as each role in turn."""
    wrong = 0
    os.environ.update(RATES)  # else the rate limits would refuse most requests
    with System() as system:
        for user in (*ROLES, None):
            weakness = attack(system, user, examples)
            print(f"{user or '未登录'}：{'没有发现' if weakness is None else '发现问题'}", flush=True)
            if weakness is not None:
                wrong += 1
                print(weakness)
    return 1 if wrong else 0
