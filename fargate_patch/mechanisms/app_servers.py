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
from fargate_patch.mechanisms.wrapper import account

if TYPE_CHECKING:
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

DEBIAN_DEFAULT, DEBIAN_APPS = "/usr/share/uwsgi/conf/default.ini", "/etc/uwsgi/apps-enabled/*.ini"
PROGRAMS = ("uwsgi", "uwsgi-core", "gunicorn", "gunicorn3")
MECHANISMS = (
    Mechanism(
        name="uwsgi",
        title="keeps the environment",
        what="uWSGI changes to the user of `uid=` itself; its workers and an emperor's vassals have the whole "
        "environment.",
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
    name = "uwsgi" if program_name(launch.argv[0].text).startswith("uwsgi") else "gunicorn"
    users = dict.fromkeys(account(word, launch.user) for word in _users(launch, world, name))
    return tuple(Step(name, Effect.KEEPS, user, command=f"{name} workers") for user in users)


def _users(launch: Launch, world: World, name: str) -> tuple[Word | None, ...]:
    """The user of the option; uWSGI's may stand in its ini file instead, and Debian starts several."""
    if name == "gunicorn":
        options = ("user", "bind", "workers", "config")
        return (read_arguments(launch.argv[1:], "ubwkcpt", options, permute=True).value("u", "user"),)
    given = read_arguments(launch.argv[1:], "psHwM", ("uid", "gid", "ini", "socket", "http", "module"), permute=True)
    user = given.value("uid")
    ini = given.value("ini") or next((w for w in given.rest if w.text.endswith(".ini")), None)
    if user is None and ini is not None and ini.text == DEBIAN_DEFAULT:
        apps = [_uid_of(Word(file.path), world) for file in world.files.glob(DEBIAN_APPS)]
        return tuple(uid or Word("www-data") for uid in apps or [None])
    if user is None and ini is not None and ini.known:
        user = _uid_of(ini, world)
    return (user,)


def _uid_of(ini: Word, world: World) -> Word | None:
    file = world.files.get(world.absolute(ini.text))
    for line in (file.text or "").splitlines() if file else ():
        key, _, value = line.partition("=")
        if key.strip() == "uid" and value.strip():
            return Word(value.strip(), "$(" not in value)
    return None
