"""incron: starts jobs when files change. Users' jobs start in a fresh environment; root's and the system's inherit it.

Seen with incron 0.5.12 on Debian 12: a job of user app has USER USERNAME LOGNAME HOME PATH SHELL; root's own table
and /etc/incron.d/* run with the whole environment of incrond. incron opens no PAM session; its init script reads no
/etc/default/incron. incrontab(5).
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("incrond",)
TABLES = ("/var/spool/incron/*", "/etc/incron.d/*")
MECHANISMS = (
    Mechanism(
        name="incron",
        code="FP114",
        title="starts users' jobs without the environment",
        what="incrond gives the jobs of a user's table USER, USERNAME, LOGNAME, HOME, PATH and SHELL alone. The jobs "
        "of root's own table and of /etc/incron.d run as root with the whole environment.",
        see=SEE_PROCESSES,
        fix="incron has no place for variables and no PAM session. By hand: put the job into /etc/incron.d, where it "
        "runs as root and inherits everything, and change the user there: `/data IN_CLOSE_WRITE runuser -u USER "
        "-- COMMAND`.",
        advice="put the job into /etc/incron.d, whose jobs inherit the environment, as `runuser -u USER -- COMMAND`",
        sources=("https://manpages.debian.org/bookworm/incron/incrontab.5.en.html",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    if read_arguments(launch.argv[1:], "f").has("k", "kill", "h", "help", "V", "version", "about"):
        return None
    jobs: dict[str, list[Launch | Open]] = {user: [] for user in world.users}
    for pattern in TABLES:
        for table in world.files.glob(pattern):
            user = "root" if pattern.startswith("/etc") else table.path.rpartition("/")[2]
            jobs.setdefault(user, []).extend(_jobs(table, user))
    if not jobs:
        reason = "incron's tables are not among the files that the build copies, so its jobs are not known"
        return (Step("incron", Effect.KEEPS, launch.user, (Open(reason, launch.place),), command="incron jobs"),)
    return tuple(_step(user, tuple(children)) for user, children in jobs.items())


def _step(user: str, children: tuple[Launch | Open, ...]) -> Step:
    command = f"incron jobs of {user}"
    if user == "root":
        return Step("incron", Effect.KEEPS, user, children, command=command)
    why = "incron starts a user's job with USER, LOGNAME, HOME, PATH and SHELL alone"
    return Step("incron", Effect.DROPS, user, children, why=why, command=command)


def _jobs(table: ImageFile, user: str) -> Iterator[Launch | Open]:
    """`PATH EVENTS COMMAND` lines; `$@`, `$#` and the like in a command stand for what happened."""
    if table.text is None:
        yield Open(f"incron's jobs are not known: {table.reason}", table.origin, user)
        return
    for number, line in enumerate(table.text.split("\n")):
        fields = line.split(None, 2)
        if len(fields) < 3 or line.lstrip().startswith("#"):
            continue
        try:
            words = shlex.split(fields[2])
        except ValueError:
            words = []
        place = Place(table.origin.file, table.origin.line + number)
        if words:
            yield Launch(tuple(Word(w, "$" not in w) for w in words), user, place)
