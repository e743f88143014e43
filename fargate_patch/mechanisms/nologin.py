"""nologin and false as login shells: they turn `-c COMMAND` away, so that `su USER -c COMMAND` starts nothing.

nologin(8): it says that the account is not available and exits, whatever it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Open
from fargate_patch.mechanisms.model import Step

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism

PROGRAMS = ("nologin", "false")
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where it is not started as a login shell is, or a RUN may have given the account another."""
    shell, *rest = (word.text for word in launch.argv)
    if rest[:1] != ["-c"] or any("/etc/passwd" in run for run in world.runs):
        return None
    reason = (
        f"the login shell of {launch.user} is {shell}, which starts nothing; "
        "say which shell to take, as in `su -s /bin/sh`"
    )
    return (Step("exec", Effect.KEEPS, launch.user, (Open(reason, launch.place, launch.user),)),)
