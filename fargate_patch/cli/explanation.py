"""An entry of the handbook, or the list of all, as text for a person, as Markdown, as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol

from fargate_patch import handbook
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fargate_patch.handbook import Entry

WIDEST = 100
_GROUPS = (
    ("Findings", lambda entry: entry.code is not None),
    ("Mechanisms that hand the environment on", lambda entry: entry.code is None and entry.kind == handbook.MECHANISM),
    ("What fargate-patch puts in", lambda entry: entry.kind == handbook.REMEDY),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How the text is to look. `width` None: nobody's terminal."""

    colour: bool = False
    width: int | None = None


class Format(Protocol):
    """`found` is what one word stands for: one entry, or two of one name."""

    @staticmethod
    def found(entries: Sequence[Entry], look: Look) -> str: ...
    @staticmethod
    def listed(look: Look) -> str: ...


class _Text:
    @staticmethod
    def found(entries: Sequence[Entry], look: Look) -> str:
        return "\n\n".join("\n".join(_entry(entry, look)) for entry in entries) + "\n"

    @staticmethod
    def listed(look: Look) -> str:
        lines: list[str] = []
        for title, belongs in _GROUPS:
            lines += [*([""] if lines else []), _bold(title, look)]
            lines += [_row(entry, look) for entry in handbook.entries() if belongs(entry)]
        return "".join(f"{line}\n" for line in lines)


class _Markdown:
    @staticmethod
    def found(entries: Sequence[Entry], look: Look) -> str:  # noqa: ARG004 one signature for all formats
        return "\n".join(map(handbook.page, entries))

    @staticmethod
    def listed(look: Look) -> str:  # noqa: ARG004 one signature for all formats
        rows = (f"| {e.code or ''} | {e.name} | {e.title} |" for e in handbook.entries())
        return "\n".join(("| Code | Name | What it is |", "|---|---|---|", *rows)) + "\n"


class _Json:
    @staticmethod
    def found(entries: Sequence[Entry], look: Look) -> str:  # noqa: ARG004 one signature for all formats
        return json.dumps([asdict(entry) for entry in entries], indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def listed(look: Look) -> str:  # noqa: ARG004 one signature for all formats
        return json.dumps([asdict(entry) for entry in handbook.entries()], indent=2, ensure_ascii=False) + "\n"


def _entry(entry: Entry, look: Look) -> Iterator[str]:
    yield from (_bold(line, look) for line in textwrap.wrap(entry.heading, _width(look), break_on_hyphens=False))
    yield from _paragraphs(entry.what, look)
    yield from _part("Why it matters", _paragraphs(entry.why, look), look)
    yield from _part("See it", (f"  {line}" for line in entry.see.split("\n") if line), look)
    yield from _part("The text" if entry.kind == handbook.REMEDY else "The cure", _paragraphs(entry.fix, look), look)
    yield from _part("Sources", (f"  {source}" for source in entry.sources), look)


def _part(title: str, lines: Iterable[str], look: Look) -> Iterator[str]:
    """A titled part; nothing where it has no lines."""
    body = tuple(lines)
    if body:
        yield from ("", _bold(title, look), *body)


FORMATS: dict[str, type[Format]] = {"text": _Text, "markdown": _Markdown, "json": _Json}


def _row(entry: Entry, look: Look) -> str:
    name = entry.name if entry.code else ""
    text = f"  {entry.code or entry.name:<18}  {f'{name}: ' if name else ''}{entry.title}"
    return text if look.width is None or len(text) <= look.width else text[: look.width - 1] + "…"


def _paragraphs(text: str, look: Look) -> Iterator[str]:
    width = _width(look)
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


def _width(look: Look) -> int:
    return min(look.width or WIDEST, WIDEST)


def _bold(text: str, look: Look) -> str:
    return f"\x1b[1m{text}\x1b[0m" if look.colour else text
