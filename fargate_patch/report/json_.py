"""The report for programs, by the contract in the project's documentation: `{"schema": 1, …}`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fargate_patch.report import View, counted, whole
from fargate_patch.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.model import Chain
    from fargate_patch.result import FileResult, Finding, Suggestion

SCHEMA = 1


def render(results: Sequence[FileResult], view: View) -> str:  # noqa: ARG001 one signature for all formats
    report = {
        "schema": SCHEMA,
        "version": __version__,
        "files": [_file(r) for r in results],
        "summary": _summary(results),
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _file(result: FileResult) -> dict[str, Any]:
    known = result.stage_index is not None
    return {
        "path": whole(result.path),
        "status": result.status.value,
        "reason": whole(result.reason),
        "stage": {"index": result.stage_index, "name": whole(result.stage_name)} if known else None,
        "base": _base(result),
        "pid1": None
        if result.pid1 is None
        else {"argv": [whole(a) for a in result.pid1], "user": whole(result.pid1_user)},
        "chains": [_chain(c) for c in result.chains],
        "findings": [_finding(f) for f in result.findings],
        "remedies": [{"name": r.name, "template": r.template, "for": list(r.mechanisms)} for r in result.remedies],
    }


def _base(result: FileResult) -> dict[str, Any] | None:
    image = result.image
    return {"image": whole(image.reference), "family": image.family.name, "source": image.source} if image else None


def _chain(chain: Chain) -> dict[str, Any]:
    hops = [
        {
            "program": whole(hop.program),
            "mechanism": hop.mechanism,
            "effect": hop.effect.value,
            "file": whole(hop.place.file),
            "line": hop.place.line,
        }
        for hop in chain.hops
    ]
    return {"user": whole(chain.user), "verdict": chain.verdict.value, "hops": hops}


def _finding(finding: Finding) -> dict[str, Any]:
    found = {
        "code": finding.code,
        "level": finding.level,
        "mechanism": finding.mechanism,
        "message": whole(finding.message),
        "file": whole(finding.file),
        "line": finding.line,
        "user": whole(finding.user),
        "fixable": finding.fixable,
    }
    return {**found, "suggestion": _suggestion(finding.suggestion)} if finding.suggestion else found


def _suggestion(change: Suggestion) -> dict[str, Any]:
    return {
        "file": whole(change.file),
        "line": change.line,
        "before": whole(change.before),
        "after": whole(change.after),
    }


def _summary(results: Sequence[FileResult]) -> dict[str, int]:
    return {status.value: count for status, count in counted(results).items()}
