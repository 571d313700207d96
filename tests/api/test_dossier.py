"""卷宗: exported, checked away from the system, and every change to it named."""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from activities.archive import sm3
from activities.ledgers.answers import short
from activities.ledgers.writing import entry_of, entry_row
from activities.platform.ciphers import Algorithm
from activities.platform.keyring import DOOR, SYSTEM, KeyRing, new_ring
from activities.platform.signatures import Signer
from api.audit.dossier import COMMANDS, HISTORIES, LEDGER, MANIFEST, PUBLIC_KEYS, RULES, SIGNATURE, DossierError, opened
from models.ledger import GENESIS, Entry, seal
from ops.settings import ROOT
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CANNOT = {"category": "cannot", "reason": "不符合条件", "causes": ["process"], "legal_basis": ["某办法第三条"]}


@pytest.fixture(scope="module")
def dossier(people: People) -> bytes:
    number = people.register("xs-center.clerk")["case_no"]
    explanation = {"text": "依据某办法第三条不能办理", "legal_basis": ["某办法第三条"], "alternatives": []}
    for command, body in (("accept", {}), ("diagnose", CANNOT), ("explain", explanation)):
        assert people.act("xs-center.clerk", number, command, **body).status_code == 200
    answer = people.get("auditor", f"/api/audit/cases/{number}/export")
    assert answer.status_code == 200, answer.text
    assert people.get("xs-center.head", f"/api/audit/cases/{number}/export").status_code == 403
    return answer.content


def audit(path: Path, keys: Path | None = None) -> subprocess.CompletedProcess[str]:
    """As on a machine without the system: no address of anything in the environment."""
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONUTF8")}
    command = [sys.executable, "-m", "ops", "audit", "--export", str(path), *(["--keys", str(keys)] if keys else [])]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_a_package_holds_what_it_lists_and_its_pages_tell_the_story(dossier: bytes) -> None:
    files = opened(dossier)
    manifest = json.loads(files[MANIFEST])
    assert manifest["metadata"]["政策档"].startswith("xiaoshan@")
    assert manifest["ledger_entries"] == len(files[LEDGER].splitlines())
    assert any(name.startswith("documents/") for name in files)
    page = files["steps.html"].decode()
    assert "解释告知" in page
    assert "<script" not in page
    assert "http" not in page


