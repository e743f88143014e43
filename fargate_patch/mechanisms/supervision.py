"""runsvdir, s6-svscan and svscan, started as they are: each service's `run` has their whole environment.

Seen with runit 2.1.2, s6 2.11 and daemontools 0.76. What boots them on a real machine (`runit_boot`) and s6-overlay are
another matter: these clear the environment first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Word
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.services import service_launches

if TYPE_CHECKING:
    from fargate_patch.chain.world import World

# program: its row, the letters that take a value, where it looks when it is not told
FORMS = {
    "runsvdir": ("runsvdir", "", "/etc/service"),
    "s6-svscan": ("s6-svscan", "cdtCX", ""),
    "svscan": ("svscan", "", ""),
}
ONE_SERVICE = {"runsv": "runsvdir", "s6-supervise": "s6-svscan", "supervise": "svscan"}
PROGRAMS = (*FORMS, *ONE_SERVICE)
DAEMON = True
MECHANISMS = (
    Mechanism(
        name="runsvdir",
        title="keeps the environment",
        what="runsvdir starts a runsv for each service of its folder, and each `run` file has its whole "
        "environment. `chpst -u` in it keeps it too.",
        see=SEE_PROCESSES,
        sources=("https://manpages.debian.org/bookworm/runit/runsvdir.8.en.html",),
    ),
    Mechanism(
        name="s6-svscan",
        title="keeps the environment",
        what="s6-svscan by itself hands its environment to each service's `run` file. s6-overlay, which boots it "
        "as a container's init, does not.",
        see=SEE_PROCESSES,
        sources=("https://skarnet.org/software/s6/s6-svscan.html",),
    ),
    Mechanism(
        name="svscan",
        title="keeps the environment",
        what="svscan of daemontools hands its environment to each service's `run` file. `svscanboot` does not.",
        see=SEE_PROCESSES,
        sources=("https://cr.yp.to/daemontools/svscan.html",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    name = program_name(launch.argv[0].text)
    if name in ONE_SERVICE:
        return _one_service(launch, ONE_SERVICE[name], world)
    row, short, default = FORMS[name]
    given = read_arguments(launch.argv[1:], short)
    folder = given.rest[0] if given.rest else Word(default or world.config.workdir or "/")
    if not folder.known or not given.clear:
        reason = f"which folder {name} takes its services from is decided at run time"
        return (Step(row, Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)
    path = world.absolute(folder.text)
    children = service_launches(path, launch.user, world) or (
        Open(f"{name}'s services in {path} are not among the files that the build copies", launch.place),
    )
    return (Step(row, Effect.KEEPS, launch.user, children),)


def _one_service(launch: Launch, row: str, world: World) -> tuple[Step, ...] | None:
    rest = read_arguments(launch.argv[1:]).rest
    if not rest or not rest[0].known:
        return None
    run = Launch((Word(f"{world.absolute(rest[0].text)}/run"),), launch.user, launch.place)
    return (Step(row, Effect.KEEPS, launch.user, (run,)),)
