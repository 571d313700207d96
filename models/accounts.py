"""账号规则 (GB/T 22239-2019 8.1.4.1, 8.1.4.2, 8.1.5): passwords, who needs a second factor, and who may not be both.

系统、安全、审计 administration are three people: one who could set the system up, hand out rights and read the log of
it all would be watched by nobody.
"""

from collections.abc import Iterable
from datetime import timedelta

from models.codes import Role

ADMINISTRATORS = (Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
"""三员: each with an interface of its own; none of them reads a case."""

SECOND_FACTOR = (Role.SUPERVISOR, *ADMINISTRATORS)
"""Who signs in with two factors, where the installation asks for it."""

WITHOUT_UNIT = (Role.AUDITOR, *ADMINISTRATORS)

IDLE = timedelta(minutes=30)
"""A browser that nobody has touched for so long is signed out (登录超时)."""

SESSION = timedelta(hours=12)
"""A working day with its overtime; then one signs in again."""

SHORTEST_PASSWORD = 10
KINDS_OF_CHARACTERS = 3
"""Of lower case, upper case, digits and others (口令复杂度)."""


def weakness(password: str, username: str) -> str | None:
    """Why a password is too weak, and what would do; None for one that will do."""
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
    """The role of the same person that forbids this one (三员互斥), or None.

    Of the three administrators a person is one at most; and who administers works on no cases and audits none.
    """
    for other in held:
        if other is not role and (role in ADMINISTRATORS or other in ADMINISTRATORS):
            return other
    return None
