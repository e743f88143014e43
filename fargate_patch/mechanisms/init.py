"""init: s6-overlay's, systemd's, OpenRC's, runit's or busybox's; which one it is, image and packages tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Open
from fargate_patch.mechanisms import of_the_build
from fargate_patch.mechanisms.busybox_init import judge_busybox_init
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.runit_boot import judge_runit_boot
from fargate_patch.mechanisms.s6_overlay import in_use, judge_s6_overlay
from fargate_patch.mechanisms.systemd import judge_systemd

if TYPE_CHECKING:
    from collections.abc import Callable

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("init",)
MECHANISMS: tuple[Mechanism, ...] = ()
ALWAYS_SYSTEMD = ("rhel", "amazonlinux", "suse", "arch")  # their packages bring no other /sbin/init
PACKAGES = {
    "systemd-sysv": "systemd",
    "systemd": "systemd",
    "init": "systemd",
    "runit-init": "runit",
    "runit": "runit",
    "sysvinit-core": "sysvinit",
    "busybox-initscripts": "busybox",
}


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    path = launch.argv[0].text
    file = of_the_build(path, world)
    if file is not None and (file.text is not None or (file.binary and path == "/init")):
        return None  # a script or a program of the Dockerfile's own
    kind = "s6-overlay" if path == "/init" and in_use(world) else "" if path == "/init" else _kind(world)
    judged = JUDGES.get(kind)
    if judged:
        return judged(launch, world)
    reason = f"which init {path} is, is not known: neither the base image nor a package that is installed tells"
    return (Step("exec", Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)


def _kind(world: World) -> str:
    if world.image.facts.get("init") == "systemd" or world.image.family.name in ALWAYS_SYSTEMD:
        return "systemd"
    if world.image.family.name in ("alpine", "busybox"):
        return "busybox"
    return next((kind for package, kind in PACKAGES.items() if package in world.files.packages), "")


def _runit(launch: Launch, world: World) -> tuple[Step, ...]:
    return (judge_runit_boot(launch, world),)


JUDGES: dict[str, Callable[[Launch, World], tuple[Step, ...]]] = {
    "s6-overlay": judge_s6_overlay,
    "systemd": judge_systemd,
    "runit": _runit,
    "busybox": judge_busybox_init,
    "sysvinit": judge_busybox_init,
}
