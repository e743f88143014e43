"""The formats for programs: whole reports, hostile values, and what each reader asks for."""

# Report lines stand as they are.
# ruff: noqa: E501

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from results import ALL, BROKEN, CLEAN, EVIL, HOSTILE, LOST, SKIPPED

from fargate_patch.chain.model import Chain
from fargate_patch.report import View, formats, report
from fargate_patch.result import FileResult, Status, Suggestion

VIEW = View("check", root=".")


def render(name: str, *results: FileResult) -> str:
    return report(name).render(results, VIEW)


def test_the_formats_are_the_files() -> None:
    assert set(formats()) >= {"text", "github", "gitlab", "json", "junit", "markdown", "sarif"}
    assert formats()[0] == "text"


def test_json() -> None:
    found = json.loads(render("json", *ALL))
    assert (found["schema"], found["summary"]) == (1, {"would-patch": 1, "clean": 1, "skipped": 1, "error": 1})
    assert list(found) == ["schema", "version", "files", "summary"]
    assert found["files"][0] == {
        "path": "app/Dockerfile",
        "status": "would-patch",
        "reason": None,
        "stage": {"index": 0, "name": "final"},
        "base": {"image": "debian:12", "family": "debian", "source": "catalogue"},
        "pid1": {"argv": ["supervisord", "-n"], "user": "root"},
        "chains": [
            {"user": "www-data", "verdict": "reaches", "hops": [hop("supervisord", "keeps", 3)]},
            {"user": "app", "verdict": "lost", "hops": [hop("supervisord", "keeps", 3), hop("su", "drops", 4)]},
            {"user": None, "verdict": "unknown", "hops": [hop("supervisord", "keeps", 3)]},
        ],
        "findings": [
            {
                "code": "FP101",
                "level": "error",
                "mechanism": "su-login",
                "message": "su starts a login shell with a fresh environment",
                "file": "app/Dockerfile",
                "line": 4,
                "user": "app",
                "fixable": True,
            },
            {
                "code": "FP104",
                "level": "warning",
                "mechanism": "cron",
                "message": "cron drops it",
                "file": "jobs.cron",
                "line": 1,
                "user": None,
                "fixable": False,
            },
        ],
        "remedies": [{"name": "pam-env", "template": "pam-env.j2", "for": ["su-login"]}],
    }


def test_json_of_a_ready_change() -> None:
    change = Suggestion("c.ini", 3, "a", f"b\n{HOSTILE}")
    (finding,) = json.loads(render("json", replace(LOST, findings=(replace(LOST.findings[1], suggestion=change),))))[
        "files"
    ][0]["findings"]
    assert list(finding)[-2:] == ["fixable", "suggestion"]
    assert finding["suggestion"] == {
        "file": "c.ini",
        "line": 3,
        "before": "a",
        "after": "b\n" + HOSTILE.replace("\udcff", "\\xff"),
    }


def hop(program: str, effect: str, line: int) -> dict[str, object]:
    return {"program": program, "mechanism": program, "effect": effect, "file": "app/Dockerfile", "line": line}


def test_json_keeps_hostile_values_as_they_are_but_for_bytes_that_are_no_text() -> None:
    found = json.loads(render("json", EVIL).encode("utf-8"))
    assert found["files"][0]["reason"] == HOSTILE.replace("\udcff", "\\xff")


def test_github() -> None:
    assert render("github", *ALL) == (
        "::error title=fargate-patch (FP101),file=app/Dockerfile,line=4,endLine=4::"
        "app/Dockerfile:4: FP101 su starts a login shell with a fresh environment\n"
        "::error title=fargate-patch (FP000),file=b/Dockerfile,line=1,endLine=1::"
        "b/Dockerfile:1: FP000 line 3: the here-document 'EOF' is not terminated\n"
        "::warning title=fargate-patch (FP104),file=app/jobs.cron,line=1,endLine=1::"
        "app/jobs.cron:1: FP104 cron drops it (give --user)\n"
        "fargate-patch: 4 files: 1 would-patch, 1 clean, 1 skipped, 1 error\n"
    )


def test_github_shows_ten_of_a_level_and_starts_no_other_command() -> None:
    lines = render("github", *[replace(EVIL, path=f"{n}/Dockerfile") for n in range(30)]).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert (len(commands), len(lines)) == (10, 31)
    assert all(re.fullmatch(r"::error title=[^:,]*,file=[^:,]*,line=1,endLine=1::.*", line) for line in commands)
    assert not [line for line in lines[10:] if line.lstrip().startswith("::") or "##[" in line]


