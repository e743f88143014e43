"""fargate-env: the shim that this program puts in front of an image's ENTRYPOINT.

It writes the carried file and hands everything on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import keeps

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

NAME = "fargate-env"
PROGRAMS = ("fargate-env",)
MECHANISMS = (
    Mechanism(
        name=NAME,
        title="keeps the variables for those who need them later",
        what="As PID 1 it writes the variables that are set to /run/fargate-env/env and starts the image's own "
        "command.",
        see="docker exec CONTAINER ls -l /run/fargate-env",
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    return keeps(launch, NAME, launch.argv[1:], launch.user)
