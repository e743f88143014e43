"""JUnit's XML for test panels (Jenkins, GitLab, Buildkite, CodeBuild): a suite a file, a failed case a finding.

A file without findings is one passed case, since an empty report counts as a failure in some of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from fargate_patch.report import View, printable
from fargate_patch.report._findings import Located, located, repository_path
from fargate_patch.result import FileResult, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NOT_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


def render(results: Sequence[FileResult], view: View) -> str:
    suites = [(r, repository_path(r.path, view), located([r], view)) for r in results]
    total = sum(max(len(found), 1) for _, _, found in suites)
    errors = sum(r.status is Status.ERROR for r in results)
    failures = sum(len(_failures(r, found)) for r, _, found in suites)
    yielded = [line for result, path, found in suites for line in _suite(result, path, found)]
    head = f'<testsuites name="fargate-patch" tests="{total}" failures="{failures}" errors="{errors}">'
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', head, *yielded, "</testsuites>", ""])


def _failures(result: FileResult, found: Sequence[Located]) -> list[Located]:
    return [] if result.status is Status.ERROR else [f for f in found if f.level == "error"]


def _suite(result: FileResult, path: str, found: Sequence[Located]) -> Iterator[str]:
    errors = int(result.status is Status.ERROR)
    counts = f'tests="{max(len(found), 1)}" failures="{len(_failures(result, found))}" errors="{errors}"'
    yield f"  <testsuite name={_attribute(path)} {counts}>"
    if not found:
        yield f'    <testcase name="{result.status.value}" classname={_attribute(path)}>'
        if result.status is Status.SKIPPED:
            yield f"      <skipped message={_attribute(printable(result.reason or ''))}/>"
        yield "    </testcase>"
    for item in found:
        yield f"    <testcase name={_attribute(f'{item.code} line {item.line}')} classname={_attribute(path)}>"
        yield from _outcome(item, errors)
        yield "    </testcase>"
    yield "  </testsuite>"


def _outcome(item: Located, errors: int) -> Iterator[str]:
    text = _text(f"{item.path}:{item.line}: {item.message}")
    if item.level == "error":
        tag = "error" if errors else "failure"
        yield f'      <{tag} type="{item.code}" message={_attribute(item.message)}>{text}</{tag}>'
    else:
        yield f"      <system-out>{_text(item.level)}: {text}</system-out>"


def _attribute(text: str) -> str:
    return quoteattr(text.translate(_NOT_XML))


def _text(text: str) -> str:
    return escape(text.translate(_NOT_XML))
