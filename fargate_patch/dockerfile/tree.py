"""Instructions to stages, and to what each stage's image config holds in the end.

Uses dockerfile-parse over text that has been brought to one plain line per instruction (`plain`), where it is right;
its writing functions are never used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fargate_patch.dockerfile.scanner import Instruction, Source


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that an instruction of this file gives to the image config, expanded as BuildKit would."""

    value: str
    instruction: Instruction
    stage: int


@dataclass(frozen=True, slots=True)
class Command:
    """An ENTRYPOINT or a CMD as the image config stores it: a shell form is already `(*SHELL, text)`."""

    argv: tuple[str, ...]  # () for the empty forms
    shell_form: bool
    instruction: Instruction
    stage: int


@dataclass(frozen=True, slots=True)
class Config:
    """The image config at the end of a stage, as far as this file sets it. None: what the base image brings."""

    user: Setting | None
    entrypoint: Command | None
    cmd: Command | None
    cmd_reset: bool  # an ENTRYPOINT of this file threw away the CMD that was inherited
    shell: tuple[str, ...] | None
    workdir: str | None
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One FROM and what follows it."""

    index: int
    name: str | None  # lower case, as BuildKit compares it
    image: str | None  # the FROM reference with ARGs expanded; None where an ARG has no value
    raw_image: str  # as written
    parent: int | None  # the earlier stage that it is FROM, if it is
    platform: str | None
    instructions: tuple[Instruction, ...]  # the FROM first


@dataclass(frozen=True, slots=True)
class Tree:
    """All stages of a file, and the build arguments they were read with."""

    source: Source
    stages: tuple[Stage, ...]
    global_args: Mapping[str, str]

    def target(self, name: str | None = None) -> Stage:
        """The last stage, or the one with that name or number. Raises DockerfileError when there is none."""
        raise NotImplementedError

    def lineage(self, stage: Stage) -> tuple[Stage, ...]:
        """The stages of this file that `stage` is built from, the one on the outside image first, itself last."""
        raise NotImplementedError

    def config(self, stage: Stage) -> Config:
        """What the stage's image config holds in the end."""
        raise NotImplementedError

    def user_at(self, stage: Stage, line: int) -> Setting | None:
        """The USER in force for an instruction inserted before line index `line` (0-based) of `stage`; None: the base's."""
        raise NotImplementedError


def read_tree(source: Source, build_args: Mapping[str, str] | None = None) -> Tree:
    """Stages and settings of a scanned file. Raises DockerfileError (no FROM, a stage that is FROM a later one, …)."""
    raise NotImplementedError
