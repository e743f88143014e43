"""pm2: keeps programs of Node running, in the environment that it was called in (https://pm2.keymetrics.io/docs/).

What it is given is a script, a program or, with blanks in it, a line for a shell. Its own files (`ecosystem.config.js`)
are programs, and are not read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.wrapper import account, keeps, shell_command

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism, Step

LONG = (
    *("name", "instances", "interpreter", "output", "error", "log", "uid", "gid", "user", "cwd", "namespace", "env"),
    *("max-memory-restart", "node-args", "interpreter-args", "max-restarts", "restart-delay", "cron-restart", "only"),
    *("exp-backoff-restart-delay", "kill-timeout", "listen-timeout", "log-date-format", "pid", "ignore-watch"),
)
STARTS = ("start", "restart", "reload")
OF_NODE = (".js", ".cjs", ".mjs", ".ts", ".json", ".yml", ".yaml", ".config")
PROGRAMS = ("pm2", "pm2-runtime", "pm2-docker", "pm2-dev")
DAEMON = True
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where it starts nothing, or what an interpreter of its choice runs."""
    given = read_arguments(launch.argv[1:], "nioelpukc", LONG, permute=True)
    rest = given.rest
    starts = bool(rest) and rest[0].text in STARTS
    if not starts and program_name(launch.argv[0].text) == "pm2":
        return None
    rest = rest[1:] if starts else rest
    if not rest or rest[0].text.endswith(OF_NODE) or given.has("interpreter"):
        return None
    if where := given.value("cwd"):
        launch = replace(launch, folder=world.absolute(where.text) if where.known else None)
    user = account(given.value("u", "user", "uid"), launch.user)
    is_line = rest[0].known and " " in rest[0].text
    return keeps(launch, "exec", shell_command("sh", rest[0]) if is_line else rest, user)
