"""The file as dockerfile-parse can read it: one plain line an instruction, no comments, bodies, continuations.

dockerfile-parse 2.0.1 knows no here-documents, ends an instruction at a blank line inside a continuation, loses one
that ends in the escape character and refuses bytes that are not UTF-8. None of that can occur in a plain text.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.dockerfile.scanner import Instruction, Source


def plain_text(source: Source) -> bytes:
    """Line N is instruction N: its name, a blank, its text. Bytes that are not UTF-8 have become `?`."""
    return "".join([_plain_line(instruction) for instruction in source.instructions]).encode("utf-8", "replace")


def structure(source: Source) -> Iterator[tuple[str, Instruction]]:
    """Each instruction in order with the name that dockerfile-parse reads."""
    from dockerfile_parse import DockerfileParser

    for entry in DockerfileParser(fileobj=BytesIO(plain_text(source)), env_replace=False).structure:
        yield entry["instruction"], source.instructions[entry["startline"]]


def _plain_line(instruction: Instruction) -> str:
    name = instruction.name if instruction.name.isalnum() else "".join(filter(str.isalnum, instruction.name)) + "?"
    return f"{name} {instruction.text.rstrip()}".rstrip("\\") + "\n"
