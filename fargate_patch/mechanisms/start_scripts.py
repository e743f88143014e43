"""Start scripts that servers bring along: they put a command line together and become the server, environment and all.

Each ends in `exec` of the server (or runs it in the foreground) without touching the environment but to add to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect
from fargate_patch.mechanisms import of_the_build, program_name
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import start

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = (
    "catalina.sh",  # Tomcat, bin/catalina.sh: `exec $_RUNJAVA …` for `run`
    "zkServer.sh",  # ZooKeeper: `start-foreground` ends in exec
    "kafka-server-start.sh",  # Kafka: exec kafka-run-class.sh, which execs java
    "zookeeper-server-start.sh",
    "connect-distributed.sh",
    "connect-standalone.sh",
    "standalone.sh",  # WildFly
    "kc.sh",  # Keycloak: exec java
    "karaf",
    "activemq",
    "start-notebook.sh",  # Jupyter docker-stacks: each execs the next, as root by `sudo --preserve-env`
    "start-notebook.py",
    "start-singleuser.sh",
    "start-singleuser.py",
    "docker-php-entrypoint",  # docker-library/php: `exec "$@"`; in front of options, the server of the variant
)
ENDS_IN_ITS_ARGUMENTS = ("docker-php-entrypoint",)
MECHANISMS: tuple[Mechanism, ...] = ()
TOMCAT = "/usr/local/tomcat"  # of docker-library/tomcat


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """Its own row is `exec`; a script of that name that the Dockerfile puts there itself is read instead."""
    text = launch.argv[0].text
    file = of_the_build(text, world)
    if file is not None and file.text is not None:
        return None
    if path := _taken_by(text, launch, world):
        why = f"{path}, which it reads first, takes the variables away"
        return (Step("env-i", Effect.DROPS, launch.user, why=why),)
    command = launch.argv[1:] if program_name(text) in ENDS_IN_ITS_ARGUMENTS else ()
    children = start(launch, command, launch.user) if command and not command[0].text.startswith("-") else ()
    return (Step("exec", Effect.KEEPS, launch.user, children),)


def _taken_by(script: str, launch: Launch, world: World) -> str | None:
    """The setenv.sh that catalina.sh reads, where that takes the variables away."""
    if program_name(script) != "catalina.sh":
        return None
    from fargate_patch.startup_files import taken_by

    named = (world.environment.get(name) for name in ("CATALINA_BASE", "CATALINA_HOME"))
    folders = dict.fromkeys((*(f"{name}/bin" for name in named if name), f"{TOMCAT}/bin", script.rpartition("/")[0]))
    found = (taken_by(f"{folder}/setenv.sh", launch.user, world) for folder in folders if folder)
    return next(filter(None, found), None)
