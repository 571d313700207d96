"""Files of rules edited and lost while cases are open: these go on as they began, and only new ones notice."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.rules.release import FOLDER
from ops.system import System
from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]
CLERK, HEAD = "xw-center.clerk", "xw-center.head"
DUPLICATE = {"ground": "duplicate", "explanation": "已经登记", "redirect": {"to": "原窗口", "how": "凭原编号"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(FOLDER, copy)
    return copy


@pytest.fixture(scope="module")
def people(folder: Path) -> Iterator[People]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BANCHENG_RULES", str(folder))
        system = System(time_skipping=True)
    with system:
        found = People(system)
        with found.http:
            yield found


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def start_anew(people: People) -> None:
    """The processes that read the files, by files that changed meanwhile."""
    for name in ("worker", "api"):
        people.system.kill(name)
    people.system.start("worker")
    people.system.restart("api")


def did(people: People, user: str, case_no: str, name: str, **body: Any) -> dict[str, Any]:
    answer = people.act(user, case_no, name, **body)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def paper(people: People, case_no: str, kind: str) -> str:
    [found] = [each for each in people.view(case_no, CLERK)["documents"] if each["kind"] == kind]
    answer = people.get(CLERK, found["url"])
    assert answer.status_code == 200, answer.text
    return answer.text


def test_files_change_and_vanish_under_open_cases(people: People, folder: Path) -> None:
    old, declined = people.register()["case_no"], people.register()["case_no"]
    did(people, CLERK, old, "accept")
    shown = people.view(old)
    assert (shown["profile"], shown["profile_version"]) == ("xuanwu", 1)

    edit(folder / "base.toml", "[limits.difficult]\ndays = 5", "[limits.difficult]\ndays = 2")
    edit(folder / "scope.toml", "重复反映的事项", "一事多报")
    edit(folder / "papers.toml", "现予受理", "决定受理")
    start_anew(people)
    new, declined_by_new = people.register()["case_no"], people.register()["case_no"]
    did(people, CLERK, new, "accept")
    assert people.view(new)["profile_version"] == 2
    for case_no, days, words, version in ((old, 5, "现予受理", 1), (new, 2, "决定受理", 2)):
        assert did(people, CLERK, case_no, "diagnose", **DIFFICULT)["clock"]["limit_working_days"] == days
        text = paper(people, case_no, "受理通知书")
        assert words in text
        assert f"文书版式第 {version} 版" in text
    for case_no, title in ((declined, "重复反映的事项"), (declined_by_new, "一事多报")):
        did(people, HEAD, case_no, "decline", **DUPLICATE)
        assert title in paper(people, case_no, "不予受理通知书")

    (folder / "xuanwu.toml").unlink()
    (folder / "papers.toml").write_text("[papers", encoding="utf-8")
    start_anew(people)
    did(people, CLERK, old, "note", text="继续办理")
    step = people.get("auditor", f"/api/audit/cases/{old}").json()["in_force"]
    assert (step["limits"]["difficult"]["value"], len(step["rules"])) == (5, 64)
    assert "现予受理" in paper(people, old, "受理通知书")
    assert "不好办" in paper(people, new, "分类诊断单")
    did(people, CLERK, new, "measure", kind="guidance", detail="当面指导")
    assert people.register()["profile_version"] == 2, "what was published last holds on"
    assert "papers.toml 读不了" in (people.system.logs / "api.log").read_text(encoding="utf-8")
    for case_no in (old, new):
        found = people.post("auditor", f"/api/audit/cases/{case_no}/verify").json()
        assert found["verified"], found["first_difference"]