def test_the_rules_of_the_case_are_in_it_each_under_its_digest(dossier: bytes, tmp_path: Path) -> None:
    files = opened(dossier)
    digest = json.loads(files[LEDGER].splitlines()[0])["detail"]["opening"]["rules"]
    rules = json.loads(files[RULES])
    whole = rules[digest]["content"]
    assert set(rules) == {digest, *(whole[kind] for kind in ("place", "base", "scope", "words"))}
    assert rules[whole["base"]]["content"]["limits"]["cannot"]["days"] == 3
    assert rules[whole["place"]]["content"]["name"] == "萧山区"

    def forge(packed: dict[str, bytes]) -> None:
        packed[RULES] = packed[RULES].replace(b'"days": 3', b'"days": 9')

    path = tmp_path / "case.zip"
    path.write_bytes(changed(dossier, forge, listed=True))
    done = audit(path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "的内容与摘要不符：被改动" in done.stderr


def test_it_verifies_away_from_the_system(dossier: bytes, tmp_path: Path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(dossier)
    done = audit(path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "相符" in done.stdout


def changed(dossier: bytes, change: Callable[[dict[str, bytes]], None], *, listed: bool = False) -> bytes:
    """The package with something changed; `listed`: by a forger who makes new digests for the manifest too."""
    with zipfile.ZipFile(io.BytesIO(dossier)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    change(files)
    if listed:
        manifest = json.loads(files[MANIFEST])
        for said in manifest["files"]:
            content = files[said["path"]]
            said.update(sha256=hashlib.sha256(content).hexdigest(), sm3=sm3(content))
        files[MANIFEST] = json.dumps(manifest, ensure_ascii=False).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def test_what_was_changed_added_or_taken_out_is_named(dossier: bytes) -> None:
    def forge(files: dict[str, bytes]) -> None:
        files[LEDGER] = files[LEDGER].replace("某办法第三条".encode(), "某办法第四条".encode())

    for change, said in (
        (forge, LEDGER),
        (lambda files: files.pop("README.txt"), "缺少文件 README.txt"),
        (lambda files: files.update(extra=b"x"), "多出文件 extra"),
        (lambda files: files.pop(MANIFEST), "不是卷宗"),
    ):
        with pytest.raises(DossierError, match=said):
            opened(changed(dossier, change))
    with pytest.raises(DossierError, match="不是卷宗"):
        opened(b"nothing")


def with_new_digests(files: dict[str, bytes], **changes: Any) -> None:
    """The list of digests made anew, as a forger without our keys can."""
    manifest = {**json.loads(files[MANIFEST]), **changes}
    for said in manifest["files"]:
        content = files[said["path"]]
        said.update(sha256=hashlib.sha256(content).hexdigest(), sm3=sm3(content), bytes=len(content))
    files[MANIFEST] = json.dumps(manifest, ensure_ascii=False).encode()


def rechained(files: dict[str, bytes]) -> None:
    """Another actor, in a chain that fits: in the ledger, in the histories' answers, in the list."""
    ledger: list[Entry] = []
    for line in files[LEDGER].splitlines():
        entry = replace(entry_of(json.loads(line)), actor="someone.else", prev=ledger[-1].hash if ledger else GENESIS)
        ledger.append(seal(entry))
    files[LEDGER] = b"".join(json.dumps(entry_row(entry), ensure_ascii=False).encode() + b"\n" for entry in ledger)
    for name in [name for name in files if name.startswith(HISTORIES)]:
        said = json.loads(files[name])
        answers = [{"entries": [short(entry) for entry in ledger]}]
        for event in said["history"]["events"]:
            result = event.get("markerRecordedEventAttributes", {}).get("details", {}).get("result")
            if result:
                content = json.dumps(answers.pop() if answers else {"entries": []}).encode()
                result["payloads"][0]["data"] = base64.b64encode(content).decode()
        files[name] = json.dumps(said, ensure_ascii=False).encode()
    with_new_digests(files, ledger_head=ledger[-1].hash)


def another_case(files: dict[str, bytes]) -> None:
    with_new_digests(files, case_no="320102-20990101-0001")


def another_word(files: dict[str, bytes]) -> None:
    files[LEDGER] = files[LEDGER].replace("某办法第三条".encode(), "某办法第四条".encode())
    with_new_digests(files)


def commands_swapped(files: dict[str, bytes]) -> None:
    """Two commands under each other's ids."""
    kept = [json.loads(line) for line in files[COMMANDS].splitlines()]
    kept[1]["id"], kept[2]["id"] = kept[2]["id"], kept[1]["id"]
    files[COMMANDS] = b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in kept)
    with_new_digests(files)


def another_paper(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.startswith("documents/"))
    files[name] += b"<p>x</p>"
    with_new_digests(files)


def another_outcome(files: dict[str, bytes]) -> None:
    with_new_digests(files, metadata={**json.loads(files[MANIFEST])["metadata"], "办理结果": "done"})


def no_signature(files: dict[str, bytes]) -> None:
    del files[SIGNATURE]


FORGERS = (rechained, another_case, another_word, commands_swapped, another_paper, another_outcome, no_signature)


@pytest.mark.parametrize("forge", FORGERS, ids=lambda forge: forge.__name__)
def test_a_forger_who_makes_new_digests_has_no_signature(
    dossier: bytes, tmp_path: Path, forge: Callable[[dict[str, bytes]], None]
) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(changed(dossier, forge))
    done = audit(path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "签名" in done.stdout


def signed_by(ring: KeyRing, whose: str) -> Callable[[dict[str, bytes]], None]:
    """What another installation, or whoever stole the doors' key, makes of a package: it fits in itself."""

    def forge(files: dict[str, bytes]) -> None:
        files[PUBLIC_KEYS] = json.dumps({**json.loads(files[PUBLIC_KEYS]), **ring.public_keys()}).encode()
        with_new_digests(files)
        files[SIGNATURE] = Signer(ring, whose).sign_text(files[MANIFEST]).encode()

    return forge


def test_the_auditors_own_list_of_keys_decides(people: People, dossier: bytes, tmp_path: Path) -> None:
    keys = tmp_path / "kept" / "public-keys.json"
    keys.parent.mkdir()
    keys.write_text(json.dumps(people.system.ring.public_keys()), encoding="utf-8")
    path = tmp_path / "case.zip"
    path.write_bytes(dossier)
    done = audit(path, keys)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "取自卷宗本身" not in done.stdout
    other = tmp_path / "other.json"
    other.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    for ring, whose in ((KeyRing(other), SYSTEM), (people.system.ring, DOOR)):
        path.write_bytes(changed(dossier, signed_by(ring, whose)))
        done = audit(path, keys)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "清单的签名无效" in done.stdout


def test_commands_and_histories_are_checked_behind_the_signature(
    people: People, dossier: bytes, tmp_path: Path
) -> None:
    """Also who holds the system's key cannot have people say what they did not: each command has its own signature."""

    def forge(change: Callable[[dict[str, bytes]], None]) -> Callable[[dict[str, bytes]], None]:
        def forged(files: dict[str, bytes]) -> None:
            change(files)
            files[SIGNATURE] = Signer(people.system.ring, SYSTEM).sign_text(files[MANIFEST]).encode()

        return forged

    for change, told in (
        (rechained, "不是留存的那条签名指令"),
        (another_word, "detail"),
        (another_case, "清单与台账不符"),
    ):
        path = tmp_path / "case.zip"
        path.write_bytes(changed(dossier, forge(change)))
        done = audit(path)
        assert done.returncode == 1, done.stdout + done.stderr
        assert told in done.stdout, done.stdout
