"""卷宗: exported, checked away from the system, and every change to it named."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from activities.archive import sm3
from api.dossier import LEDGER, MANIFEST, RULES, DossierError, opened
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


def audit(path: Path) -> subprocess.CompletedProcess[str]:
    """As on a machine without the system: no address of anything in the environment."""
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONUTF8")}
    command = [sys.executable, "-m", "ops.audit", "--export", str(path)]
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


def test_a_forger_who_makes_new_digests_is_found_by_the_replay(dossier: bytes, tmp_path: Path) -> None:
    def forge(files: dict[str, bytes]) -> None:
        files[LEDGER] = files[LEDGER].replace("某办法第三条".encode(), "某办法第四条".encode())

    path = tmp_path / "case.zip"
    path.write_bytes(changed(dossier, forge, listed=True))
    done = audit(path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "detail" in done.stdout
