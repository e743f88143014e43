"""A unified diff over bytes that `git apply` and `patch` take: CRLF, a missing final newline and latin-1 as they are.

What both texts begin and end with is cut off first, so that a large file costs no more than it is long.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from fargate_patch.dockerfile.scanner import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONTEXT = 3
MOST_COMPARED = 4_000_000  # lines times lines between the first and the last change that are compared one by one

Change = tuple[int, int, int, int]  # old lines from, to; new lines from, to (0-based, the end excluded)


def unified(path: str, old: bytes, new: bytes) -> bytes:
    """The diff of one file, with `a/` and `b/` before its path; empty where nothing changes."""
    before, after = split_lines(old), split_lines(new)
    changes = _changes(before, after)
    if not changes:
        return b""
    header = f"--- {_quoted('a/' + path)}\n+++ {_quoted('b/' + path)}\n".encode("utf-8", "surrogateescape")
    return header + b"".join(_hunk(group, before, after) for group in _grouped(changes))


def _changes(before: Sequence[bytes], after: Sequence[bytes]) -> list[Change]:
    least = min(len(before), len(after))
    head = next((n for n in range(least) if before[n] != after[n]), least)
    tail = next((n for n in range(least - head) if before[-1 - n] != after[-1 - n]), least - head)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not old and not new:
        return []
    if not old or not new or len(old) * len(new) > MOST_COMPARED:
        return [(head, head + len(old), head, head + len(new))]
    from difflib import SequenceMatcher

    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(head + a, head + b, head + c, head + d) for tag, a, b, c, d in found if tag != "equal"]


def _grouped(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes that are close enough to share one hunk."""
    group = [changes[0]]
    for earlier, later in pairwise(changes):
        if later[0] - earlier[1] > 2 * CONTEXT:
            yield group
            group = []
        group.append(later)
    yield group


def _hunk(group: Sequence[Change], before: Sequence[bytes], after: Sequence[bytes]) -> bytes:
    lead = min(CONTEXT, group[0][0])
    old_start, new_start = group[0][0] - lead, group[0][2] - lead
    old_end = min(group[-1][1] + CONTEXT, len(before))
    new_end = group[-1][3] + old_end - group[-1][1]
    body: list[bytes] = []
    at = old_start
    for a, b, c, d in group:
        body += [_marked(b" ", line) for line in before[at:a]]
        body += [_marked(b"-", line) for line in before[a:b]] + [_marked(b"+", line) for line in after[c:d]]
        at = b
    body += [_marked(b" ", line) for line in before[at:old_end]]
    where = f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@\n"
    return where.encode() + b"".join(body)


def _range(start: int, end: int) -> str:
    return f"{start + 1 if end > start else start},{end - start}"


def _marked(mark: bytes, line: bytes) -> bytes:
    return mark + (line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n")


def _quoted(path: str) -> str:
    """As git writes it: in C quotes where it holds a quote, backslash or control character, a tab behind blanks."""
    if not any(c in '"\\' or ord(c) < 32 or ord(c) == 127 for c in path):
        return path + "\t" if " " in path else path
    octal = (
        chr(b) if 32 <= b < 127 and chr(b) not in '"\\' else f"\\{b:03o}"
        for b in path.encode("utf-8", "surrogateescape")
    )
    return f'"{"".join(octal)}"'
