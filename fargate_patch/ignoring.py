"""What a person does not want to be told: comments in the Dockerfile and in scripts, --select and --ignore.

`# fargate-patch ignore=FP104,FP2 # reason` above an instruction, or above a line of a script, is for what is found
there; `# fargate-patch global ignore=…` is for the whole file. A code may be cut short: FP2 is every FP2xx. What other
tools' comments look like is read as well: a colon behind the name, `ignore[FP104]`, `ignore: FP104`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.scanner import is_comment
from fargate_patch.regex import regex
from fargate_patch.result import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.model import Place
    from fargate_patch.dockerfile.scanner import Instruction, Source
    from fargate_patch.result import Options

UNUSED = "FP901"
NO_CODE = "it is neither `off` nor `ignore=` with a code"
MOST = 500  # comments of one file and its scripts; nobody writes more
PRAGMA = regex(
    r"\s*#+\s*fargate-patch(?:\s*:\s*|\s+)"
    r"(?:(off)\s*(?:#|\Z)|(global\s+)?ignore\b([^#]*)|(?:global\s+)?(?:off(?![\w-])|[a-z-]+\s*=))",  # the last: a slip
    re.IGNORECASE,
)
CODE = regex(r"\bFP[0-9]{0,3}\b")


@dataclass(frozen=True, slots=True)
class Comment:
    """An `ignore=` comment: where it stands, and the lines (1-based, the last one included) that it speaks of."""

    file: str
    line: int
    codes: tuple[str, ...]  # () where none could be read
    first: int = 0
    last: int = 0
    everywhere: bool = False

    def covers(self, code: str, place: Place) -> bool:
        within = self.everywhere or self.first <= place.line <= self.last
        return within and self.file == place.file and begins(code, self.codes)


def begins(code: str, prefixes: Iterable[str]) -> bool:
    return any(code.startswith(prefix) for prefix in prefixes)


def wanted(code: str, options: Options) -> bool:
    """Do --select and --ignore let a code through?"""
    return (not options.select or begins(code, options.select)) and not begins(code, options.ignore)


def hidden(code: str, place: Place, comments: Iterable[Comment]) -> bool:
    return any(comment.covers(code, place) for comment in comments)


def switched_off(source: Source) -> bool:
    """Does `# fargate-patch off` stand in the file, outside of instructions?"""
    return any(found[1] and not _around(source.instructions, number) for number, found in _pragmas(source))


def comments_of(source: Source, name: str, scripts: Sequence[ImageFile]) -> tuple[Comment, ...]:
    """Every `ignore=` of a Dockerfile, `name` in reports, and of the scripts that its trace came through."""
    pragmas = tuple(_pragmas(source))
    attached = _attached(source) if pragmas else {}
    own = (_in_dockerfile(source, name, number, found, attached) for number, found in pragmas)
    others = (c for f in scripts if f.origin.file != name for c in _in_script(f))
    return tuple(islice((*(c for c in own if c), *others), MOST))


def _pragmas(source: Source) -> Iterator[tuple[int, re.Match[str]]]:
    """The comment lines that speak to this program, with their 0-based numbers."""
    for number, line in enumerate(source.lines):
        if b"argate-" in line and (found := PRAGMA.match(line.decode("utf-8", "surrogateescape"))):
            yield number, found


def _attached(source: Source) -> Mapping[int, Instruction]:
    """For each comment line with nothing but comments between it and an instruction below, that instruction."""
    found: dict[int, Instruction] = {}
    floor = 0
    for instruction in source.instructions:
        number = instruction.start
        while number > floor and is_comment(source.lines[number - 1]):
            number -= 1
            found[number] = instruction
        floor = instruction.end
    return found


def _in_dockerfile(
    source: Source, name: str, number: int, found: re.Match[str], attached: Mapping[int, Instruction]
) -> Comment | None:
    if found[1]:
        return None
    codes = _codes(found[3])
    if found[2]:
        return Comment(name, number + 1, codes, everywhere=True)
    around = _around(source.instructions, number)
    if around and around.heredocs:
        return Comment(name, number + 1, codes, *_next_line(source.lines, number))
    below = around or attached.get(number)
    return Comment(name, number + 1, codes, *((below.start + 1, below.end) if below else (0, 0)))


def _around(instructions: Sequence[Instruction], number: int) -> Instruction | None:
    """The instruction whose lines, continuation or here-document, hold this one."""
    position = bisect_right(instructions, number, key=lambda instruction: instruction.start)
    before = instructions[position - 1] if position else None
    return before if before and number < before.end else None


def _in_script(file: ImageFile) -> Iterator[Comment]:
    text = file.text or ""
    lines = [line.encode("utf-8", "surrogateescape") for line in text.split("\n")] if "fargate-patch" in text else []
    shift = file.origin.line - 1
    for number, line in enumerate(lines):
        found = PRAGMA.match(line.decode("utf-8", "surrogateescape")) if b"argate-" in line else None
        if not found or found[1]:
            continue
        at, codes = number + 1 + shift, _codes(found[3])
        if found[2]:
            yield Comment(file.origin.file, at, codes, everywhere=True)
        else:
            first, last = _next_line(lines, number)
            yield Comment(file.origin.file, at, codes, first + shift, last + shift)


def _next_line(lines: Sequence[bytes], number: int) -> tuple[int, int]:
    """The 1-based number of the first line below that is no comment, twice; nothing is as far away as 20 lines."""
    below = next((n for n in range(number + 1, min(len(lines), number + 20)) if not is_comment(lines[n])), None)
    return (0, 0) if below is None else (below + 1, below + 1)


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(CODE.findall((text or "").upper()))


def unused(comments: Iterable[Comment], told: Iterable[tuple[str, Place]]) -> Iterator[Finding]:
    """A note for every comment, and every code of one, that nothing was found for."""
    places = tuple(told)
    for comment in comments:
        idle = [
            c for c in comment.codes if not any(comment.covers(code, at) and code.startswith(c) for code, at in places)
        ]
        if idle or not comment.codes:
            what = f"nothing is found for {', '.join(idle)} here" if idle else NO_CODE
            yield Finding(
                UNUSED,
                "ignore-comment",
                f"this ignore comment has no effect: {what}",
                comment.file,
                comment.line,
                None,
                False,
                "take the comment out, or put it directly above the line that it is for",
                "note",
            )
