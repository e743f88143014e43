"""uWSGI and gunicorn: change to their workers' user themselves and hand the environment on.

Seen: uwsgi 2.0.21 with uid=/gid= and as emperor, gunicorn 20.1 with --user; the workers have the whole environment.
Debian's init script starts one uwsgi for each file of apps-enabled, on top of a default.ini with `uid = www-data`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Word
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.uwsgi_config import daemons, of_file, settings, takes_away
from fargate_patch.mechanisms.wrapper import account, shell_command, start

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

DEBIAN_DEFAULT, DEBIAN_APPS = "/usr/share/uwsgi/conf/default.ini", "/etc/uwsgi/apps-enabled/*.ini"
PROGRAMS = ("uwsgi", "uwsgi-core", "gunicorn", "gunicorn3")
MECHANISMS = (
    Mechanism(
        name="uwsgi",
        title="keeps the environment",
        what="uWSGI changes to the user of `uid=` itself; its workers and an emperor's vassals have the whole "
        "environment, unless `unenv = NAME` or `env = NAME=…` takes a variable away, which is told as env-i.",
        see=SEE_PROCESSES,
        sources=("https://uwsgi-docs.readthedocs.io/en/latest/Options.html#uid",),
    ),
    Mechanism(
        name="gunicorn",
        title="keeps the environment",
        what="gunicorn changes to the user of `--user` itself; its workers have the whole environment. HOME stays the "
        "caller's.",
        see=SEE_PROCESSES,
        sources=("https://docs.gunicorn.org/en/stable/settings.html#user",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    return (_uwsgi if program_name(launch.argv[0].text).startswith("uwsgi") else _gunicorn)(launch, world)


def _gunicorn(launch: Launch, _world: World) -> tuple[Step, ...]:
    options = ("user", "bind", "workers", "config")
    user = read_arguments(launch.argv[1:], "ubwkcpt", options, permute=True).value("u", "user")
    return (Step("gunicorn", Effect.KEEPS, account(user, launch.user), command="gunicorn workers"),)


def _uwsgi(launch: Launch, world: World) -> tuple[Step, ...]:
    """Its workers, for each user that it changes to, and what it starts beside them."""
    said = settings(launch, world)
    users = dict.fromkeys(account(word, launch.user) for word in _users(launch, said, world))
    mechanism, effect, why = "uwsgi", Effect.KEEPS, ""
    if takes_away(said):
        mechanism, effect, why = "env-i", Effect.DROPS, "uWSGI is told by `unenv` or `env` to take the variable away"
    workers = tuple(Step(mechanism, effect, user, why=why, command="uwsgi workers") for user in users)
    started = tuple(
        child for user in users for line in daemons(said) for child in start(launch, shell_command("sh", line), user)
    )
    return (*workers, *((Step(mechanism, effect, launch.user, started, why=why),) if started else ()))


def _users(launch: Launch, said: tuple[tuple[str, Word], ...], world: World) -> tuple[Word | None, ...]:
    """The user that it changes to; Debian starts one for each file of a folder."""
    uid = _uid(said)
    if uid is None and any(word.text == DEBIAN_DEFAULT for word in launch.argv):
        apps = [_uid(of_file(Word(file.path), world)) for file in world.files.glob(DEBIAN_APPS)]
        return tuple(of_app or Word("www-data") for of_app in apps or [None])
    return (uid,)


def _uid(said: Iterable[tuple[str, Word]]) -> Word | None:
    return next((word for name, word in reversed(tuple(said)) if name == "uid"), None)
