"""What a run comes to: the exit code, whatever the output format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.result import FileResult, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING, CHANGE, WRONG = 0, 1, 2
INTERRUPTED = 130

_CODES = {Status.ERROR: WRONG, Status.WOULD_PATCH: CHANGE, Status.BLOCKED: CHANGE}


def exit_code(results: Sequence[FileResult], *, strict: bool = False, exit_zero: bool = False) -> int:
    """The worst of the files: 2 where one could not be read, 1 where one has to change or cannot be mended, else 0."""
    worst = max((_code(r, strict) for r in results), default=NOTHING)
    return NOTHING if exit_zero and worst == CHANGE else worst


def _code(result: FileResult, strict: bool) -> int:
    if result.status in _CODES:
        return _CODES[result.status]
    if strict and result.status is Status.UNKNOWN:
        return CHANGE
    return CHANGE if any(f.level == "error" and not f.fixable for f in result.findings) else NOTHING
