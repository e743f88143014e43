"""run-parts: runs the programs of a folder, one after the other, in its own environment (run-parts(8), busybox)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.tables import CRONIE_NAME, RUN_PARTS_NAME

if TYPE_CHECKING:
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism

PROGRAMS = ("run-parts",)
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "au", ("arg", "umask", "regex"))
    if given.has("test", "list"):
        return (Step("shell", Effect.KEEPS, launch.user, needs_none=True),)
    if not given.rest or not given.rest[0].known:
        reason = "which folder run-parts takes its programs from is decided at run time"
        return (Step("shell", Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)
    name = RUN_PARTS_NAME if world.image.family.crond != "cronie" else CRONIE_NAME
    files = world.files.glob(f"{world.absolute(given.rest[0].text)}/*")
    programs = [file.path for file in files if given.has("regex") or name.match(posixpath.basename(file.path))]
    children = tuple(Launch((Word(path),), launch.user, launch.place, lasting=False) for path in programs)
    return (Step("shell", Effect.KEEPS, launch.user, children, needs_none=True),)
