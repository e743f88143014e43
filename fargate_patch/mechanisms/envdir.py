"""envdir and s6-envdir: a file of a folder is a variable by its name, and the rest of the environment stays.

With the folder in which s6-overlay keeps what the container was given, `s6-envdir` is what `with-contenv` is made of.
skarnet.org/software/s6/s6-envdir.html, cr.yp.to/daemontools/envdir.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.s6_overlay import FOLDER, given_back
from fargate_patch.mechanisms.wrapper import keeps, start, unclear
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch, Word
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism

PROGRAMS = ("envdir", "s6-envdir")
MECHANISMS: tuple[Mechanism, ...] = ()
OF_THE_CONTAINER = (FOLDER, f"/var{FOLDER}")


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "c")
    if not given.clear:
        return unclear(launch, "exec")
    folder, command = given.rest[:1], given.rest[1:]
    if folder and folder[0].text.rstrip("/") in OF_THE_CONTAINER:
        return (given_back(launch.user, start(launch, command, launch.user)),)
    if folder and holds_its_own(folder[0], world):
        return (taken(launch, folder[0], command, launch.user),)
    return keeps(launch, "exec", command, launch.user)


def holds_its_own(folder: Word, world: World) -> bool:
    """Does the build put a file for the variable there? What it says, or nothing, is then the value."""
    file = world.files.get(world.absolute(f"{folder.text}/{CREDENTIALS_VARIABLE}")) if folder.known else None
    return file is not None and file.text is not None


def taken(launch: Launch, folder: Word, command: tuple[Word, ...], user: str | None) -> Step:
    """The step of a program that reads such a folder."""
    why = f"{CREDENTIALS_VARIABLE} is what its file in {folder} says, or is not set where that is empty"
    return Step("env-i", Effect.DROPS, user, start(launch, command, user), why=why)
