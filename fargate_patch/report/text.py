"""The report for a person: what was lost, where, for whom, what was put in; the chains as a tree; a summary line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hop, Verdict
from fargate_patch.regex import regex
from fargate_patch.report import LOUD, View, counted, inert, place, printable, standing
from fargate_patch.result import FileResult, Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.model import Chain
    from fargate_patch.report._tree import End, Row
    from fargate_patch.result import Suggestion

_ANSI = regex("\x1b\\[[0-9]*m")
MOST_CHAINS = 12  # drawn unless --verbose, or `trace`, asks for all

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "dim": "2", "bold": "1"}
_STATUS_COLOURS = {
    Status.PATCHED: "green",
    Status.WOULD_PATCH: "yellow",
    Status.CURRENT: "green",
    Status.CLEAN: "green",
    Status.UNKNOWN: "yellow",
    Status.BLOCKED: "red",
    Status.ERROR: "red",
}
_VERDICT_COLOURS = {Verdict.REACHES: "green", Verdict.LOST: "red", Verdict.BLANK: "red", Verdict.UNKNOWN: "yellow"}
_SAID = {
    ("", Status.CLEAN): "nothing to do, the task role reaches every process",
    ("", Status.CURRENT): "nothing to do, it is patched and up to date",
    ("trace", Status.CLEAN): "the task role reaches every process",
    ("trace", Status.WOULD_PATCH): "lost",
    ("trace", Status.BLOCKED): "lost",
    ("revert", Status.PATCHED): "reverted",
    ("revert", Status.CLEAN): "nothing to do",
}
_COUNTED = {
    Status.PATCHED: "patched",
    Status.WOULD_PATCH: "to patch",
    Status.CURRENT: "patched before",
    Status.CLEAN: "with nothing to do",
    Status.UNKNOWN: "unknown",
    Status.BLOCKED: "blocked",
    Status.SKIPPED: "skipped",
    Status.ERROR: "with an error",
}
_COUNTED_OF_REVERT = {Status.PATCHED: "reverted", Status.WOULD_PATCH: "to revert"}


def render(results: Sequence[FileResult], view: View) -> str:
    lines = [line for r in results if _matters(r, len(results), view) for line in _file(r, view)]
    if view.verbosity >= 0 and len(results) > 1 and view.action != "trace":
        lines.append(_summary(results, view))
    return "".join(f"{inert(line)}\n" for line in lines)


def _matters(result: FileResult, total: int, view: View) -> bool:
    if result.status is Status.ERROR:
        return False  # said on standard error
    if result.status in LOUD or any(f.level != "note" for f in standing(result)):
        return True
    return view.verbosity > 0 or (
        view.verbosity == 0 and (total == 1 or view.action == "trace" or result.status is Status.UNKNOWN)
    )


def _file(result: FileResult, view: View) -> Iterator[str]:
    said = _said(result, view)
    heading = (
        f"{_paint(printable(result.path), 'bold', view)}: {_paint(said, _STATUS_COLOURS.get(result.status), view)}"
    )
    yield from _wrapped(heading + (f": {printable(result.reason)}" if result.reason else ""), "  ", "", view)
    if view.verbosity < 0:
        return
    for finding in standing(result):
        yield from _finding(result, finding, view)
    if _draws(result, view):
        yield from _chains(result, view)
    for remedy in result.remedies if result.status is not Status.CURRENT or view.verbosity > 0 else ():
        yield from _wrapped(
            f"{_paint('+', 'green', view)} {printable(remedy.summary or remedy.name)}", "      ", "    ", view
        )
    for note in result.notes:
        yield from _wrapped(f"note: {printable(note)}", "    ", "  ", view)


def _said(result: FileResult, view: View) -> str:
    """The status in words. A clean file that has an error, or of which something is left out, is not praised."""
    if result.status is Status.CLEAN and (result.reason or any(f.level == "error" for f in result.findings)):
        return "nothing to do" if result.reason else "nothing is lost on the way, but there are errors"
    return _SAID.get((view.action, result.status)) or _SAID.get(("", result.status)) or result.status.value


def _draws(result: FileResult, view: View) -> bool:
    return bool(result.chains) and (view.verbosity > 0 or view.action == "trace" or result.status in LOUD)


def _finding(result: FileResult, finding: Finding, view: View) -> Iterator[str]:
    where = _paint(place(result, finding.file, finding.line), "dim", view)
    level = {"error": "red", "warning": "yellow"}.get(finding.level)
    code = finding.code if finding.level == "error" else f"{finding.code} {finding.level}:"
    yield from _wrapped(f"{where}: {_paint(code, level, view)} {printable(finding.message)}", "    ", "  ", view)
    if finding.advice and not finding.fixable:
        yield from _wrapped(printable(finding.advice), "    ", "    ", view)
    if finding.suggestion and view.verbosity > 0:
        yield from _change(result, finding.suggestion, view)


def _change(result: FileResult, change: Suggestion, view: View) -> Iterator[str]:
    """A change as a diff shows it, on lines that are not broken."""
    where = _paint(place(result, change.file, change.line), "dim", view)
    yield from _wrapped(f"by hand, {where}:", "    ", "    ", view)
    for sign, colour, text in (("-", "red", change.before), ("+", "green", change.after)):
        yield from (_paint(f"    {sign} {printable(line.strip())}", colour, view) for line in text.split("\n"))


def _chains(result: FileResult, view: View) -> Iterator[str]:
    from fargate_patch.report._tree import ASCII, UNICODE, draw

    everything = view.verbosity > 0 or view.action == "trace"
    shown = result.chains if everything else result.chains[:MOST_CHAINS]
    after = result.chains_after if len(result.chains_after) == len(result.chains) else ()
    yield f"  {_paint('PID 1', 'bold', view)}{_as(result.pid1_user)}"
    links = _links(shown) if view.action == "trace" else {}
    for row in draw(shown, after[: len(shown)], UNICODE if view.unicode else ASCII):
        yield from _row(result, row, view)
        if isinstance(row.item, Hop) and row.item.effect is not Effect.KEEPS and row.item.mechanism in links:
            before = f"  {row.continued}  "
            yield from _wrapped(_paint(links.pop(row.item.mechanism), "dim", view), before, before, view)
    if len(shown) < len(result.chains):
        yield f"  and {len(result.chains) - len(shown)} more; --verbose shows them"


def _links(chains: Sequence[Chain]) -> dict[str, str]:
    """Where to read more about each program that drops something: shown once, at the first."""
    from fargate_patch.mechanisms import catalogue

    losing = {hop.mechanism for chain in chains for hop in chain.hops if hop.effect is not Effect.KEEPS}
    known = (catalogue()[name] for name in losing if name in catalogue())
    return {row.name: ": ".join(filter(None, (row.code, *row.sources[:1]))) for row in known}


def _row(result: FileResult, row: Row, view: View) -> Iterator[str]:
    if isinstance(row.item, Hop):
        text, more = _hop(result, row.item, view), row.item.why if row.item.effect is not Effect.KEEPS else None
    else:
        text, more = _end(row.item, view), row.item.chain.open
    yield from _wrapped(text, "  " + row.continued, "  " + row.lead, view)
    if more:
        before = "  " + row.continued + "  "
        yield from _wrapped(_paint(printable(more), "dim", view), before, before, view)


def _hop(result: FileResult, hop: Hop, view: View) -> str:
    where = _paint(place(result, hop.place.file, hop.place.line), "dim", view)
    effect = f"{hop.effect.value}, mended by {hop.mend.remedy}" if hop.mend else hop.effect.value
    colour = "dim" if hop.effect is Effect.KEEPS else "green" if hop.mend else "red"
    return f"{printable(hop.program)}  {_paint(effect, colour, view)}  {where}"


def _end(end: End, view: View) -> str:
    verdict = _verdict(end.chain.verdict, view)
    if end.after and end.after.verdict is not end.chain.verdict:
        verdict += f" {'→' if view.unicode else '->'} {_verdict(end.after.verdict, view)}"
    return f"{_paint(printable(end.chain.command), 'bold', view)}{_as(end.chain.user)}: {verdict}"


def _verdict(verdict: Verdict, view: View) -> str:
    return _paint(verdict.value, _VERDICT_COLOURS[verdict], view)


def _as(user: str | None) -> str:
    return f" as {printable(user)}" if user else " as a user that is not known"


def _summary(results: Sequence[FileResult], view: View) -> str:
    words = _COUNTED | (_COUNTED_OF_REVERT if view.action == "revert" else {})
    total = f"{len(results)} file{'s' if len(results) != 1 else ''}"
    return f"{total}: " + ", ".join(f"{count} {words[status]}" for status, count in counted(results).items())


def _paint(text: str, colour: str | None, view: View) -> str:
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if view.colour and colour else text


def _wrapped(text: str, continued: str, lead: str, view: View) -> Iterator[str]:
    """Lines no wider than the terminal; in a pipe, one line."""
    if view.width is None or len(lead) + _columns(text) <= view.width:
        yield lead + text
        return
    room = max(view.width - max(len(continued), len(lead)), 20)
    lines: list[list[str]] = [[]]
    used = 0
    for word in text.split(" "):
        size = _columns(word)
        if lines[-1] and used + 1 + size > room:
            lines.append([])
            used = 0
        used += size + (1 if lines[-1] else 0)
        lines[-1].append(word)
    for number, words in enumerate(lines):
        yield (continued if number else lead) + " ".join(words).strip()


def _columns(text: str) -> int:
    return len(_ANSI.sub("", text))
