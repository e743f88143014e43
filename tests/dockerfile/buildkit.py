"""What BuildKit's own parser (0.12.5, in PyPI's `dockerfile`) reads in a file, beside what the scanner reads.

Bytes that are no UTF-8 are shown to it as private characters, one for one: the package takes text only.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from fargate_patch.dockerfile.scanner import DockerfileError, Instruction, scan
from fargate_patch.dockerfile.words import SPACE, parse_exec_form, split_blanks, split_flags

dockerfile = pytest.importorskip(
    "dockerfile", reason="BuildKit's parser as a Python extension exists for Linux on x86-64 only"
)

JSON = ("ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME")
BYTES = re.compile("[\udc80-\udcff]")
YOUNGER = re.compile(r"<<[^\s]*\$\{|<<-?[\t\r ]|\](?:[\t\r\f\xa0 ]|[\\`][ \t\r]*\n|\n[ \t]*#.*)*[^\s]")


def ours(data: bytes) -> list[tuple[Any, ...]] | str:
    try:
        source = scan(data)
    except DockerfileError:
        return "refused"
    return [our_command(instruction) for instruction in source.instructions]


def our_command(instruction: Instruction) -> tuple[Any, ...]:
    said = private(instruction.text)
    flags, rest = split_flags(said, "\\")  # in flags the older parser knows no other escape character
    argv = parse_exec_form(rest) if instruction.name in JSON else None
    bodies = [(private(h.name), h.fd, without_tabs(private(h.content))) for h in instruction.heredocs]
    bodies = [] if instruction.name == "ONBUILD" else bodies  # the package does not hand these on
    place = (instruction.line, instruction.end)
    return (private(instruction.name), said.strip(SPACE), *place, flags, argv, bodies)


def without_tabs(body: str) -> str:
    """Of a `<<-` body the package keeps the tabs; a build cuts them off later."""
    return re.sub(r"(?m)^\t+", "", body)


def theirs(data: bytes) -> list[tuple[Any, ...]] | str:
    try:
        commands = dockerfile.parse_string(private(data.decode(errors="surrogateescape")))
    except dockerfile.GoParseError:
        return "refused"
    except UnicodeDecodeError:
        return "torn"  # the parser cut a character into bytes, which the package cannot hand on
    return [their_command(command) for command in commands]


def their_command(command: Any) -> tuple[Any, ...]:
    parts = split_blanks((command.original or "").split("\n")[0].strip(SPACE), 1) or [""]
    text = parts[1].strip(SPACE) if len(parts) > 1 else ""
    name = (command.cmd or "").upper()
    bodies = [(h.name, h.file_descriptor, without_tabs(h.content)) for h in command.heredocs]
    argv = command.value if command.json and name in JSON else None
    return (name, text, command.start_line, command.end_line, command.flags, argv, bodies)


def private(text: str) -> str:
    return BYTES.sub(lambda found: chr(ord(found[0]) - 0xDC80 + 0xE080), text)
