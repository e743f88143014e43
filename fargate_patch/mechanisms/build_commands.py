"""The commands of RUN lines, as words: what `a2enmod`, `rc-update`, `rm` and `sed` did to the image at build time.

Read with the shell's grammar, so that a word in an `echo` or in a comment is no command.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from fargate_patch.dockerfile.words import parse_exec_form
from fargate_patch.shell.syntax import Simple, Text, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.world import World
    from fargate_patch.shell.syntax import ShellWord

BODIES = ("commands", "left", "right", "body", "branches", "otherwise", "items", "condition")


def build_commands(world: World, *programs: str) -> tuple[tuple[str, ...], ...]:
    """Every command of one of these programs, in order: its words, a computed part of one written as in its source."""
    return tuple(
        c for run in world.runs if any(p in run for p in programs) for c in _commands(run) if _name(c) in programs
    )


def _name(command: tuple[str, ...]) -> str:
    return command[0].rpartition("/")[2]


@lru_cache(maxsize=64)
def _commands(run: str) -> tuple[tuple[str, ...], ...]:
    while run.startswith("--"):
        run = run.partition(" ")[2].lstrip()
    argv = parse_exec_form(run)
    if argv:
        return (tuple(argv),)
    return tuple(tuple(map(_text, simple.words)) for simple in _simple(parse(run)))


def _simple(node: object) -> Iterator[Simple]:
    """Every plain command below a statement, in order, without recursion."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Simple):
            if here.words:
                yield here
        elif isinstance(here, tuple):
            waiting.extend(reversed(cast("tuple[object, ...]", here)))
        else:
            waiting.extend(getattr(here, name) for name in reversed(BODIES) if hasattr(here, name))


def _text(word: ShellWord) -> str:
    if all(isinstance(part, Text) for part in word.parts):
        return "".join(part.text for part in word.parts if isinstance(part, Text))
    return word.source
