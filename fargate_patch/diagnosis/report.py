"""A diagnosis as text for a person, and as JSON."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from fargate_patch.report import printable
from fargate_patch.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.diagnosis.causes import Cause
    from fargate_patch.diagnosis.reading import Diagnosis

WIDEST = 100
_PATCH = {
    "yes": "A patch of the image helps: `fargate-patch Dockerfile`.",
    "perhaps": "A patch of the image helps if the task has a task role and the variable is lost on the way.",
    "no": "No patch of the image by fargate-patch helps here.",
}


def as_text(found: Sequence[Diagnosis], name: str, width: int | None) -> str:
    """One section for each cause, in the order of the lines; the messages that have it first."""
    if not found:
        return f"{printable(name)}: no message about missing credentials that is known here\n"
    by_cause: dict[str, list[Diagnosis]] = {}
    for one in found:
        by_cause.setdefault(one.cause.name, []).append(one)
    sections = ("\n".join(_section(group, width)) for group in by_cause.values())
    return "\n\n".join(sections) + "\n"


def _section(group: Sequence[Diagnosis], terminal: int | None) -> Iterator[str]:
    cause, width = group[0].cause, min(terminal or WIDEST, WIDEST)
    yield f"{cause.title[0].upper()}{cause.title[1:]}"
    for one in group:
        times = "once" if one.count == 1 else f"{one.count} times"
        said = f"line {one.line}, {times}, {one.message.sdk}: {printable(one.text)}"
        yield from _indented(said, width, "  ", "    ") if terminal else (f"  {said}",)
    yield from _indented(cause.means, width)
    yield "  Check first:"
    for check in cause.check:
        yield from _indented(check, width, "    - ", "      ")
    yield "  Run:"
    yield from (f"    {command}" for command in cause.run)
    if cause.codes:
        yield f"  More: {', '.join(f'fargate-patch explain {code}' for code in cause.codes)}"
    yield from _indented(_PATCH[cause.patch], width)


def _indented(text: str, width: int, first: str = "  ", rest: str = "  ") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def as_json(found: Sequence[Diagnosis], name: str) -> str:
    """`{"schema": 1, "version": …, "log": …, "diagnoses": […]}`."""
    report = {"schema": 1, "version": __version__, "log": printable(name), "diagnoses": [_row(one) for one in found]}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _row(one: Diagnosis) -> dict[str, Any]:
    return {
        "cause": one.cause.name,
        "title": one.cause.title,
        "sdk": one.message.sdk,
        "line": one.line,
        "count": one.count,
        "text": printable(one.text),
        **_advice(one.cause),
        "source": one.message.source or None,
    }


def _advice(cause: Cause) -> dict[str, Any]:
    return {
        "means": cause.means,
        "check": list(cause.check),
        "run": list(cause.run),
        "image_patch": cause.patch,
        "codes": list(cause.codes),
    }
