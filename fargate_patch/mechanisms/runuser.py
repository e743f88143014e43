"""runuser: su for root's scripts.

`runuser -l` starts a login shell in a fresh environment, `runuser -u USER COMMAND` none.

util-linux runuser(1). Its PAM stack has no pam_env line on Debian, so that /etc/environment does not reach its
sessions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Hooks
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import BEGIN, Mechanism, Step
from fargate_patch.mechanisms.su import LOGIN, LONG_WITH_VALUE, judge_su
from fargate_patch.mechanisms.wrapper import account, keeps

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("runuser",)
MECHANISMS = (
    Mechanism(
        name="runuser-login",
        code="FP102",
        title="starts a login shell with a fresh environment",
        what="`runuser -` and `runuser -l` clear the environment but for TERM, as `su -` does.",
        see="docker exec CONTAINER runuser -l USER -c env",
        fix="fargate-patch lets PID 1 keep the variables in a file and hands them to the session by PAM "
        "(`/etc/pam.d/runuser-l`). By hand: `runuser -u USER -- COMMAND`, which hands the environment on.",
        advice="use `runuser -u USER -- COMMAND`, which hands the environment on",
        sources=("https://man7.org/linux/man-pages/man1/runuser.1.html",),
        rewrites=((rf"{BEGIN}(runuser{LOGIN}", r"\1"),),
    ),
    Mechanism(
        name="runuser",
        title="keeps the environment",
        what="`runuser -u USER COMMAND` and `runuser USER -c …` hand the whole environment on.",
        see="docker exec CONTAINER runuser -u USER env",
        sources=("https://man7.org/linux/man-pages/man1/runuser.1.html",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    arguments = read_arguments(launch.argv[1:], "csgGwTu", (*LONG_WITH_VALUE, "user"))
    user = arguments.value("u", "user")
    if user is not None:
        (step,) = keeps(launch, "runuser", arguments.rest, account(user, None))
        return (replace(step, hooks=Hooks(pam="runuser")),) if world.image.family.pam else (step,)
    return judge_su(launch, world, login="runuser-login", plain="runuser", pam=world.image.family.pam)
