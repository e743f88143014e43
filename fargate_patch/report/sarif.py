"""SARIF 2.1.0 as GitHub's code scanning takes it: rules with help, all region numbers, relative paths, fingerprints.

Fields and limits: "SARIF support for code scanning" in GitHub's documentation.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fargate_patch.report._findings import Located, Rule, located, repository_path, rules
from fargate_patch.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.report import View
    from fargate_patch.result import FileResult

HOME = "https://github.com/fargate-patch/fargate-patch"
MOST_RESULTS = 25_000
_SEVERITIES = {"note": "recommendation"}
MOST_TEXT = 1024  # characters of a rule's descriptions


def render(results: Sequence[FileResult], view: View) -> str:
    found = located(results, view)[:MOST_RESULTS]
    known = rules([f.code for f in found])
    index = {rule.code: number for number, rule in enumerate(known)}
    ends = _line_ends(results, view)
    driver = {
        "name": "fargate-patch",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": HOME,
        "rules": [_rule(r) for r in known],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "fargate-patch/"},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "results": [_result(f, index[f.code], ends) for f in found],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _sentence(rule.title)[:MOST_TEXT]},
        "fullDescription": {"text": _sentence(rule.help.partition("\n")[0] or rule.title)[:MOST_TEXT]},
        "help": {"text": rule.help.replace("**", ""), "markdown": rule.help},
        "defaultConfiguration": {"level": rule.level},
        "properties": {
            "tags": ["aws", "ecs", "credentials", "reliability"],
            "precision": "high",
            "problem.severity": _SEVERITIES.get(rule.level, rule.level),
        },
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _result(found: Located, rule_index: int, ends: dict[tuple[str, int], int]) -> dict[str, Any]:
    region = {
        "startLine": found.line,
        "startColumn": 1,
        "endLine": found.line,
        "endColumn": ends.get((found.path, found.line), 2),
    }
    place = {"artifactLocation": {"uri": _uri(found.path), "uriBaseId": "%SRCROOT%"}, "region": region}
    return {
        "ruleId": found.code,
        "ruleIndex": rule_index,
        "level": found.level if found.level in ("error", "warning", "note") else "none",
        "message": {"text": _sentence(found.message)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": f"{found.fingerprint[:16]}:1"},
    }


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/!$&'()*+,;=@~.-_")


def _line_ends(results: Sequence[FileResult], view: View) -> dict[tuple[str, int], int]:
    """The column behind the last character of every line that a finding in a Dockerfile names."""
    ends: dict[tuple[str, int], int] = {}
    for result in results:
        lines = result.old.split(b"\n") if result.findings else []
        path = repository_path(result.path, view)
        for finding in result.findings:
            if finding.file == result.path and 0 < finding.line <= len(lines):
                text = lines[finding.line - 1].rstrip(b"\r").decode("utf-8", "replace")
                ends[path, finding.line] = max(len(text.encode("utf-16-le")) // 2 + 1, 2)
    return ends
