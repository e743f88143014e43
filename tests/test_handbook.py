"""Everything that can be found can be explained, in whole sentences, and docs/ says the same."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from fargate_patch import handbook, mechanisms, obstacles
from fargate_patch.handbook import Entry, entries
from fargate_patch.remedies.kind import kinds
from fargate_patch.report import View
from fargate_patch.report.sarif import render
from fargate_patch.result import FileResult, Finding, Status

ROOT = Path(__file__).resolve().parents[1]
ALL = pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry.kind}-{entry.name}")


def test_every_finding_mechanism_and_remedy_has_one_entry() -> None:
    kept = [e.name for e in entries() if e.kind == handbook.MECHANISM]
    assert sorted(kept) == sorted(mechanisms.catalogue())
    assert [e.code for e in entries() if e.kind == handbook.OBSTACLE] == list(obstacles.catalogue())
    assert sorted(e.name for e in entries() if e.kind == handbook.REMEDY) == sorted(kinds())
    codes = [e.code for e in entries() if e.code]
    assert codes == sorted(set(codes))


def test_codes_say_what_kind_of_finding_it_is() -> None:
    for entry in entries():
        if entry.code:
            first = {handbook.MECHANISM: "1", handbook.OBSTACLE: "23", handbook.OTHER: "09"}[entry.kind]
            assert re.fullmatch(rf"FP[{first}][0-9]{{2}}", entry.code)
            assert entry.level in ("error", "warning", "note")


@ALL
def test_the_text_is_whole(entry: Entry) -> None:
    assert entry.title
    assert not entry.title.endswith(".")
    for text in (entry.what, entry.why, entry.fix):
        assert text == text.strip()
        assert not text or text[-1] in ".:)`", text
    assert not entry.advice.endswith(".")
    assert all(re.fullmatch(r"https://[^\s<>]+", source) for source in entry.sources)
    if entry.kind in (handbook.MECHANISM, handbook.OBSTACLE):
        assert entry.what
        assert entry.see
    if entry.code:
        assert entry.fix
    if entry.code and entry.kind != handbook.OTHER:
        assert entry.advice
        assert entry.sources


@ALL
def test_what_shows_it_is_a_command(entry: Entry) -> None:
    """It begins with a program that a person has, and a shell can take it apart."""
    if entry.see:
        assert shlex.split(entry.see)[0] in {"docker", "fargate-patch", "ssh"}, entry.see


@ALL
def test_a_code_and_a_name_lead_to_it(entry: Entry) -> None:
    assert entry in handbook.find(entry.name.upper())
    assert entry.code is None or handbook.find(entry.code.lower()) == (entry,)


def test_docs_are_up_to_date() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import make_docs
    finally:
        sys.path.pop(0)
    assert make_docs.differing() == (), "run `make docs`"


def test_sarif_has_a_rule_for_every_code() -> None:
    import json

    findings = [Finding(code, "x", "y", "Dockerfile", 1, None, False) for code in handbook.codes()]
    log = json.loads(render([FileResult("Dockerfile", Status.BLOCKED, findings=tuple(findings), old=b"x\n")], View()))
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(handbook.codes())
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == [e.level for e in entries() if e.code]
    assert all(rule["help"]["text"] and rule["fullDescription"]["text"] for rule in rules)
