"""Markdown for a job's summary or a comment: a table of the files, then each lost one with its chains as a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.regex import regex
from fargate_patch.report import LOUD, View, counted, place, printable, standing
from fargate_patch.report._findings import message, rank, repository_path
from fargate_patch.report._mermaid import flowchart
from fargate_patch.result import FileResult, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_DRAWN = 20  # files with a drawing, and chains in one: a summary may hold 1 MiB
MOST_ROWS = 500
_FIRST = (*LOUD, Status.ERROR)

_SPECIAL = regex(r"[\\`*_\[\]{}<>#!|~@&$]|:(?=//)|(?<=www)\.")


def render(results: Sequence[FileResult], view: View) -> str:
    return "\n".join((*_table(results, view), *_details(results, view)))


def _table(results: Sequence[FileResult], view: View) -> Iterator[str]:
    yield "## fargate-patch"
    yield ""
    yield ", ".join(f"{count} {status.value}" for status, count in counted(results).items()) or "no files"
    yield ""
    if not results:
        return
    yield "| File | Status | Findings | |"
    yield "| --- | --- | --- | --- |"
    ordered = sorted(results, key=lambda r: _FIRST.index(r.status) if r.status in _FIRST else len(_FIRST))
    for result in ordered[:MOST_ROWS]:
        codes = " ".join(dict.fromkeys(f.code for f in standing(result)))
        path = escaped(repository_path(result.path, view))
        yield f"| {path} | {result.status.value} | {codes} | {escaped(printable(result.reason or ''))} |"
    if len(results) > MOST_ROWS:
        yield f"| and {len(results) - MOST_ROWS} more | | | |"
    yield ""


def _details(results: Sequence[FileResult], view: View) -> Iterator[str]:
    drawn = [r for r in results if r.status in LOUD or standing(r) or (view.action == "trace" and r.chains)]
    for result in drawn[:MOST_DRAWN]:
        yield f"### {escaped(repository_path(result.path, view))}"
        yield ""
        for finding in sorted(standing(result), key=lambda f: rank(f.level)):
            where = escaped(place(result, finding.file, finding.line))
            yield f"- **{finding.code}** {where}: {escaped(message(finding))}"
        yield from (f"- put in: {escaped(printable(remedy.summary or remedy.name))}" for remedy in result.remedies)
        yield ""
        if result.chains:
            yield from ("```mermaid", *flowchart(result.chains[:MOST_DRAWN], result.pid1_user), "```", "")


def escaped(text: str) -> str:
    """Text that stays text in Markdown: no markup, no HTML, no mention, no cell border, no link."""
    return _SPECIAL.sub(lambda m: f"&#{ord(m[0])};", text)
