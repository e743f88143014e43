"""The launch chains as one mermaid flowchart, for a page or a comment that draws such: a box for each of several files.

Text in it is written so that no name in a Dockerfile can end a label, begin a link or be taken for HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.report._findings import repository_path
from fargate_patch.report._mermaid import CLASSES, flowchart, label, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.report import View
    from fargate_patch.result import FileResult


def render(results: Sequence[FileResult], view: View) -> str:
    return "".join(f"{line}\n" for line in _lines(results, view))


def _lines(results: Sequence[FileResult], view: View) -> Iterator[str]:
    if len(results) == 1 and results[0].chains:
        yield from flowchart(results[0].chains, results[0].pid1_user)
        return
    yield "flowchart LR"
    for number, result in enumerate(results):
        yield f'  subgraph f{number}["{label(repository_path(result.path, view))}"]'
        yield from _content(result, f"f{number}")
        yield "  end"
    yield from CLASSES


def _content(result: FileResult, mark: str) -> Iterator[str]:
    """A file of which no chain is known has its status as the one thing to see."""
    if result.chains:
        yield from nodes(result.chains, result.pid1_user, mark)
        return
    reason = f"<br/>{label(result.reason)}" if result.reason else ""
    yield f'  {mark}p["{result.status.value}{reason}"]'
