"""envdir and s6-envdir: a file of a folder is a variable by its name, and the rest of the environment stays.

With the folder in which s6-overlay keeps what the container was given, `s6-envdir` is what `with-contenv` is made of.
skarnet.org/software/s6/s6-envdir.html, cr.yp.to/daemontools/envdir.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import keeps, start, unclear

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("envdir", "s6-envdir")
MECHANISMS: tuple[Mechanism, ...] = ()
OF_THE_CONTAINER = ("/run/s6/container_environment", "/var/run/s6/container_environment")


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "c")
    if not given.clear:
        return unclear(launch, "exec")
    folder, command = given.rest[:1], given.rest[1:]
    if folder and folder[0].text.rstrip("/") in OF_THE_CONTAINER:
        children = start(launch, command, launch.user)
        return (Step("s6-overlay", Effect.KEEPS, launch.user, children, restores=True),)
    return keeps(launch, "exec", command, launch.user)
