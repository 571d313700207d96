"""个人信息 at the door: sealed with a key of its case on the way in, opened for its readers on the way out.

A case's key is kept sealed with a key of the ring. Words are sealed so that equal words of one case look equal: a
command that is sent again under the same key is still the same command. Opening asks for the keys of the cases whose
reader was checked, and of no others: words of another case that somebody pasted in stay sealed.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, TypeVar

import orjson

from activities.platform.ciphers import Algorithm, Key, UnreadableError
from activities.platform.keyring import KeyRing
from api.http.bodies import MALFORMED
from api.http.errors import Problem
from api.queries.keys import KeyQueries
from api.queries.record import CaseKey, CaseRecord
from models.aggregate import Act
from models.case import Case
from models.errors import FieldError, conflict
from models.personal import DESTROYED, TOKEN, Path, is_sealed, keys_in, opened, personal_paths, replaced

KEY_ID_BYTES = 9
PIECE = 12
AT_ONCE = 500
"""Keys sealed anew at a time."""

"""Characters of a piece's digest: enough to tell pieces apart, and less to keep."""

GONE = "本案个人信息的保存期已满并已销毁，不能再填写有关个人的内容"

Value = TypeVar("Value")


@dataclass(frozen=True)
class NewKey:
    """The key of a case that has no number yet."""

    key: Key
    row: dict[str, Any]
    """Its row in `case_keys`, but the number."""


