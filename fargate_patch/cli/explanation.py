"""An entry of the handbook, or the list of all, as text for a person, as Markdown, as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol

from fargate_patch import handbook
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    @staticmethod
    def one(entry: Entry, look: Look) -> str: ...
    @staticmethod
    def listed(look: Look) -> str: ...


class _Text:
    @staticmethod
    def one(entry: Entry, look: Look) -> str:
        lines = [_bold(entry.heading, look), *_paragraphs(entry.what, look)]
        for title, text in (
            ("Why it matters", entry.why),
            ("The cure", entry.fix),
            ("By hand", _sentence(entry.advice)),
        ):
            if title == "The cure" and entry.see:
                lines += ["", _bold("See it", look), f"  {entry.see}"]
            if text:
                lines += ["", _bold(title, look), *_paragraphs(text, look)]
        if entry.see and not entry.fix:
            lines += ["", _bold("See it", look), f"  {entry.see}"]
        if entry.sources:
            lines += ["", _bold("Sources", look), *(f"  {source}" for source in entry.sources)]
        return "".join(f"{line}\n" for line in lines)

    @staticmethod
    def listed(look: Look) -> str:
        lines: list[str] = []
        for title, belongs in _GROUPS:
            lines += [*([""] if lines else []), _bold(title, look)]
            lines += [_row(entry, look) for entry in handbook.entries() if belongs(entry)]
        return "".join(f"{line}\n" for line in lines)


class _Markdown:
    @staticmethod
    def one(entry: Entry, look: Look) -> str:  # noqa: ARG004 one signature for all formats
        return handbook.page(entry)

    @staticmethod
    def listed(look: Look) -> str:  # noqa: ARG004 one signature for all formats
        rows = (f"| {e.code or ''} | {e.name} | {e.title} |" for e in handbook.entries())
        return "\n".join(("| Code | Name | What it is |", "|---|---|---|", *rows)) + "\n"


class _Json:
    @staticmethod
    def one(entry: Entry, look: Look) -> str:  # noqa: ARG004 one signature for all formats
        return json.dumps(asdict(entry), indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def listed(look: Look) -> str:  # noqa: ARG004 one signature for all formats
        return json.dumps([asdict(entry) for entry in handbook.entries()], indent=2, ensure_ascii=False) + "\n"


FORMATS: dict[str, type[Format]] = {"text": _Text, "markdown": _Markdown, "json": _Json}


def _row(entry: Entry, look: Look) -> str:
    name = entry.name if entry.code else ""
    text = f"  {entry.code or entry.name:<18}  {f'{name}: ' if name else ''}{entry.title}"
    return text if look.width is None or len(text) <= look.width else text[: look.width - 1] + "…"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _paragraphs(text: str, look: Look) -> Iterator[str]:
    width = min(look.width or WIDEST, WIDEST)
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


def _bold(text: str, look: Look) -> str:
    return f"\x1b[1m{text}\x1b[0m" if look.colour else text
