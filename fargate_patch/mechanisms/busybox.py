"""busybox APPLET …: the applet, in busybox's own way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.mechanisms.cron import judge_cron
from fargate_patch.mechanisms.su import judge_su
from fargate_patch.mechanisms.wrapper import keeps

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism, Step

PROGRAMS = ("busybox",)
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    if len(launch.argv) < 2:
        return None
    applet = replace(launch, argv=launch.argv[1:])
    name = applet.argv[0].text
    if name == "crond":
        steps = judge_cron(applet, world, "busybox-crond")
    elif name == "su":
        steps = judge_su(applet, world, login="su-login", plain="su", pam=False)
    else:
        return keeps(launch, "exec", applet.argv, launch.user)
    return tuple(replace(step, program=name) for step in steps)