@dataclass
class PersonalData:
    """Seals and opens the personal words of cases."""

    queries: KeyQueries
    ring: KeyRing
    secret: bytes

    def new_key(self) -> NewKey:
        """A fresh key for a case that is about to be registered."""
        ring_key = self.ring.current
        key = Key.new(secrets.token_urlsafe(KEY_ID_BYTES), ring_key.algorithm)
        row = {"key_id": key.id, "algorithm": key.algorithm, **self._wrapped(key), "made_at": datetime.now(UTC)}
        return NewKey(key, row)

    def sealed(self, act: type[Act], body: dict[str, Any], key: Key) -> dict[str, Any]:
        """The body of a command with its personal words sealed."""
        return replaced(body, personal_paths(act), lambda _, words: _seal(key, words))

    def sealed_for(self, record: CaseRecord, act: type[Act], body: dict[str, Any]) -> dict[str, Any]:
        """The body sealed for a registered case. 409 when its key is destroyed; one from before keys stays plain."""
        refuse_sealed(act, body)
        if not personal_paths(act) or not record.keys:
            return body
        if record.keys[0].wrapped is None:
            raise conflict(GONE)
        return self.sealed(act, body, self._unwrapped(record.keys[0]))

    async def sealed_text(self, case_no: str, text: str) -> str:
        """A text of a case, sealed as a whole. 409 when its key is destroyed; without a key it stays plain."""
        keys = await self.queries.of_case(case_no)
        if not keys:
            return text
        if keys[0].wrapped is None:
            raise conflict(GONE)
        return _seal(self._unwrapped(keys[0]), text)

    async def sealed_bytes(self, case_no: str, content: bytes, context: str) -> bytes:
        """A file of a case, sealed. 409 when the case's key is destroyed; without a key it stays plain."""
        keys = await self.queries.of_case(case_no)
        if not keys:
            return content
        if keys[0].wrapped is None:
            raise conflict(GONE)
        return self._unwrapped(keys[0]).seal(content, context.encode())

    async def opened_bytes(self, case_no: str, content: bytes, context: str) -> bytes | None:
        """A file of a case, opened; None where it was changed or its key is destroyed."""
        keys = await self.queries.of_case(case_no)
        if not keys:
            return content
        try:
            return None if keys[0].wrapped is None else self._unwrapped(keys[0]).open(content, context.encode())
        except UnreadableError:
            return None

    async def opened(self, value: Value, *case_nos: str) -> Value:
        """The value with the personal words of these cases opened; destroyed ones say so."""
        if not keys_in(value):
            return value
        return self.opened_with(await self.queries.of_cases(case_nos), value)

    def opened_with(self, keys: Iterable[CaseKey], value: Value) -> Value:
        """The value opened with keys that are known already."""
        readable: Value = opened(value, self._words(keys))
        return readable

    def opened_case(self, record: CaseRecord) -> Case:
        """The case with its personal words opened, for a view; `found.case` stays sealed."""
        if "sealed:" not in record.state:
            return record.case
        words = self._words(record.keys)

        def in_json(sealed: re.Match[str]) -> str:
            return orjson.dumps(words(sealed[1], sealed[2]))[1:-1].decode()

        return Case.from_form(orjson.loads(TOKEN.sub(in_json, record.state)))

    async def case(self, case: Case) -> Case:
        """The case opened, where it was put together from its ledger and not read by its number."""
        state = case.state.model_dump(mode="json", exclude_defaults=True)
        if not keys_in(state):
            return case
        return Case.from_form(await self.opened(state, case.state.case_no))

    async def is_destroyed(self, case_no: str) -> bool:
        """Whether the case's key was destroyed: nobody reads its personal words again."""
        return any(row.wrapped is None for row in await self.queries.of_case(case_no))

    async def rewrap_some(self) -> int:
        """After a rotation: seal keys of cases anew with the ring's current key; how many, AT_ONCE at most."""
        keys = await self.queries.others_than(self.ring.current.id, AT_ONCE)
        for row in keys:
            await self.queries.rewrap(row.key_id, row.ring_key, **self._wrapped(self._unwrapped(row)))
        return len(keys)

    def fault(self, row: Any | None, *, destruction: bool) -> str | None:
        """The fault of a case's key row, for the audit; None where there is none."""
        if row is None:
            return "案件数据密钥缺失：这一行被删除"
        if row.wrapped is None:
            return None if destruction else "案件数据密钥没有了，却没有办理销毁的记录"
        try:
            self._unwrapped(row)
        except (UnreadableError, ValueError):
            return "案件数据密钥无法打开：被改动，或密钥环缺少它的密钥"
        return None

    def identity(self, applicant: dict[str, Any]) -> str | None:
        """A digest that is equal for the same person, under the installation's secret: an 身份证号 is soon guessed."""
        if not applicant.get("id_no"):
            return None
        number = f"{applicant.get('id_type')}:{str(applicant['id_no']).strip().upper()}"
        return hmac.new(self.secret, f"identity:{number}".encode(), hashlib.sha256).hexdigest()[:32]

    def pieces(self, text: str) -> list[str]:
        """Digests of all single and neighbouring characters of a text, by which a search finds it."""
        lowered = text.lower()
        return [self._piece(piece) for piece in sorted({*lowered, *_pairs(lowered)})]

    def wanted_pieces(self, word: str) -> list[str]:
        """Digests that a text must have to hold this word."""
        lowered = word.lower()
        return [self._piece(each) for each in (_pairs(lowered) if len(lowered) > 1 else {lowered})]

    def _piece(self, piece: str) -> str:
        return hmac.new(self.secret, f"piece:{piece}".encode(), hashlib.sha256).hexdigest()[:PIECE]

    def _words(self, keys: Iterable[CaseKey]) -> Callable[[str, str], str]:
        """How words sealed with these keys are opened; each key is unwrapped once, and only if a word wants it."""
        rows = {row.key_id: row for row in keys}
        known: dict[str, Key | None] = {}

        def words(key_id: str, sealed: str) -> str:
            if key_id not in rows:
                return f"sealed:{key_id}:{sealed}"
            if key_id not in known:
                row = rows[key_id]
                known[key_id] = None if row.wrapped is None else self._unwrapped(row)
            key = known[key_id]
            return DESTROYED if key is None else _open(key, sealed)

        return words

    def _wrapped(self, key: Key) -> dict[str, Any]:
        ring_key = self.ring.current
        return {"ring_key": ring_key.id, "wrapped": ring_key.derived("case-keys").seal(key.secret, key.id.encode())}

    def _unwrapped(self, row: Any) -> Key:
        secret = self.ring.key(row.ring_key).derived("case-keys").open(row.wrapped, row.key_id.encode())
        return Key(row.key_id, Algorithm(row.algorithm), secret)


def _pairs(text: str) -> set[str]:
    return {first + second for first, second in pairwise(text)}


def refuse_sealed(act: type[Act], body: dict[str, Any]) -> None:
    """422 for words that look sealed already: nobody types those."""

    def check(path: Path, words: str) -> str:
        if is_sealed(words):
            raise Problem(422, MALFORMED, errors=[FieldError(".".join(path), "不能填写密文")])
        return words

    replaced(body, personal_paths(act), check)


def _seal(key: Key, words: str) -> str:
    sealed = key.seal_alike(words.strip().encode(), key.id.encode())
    return f"sealed:{key.id}:{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def _open(key: Key, sealed: str) -> str:
    try:
        padded = sealed + "=" * (-len(sealed) % 4)
        return key.open(base64.urlsafe_b64decode(padded), key.id.encode()).decode()
    except (UnreadableError, ValueError):
        return "〔密文被改动，无法解读〕"
