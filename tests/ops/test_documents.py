"""What the documents name is there: paths, targets of make, names of the glossary."""

import re
from pathlib import Path

import pytest

from ops.settings import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "deploy" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
TREE = ("models", "activities", "workflows", "api", "ops", "migrations", "tests", "deploy", "docs")
CODE = ("models", "activities", "workflows", "api")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = re.findall(rf"`((?:{'|'.join(TREE)})/[\w./-]*\w)`", text)
    missing = [path for path in named if not (ROOT / path).exists() and not (ROOT / f"{path}.py").exists()]
    links = [link for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) if not (document.parent / link).exists()]
    assert not missing
    assert not links


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_target_of_make_that_a_document_names_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", document.read_text(encoding="utf-8"))) <= targets


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    names = re.findall(
        r"^\| [^|]+ \| `(\w+)` \|", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    code = "\n".join(path.read_text(encoding="utf-8") for room in CODE for path in (ROOT / room).rglob("*.py"))
    assert len(names) > 30
    assert not [
        name for name in names if not re.search(rf"^(?:class|(?:async )?def|    (?:async )?def) {name}\b", code, re.M)
    ]


def test_the_documents_name_every_room_of_the_api() -> None:
    rooms = {path.parent.name for path in (ROOT / "api").glob("*/__init__.py")}
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not [room for room in rooms if f"{room}/" not in text], name


def test_what_a_newcomer_looks_for_is_in_the_files_named() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("## Where is") : text.index("## The rooms")]
    rows = [line.split("|")[2:4] for line in table.splitlines()[3:] if line.startswith("|")]
    assert len(rows) >= 10
    for place, wanted in rows:
        files = re.findall(r"`([\w/.]+)`", place) or re.findall(r"\]\(\.\./([\w.]+)\)", place)
        assert 1 <= len(files) <= 2, place
        content = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in files)
        missing = [name for name in re.findall(r"`([^`]+)`", wanted) if name not in content]
        assert not missing, place
