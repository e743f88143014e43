"""Programs that start the rest of their command line in their own environment: tini, dumb-init, nohup, timeout …"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.wrapper import keeps, unclear

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

# program: (options that take a value, long ones, words before the command)
FORMS: dict[str, tuple[str, tuple[str, ...], int]] = {
    "tini": ("pe", (), 0),
    "tini-static": ("pe", (), 0),
    "docker-init": ("pe", (), 0),
    "catatonit": ("", (), 0),
    "dumb-init": ("r", ("rewrite",), 0),
    "nohup": ("", (), 0),
    "setsid": ("", (), 0),
    "nice": ("n", ("adjustment",), 0),
    "ionice": ("cnpPu", ("class", "classdata"), 0),
    "chrt": ("TPD", (), 1),
    "taskset": ("", (), 1),
    "timeout": ("ks", ("kill-after", "signal"), 1),
    "stdbuf": ("ioe", ("input", "output", "error"), 0),
    "unbuffer": ("", (), 0),
    "time": ("fo", ("format", "output"), 0),
    "strace": ("eoOpPsSuaEI", (), 0),
    "numactl": ("NmpCi", ("interleave", "membind", "cpunodebind", "physcpubind", "preferred"), 0),
    "flock": ("wEc", ("timeout", "wait", "conflict-exit-code", "command"), 1),
    "catchsegv": ("", (), 0),
    "exec": ("a", (), 0),
}
OWN_ROWS = ("tini", "dumb-init")
PROGRAMS = tuple(FORMS)
MECHANISMS = (
    Mechanism(
        name="tini",
        title="keeps the environment",
        what="tini, also as docker's own init (`--init`, initProcessEnabled), starts its command in its own "
        "environment.",
        see=SEE_PROCESSES,
        sources=("https://github.com/krallin/tini",),
    ),
    Mechanism(
        name="dumb-init",
        title="keeps the environment",
        what="dumb-init starts its command in its own environment.",
        see=SEE_PROCESSES,
        sources=("https://github.com/Yelp/dumb-init",),
    ),
    Mechanism(
        name="exec",
        title="keeps the environment",
        what="A program that is started without a middleman inherits its parent's environment: execve(2) hands it on.",
        see=SEE_PROCESSES,
        sources=("https://man7.org/linux/man-pages/man2/execve.2.html",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    name = program_name(launch.argv[0].text)
    short, long, skip = FORMS[name]
    given = read_arguments(launch.argv[1:], short, long)
    mechanism = name if name in OWN_ROWS else "exec"
    if not given.clear:
        return unclear(launch, mechanism)
    return keeps(launch, mechanism, given.rest[skip:], launch.user)
