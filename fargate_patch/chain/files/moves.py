"""cp, mv, install, ln and rm: files of the image that go from one path to another."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.files.actions import Action, Below, Copied, Linked, Removed
from fargate_patch.chain.files.changes import Doubt, Gone, Put, absolute, join
from fargate_patch.chain.files.commandline import CommandLine, read_command_line
from fargate_patch.chain.files.events import Argument, Step
from fargate_patch.chain.files.touched import known_paths, touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _copies(line: CommandLine, step: Step, moves: bool) -> Iterator[Action]:
    folder = line.value("t", "target-directory")
    operands = list(line.operands)
    targets = [] if folder is None and not operands else [Argument(folder) if folder is not None else operands.pop()]
    known = known_paths(targets, step.folder)
    if not known or any(a.wild for a in targets):
        return
    target = known[0][1]
    into = folder is not None or targets[0].text.endswith(("/", "/.")) or targets[0].text == "." or len(operands) > 1
    deep = moves or line.has("r", "R", "a", "recursive", "archive", "d")
    for source, path in known_paths(operands, step.folder):
        contents = source.text.endswith("/.") or posixpath.basename(path) == "*"
        if source.wild and not contents:
            yield Below(target, Doubt(f"`{step.by}` may have put it there", step.place, makes=True))
            continue
        from_ = posixpath.dirname(path) if posixpath.basename(path) == "*" else path
        yield Copied(from_, target, into, deep, contents, step.place, step.by)
        if moves and not contents:
            yield Removed(path)


def cp(step: Step) -> Iterable[Action]:
    return _copies(read_command_line(step.argv[1:], "tS", ("target-directory", "suffix")), step, moves=False)


def mv(step: Step) -> Iterable[Action]:
    return _copies(read_command_line(step.argv[1:], "tS", ("target-directory", "suffix")), step, moves=True)


def install(step: Step) -> Iterable[Action]:
    line = read_command_line(step.argv[1:], "gmotS", ("mode", "owner", "group", "target-directory", "suffix"))
    return () if line.has("d", "directory") else _copies(line, step, moves=False)


def ln(step: Step) -> Iterable[Action]:
    line = read_command_line(step.argv[1:], "tS", ("target-directory", "suffix"))
    if not line.has("s", "symbolic"):
        return _copies(line, step, moves=False)
    return _links(line, step)


def _links(line: CommandLine, step: Step) -> Iterator[Action]:
    folder = line.value("t", "target-directory")
    operands = [a for a in line.operands if a.known and not a.wild]
    if len(operands) != len(line.operands) or not operands:
        return
    where = folder or (operands.pop().text if len(operands) > 1 else ".")
    at = absolute(where, step.folder)
    into = folder is not None or where.endswith("/") or where == "." or len(operands) > 1
    either = not into and not line.has("n", "no-dereference", "T", "no-target-directory")
    for target in operands if at else ():
        inside = join(at or "", posixpath.basename(target.text.rstrip("/")))
        for landed in (at, inside) if either else (inside,) if into else (at,):
            meant = absolute(target.text, posixpath.dirname(landed or ""))
            if landed and meant:
                yield Linked(landed, meant, at if either else None)


def rm(step: Step) -> Iterator[Action]:
    for argument in read_command_line(step.argv[1:]).operands:
        if argument.wild or not argument.known:
            gone = Put(Gone()) if argument.known else Doubt(f"`{step.by}` may remove it", step.place)
            yield from touched(argument, step, gone)
        elif path := absolute(argument.text, step.folder):
            yield Removed(path)
