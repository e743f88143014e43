"""Bytes to instructions, by BuildKit's line rules, losing nothing.

Every line of the file belongs to exactly one instruction or to trivia (comments, blanks, directives), so that
joining all lines gives the file back. The rules are those of `frontend/dockerfile/parser` in moby/buildkit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.heredoc import Heredoc, read_heredocs
from fargate_patch.dockerfile.lexer import ExpandError
from fargate_patch.dockerfile.words import SPACE, InstructionError, is_exec_form, name_values, split_blanks, split_flags
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DockerfileError", "Heredoc", "Instruction", "Source", "scan"]

LONGEST_LINE = 65_535  # bytes without the line end: Go's bufio.MaxScanTokenSize - 1
BOM = b"\xef\xbb\xbf"

_DIRECTIVE = regex(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+)")
_DIRECTIVES = ("syntax", "escape", "check")
_FIRST_WORD = regex(f"[^{SPACE}]*[{SPACE}]*")
_HEREDOC_INSTRUCTIONS = ("RUN", "COPY", "ADD")
_JSON_INSTRUCTIONS = ("ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME")


class DockerfileError(ValueError):
    """The text is no Dockerfile that BuildKit would accept. `line` is 1-based, 0 where no line is to blame."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction and the lines it covers."""

    name: str  # upper case: "FROM", "RUN"
    keyword: str  # as typed: "From", "run"
    text: str  # everything after the keyword on one line: continuations, comments and heredoc bodies gone, flags kept
    start: int  # 0-based index of its first line in Source.lines
    end: int  # one past its last line, heredoc bodies included
    heredocs: tuple[Heredoc, ...] = ()

    @property
    def line(self) -> int:
        """1-based number of its first line, as people and reports count."""
        return self.start + 1


@dataclass(frozen=True, slots=True)
class Source:
    """A whole file: its lines, each with its own line end, and what they say."""

    lines: tuple[bytes, ...]
    instructions: tuple[Instruction, ...]
    escape: str  # "\\" or "`"
    directives: dict[str, str]  # lower-case key to value, in order
    directives_end: int  # index of the first line on which nothing can be a directive any more
    bom: bool

    @property
    def data(self) -> bytes:
        return b"".join(self.lines)

    @property
    def newline(self) -> bytes:
        r"""The line end that most of the file's lines have; `\n` where that is undecided."""
        crlf = sum(line.endswith(b"\r\n") for line in self.lines)
        return b"\r\n" if crlf > sum(line.endswith(b"\n") for line in self.lines) - crlf else b"\n"


def scan(data: bytes) -> Source:
    """Read a Dockerfile. Bytes that are not UTF-8 come back as surrogate escapes in `Instruction.text`.

    Raises DockerfileError where BuildKit would refuse the file, and where the file holds a NUL byte.
    """
    lines = split_lines(data)
    _refuse_what_is_no_text(data, lines)
    bom = data.startswith(BOM)
    directives, directives_end = _read_directives(lines)
    escape = directives.get("escape", "\\")
    instructions = tuple(_read_instructions(lines, directives_end, escape, bom))
    if not instructions:
        raise DockerfileError("there is no instruction in this file")
    return Source(lines, instructions, escape, directives, directives_end, bom)


def split_lines(data: bytes) -> tuple[bytes, ...]:
    r"""Lines with their ends; only `\n` ends one."""
    *ended, rest = data.split(b"\n")
    return (*[line + b"\n" for line in ended], rest) if rest else tuple([line + b"\n" for line in ended])


def is_comment(line: bytes) -> bool:
    return _strip_left(line).startswith(b"#")


def is_blank(line: bytes) -> bool:
    return not _strip_left(line)


def continues(line: bytes, escape: str) -> bool:
    """Whether the line ends in a continuation, a comment or a blank line inside one apart."""
    return _without_continuation(line.rstrip(b"\r\n"), escape.encode()) is not None


def _refuse_what_is_no_text(data: bytes, lines: tuple[bytes, ...]) -> None:
    if b"\0" in data:
        line = next(number for number, line in enumerate(lines, 1) if b"\0" in line)
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        what = "the file is UTF-16; save it as UTF-8" if utf16 else "the file holds a NUL byte, so it is no text"
        raise DockerfileError(what, line)
    for number, text in enumerate(lines, 1):
        if len(text) > LONGEST_LINE and len(text.removesuffix(b"\n")) > LONGEST_LINE:
            raise DockerfileError(f"the line is longer than {LONGEST_LINE} bytes", number)


