"""What boots runit and daemontools on a machine: `runit`, `runit-init`, `/etc/runit/2`, `runsvdir-start`, `svscanboot`.

Each ends in `exec env - PATH=$PATH runsvdir …` (or svscan): the environment is cleared first. Seen with the files of
Debian's runit 2.1.2 and daemontools-run 0.76.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Open
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.services import service_launches

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("runit", "runit-init", "/etc/runit/2", "runsvdir-start", "svscanboot")
FOLDERS = ("/etc/service", "/service", "/var/service", "/etc/runit/runsvdir/default", "/etc/runit/runsvdir/current")
MECHANISMS = (
    Mechanism(
        name="runit-boot",
        code="FP120",
        title="starts its services with an empty environment",
        what="runit as init, `/etc/runit/2`, `runsvdir-start` and daemontools' `svscanboot` start the supervisor "
        "by `env - PATH=$PATH`: PATH is all that a service's `run` file has.",
        see=SEE_PROCESSES,
        fix='By hand: start the supervisor itself (`CMD ["runsvdir", "-P", "/etc/service"]`), which keeps the '
        "environment.",
        advice="start `runsvdir -P /etc/service` itself (for svscanboot: `svscan /etc/service`), which keeps the "
        "environment",
        sources=(
            "https://manpages.debian.org/bookworm/runit/runit.8.en.html",
            "https://cr.yp.to/daemontools/svscanboot.html",
        ),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """A file of that path that the Dockerfile puts there itself is read instead."""
    path = launch.argv[0].text
    own = world.files.get(path) if path.startswith("/") else None
    return None if own and own.text is not None else (judge_runit_boot(launch, world),)


def judge_runit_boot(launch: Launch, world: World) -> Step:
    """Every service in the folders that runit and daemontools use, as root."""
    found = {child.argv[0].text: child for folder in FOLDERS for child in service_launches(folder, launch.user, world)}
    if not found:
        reason = (
            "which services it starts is not known: no /etc/service/NAME/run is among the files that the build copies"
        )
        return Step("runit-boot", Effect.KEEPS, launch.user, (Open(reason, launch.place),))
    why = f"{launch.argv[0].text} starts the supervisor by `env -`, with PATH alone"
    return Step("runit-boot", Effect.DROPS, launch.user, tuple(found.values()), why=why)
