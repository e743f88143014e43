"""What the reports for programs share: each finding with its rule, its path in the repository, a stable fingerprint."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.report import View, in_image, path_of, place, printable, standing
from fargate_patch.result import FileResult, Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.handbook import Entry

ERROR_CODE = "FP000"  # a file that could not be read or parsed, where a format has findings only
LEVELS = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding code, and what there is to say about it whatever the file."""

    code: str
    name: str
    title: str
    help: str  # Markdown
    level: str = "error"


@dataclass(frozen=True, slots=True)
class Located:
    """One finding as another program takes it: all text printable, the path relative to the report's root."""

    code: str
    level: str
    message: str
    path: str
    line: int
    fingerprint: str


def located(results: Sequence[FileResult], view: View) -> tuple[Located, ...]:
    """The findings of all files, those of unreadable files included, the worst first, else in their order."""
    found = [item for result in results for item in _of(result, view)]
    return tuple(sorted(found, key=lambda item: rank(item.level)))


def rank(level: str) -> int:
    """Its place among the levels, the worst first."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _of(result: FileResult, view: View) -> Iterator[Located]:
    if result.status is Status.ERROR:
        path = repository_path(result.path, view)
        yield Located(
            ERROR_CODE,
            "error",
            printable(result.reason or "cannot be read"),
            path,
            1,
            _fingerprint(path, ERROR_CODE, "", 0),
        )
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in standing(result):
        is_here = not in_image(result, finding.file)
        path = repository_path(path_of(result, finding.file) if is_here else result.path, view)
        key = (path, finding.code, str(result.stage_name or result.stage_index))
        mark = _fingerprint(*key, seen[key])
        seen[key] += 1
        level = "note" if finding.fixable and result.status is Status.PATCHED else finding.level
        said = message(finding) if is_here else f"{message(finding)}, at {place(result, finding.file, finding.line)}"
        yield Located(finding.code, level, said, path, max(finding.line, 1) if is_here else 1, mark)


def message(finding: Finding) -> str:
    """The finding and, where nothing is put in for it, what a person can do."""
    advice = "" if finding.fixable or not finding.advice else f" ({finding.advice})"
    return printable(finding.message + advice)


def repository_path(path: str, view: View) -> str:
    """A path from the report's root, with forward slashes."""
    try:
        relative = os.path.relpath(path, view.root)
    except ValueError:  # another drive
        relative = path
    return printable(relative.replace(os.sep, "/"))


def _fingerprint(path: str, code: str, stage: str, occurrence: int) -> str:
    """Not the line number: a finding stays the same one when lines are added above it."""
    text = "\0".join((path, code, stage, str(occurrence)))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def rules(codes: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of the given codes, each once, by code."""
    from fargate_patch.handbook import by_code

    return tuple(_rule(code, by_code().get(code)) for code in sorted(set(codes)))


def _rule(code: str, entry: Entry | None) -> Rule:
    if entry is None:
        text = f"`fargate-patch explain {code}` says what it means."
        return Rule(code, code, text, text, "error")
    parts = [
        entry.what,
        entry.why,
        entry.see and f"**See it:** {entry.see}",
        entry.fix and f"**Cure:** {entry.fix}",
    ]
    sources = "\n".join(f"- {s}" for s in entry.sources)
    text = "\n\n".join(p for p in (*parts, sources) if p)
    title = entry.heading.partition(": ")[2]
    return Rule(code, entry.name, title, text or title, entry.level or "error")
