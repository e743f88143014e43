"""Where a Dockerfile's build context is when nobody says so: its own folder, or one above it that has what it copies.

Many repositories are built by `docker build -f docker/Dockerfile .`, and their Dockerfile tells: COPY names files that
are not in its folder, so that no build from there can succeed. Folders above are asked up to the top of the repository,
or to the working folder where there is none.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH100, PTH109, PTH118, PTH120

from __future__ import annotations

import os
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.chain.files.context import components
from fargate_patch.dockerfile.scanner import DockerfileError, scan
from fargate_patch.dockerfile.words import InstructionError, parse_exec_form, split_blanks, split_flags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.dockerfile.scanner import Instruction, Source

COMPUTED = frozenset("$*?[\\<@")  # no plain path: a value, a wildcard, an escape, a here-document, a repository
MOST = 200  # sources that are asked for


def build_context(path: str, data: bytes) -> Path:
    """The folder of the Dockerfile, or the nearest above it in which every plain source of COPY and ADD exists."""
    own = os.path.dirname(path) or "."
    above = _above(os.path.abspath(own), os.getcwd())
    if not above:
        return Path(own)
    names = tuple(dict.fromkeys(islice(_sources(data), MOST)))
    if all(_has(own, name) for name in names):
        return Path(own)
    found = next((number for number, f in enumerate(above, 1) if all(_has(f, name) for name in names)), 0)
    return Path(os.path.normpath(os.path.join(own, *[".."] * found)))


@cache
def _above(folder: str, here: str) -> tuple[str, ...]:
    """The folders above one, the nearest first, up to the top of its repository or else the working folder (`here`)."""
    found = [folder]
    while not os.path.lexists(os.path.join(found[-1], ".git")):
        if (parent := os.path.dirname(found[-1])) == found[-1]:
            return tuple(found[1 : found.index(here) + 1]) if here in found else ()
        found.append(parent)
    return tuple(found[1:])


def _sources(data: bytes) -> Iterator[str]:
    try:
        source = scan(data)
    except DockerfileError:
        return
    for instruction in source.instructions:
        if instruction.name in ("COPY", "ADD"):
            yield from _named(instruction, source)


def _named(instruction: Instruction, source: Source) -> Iterator[str]:
    try:
        flags, rest = split_flags(instruction.text, source.escape)
    except InstructionError:
        return
    if any(flag.startswith(("--from=", "--parents")) for flag in flags):
        return
    for word in list(parse_exec_form(rest) or split_blanks(rest))[:-1]:
        name = "/".join(components(word.strip("\"'")))
        if name and "://" not in word and COMPUTED.isdisjoint(word):
            yield name


def _has(folder: str, name: str) -> bool:
    """Is it there, and not by a symlink out of the folder, which no build follows?"""
    path = os.path.join(folder, name)
    return os.path.lexists(path) and os.path.realpath(path).startswith(_real(folder))


@cache
def _real(folder: str) -> str:
    return os.path.join(os.path.realpath(folder), "")
