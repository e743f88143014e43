"""Programs that start the rest of their command line in their own environment: tini, dumb-init, nohup, timeout …

Options by their man pages; seen for those of util-linux and daemontools, daemonize, tini and dumb-init.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import Arguments, read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.wrapper import account, keeps, shell_command, unclear

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch, Word
    from fargate_patch.chain.world import World


@dataclass(frozen=True, slots=True)
class Form:
    """A program's options that take a value, those that name the user or hold the command, what stands before it."""

    short: str = ""
    long: tuple[str, ...] = ()
    skip: int = 0  # words before the command
    lead: int = 0  # words before the options
    user: tuple[str, ...] = ()  # options whose value is the user that the command runs as
    line: tuple[str, ...] = ()  # options whose value is a line for the shell


INIT = Form("pe")
FORMS = {
    "tini": INIT,
    "tini-static": INIT,
    "docker-init": INIT,
    "catatonit": Form(),
    "dumb-init": Form("r", ("rewrite",)),
    "nohup": Form(),
    "setsid": Form(),
    "nice": Form("n", ("adjustment",)),
    "ionice": Form("cnpPu", ("class", "classdata")),
    "chrt": Form("TPD", skip=1),
    "taskset": Form(skip=1),
    "timeout": Form("ks", ("kill-after", "signal"), 1),
    "stdbuf": Form("ioe", ("input", "output", "error")),
    "unbuffer": Form(),
    "time": Form("fo", ("format", "output")),
    "strace": Form("eoOpPsSuaEI"),
    "valgrind": Form(),
    "numactl": Form("NmpCi", ("interleave", "membind", "cpunodebind", "physcpubind", "preferred")),
    "flock": Form("wEc", ("timeout", "wait", "conflict-exit-code", "command"), 1, line=("c", "command")),
    "script": Form(
        "cmoIOBTE",
        ("command", "log-in", "log-out", "log-io", "log-timing", "logging-format", "echo", "output-limit"),
        1,
        line=("c", "command"),
    ),
    "unshare": Form(
        "RwSG",
        (
            *("root", "wd", "setuid", "setgid", "propagation", "setgroups", "monotonic", "boottime"),
            *("map-user", "map-group", "map-users", "map-groups"),
        ),
        user=("S", "setuid"),
    ),
    "nsenter": Form("tSGW", ("target", "setuid", "setgid", "wdns"), user=("S", "setuid")),
    "prlimit": Form("po", ("pid", "output")),
    "setarch": Form(lead=1),
    "linux32": Form(),
    "linux64": Form(),
    "catchsegv": Form(),
    "authbind": Form(long=("depth",)),
    "daemonize": Form("ceoplu", user=("u",)),
    "faketime": Form("p", ("date-prog",), 1),
    "eatmydata": Form(),
    "cpulimit": Form("cls", ("cpu", "limit", "signal")),
    "entr": Form("s", line=("s",)),
    "nodemon": Form(
        "xewidCsI", ("exec", "ext", "watch", "ignore", "delay", "config", "signal", "cwd"), line=("x", "exec")
    ),
    "chronic": Form(),
    "ifne": Form(),
    "envuidgid": Form(skip=1),
    "softlimit": Form("mdslaopfcrt"),
    "setlock": Form(skip=1),
    "fghack": Form(),
    "pgrphack": Form(),
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
    form = FORMS[name]
    given = read_arguments(launch.argv[1 + form.lead :], form.short, form.long)
    mechanism = name if name in OWN_ROWS else "exec"
    if not given.clear:
        return unclear(launch, mechanism)
    user = account(given.value(*form.user), launch.user)
    return keeps(launch, mechanism, _command(given, form), user)


def _command(given: Arguments, form: Form) -> tuple[Word, ...]:
    """`flock FILE -c LINE` has its option behind the file."""
    command = given.rest[form.skip :]
    behind = command[1] if len(command) > 1 and command[0].text.lstrip("-") in form.line else None
    line = given.value(*form.line) or behind
    return shell_command("sh", line) if line else command
