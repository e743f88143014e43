"""An entry of the handbook, or the list of all, as text for a person, as Markdown, as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol

from fargate_patch import handbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fargate_patch.handbook import Entry
    from fargate_patch.report import View

WIDEST = 100
_GROUPS = (
    ("Findings", lambda entry: entry.code is not None),
    ("Mechanisms that hand the environment on", lambda entry: entry.code is None and entry.kind == handbook.MECHANISM),
    ("What fargate-patch puts in", lambda entry: entry.kind == handbook.REMEDY),
)


class Format(Protocol):
    """`found` is what one word stands for: one entry, or two of one name."""

    @staticmethod
    def found(entries: Sequence[Entry], view: View) -> str: ...
    @staticmethod
    def listed(view: View) -> str: ...


class _Text:
    @staticmethod
    def found(entries: Sequence[Entry], view: View) -> str:
        return "\n\n".join("\n".join(_entry(entry, view)) for entry in entries) + "\n"

    @staticmethod
    def listed(view: View) -> str:
        lines: list[str] = []
        for title, belongs in _GROUPS:
            lines += [*([""] if lines else []), _bold(title, view)]
            lines += [_row(entry, view) for entry in handbook.entries() if belongs(entry)]
        return "".join(f"{line}\n" for line in lines)


class _Markdown:
    @staticmethod
    def found(entries: Sequence[Entry], view: View) -> str:  # noqa: ARG004 one signature for all formats
        return "\n".join(map(handbook.page, entries))

    @staticmethod
    def listed(view: View) -> str:  # noqa: ARG004 one signature for all formats
        rows = (f"| {e.code or ''} | {e.name} | {e.title} |" for e in handbook.entries())
        return "\n".join(("| Code | Name | What it is |", "|---|---|---|", *rows)) + "\n"


class _Json:
    @staticmethod
    def found(entries: Sequence[Entry], view: View) -> str:  # noqa: ARG004 one signature for all formats
        return json.dumps([asdict(entry) for entry in entries], indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def listed(view: View) -> str:  # noqa: ARG004 one signature for all formats
        return json.dumps([asdict(entry) for entry in handbook.entries()], indent=2, ensure_ascii=False) + "\n"


def _entry(entry: Entry, view: View) -> Iterator[str]:
    yield from (_bold(line, view) for line in textwrap.wrap(entry.heading, _width(view), break_on_hyphens=False))
    yield from _paragraphs(entry.what, view)
    yield from _part("Why it matters", _paragraphs(entry.why, view), view)
    yield from _part("See it", (f"  {line}" for line in entry.see.split("\n") if line), view)
    yield from _part("The text" if entry.kind == handbook.REMEDY else "The cure", _paragraphs(entry.fix, view), view)
    yield from _part("Sources", (f"  {source}" for source in entry.sources), view)


def _part(title: str, lines: Iterable[str], view: View) -> Iterator[str]:
    """A titled part; nothing where it has no lines."""
    body = tuple(lines)
    if body:
        yield from ("", _bold(title, view), *body)


FORMATS: dict[str, type[Format]] = {"text": _Text, "markdown": _Markdown, "json": _Json}


def _row(entry: Entry, view: View) -> str:
    name = entry.name if entry.code else ""
    text = f"  {entry.code or entry.name:<18}  {f'{name}: ' if name else ''}{entry.title}"
    return text if view.width is None or len(text) <= view.width else text[: view.width - 1] + "…"


def _paragraphs(text: str, view: View) -> Iterator[str]:
    width = _width(view)
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ""
        yield from textwrap.wrap(
            paragraph,
            width,
            initial_indent="  ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _width(view: View) -> int:
    return min(view.width or WIDEST, WIDEST)


def _bold(text: str, view: View) -> str:
    return f"\x1b[1m{text}\x1b[0m" if view.colour else text
