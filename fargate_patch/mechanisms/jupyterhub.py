"""JupyterHub: hands a single-user server only the names of `Spawner.env_keep`; many spawners start it elsewhere.

jupyterhub/spawner.py: env_keep is JUPYTERHUB_SINGLEUSER_APP alone; LocalProcessSpawner and its kin add USER, HOME,
SHELL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Open
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("jupyterhub",)
CONFIGURATIONS = (
    "jupyterhub_config.py",
    "/etc/jupyterhub/jupyterhub_config.py",
    "/srv/jupyterhub/jupyterhub_config.py",
)
SPAWNER = regex(r"\bspawner_class\s*=")
ELSEWHERE = regex(r"docker|kube|swarm|ecs|fargate|batch|yarn|nomad", re.IGNORECASE)
MECHANISMS = (
    Mechanism(
        name="jupyterhub",
        code="FP124",
        title="hands its single-user servers only the names of env_keep",
        what="A server that JupyterHub starts on its own machine has PATH, LANG and what `Spawner.env_keep` and "
        "`Spawner.environment` name. A spawner that starts it in another container or task is another image's "
        "matter: that task has a role of its own.",
        see=SEE_PROCESSES,
        fix="By hand, in jupyterhub_config.py: "
        "`c.Spawner.env_keep.append('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')`, and the region's names "
        "likewise. All of the hub's users then have the task's role.",
        advice="in jupyterhub_config.py: c.Spawner.env_keep.append('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'), and "
        "the region's names likewise",
        sources=(
            "https://jupyterhub.readthedocs.io/en/stable/reference/api/spawner.html#jupyterhub.spawner.Spawner.env_keep",
        ),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    given = read_arguments(launch.argv[1:], "f", ("config", "ip", "port", "log-level"), permute=True)
    if given.has("generate-config", "version", "help", "h") or any(
        w.text in ("token", "upgrade-db") for w in given.rest
    ):
        return None
    named = given.value("f", "config")
    paths = (named.text,) if named else CONFIGURATIONS
    text = next((f.text for f in (world.files.get(world.absolute(p)) for p in paths) if f and f.text is not None), None)
    command = "single-user servers of JupyterHub"
    if text is None:
        reason = (
            "how JupyterHub starts its servers is not known: its jupyterhub_config.py is not among the files that the "
            "build copies"
        )
        return (Step("jupyterhub", Effect.KEEPS, launch.user, (Open(reason, launch.place),), command=command),)
    code = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))
    if any(SPAWNER.search(line) and ELSEWHERE.search(line) for line in code.split("\n")):
        return (Step("jupyterhub", Effect.KEEPS, launch.user, command="jupyterhub"),)
    if all(name in code for name in NEEDED):
        return (Step("jupyterhub", Effect.KEEPS, None, command=command),)
    why = "JupyterHub hands a server on its own machine only the names of Spawner.env_keep"
    return (Step("jupyterhub", Effect.FILTERS, None, why=why, command=command),)
