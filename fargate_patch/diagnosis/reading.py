"""Reading a log of any size and any bytes: in pieces that end where a line ends, each looked through for every message.

Where a key does not stand in a piece nothing is split, so that a log without messages costs a search for each key.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from fargate_patch.dataclass import dataclass
from fargate_patch.diagnosis.causes import BY_NAME, Cause
from fargate_patch.diagnosis.messages import MESSAGES, Message
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 1 << 20
LONGEST_LINE = 1 << 22  # what is longer is read in pieces
SHOWN = 300  # characters of a line that a report repeats
_SECRET = regex(r"((?:SECRET|TOKEN|PASSWORD|KEY)\w*\\?\"?\s?[=:]\s?)(?:\\?\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE)
_URI = regex(r"(/v[0-9]/credentials/)[\w-]+")
_ECS_OWN = b"ECS_CONTAINER_METADATA_URI_V4="
_RELATIVE = b"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One message of one SDK: how often it stands in the log, where first (1-based), and what it means."""

    message: Message
    cause: Cause
    count: int
    line: int
    text: str  # the first such line, cut to what a person reads


@dataclass(slots=True)
class _Tally:
    """What was found so far for one row."""

    line: int
    text: bytes
    count: int = 0


def diagnose(stream: BinaryIO) -> tuple[Diagnosis, ...]:
    """What the log says, by the line where each first stands. Raises OSError."""
    tallies: dict[int, _Tally] = {}
    ecs_at, has_relative = 0, False
    for first, piece in _pieces(stream):
        for row, line, text in _hits(piece):
            tally = tallies.setdefault(row, _Tally(first + line, text))
            tally.count += 1
        if not ecs_at and (at := piece.find(_ECS_OWN)) >= 0:
            ecs_at = first + piece.count(b"\n", 0, at)
        has_relative = has_relative or _RELATIVE in piece
    found = [_diagnosis(MESSAGES[row], tally) for row, tally in tallies.items()]
    if ecs_at and not has_relative:
        found.append(_no_task_role(ecs_at))
    return tuple(sorted(_merged(found), key=lambda d: d.line))


def _pieces(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(number of the first line, whole lines), NUL bytes gone, so that UTF-16 with plain letters is read too."""
    number, rest = 1, b""
    while data := stream.read(PIECE):
        piece = rest + (data.replace(b"\0", b"") if b"\0" in data else data)
        end = piece.rfind(b"\n") + 1
        if not end and len(piece) < LONGEST_LINE:
            rest = piece
            continue
        end = end or len(piece)
        yield number, piece[:end]
        number += piece.count(b"\n", 0, end)
        rest = piece[end:]
    if rest:
        yield number, rest


def _hits(piece: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(row, 0-based line in the piece, its text) for every line that a row fits; the first row counts."""
    taken: dict[int, tuple[int, int]] = {}  # where a line starts: the row and where it ends
    for row, message in enumerate(MESSAGES):
        at = piece.find(message.key)
        while at >= 0:
            start = piece.rfind(b"\n", 0, at) + 1
            end = piece.find(b"\n", at)
            end = len(piece) if end < 0 else end
            if start not in taken and _fits(message, piece[start:end]):
                taken[start] = (row, end)
            at = piece.find(message.key, end)
    counted, line = 0, 0
    for start in sorted(taken):
        row, end = taken[start]
        line += piece.count(b"\n", counted, start)
        counted = start
        yield row, line, piece[start : min(end, start + 4 * SHOWN)]


def _fits(message: Message, line: bytes) -> bool:
    return message.form is None or message.form.search(line) is not None


def _diagnosis(message: Message, tally: _Tally) -> Diagnosis:
    text = _masked(tally.text.decode("utf-8", "replace").strip())
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return Diagnosis(message, BY_NAME[message.cause], tally.count, tally.line, short)


def _masked(text: str) -> str:
    """Without the values that give access: a report is passed on."""
    return _URI.sub(r"\1…", _SECRET.sub(r"\1…", text))


def _no_task_role(line: int) -> Diagnosis:
    message = Message(_ECS_OWN, "the environment", "no-task-role", "")
    return Diagnosis(message, BY_NAME["no-task-role"], 1, line, "ECS_CONTAINER_METADATA_URI_V4=…")


def _merged(found: list[Diagnosis]) -> Iterator[Diagnosis]:
    """One for each SDK and cause: the earliest, with all that were counted."""
    groups: dict[tuple[str, str], list[Diagnosis]] = {}
    for one in found:
        groups.setdefault((one.message.sdk, one.cause.name), []).append(one)
    for group in groups.values():
        first = min(group, key=lambda d: d.line)
        yield Diagnosis(first.message, first.cause, sum(d.count for d in group), first.line, first.text)
