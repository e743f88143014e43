"""shiny-server and RStudio's rserver: their sessions start without the container's environment.

shiny-server, lib/worker/app-worker.ts: the R process's environment is HOME, LANG and PATH, and as root it is wrapped in
`su -s /bin/bash --login -m -- USER -c …`. config/default.config: `run_as shiny`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Open
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("shiny-server", "shiny-server.sh", "rserver", "rstudio-server")
CONFIGURATION = "/etc/shiny-server/shiny-server.conf"
RUN_AS = regex(r"(?m)^[ \t]*run_as[ \t]+([\w.:-]+)")
MECHANISMS = (
    Mechanism(
        name="shiny-server",
        code="FP123",
        title="starts R sessions with HOME, LANG and PATH alone",
        what="shiny-server starts the R process of an application with an environment of HOME, LANG and PATH; as "
        "root it does so by a login of `su`.",
        see="docker exec CONTAINER su -s /bin/bash --login shiny -c env",
        fix="As root: fargate-patch lets PID 1 keep the variables in a file and hands them to the login by PAM or "
        "/etc/profile.d. By hand: write them into `~shiny/.Renviron` (readable by shiny alone) when the "
        "container starts.",
        advice="write the variables into the application user's ~/.Renviron when the container starts",
        sources=("https://github.com/rstudio/shiny-server/blob/master/lib/worker/app-worker.ts",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    name = program_name(launch.argv[0].text)
    path = launch.argv[0].text
    own = world.files.get(path) if path.startswith("/") else world.files.which(path)
    if own and own.text is not None:
        return None  # a start script of the Dockerfile's own
    if name in ("rserver", "rstudio-server"):
        reason = (
            "RStudio builds its sessions' environment anew; write the variables into Renviron.site when the container "
            "starts, and its sessions have them"
        )
        return (Step("exec", Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)
    why = "shiny-server starts an R process with HOME, LANG and PATH alone"
    command = "R sessions of shiny-server"
    if launch.user not in ("root", None):
        return (Step("shiny-server", Effect.DROPS, launch.user, why=why, command=command),)
    hooks = Hooks(pam="su" if world.image.family.pam else None, login_shell="/bin/bash")
    return tuple(
        Step("shiny-server", Effect.DROPS, user, why=why, hooks=hooks, command=command) for user in _users(world)
    )


def _users(world: World) -> tuple[str, ...]:
    config = world.files.get(CONFIGURATION)
    said = dict.fromkeys(RUN_AS.findall((config.text or "") if config else ""))
    return tuple(name for name in said if not name.startswith(":")) or ("shiny",)
