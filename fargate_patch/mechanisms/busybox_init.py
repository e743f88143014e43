"""busybox's init, and sysvinit's: start what /etc/inittab says, in their own environment.

busybox init/init.c sets HOME, PATH, SHELL and USER and keeps the rest: seen with busybox 1.35. On Alpine the inittab
runs `/sbin/openrc`, which filters. An inittab's line is `id:runlevels:action:process`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.openrc import judge_openrc_boot
from fargate_patch.mechanisms.wrapper import shell_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

LASTING = ("respawn", "askfirst", "once")
ON_THE_WAY = ("sysinit", "wait", "boot", "bootwait")


def judge_busybox_init(launch: Launch, world: World) -> tuple[Step, ...]:
    table = world.files.get("/etc/inittab")
    if table is None and "openrc" in world.files.packages:
        return judge_openrc_boot(launch, world)
    if table is None or table.text is None:
        reason = (
            table and table.reason
        ) or "what init starts is not known: no /etc/inittab is among the files that the build copies"
        return (Step("exec", Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)
    return (Step("exec", Effect.KEEPS, launch.user, tuple(_entries(table, launch))),)


def _entries(table: ImageFile, launch: Launch) -> Iterator[Launch]:
    for number, line in enumerate((table.text or "").split("\n")):
        parts = line.strip().split(":", 3)
        if len(parts) < 4 or line.lstrip().startswith("#") or parts[2] not in (*LASTING, *ON_THE_WAY):
            continue
        command = parts[3].strip().lstrip("-")
        if command and "getty" not in command.split()[0]:
            place = Place(table.origin.file, table.origin.line + number)
            words = shell_command("sh", Word(f"exec {command}", place=place))
            yield Launch(words, launch.user, place, lasting=parts[2] in LASTING)
