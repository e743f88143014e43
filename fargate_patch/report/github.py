"""Workflow commands that GitHub Actions shows beside the lines of a pull request.

A step shows ten of each level (actions/toolkit, "problem matchers"); what is beyond stands in the log as a plain line.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fargate_patch.report import counted, inert
from fargate_patch.report._findings import Located, located

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.report import View
    from fargate_patch.result import FileResult

MOST_PER_LEVEL = 10

_LEVELS = {"error": "error", "warning": "warning"}


def render(results: Sequence[FileResult], view: View) -> str:
    return "".join(f"{line}\n" for line in (*_annotations(located(results, view)), _summary(results)))


def _annotations(found: Sequence[Located]) -> Iterator[str]:
    shown: Counter[str] = Counter()
    for item in found:
        level = _LEVELS.get(item.level, "notice")
        shown[level] += 1
        plain = f"{item.path}:{item.line}: {item.code} {item.message}"
        if shown[level] > MOST_PER_LEVEL:
            yield inert(f"  {plain}")
            continue
        title = _property(f"fargate-patch ({item.code})")
        place = f"file={_property(item.path)},line={item.line},endLine={item.line}"
        yield f"::{level} title={title},{place}::{_data(plain)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _summary(results: Sequence[FileResult]) -> str:
    counts = ", ".join(f"{count} {status.value}" for status, count in counted(results).items())
    return f"fargate-patch: {len(results)} file{'s' * (len(results) != 1)}: {counts}"
