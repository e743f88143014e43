"""The services of webdevops' images, which supervisord starts by a configuration that no file of the build says.

Each is a file of /opt/docker/etc/supervisor.d that is off until `docker-service enable NAME` has run: in the image's
own build, which the catalogue knows, or in a RUN. github.com/webdevops/Dockerfile, docker/*/conf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Launch, Open, Word
from fargate_patch.mechanisms.build_commands import build_commands
from fargate_patch.mechanisms.tables import jobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fargate_patch.chain.world import World

FACT = "supervisord.programs"
SWITCHES: dict[str, tuple[str, ...]] = {
    "docker-service": (),
    "docker-service-enable": ("enable",),
    "docker-service-disable": ("disable",),
}
COMMANDS = {  # how bin/service.d/NAME.sh ends
    "apache": ("apache2", "-DFOREGROUND"),
    "cron": ("/usr/sbin/cron", "-f"),
    "nginx": ("/usr/sbin/nginx", "-g", "daemon off;"),
    "php-fpm": ("/usr/local/bin/php-fpm", "--nodaemonize"),
    "ssh": ("/usr/sbin/sshd", "-D"),
}
NO_CLIENTS = frozenset(("syslog", "postfix", "dnsmasq"))  # services that start none of the application's code
JOB = "docker-cronjob puts a job into cron's table; copy a table to /opt/docker/etc/cron instead, and it is read"


def services(launch: Launch, world: World) -> Iterator[Launch | Open]:
    """What is on in the image, where the catalogue knows it, and what the file's RUNs switch; cron if it has jobs."""
    for name in _switched_on(world):
        if world.files.get(f"/opt/docker/etc/supervisor.d/{name}.conf") or name in NO_CLIENTS:
            continue
        if name == "cron" and build_commands(world, "docker-cronjob"):
            yield Open(JOB, launch.place)
        if name not in COMMANDS:
            yield Open(f"what the service {name} of {world.image.reference} starts is not known", launch.place)
        elif name != "cron" or jobs(world):
            yield Launch(tuple(map(Word, _command(name, world))), launch.user, launch.place)


def _command(name: str, world: World) -> tuple[str, ...]:
    return ("/usr/sbin/crond", "-f") if name == "cron" and world.image.family.crond else COMMANDS[name]


def _switched_on(world: World) -> Iterable[str]:
    on = dict.fromkeys(world.image.facts[FACT].split())
    for program, *words in build_commands(world, *SWITCHES):
        command, *names = (*SWITCHES[program.rpartition("/")[2]], *words, "")
        for name in filter(None, names):
            if command == "enable":
                on[name] = None
            elif command == "disable":
                on.pop(name, None)
    return on
