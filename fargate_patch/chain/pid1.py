"""PID 1: what a run of the image starts, by Docker's rules.

They are applied to the file, the base image and a task definition's overrides.
"""

from __future__ import annotations

import shlex
from itertools import pairwise
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Place, Word
from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.words import parse_exec_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.world import World
    from fargate_patch.dockerfile.tree import Command


@dataclass(frozen=True, slots=True)
class Pid1:
    """What one run of the image starts: `argv` None where it is not known, with the `reason`; `place` where it is said.

    `run` names the option that put something in the place of the image's own ENTRYPOINT or CMD, "" where none did.
    """

    argv: tuple[Word, ...] | None
    user: str | None
    place: Place
    reason: str = ""
    run: str = ""
    past_shim: bool = False
    bare: bool = False  # an ENTRYPOINT without a CMD: a task definition's command is then what it is given

    @property
    def inline_scripts(self) -> Iterator[tuple[str, Place]]:
        """What it gives to a shell by `-c`, and where that is said."""
        for option, script in pairwise(self.argv or ()):
            if option.text.startswith("-") and option.text.endswith("c"):
                yield script.text, script.place or self.place


def pid1(world: World, from_line: int, *, entrypoint: str | None = None, command: str | None = None) -> Pid1:
    """PID 1 by Docker's rules.

    What a task definition says comes before ENTRYPOINT and CMD of the file, and these before the base image's.
    `from_line` is the FROM's. An entry point given at run time throws the image's CMD away.
    """
    user = _user(world)
    base = Place(world.dockerfile, from_line)
    if entrypoint is not None:
        argv = _given("--entrypoint", entrypoint) + (_given("--command", command) if command else ())
        return Pid1(argv, user, argv[0].place or base, run=f"--entrypoint '{entrypoint}'", past_shim=True)
    config, image = world.config, world.image
    entry = _words(config.entrypoint, world) if config.entrypoint else _base_words(image.entrypoint, base)
    run = ""
    cmd: tuple[Word, ...] | None
    if command is not None:
        cmd, run = _given("--command", command), f"--command '{command}'"
    elif config.cmd:
        cmd = _words(config.cmd, world)
    elif config.cmd_reset or config.entrypoint:
        cmd = ()
    else:
        cmd = _base_words(image.cmd, base)
    if entry is None or (cmd is None and not entry):
        what, whose = "ENTRYPOINT" if entry is None else "CMD", image.reference
        reason = (
            f"the {what} of {whose} is not known: --inspect looks into it, or give `docker image inspect`'s output "
            "by --base-image-config FILE"
            if image.reference
            else f"which image FROM names is not known: give {world.saying_the_base}"
        )
        return Pid1(cmd or None, user, (cmd[0].place if cmd else None) or base, reason, run)
    argv = (*entry, *(cmd or ()))
    if not argv:
        return Pid1((), user, base, "neither this file nor its base image says what the container starts", run)
    return Pid1(argv, user, argv[0].place or base, run=run, bare=not cmd)


def _given(option: str, text: str) -> tuple[Word, ...]:
    """The words of an option's value: a JSON array as a task definition has it, or a command line."""
    place = Place(option, 0)
    return tuple(Word(word, place=place) for word in parse_exec_form(text) or _split(text))


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text) or [text]
    except ValueError:
        return ["/bin/sh", "-c", text]


def _words(command: Command, world: World) -> tuple[Word, ...]:
    place = Place(world.dockerfile, command.instruction.line)
    return tuple(Word(text, place=place) for text in command.argv)


def _base_words(argv: tuple[str, ...] | None, base: Place) -> tuple[Word, ...] | None:
    return None if argv is None else tuple(Word(text, place=base) for text in argv)


def _user(world: World) -> str | None:
    """PID 1's user, by name where the file tells it; None where only the run or the base image knows."""
    setting = world.config.user
    if setting is not None and not setting.known:
        return None
    value = setting.value if setting else world.image.user
    if value is None:
        return None
    return world.account(value.partition(":")[0] or "root")
