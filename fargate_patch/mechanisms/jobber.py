"""Jobber: jobbermaster starts each user's jobs by `su -l USER`, which clears the environment.

github.com/dshearer/jobber, jobbermaster/runner_proc.go and common/su_cmd_linux.go. Its jobs stand in ~/.jobber, and
whether they read a copy of the variables is not followed. `jobberrunner ~/.jobber` by itself hands everything on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Open
from fargate_patch.mechanisms.model import Step

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism

REASON = (
    "jobbermaster starts its jobs by `su -l`, which clears the environment, and whether they read it back is not "
    "known: `jobberrunner ~/.jobber` in its place hands it on"
)
PROGRAMS = ("jobbermaster",)
DAEMON = True
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, _world: World) -> tuple[Step, ...]:
    return (Step("exec", Effect.KEEPS, launch.user, (Open(REASON, launch.place),), command="jobs of jobber"),)
