"""bcron: starts each job with HOME, USER, LOGNAME and PATH alone, and no PAM session brings anything back.

Seen with Debian 12's bcron 0.11: a job has HOME LOGNAME PATH PWD USER. github.com/bruceg/bcron, bcron-exec.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.mechanisms.cron import SEE_TABLE, judge_cron
from fargate_patch.mechanisms.model import Mechanism, Step

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("bcron-start",)
DAEMON = True
MECHANISMS = (
    Mechanism(
        name="bcron",
        code="FP126",
        title="starts its jobs without the environment",
        what="bcron builds a new environment for each job: HOME, USER, LOGNAME, PATH, and the lines of the table. What "
        "PID 1 was given is gone. It opens no PAM session.",
        see=SEE_TABLE,
        fix="bcron has no place for variables but its tables, whose values are taken literally. By hand: install "
        "Debian's `cron` in its place, which fargate-patch can mend.",
        advice="install `cron` in its place: its jobs have a PAM session, in which `fargate-patch` can mend it",
        sources=("https://github.com/bruceg/bcron/blob/master/bcron-exec.c",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    return judge_cron(launch, world, "bcron")
