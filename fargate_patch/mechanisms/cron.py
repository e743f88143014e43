"""cron: starts each job with HOME, LOGNAME, PATH and SHELL alone, in a PAM session; Alpine's crond hands everything on.

Seen on Debian 12 and 13 (cron 3.0pl1: a job has HOME LOGNAME PATH SHELL PWD), with cronie 1.7 (also with -P, and
Debian 13's, whose PAM service is `cronie`), with busybox crond and dcron 4.5 (both: the whole environment of PID 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Place, Word
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.tables import Job, jobs, left_out, without_user
from fargate_patch.mechanisms.wrapper import shell_command

if TYPE_CHECKING:
    from fargate_patch.chain.world import World

PROGRAMS = ("cron", "crond")
DAEMON = True
PLAIN_WORDS = True
WHY = {"bcron": "bcron starts a job with HOME, USER, LOGNAME and PATH alone, and opens no PAM session"}
FIX = (
    "fargate-patch lets PID 1 keep the variables in a file and adds a session line for the jobs' users to cron's "
    "PAM file. By hand: `. FILE` at the start of each job; or, with `SHELL=/bin/bash`, `BASH_ENV=FILE` at the "
    "top of the table. `VAR=$VAR` in a table is taken literally and goes before what PAM brings, and `printenv > "
    "/etc/environment` lays the task's secrets open to every user."
)
SEE_JOB = (
    'docker exec CONTAINER sh -c \'echo "* * * * * root env > /tmp/env" > /etc/cron.d/see; sleep 65; cat /tmp/env; '
    "rm /etc/cron.d/see'"
)
SEE_TABLE = (
    "docker exec CONTAINER sh -c '(crontab -l; echo \"* * * * * env > /tmp/env\") | crontab -; sleep 65; cat /tmp/env'"
)
MECHANISMS = (
    Mechanism(
        name="cron",
        code="FP104",
        title="starts its jobs without the environment",
        what=(
            "Debian's and Ubuntu's cron builds a new environment for each job: HOME, LOGNAME, PATH, SHELL. What PID "
            "1 was given is gone; what PAM's session brings is added."
        ),
        see=SEE_JOB,
        fix=FIX,
        advice="run `fargate-patch`, with --user NAME where no table says whose jobs need the role",
        sources=("https://manpages.debian.org/bookworm/cron/crontab.5.en.html",),
    ),
    Mechanism(
        name="cronie",
        code="FP105",
        title="starts its jobs without the environment",
        what=(
            "cronie, the crond of Fedora, RHEL, Amazon Linux, SUSE and Arch, gives a job HOME, LOGNAME, PATH, SHELL "
            "and USER, with `-P` too, and what PAM's session brings."
        ),
        see=SEE_JOB,
        fix=FIX,
        advice="run `fargate-patch`, with --user NAME where no table says whose jobs need the role",
        sources=("https://github.com/cronie-crond/cronie/blob/master/man/crontab.5",),
    ),
    Mechanism(
        name="busybox-crond",
        title="keeps the environment",
        what=(
            "busybox crond, Alpine's, hands the whole environment of PID 1 to every user's job. Only a job that "
            "itself runs `su -` loses it."
        ),
        see=SEE_TABLE,
        sources=("https://git.busybox.net/busybox/tree/miscutils/crond.c",),
    ),
    Mechanism(
        name="dcron",
        title="keeps the environment",
        what="dcron hands the whole environment of PID 1 to every user's job, as busybox crond does.",
        see=SEE_TABLE,
        sources=("https://github.com/dubiousjim/dcron",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    kind = _kind(launch, world)
    if kind is None:
        return (Step("exec", Effect.KEEPS, launch.user, (Open(_unclear(world), launch.place),)),)
    return judge_cron(launch, world, kind)


def judge_cron(launch: Launch, world: World, kind: str) -> tuple[Step, ...]:
    """One step for each user that has jobs: all users' jobs differ only in whom they run as, and what gives them it."""
    keeps = kind in ("busybox-crond", "dcron")
    alike: dict[tuple[str | None, Place | None], list[Job]] = {}
    for job in jobs(world, kind):
        for user in (job.user,) if job.user else world.users or (None,):
            alike.setdefault((user, job.given), []).append(job)
    pam = {"cron": "cron", "cronie": world.image.family.cronie_pam}.get(kind)
    for user in world.users or (() if alike else world.served(pam)):
        if all(user != other for other, _ in alike):
            alike[user, None] = []
    steps = []
    for (user, given), theirs in alike.items():
        children = tuple(_child(job, user) for job in theirs)
        if keeps:
            steps.append(Step(kind, Effect.KEEPS, user, children, command="cron jobs"))
            continue
        why = WHY.get(kind, "cron starts a job with HOME, LOGNAME, PATH and SHELL alone")
        if kind == "cron" and not theirs and (name := left_out(world)):
            why += f", and leaves out {name} for its name: letters, digits, `-` and `_` alone are allowed"
        elif not theirs and (name := without_user(world)):
            why += f", and runs nothing of {name}, where no user stands before the command"
        hooks = Hooks(pam=pam if world.image.family.pam else None, copy=given)
        command = f"cron jobs of {user or 'its users'}"
        steps.append(Step(kind, Effect.DROPS, user, children, why=why, hooks=hooks, command=command))
    return tuple(steps)


def _kind(launch: Launch, world: World) -> str | None:
    if launch.argv[0].text.endswith("cron"):
        return "cron"
    packages = world.files.packages
    if world.image.family.crond == "busybox" and "cronie" not in packages:
        return "dcron" if "dcron" in packages else "busybox-crond"
    if world.image.family.crond == "cronie" or "cronie" in packages:
        return "cronie"
    return None


def _unclear(world: World) -> str:
    if world.image.family.name == "unknown":
        return (
            "whether crond is busybox's, which keeps the environment, or cronie, depends on the base image: "
            f"{world.saying_the_base}"
        )
    return (
        f"nothing seen here brings a crond to {world.image.reference}: cronie is known where it is installed by name, "
        "and Debian's package cron has `cron`"
    )


def _child(job: Job, user: str | None) -> Launch | Open:
    if job.command is None:
        return Open(f"the jobs are not known: {job.reason}", job.place, user)
    return Launch(shell_command(job.shell, Word(job.command, place=job.place)), user, job.place)