def _read_directives(lines: tuple[bytes, ...]) -> tuple[dict[str, str], int]:
    """The directives and the index of the line that ends the search for them."""
    directives: dict[str, str] = {}
    for index, line in enumerate(lines):
        text = (line.removeprefix(BOM) if index == 0 else line).rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        text = text.lstrip(SPACE)
        found = _DIRECTIVE.fullmatch(text[1:].lstrip(SPACE)) if text.startswith("#") else None
        if found is None or found[1].lower() not in _DIRECTIVES:
            return directives, index
        key, value = found[1].lower(), found[2].rstrip("\t\n\f\r ")
        if key in directives:
            raise DockerfileError(f"only one {key} directive can be used", index + 1)
        if key == "escape" and value not in ("\\", "`"):
            raise DockerfileError("the escape directive takes \\ or `", index + 1)
        directives[key] = value
    return directives, len(lines)


def _read_instructions(lines: tuple[bytes, ...], start: int, escape: str, bom: bool) -> Iterator[Instruction]:
    index = start
    while index < len(lines):
        line = lines[index][len(BOM) :] if index == 0 and bom else lines[index]
        first = _strip_left(line.rstrip(b"\r\n"))
        if not first or first.startswith(b"#"):
            index += 1
            continue
        joined, end = _join(lines, index, first, escape.encode())
        try:
            instruction = _read_instruction(joined, lines, index, end, escape)
        except (InstructionError, ExpandError) as error:
            raise DockerfileError(str(error), index + 1) from None
        yield instruction
        index = instruction.end


def _join(lines: tuple[bytes, ...], start: int, first: bytes, escape: bytes) -> tuple[bytes, int]:
    """The instruction's first logical line, and the index behind its last physical one."""
    kept = _without_continuation(first, escape)
    if kept is None:
        return first, start + 1
    parts = [kept]
    for index in range(start + 1, len(lines)):
        line = lines[index].rstrip(b"\r\n")
        stripped = _strip_left(line)
        if not stripped or stripped.startswith(b"#"):
            continue
        kept = _without_continuation(line, escape)
        parts.append(line if kept is None else kept)
        if kept is None:
            return b"".join(parts), index + 1
    return b"".join(parts), len(lines)


def _without_continuation(line: bytes, escape: bytes) -> bytes | None:
    """The line without its continuation character, None where it has none. An escaped one is none."""
    stripped = line.rstrip(b"\t ")
    if not stripped.endswith(escape) or stripped[-2:] == escape * 2:
        return None
    return stripped[:-1]


def _strip_left(line: bytes) -> bytes:
    stripped = line.lstrip(b"\t\n\v\f\r ")
    if stripped[:1] < b"\x80":
        return stripped
    text = stripped.decode("utf-8", "surrogateescape")
    return text.lstrip(SPACE).encode("utf-8", "surrogateescape") if text[0] in SPACE else stripped


def _read_instruction(joined: bytes, lines: tuple[bytes, ...], start: int, end: int, escape: str) -> Instruction:
    whole = joined.decode("utf-8", "surrogateescape")
    keyword, *rest = split_blanks(whole.strip(SPACE), 1) or [""]
    text = rest[0].strip(SPACE) if rest else ""
    if text.startswith("--"):
        text = rest[0].rstrip(SPACE)  # behind a no-break space it is no flag
    name = keyword.upper()
    heredocs: tuple[Heredoc, ...] = ()
    if _may_have_heredocs(name, text, escape) and "<<" in whole:
        heredocs, end = read_heredocs(whole, lines, end)
    return Instruction(name, keyword, text, start, end, heredocs)


def _may_have_heredocs(name: str, text: str, escape: str) -> bool:
    """Checks the text as BuildKit's parser does. Raises InstructionError."""
    _, rest = split_flags(text, escape)
    if name == "ONBUILD":
        inner, *text_inside = split_blanks(rest, 1) or [""]
        name = inner.upper()
        _, rest = split_flags(text_inside[0] if text_inside else "", escape)
    if name in ("ENV", "LABEL"):
        name_values(rest, name, escape)
    elif name == "HEALTHCHECK":
        is_exec_form(_FIRST_WORD.sub("", rest, count=1))
    return not (name in _JSON_INSTRUCTIONS and is_exec_form(rest)) and name in _HEREDOC_INSTRUCTIONS
