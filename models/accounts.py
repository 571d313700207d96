"""账号规则 (GB/T 22239-2019 8.1.4.1, 8.1.4.2, 8.1.5): passwords, second factors, and roles that exclude each other.

系统、安全、审计 administration are three people: nobody could check one who held all three.
"""

from collections.abc import Iterable
from datetime import timedelta

from models.codes import Role

ADMINISTRATORS = (Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
"""三员: each has its own interface; none reads a case."""

SECOND_FACTOR = (Role.SUPERVISOR, *ADMINISTRATORS)
"""Roles that need two factors, where the installation requires it."""

WITHOUT_UNIT = (Role.AUDITOR, *ADMINISTRATORS)

IDLE = timedelta(minutes=30)
"""An idle browser is signed out after this time (登录超时)."""

SESSION = timedelta(hours=12)
"""The longest session: a working day with overtime."""

SHORTEST_PASSWORD = 10
KINDS_OF_CHARACTERS = 3
"""How many of: lower case, upper case, digits, others (口令复杂度)."""


def weakness(password: str, username: str) -> str | None:
    """Why a password is too weak and what is required; None for a good one."""
    kinds = [
        any(letter.islower() for letter in password),
        any(letter.isupper() for letter in password),
        any(letter.isdigit() for letter in password),
        any(not letter.isalnum() for letter in password),
    ]
    if len(password) < SHORTEST_PASSWORD or sum(kinds) < KINDS_OF_CHARACTERS:
        return f"口令至少 {SHORTEST_PASSWORD} 位，并含大写字母、小写字母、数字、符号中的三种"
    if username.lower() in password.lower():
        return "口令不能包含用户名"
    return None


def excluded(role: Role, held: Iterable[Role]) -> Role | None:
    """The person's other role that excludes this one (三员互斥), or None.

    A person may be one of the three administrators at most, and an administrator neither handles nor audits cases.
    """
    for other in held:
        if other is not role and (role in ADMINISTRATORS or other in ADMINISTRATORS):
            return other
    return None
