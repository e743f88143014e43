"""Bytes to instructions, by BuildKit's line rules, losing nothing.

Every line of the file belongs to exactly one instruction or to trivia (comments, blanks, directives), so that
joining all lines gives the file back. The rules are those of `frontend/dockerfile/parser` in moby/buildkit.
"""

from __future__ import annotations

from dataclasses import dataclass


class DockerfileError(ValueError):
    """The text is no Dockerfile that BuildKit would accept. `line` is 1-based, 0 where no line is to blame."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Heredoc:
    """One here-document of an instruction: `RUN <<EOF`, `COPY <<-"EOT" /etc/motd`, `3<<X`."""

    name: str
    content: str  # the raw body; with `chomp` its leading tabs are gone
    expand: bool  # False where the name was quoted
    chomp: bool  # `<<-`
    fd: int


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
        """The line end that most of the file's lines have."""
        raise NotImplementedError


def scan(data: bytes) -> Source:
    """Read a Dockerfile. Bytes that are not UTF-8 come back as surrogate escapes in `Instruction.text`.

    Raises DockerfileError where BuildKit would refuse the file.
    """
    raise NotImplementedError