def test_gitlab() -> None:
    found = json.loads(render("gitlab", *ALL))
    assert [(f["check_name"], f["severity"], f["location"], f["description"]) for f in found] == [
        ("FP101", "major", {"path": "app/Dockerfile", "lines": {"begin": 4}}, "FP101: su starts a login shell with a fresh environment"),
        ("FP000", "major", {"path": "b/Dockerfile", "lines": {"begin": 1}}, "FP000: line 3: the here-document 'EOF' is not terminated"),
        ("FP104", "minor", {"path": "app/jobs.cron", "lines": {"begin": 1}}, "FP104: cron drops it (give --user)"),
    ]  # fmt: skip
    assert len({f["fingerprint"] for f in found}) == 3
    assert render("gitlab", CLEAN) == "[]\n"


def test_fingerprints_do_not_move_with_the_lines_and_differ_within_a_file() -> None:
    first = LOST.findings[0]
    twice = replace(LOST, findings=(first, replace(first, line=9)))
    moved = replace(LOST, findings=(replace(first, line=40), replace(first, line=90)))
    before, after = ([f["fingerprint"] for f in json.loads(render("gitlab", r))] for r in (twice, moved))
    assert (before, len(set(before))) == (after, 2)


def test_junit() -> None:
    assert (
        render("junit", *ALL)
        == """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites name="fargate-patch" tests="5" failures="1" errors="1">
  <testsuite name="app/Dockerfile" tests="2" failures="1" errors="0">
    <testcase name="FP101 line 4" classname="app/Dockerfile">
      <failure type="FP101" message="su starts a login shell with a fresh environment">app/Dockerfile:4: su starts a login shell with a fresh environment</failure>
    </testcase>
    <testcase name="FP104 line 1" classname="app/Dockerfile">
      <system-out>warning: app/jobs.cron:1: cron drops it (give --user)</system-out>
    </testcase>
  </testsuite>
  <testsuite name="Dockerfile" tests="1" failures="0" errors="0">
    <testcase name="clean" classname="Dockerfile">
    </testcase>
  </testsuite>
  <testsuite name="b/Dockerfile" tests="1" failures="0" errors="1">
    <testcase name="FP000 line 1" classname="b/Dockerfile">
      <error type="FP000" message="line 3: the here-document 'EOF' is not terminated">b/Dockerfile:1: line 3: the here-document 'EOF' is not terminated</error>
    </testcase>
  </testsuite>
  <testsuite name="Dockerfile.j2" tests="1" failures="0" errors="0">
    <testcase name="skipped" classname="Dockerfile.j2">
      <skipped message="a template"/>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def test_junit_of_hostile_values_is_xml() -> None:
    root = ElementTree.fromstring(render("junit", EVIL, replace(EVIL, reason="\ufffe\0")).encode("utf-8"))
    assert len(root.findall(".//failure")) == 2


def sarif(*results: FileResult) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render("sarif", *results).encode("utf-8"))
    return found


def test_sarif_has_what_code_scanning_asks_for() -> None:
    log = sarif(*ALL)
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert (log["version"], [r["id"] for r in rules]) == ("2.1.0", ["FP000", "FP101", "FP104"])
    for rule in rules:
        assert rule["help"]["text"]
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
    assert [run["tool"]["driver"]["rules"][r["ruleIndex"]]["id"] for r in run["results"]] == [
        r["ruleId"] for r in run["results"]
    ]
    assert [(r["level"], r["locations"][0]["physicalLocation"]) for r in run["results"]] == [
        ("error", place("app/Dockerfile", 4, 15)),
        ("error", place("b/Dockerfile", 1, 2)),
        ("warning", place("app/jobs.cron", 1, 2)),
    ]
    assert all(r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"])


def place(uri: str, line: int, end: int) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": end},
    }


def test_sarif_paths_are_uris() -> None:
    uri = sarif(EVIL)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9/!$&'()*+,;=@~._%-]+", uri)


def test_markdown() -> None:
    assert (
        render("markdown", LOST, CLEAN)
        == """\
## fargate-patch

1 would-patch, 1 clean

| File | Status | Findings | |
| --- | --- | --- | --- |
| app/Dockerfile | would-patch | FP101 FP104 |  |
| Dockerfile | clean |  |  |

### app/Dockerfile

- **FP101** app/Dockerfile:4: su starts a login shell with a fresh environment
- **FP104** app/jobs.cron:1: cron drops it (give --user)
- put in: pam&#95;env session line in /etc/pam.d/su-l for app

```mermaid
flowchart LR
  p["PID 1 as root"]
  p --> n0["supervisord<br/>app/Dockerfile#58;3"]
  n0 --> e0(["nginx<br/>reaches"])
  class e0 reaches
  n0 --> n1["su<br/>app/Dockerfile#58;4<br/>drops"]
  class n1 drops
  n1 --> e1(["python3 worker.py<br/>lost"])
  class e1 lost
  n0 --> e2(["#36;COMMAND<br/>unknown"])
  class e2 unknown
  classDef lost,blank,filters,drops,blanks stroke:#cf222e,stroke-width:2px
  classDef reaches stroke:#1a7f37,stroke-width:2px
  classDef unknown stroke:#9a6700,stroke-width:2px
```
"""
    )


def test_mermaid_of_one_file_is_the_drawing_of_the_markdown_report() -> None:
    assert render("mermaid", LOST) == render("markdown", LOST).partition("```mermaid\n")[2].removesuffix("```\n")


def test_mermaid_of_several_files() -> None:
    assert (
        render("mermaid", CLEAN, BROKEN, SKIPPED)
        == """\
flowchart LR
  subgraph f0["Dockerfile"]
  f0p["PID 1 as root"]
  f0p --> f0n0["supervisord<br/>app/Dockerfile#58;3"]
  f0n0 --> f0e0(["nginx<br/>reaches"])
  class f0e0 reaches
  end
  subgraph f1["b/Dockerfile"]
  f1p["error<br/>line 3#58; the here-document #39;EOF#39; is not terminated"]
  end
  subgraph f2["Dockerfile.j2"]
  f2p["skipped<br/>a template"]
  end
  classDef lost,blank,filters,drops,blanks stroke:#cf222e,stroke-width:2px
  classDef reaches stroke:#1a7f37,stroke-width:2px
  classDef unknown stroke:#9a6700,stroke-width:2px
"""
    )


@pytest.mark.parametrize("results", [(EVIL,), (EVIL, EVIL)])
def test_mermaid_of_hostile_values_is_labels(results: tuple[FileResult, ...]) -> None:
    plain = r'  (subgraph \w+|\w+( --> \w+)?)\(?\["([\w ./-]|#\d+;|<br/>)*"\]\)?|  end|  class(Def)? [\w ,:#-]+'
    lines = render("mermaid", *results).splitlines()
    assert ([line for line in lines[1:] if not re.fullmatch(plain, line)], lines[0]) == ([], "flowchart LR")


def test_a_long_chain_is_drawn_once_for_all_that_share_it() -> None:
    def size(hops: int, chains: int) -> int:
        deep = tuple(replace(LOST.chains[1].hops[0], program=f"p{n}") for n in range(hops))
        return len(render("mermaid", replace(LOST, chains=tuple(Chain(deep, "app", f"c{n}") for n in range(chains)))))

    assert size(2000, 1) < 11 * size(200, 1)
    assert size(200, 100) < 2 * size(200, 1) + 100 * 80


def test_markdown_of_hostile_values_is_text() -> None:
    text = render("markdown", EVIL)
    prose, _, rest = text.partition("```mermaid\n")
    drawing, _, after = rest.partition("```\n")
    assert after == ""
    assert not re.search(r"<b>|`|\]\(|http://|@you", prose)
    assert len([line for line in prose.splitlines() if line.startswith("| ")]) == 3
    assert all(
        re.fullmatch(r'  [\w ,:#.-]+(--> \w+)?(\(?\["[\w #;./<>-]*"\]\)?)?', line) for line in drawing.splitlines()[1:]
    )


@pytest.mark.parametrize("name", [n for n in formats() if n != "html"])
def test_no_format_fails_on_anything(name: str) -> None:
    odd = FileResult("Dockerfile", Status.UNKNOWN, None)
    for results in ((), (odd,), (EVIL,), ALL):
        render(name, *results).encode("utf-8")


@pytest.mark.parametrize("name", ["github", "gitlab", "junit", "sarif"])
def test_what_is_mended_is_no_failure_any_more(name: str) -> None:
    mended = replace(LOST, findings=LOST.findings[:1])
    current = render(name, replace(mended, status=Status.CURRENT))
    patched = render(name, replace(mended, status=Status.PATCHED))
    assert "FP101" not in current
    assert not re.search(r"<failure|::error|\"level\": \"error\",\n +\"message|\"major\"", patched)
