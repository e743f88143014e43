"""Edits to bytes: whole lines put in, taken out or replaced by number; every other byte stays.

And what a planner asks before: where a block may stand, and whether the changed file still says what it said.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.scanner import continues, is_blank, is_comment
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from fargate_patch.dockerfile.scanner import Instruction, Source

_PRAGMA = regex(
    rb"\s*#\s*(?:hadolint\s|check\s*=|fargate-patch\s|dockerfmt-ignore|trivy:ignore|tfsec:ignore|checkov:skip|kics-scan"
    rb"|shellcheck\s|nosemgrep|renovate:|syntax\s*=|escape\s*=)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the lines `start` up to `end` (0-based, `end` excluded) by `lines`, which carry their own line ends."""

    start: int
    end: int
    lines: tuple[bytes, ...]


def apply(source: Source, edits: Sequence[Edit]) -> bytes:
    """The file with the edits made; insertions at one place keep their order.

    A last line without an end gets one where something is put behind it. Raises ValueError where two edits overlap, or
    one is not within the file.
    """
    parts: list[bytes] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not position <= edit.start <= edit.end <= len(source.lines):
            raise ValueError(f"the edit of lines {edit.start} to {edit.end} overlaps another or the file's end")
        parts += source.lines[position : edit.start]
        if edit.lines and parts and not parts[-1].endswith(b"\n"):
            parts.append(source.newline)
        parts += edit.lines
        position = edit.end
    return b"".join((*parts, *source.lines[position:]))


def insertion_after(source: Source, instruction: Instruction) -> int | None:
    """The index of the line right behind an instruction, where new ones may stand.

    None where the file ends in the middle of its continuation: what is put behind would become part of it.
    """
    if instruction.heredocs or instruction.end < len(source.lines):
        return instruction.end
    lines = source.lines[instruction.start : instruction.end]
    last = next((line for line in reversed(lines[1:]) if not is_blank(line) and not is_comment(line)), lines[0])
    return None if continues(last, source.escape) else instruction.end


def attached_start(source: Source, instruction: Instruction) -> int:
    """The index of the first pragma among the comment lines directly above an instruction, else of its own first line.

    A linter reads such a comment for the instruction below, so that nothing may come between the two.
    """
    position = bisect_left(source.instructions, instruction.start, key=lambda each: each.start)
    floor = source.instructions[position - 1].end if position else source.directives_end
    attached = index = instruction.start
    while index > floor and is_comment(source.lines[index - 1]):
        index -= 1
        if _PRAGMA.match(source.lines[index]):
            attached = index
    return attached


def same_instructions(old: Source, new: Source, removed: Collection[int] = (), added: Collection[int] = ()) -> bool:
    """Whether `old` without the instructions numbered `removed` says what `new` says without those numbered `added`."""
    return list(_said(old, removed)) == list(_said(new, added))


def keyword_case(source: Source) -> Callable[[str], str]:
    """Spells a keyword as the file does: lower case where all of its keywords are, else upper case."""
    lower = all(instruction.keyword == instruction.keyword.lower() for instruction in source.instructions)
    return str.lower if lower else str.upper


def _said(source: Source, without: Collection[int]) -> Iterator[tuple[object, ...]]:
    for number, instruction in enumerate(source.instructions):
        if number not in without:
            yield instruction.name, instruction.text, instruction.heredocs
