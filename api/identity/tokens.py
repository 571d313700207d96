"""Access tokens and query codes (登录令牌、查询码): signed with the deployment's secret, kept nowhere."""

import base64
import hashlib
import hmac
import time

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from models.access import User
from models.codes import Role

LIFETIME_SECONDS = 12 * 3600
"""A working day with its overtime; then one signs in again."""

_CODE_LENGTH = 10
_ALGORITHM = "HS256"


class Tokens:
    """Issues and reads tokens. Everything is derived from the secret, so any API process reads any token."""

    def __init__(self, secret: bytes) -> None:
        self._key = OctKey.import_key(_derive(secret, b"token"))
        self._codes = _derive(secret, b"query-code")

    def issue(self, user: User) -> str:
        """A bearer token for this user."""
        now = int(time.time())
        claims = {
            "sub": user.username,
            "role": user.role.value,
            "unit": user.unit,
            "district": user.district,
            **({"for": user.acting_for} if user.acting_for else {}),
            **({"enrolling": True} if user.enrolling else {}),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        return jwt.encode({"alg": _ALGORITHM}, claims, self._key, algorithms=[_ALGORITHM])

    def read(self, token: str) -> User | None:
        """The user of a token; None when it is forged, broken or expired."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM]).claims
            jwt.JWTClaimsRegistry(exp={"essential": True}, sub={"essential": True}).validate(claims)
            role = Role(claims["role"])
            who = (claims["sub"], role, claims["unit"], claims["district"], claims.get("for", ""))
            return User(*who, enrolling=claims.get("enrolling", False))
        except (JoseError, ValueError, KeyError):
            return None

    def query_code(self, case_no: str) -> str:
        """The code with which the applicant looks up their case (查询码), always the same for a case."""
        mac = hmac.new(self._codes, case_no.encode(), hashlib.sha256).digest()
        return base64.b32encode(mac).decode()[:_CODE_LENGTH]

    def code_fits(self, case_no: str, code: str) -> bool:
        """Whether the code belongs to the case, in constant time."""
        return hmac.compare_digest(self.query_code(case_no).encode(), code.strip().upper().encode())


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, purpose, hashlib.sha256).digest()
