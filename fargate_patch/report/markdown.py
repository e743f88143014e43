"""Markdown for a job's summary or a comment: a table of the files, then each lost one with its chains as a drawing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Chain, Effect, Verdict
from fargate_patch.regex import regex
from fargate_patch.report import View, printable, standing
from fargate_patch.report._findings import LEVELS, message, repository_path
from fargate_patch.result import FileResult, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_DRAWN = 20  # files with a drawing, and chains in one: a summary may hold 1 MiB
MOST_ROWS = 500

_SPECIAL = regex(r"[\\`*_\[\]{}<>#!|~@&$]|:(?=//)|(?<=www)\.")
_NOT_PLAIN = regex(r"[^\w ./-]")
_SHOWN = (Status.PATCHED, Status.WOULD_PATCH, Status.BLOCKED)


def render(results: Sequence[FileResult], view: View) -> str:
    return "\n".join((*_table(results, view), *_details(results, view)))


def _table(results: Sequence[FileResult], view: View) -> Iterator[str]:
    counts = Counter(r.status for r in results)
    yield "## fargate-patch"
    yield ""
    yield ", ".join(f"{counts[s]} {s.value}" for s in Status if counts[s]) or "no files"
    yield ""
    if not results:
        return
    yield "| File | Status | Findings | |"
    yield "| --- | --- | --- | --- |"
    ordered = sorted(
        results, key=lambda r: list(Status).index(r.status) if r.status in _SHOWN else 90 - (r.status is Status.ERROR)
    )
    for result in ordered[:MOST_ROWS]:
        codes = " ".join(dict.fromkeys(f.code for f in standing(result)))
        path = escaped(repository_path(result.path, view))
        yield f"| {path} | {result.status.value} | {codes} | {escaped(printable(result.reason or ''))} |"
    if len(results) > MOST_ROWS:
        yield f"| and {len(results) - MOST_ROWS} more | | | |"
    yield ""


def _details(results: Sequence[FileResult], view: View) -> Iterator[str]:
    drawn = [r for r in results if r.status in _SHOWN or standing(r) or (view.action == "trace" and r.chains)]
    for result in drawn[:MOST_DRAWN]:
        yield f"### {escaped(repository_path(result.path, view))}"
        yield ""
        for finding in sorted(standing(result), key=lambda f: LEVELS.index(f.level) if f.level in LEVELS else 9):
            where = escaped(f"{printable(finding.file)}:{finding.line}")
            yield f"- **{finding.code}** {where}: {escaped(message(finding))}"
        yield from (f"- put in: {escaped(printable(remedy.summary or remedy.name))}" for remedy in result.remedies)
        yield ""
        if result.chains:
            yield from _drawing(result.chains[:MOST_DRAWN], result.pid1_user)


def _drawing(chains: Sequence[Chain], user: str | None) -> Iterator[str]:
    yield "```mermaid"
    yield "flowchart LR"
    yield f'  p["PID 1{_label(f" as {user}" if user else "")}"]'
    nodes: dict[tuple[object, ...], str] = {}
    for number, chain in enumerate(chains):
        before = "p"
        path: tuple[object, ...] = ()
        for hop in chain.hops:
            path = (*path, (hop.program, hop.place, hop.user, hop.effect))
            if path not in nodes:
                nodes[path] = f"n{len(nodes)}"
                place = f"{_label(hop.place.file)}#58;{hop.place.line}"
                yield f'  {before} --> {nodes[path]}["{_label(hop.program)}<br/>{place}"]'
                if hop.effect is not Effect.KEEPS:
                    yield f"  class {nodes[path]} {hop.effect.value}"
            before = nodes[path]
        yield f'  {before} --> e{number}(["{_label(chain.command)}<br/>{chain.verdict.value}"])'
        yield f"  class e{number} {chain.verdict.value}"
    yield from _classes()
    yield "```"
    yield ""


def _classes() -> Iterator[str]:
    lost = ",".join((Verdict.LOST.value, Verdict.BLANK.value, *(e.value for e in Effect if e is not Effect.KEEPS)))
    yield f"  classDef {lost} stroke:#cf222e,stroke-width:2px"
    yield f"  classDef {Verdict.REACHES.value} stroke:#1a7f37,stroke-width:2px"
    yield f"  classDef {Verdict.UNKNOWN.value} stroke:#9a6700,stroke-width:2px"


def escaped(text: str) -> str:
    """Text that stays text in Markdown: no markup, no HTML, no mention, no cell border, no link."""
    return _SPECIAL.sub(lambda m: f"&#{ord(m[0])};", text)


def _label(text: str) -> str:
    """Text in a mermaid label: everything that could end it or mean something there as a number."""
    short = text if len(text) <= 120 else text[:117] + "..."
    return _NOT_PLAIN.sub(lambda m: f"#{ord(m[0])};", printable(short))
