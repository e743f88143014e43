"""my_init of phusion/baseimage: runs start-up scripts, runit's services and a command, all with the whole environment.

image/bin/my_init of the project, and seen run: os.environ is written to /etc/container_environment and read back after
each start-up script, never cleared of what it had. The base image's own services cron and sshd start clean sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.build_commands import build_commands
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.services import service_launches
from fargate_patch.mechanisms.tables import jobs
from fargate_patch.mechanisms.wrapper import start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.world import World

PROGRAMS = ("my_init",)
SERVICES = "/etc/service"
START_UP = "/etc/my_init.d/*"
MECHANISMS = (
    Mechanism(
        name="my-init",
        title="keeps the environment",
        what="my_init hands the container's environment to its start-up scripts, its services and its command, and "
        "lays it down in /etc/container_environment and /etc/container_environment.sh. cron and sshd, which "
        "the base image runs as services, start their jobs and sessions without it.",
        see="docker exec CONTAINER cat /etc/container_environment.json",
        sources=("https://github.com/phusion/baseimage-docker/blob/master/image/bin/my_init",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], permute=False)
    children: list[Launch | Open] = list(start(launch, given.rest, launch.user))
    if not given.has("skip-runit"):
        children += _services(launch, world)
    if not given.has("skip-startup-files"):
        scripts = world.files.glob(START_UP)
        children[:0] = [Launch((Word(f.path),), launch.user, f.origin, lasting=False) for f in scripts]
    return (Step("my-init", Effect.KEEPS, launch.user, tuple(children), command="services of the base image"),)


def _services(launch: Launch, world: World) -> Iterator[Launch]:
    """The services of the build; of the base image cron where it has jobs, and what a RUN switches on."""
    own = service_launches(SERVICES, launch.user, world)
    yield from own
    if world.image.facts.get("init") != "my_init":
        return
    names = {child.argv[0].text.split("/")[-2] for child in own}
    if "cron" not in names and jobs(world):
        yield _base_service(launch, "/usr/sbin/cron", "-f")
    removed = {word for words in build_commands(world, "rm") for word in words}
    if "sshd" not in names and f"{SERVICES}/sshd/down" in removed:
        pam = () if world.files.get("/etc/ssh/sshd_config") else ("-o", "UsePAM=no")  # its sshd_config has no UsePAM
        yield _base_service(launch, "/usr/sbin/sshd", "-D", *pam)
    if "nginx" not in names and f"{SERVICES}/nginx/down" in removed:  # phusion/passenger-*
        yield _base_service(launch, "/usr/sbin/nginx")


def _base_service(launch: Launch, *words: str) -> Launch:
    return Launch(tuple(map(Word, words)), launch.user, launch.place)
