"""gosu, su-exec, setuidgid, s6-setuidgid, setuser: `PROGRAM USER COMMAND` changes the user and keeps the environment.

All seen: the environment arrives whole. gosu and su-exec set HOME to the new user's, the others leave the caller's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import account, keeps

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

SOURCES = {
    "gosu": "https://github.com/tianon/gosu",
    "su-exec": "https://github.com/ncopa/su-exec",
    "setuidgid": "https://cr.yp.to/daemontools/setuidgid.html",
    "s6-setuidgid": "https://skarnet.org/software/s6/s6-setuidgid.html",
    "setuser": "https://github.com/phusion/baseimage-docker/blob/master/image/bin/setuser",
}
PROGRAMS = tuple(SOURCES)
MECHANISMS = tuple(
    Mechanism(
        name=name,
        title="keeps the environment",
        what=f"`{name} USER COMMAND` changes the user and hands the whole environment on. Nothing is lost here.",
        see=f"docker exec CONTAINER {name} USER env",
        sources=(source,),
    )
    for name, source in SOURCES.items()
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    rest = read_arguments(launch.argv[1:]).rest
    name = program_name(launch.argv[0].text)
    return keeps(launch, name, rest[1:], account(rest[0], launch.user)) if rest else None
