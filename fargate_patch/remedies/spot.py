"""Where the block goes in the Dockerfile, and what is in force there: the user, the SHELL, the stage's ENTRYPOINT.

The place is right behind the last instruction that changes the file system, so that accounts and packages are there; or
where the stage's own ENTRYPOINT stands, when that has to be wrapped. An ENTRYPOINT further up is taken out there and
stands in the block.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.edit import attached_start, insertion_after
from fargate_patch.dockerfile.words import parse_exec_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.dockerfile.scanner import Instruction
    from fargate_patch.dockerfile.tree import Stage, Tree
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.model import Remedy

LAYERS = frozenset({"RUN", "COPY", "ADD"})
POSIX_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "mksh"})


class PlaceError(Exception):
    """The block cannot be put into this file safely; the message says why and what would settle it."""


@dataclass(frozen=True, slots=True)
class Target:
    """The stage that the block goes into."""

    tree: Tree
    stage: Stage
    image: Image
    owner: str | None  # PID 1's user; None where it is not known
    standing: tuple[Remedy, ...] = ()  # what the base image has already


@dataclass(frozen=True, slots=True)
class Spot:
    """The lines that the block takes the place of (none where `start` equals `end`), and the ENTRYPOINT among them."""

    start: int
    end: int
    entrypoint: Instruction | None
    pragmas: int = 0  # how many of the lines are comments that belong to the ENTRYPOINT


def own_entrypoint(target: Target) -> Instruction | None:
    """The ENTRYPOINT of the stage itself that is in force, if it has one."""
    found = [i for i in target.stage.instructions if i.name == "ENTRYPOINT"]
    return found[-1] if found else None


def spot_of(target: Target, own: Instruction | None) -> Spot:
    source, instructions = target.tree.source, target.stage.instructions
    last_layer = max((n for n, i in enumerate(instructions) if i.name in LAYERS), default=0)
    if own is not None and own.start > instructions[last_layer].start:
        start = attached_start(source, own)
        return Spot(start, own.end, own, own.start - start)
    behind = [instructions[last_layer]]
    for instruction in instructions[last_layer + 1 :]:
        if instruction.name == "CMD":
            break
        behind.append(instruction)
    lines = [line for line in (insertion_after(source, i) for i in behind) if line is not None]
    if not lines:
        raise PlaceError("the file ends in an open continuation line, behind which nothing can be put: end it first")
    at = next((line for line in lines if user_at(target, line) == "root"), lines[0])
    if instructions[last_layer].heredocs and at < len(source.lines) and not source.lines[at].strip():
        at += 1  # hadolint reads a heredoc only where a blank line follows it
    return Spot(at, at, None)


def user_at(target: Target, line: int) -> str | None:
    """Who runs a RUN inserted before that line; "root" in any spelling, None where it is not known."""
    setting = target.tree.user_at(target.stage, line)
    value = target.image.user if setting is None else (setting.value if setting.known else None)
    return "root" if value is not None and value.partition(":")[0] in ("", "0", "root") else value


def user_to_restore(target: Target, line: int) -> str | None:
    """The user's own spelling of the USER in force there, to be said again behind a `USER root`; None for root."""
    user = user_at(target, line)
    if user == "root":
        return None
    setting = target.tree.user_at(target.stage, line)
    if setting is not None and (setting.known or setting.stage == target.stage.index):
        return setting.instruction.text if setting.stage == target.stage.index else setting.value
    if user is None:
        raise PlaceError(
            f"the user of {target.image.reference} is not known, so it could not be restored behind the block: "
            "say USER in the Dockerfile"
        )
    return user


def foreign_shell(target: Target, line: int) -> str | None:
    """The SHELL in force there as it must be said again, where it is not one that runs POSIX sh; None where it is."""
    said = [
        i for s in target.tree.lineage(target.stage) for i in s.instructions if i.name == "SHELL" and i.start < line
    ]
    shell = (parse_exec_form(said[-1].text) or ()) if said else target.image.shell
    if not shell or (
        shell[0].rpartition("/")[2] in POSIX_SHELLS and shell[-1].startswith("-") and shell[-1].endswith("c")
    ):
        return None
    return said[-1].text if said else json_form(shell)


def json_form(argv: Sequence[str]) -> str:
    text = json.dumps(list(argv), ensure_ascii=False)
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise PlaceError("ENTRYPOINT or CMD holds bytes that are not UTF-8")
    return text
