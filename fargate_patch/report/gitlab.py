"""GitLab's Code Quality report: a JSON array (doc/ci/testing/code_quality.md in GitLab's documentation)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fargate_patch.report._findings import located

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.report import View
    from fargate_patch.result import FileResult

_SEVERITIES = {"error": "major", "warning": "minor"}


def render(results: Sequence[FileResult], view: View) -> str:
    report = [
        {
            "description": f"{item.code}: {item.message}",
            "check_name": item.code,
            "fingerprint": item.fingerprint,
            "severity": _SEVERITIES.get(item.level, "info"),
            "location": {"path": item.path, "lines": {"begin": item.line}},
        }
        for item in located(results, view)
    ]
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"
