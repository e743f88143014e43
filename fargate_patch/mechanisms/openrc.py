"""OpenRC: `rc-service NAME start`, `openrc` and its init scripts start services with a filtered environment.

rc.conf(5), rc_env_allow: "*" or the names to hand on. Seen with OpenRC 0.45.2: by rc-service, by the script's path
and by `openrc` alike nothing arrives; with rc_env_allow the named ones do, also after a restart. Only the last
assignment counts, `${rc_env_allow}` in it is not expanded, and a `*` counts only where it stands alone. What
/etc/conf.d/NAME exports arrives.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Open, Place, Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.build_commands import build_commands
from fargate_patch.mechanisms.daemons import daemon
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED, account, start, unclear
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.model import Launch
    from fargate_patch.chain.world import World

PROGRAMS = ("rc-service", "openrc")
STARTS = frozenset({"start", "restart", "zap"})
CONFIGURATIONS = ("/etc/rc.conf", "/etc/rc.conf.d/*")
ALLOWED = regex(r"(?m)^[ \t]*rc_env_allow=[\"']?([^\"'\n]*)")
MECHANISMS = (
    Mechanism(
        name="openrc",
        code="FP113",
        title="starts its services with a filtered environment",
        what="OpenRC hands PATH and a few names of its own to a service, and those that `rc_env_allow` in "
        "/etc/rc.conf lists.",
        see=SEE_PROCESSES,
        fix="fargate-patch adds the names to `rc_env_allow` in /etc/rc.conf, with those that are there already. By "
        'hand: the same line, or start the daemon itself instead of its service. `rc_env_allow="*"` hands all of '
        "the task's secrets to every service.",
        advice='list the names in /etc/rc.conf: rc_env_allow="AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_REGION '
        'AWS_DEFAULT_REGION"',
        sources=("https://github.com/OpenRC/openrc/blob/master/etc/rc.conf",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    if launch.argv[0].text.endswith("openrc"):
        return judge_openrc_boot(launch, world)
    given = read_arguments(launch.argv[1:], "er", ("exists", "resolve"))
    if not given.clear or any(not word.known for word in given.rest[:2]):
        return unclear(launch, "openrc")
    if len(given.rest) < 2 or given.rest[1].text not in STARTS:
        return None
    return (judge_service(launch, given.rest[0].text, world),)


def judge_service(launch: Launch, name: str, world: World) -> Step:
    """One service that OpenRC starts: `rc-service NAME start`, `/etc/init.d/NAME start`.

    Whom it runs as, and what, is in the script's variables where the build brings it; else it is root and the daemon of
    that name.
    """
    script = world.files.get(f"/etc/init.d/{name}")
    said = dict(_variables(script)) if script is not None else {}
    user = account(said.get("command_user"), "root")
    words = [said["command"], *_split(said.get("command_args"))] if "command" in said else map(Word, daemon(name))
    children = start(launch, tuple(words), user)
    if _allowed(world):
        return Step("openrc", Effect.KEEPS, user, children)
    why = f"OpenRC starts {name} with a filtered environment, and rc_env_allow does not list the variables"
    return Step("openrc", Effect.FILTERS, user, children, why=why)


def _variables(script: ImageFile) -> Iterator[tuple[str, Word]]:
    """openrc-run(8): a script without a start() of its own says it in `command`, `command_args` and `command_user`."""
    from fargate_patch.shell.syntax import Function, Simple, parse
    from fargate_patch.shell.written import literal

    statements = parse(script.text or "")
    if any(isinstance(one, Function) and one.name == "start" for one in statements):
        return
    for one in statements:
        for name, value in one.assignments if isinstance(one, Simple) and not one.words else ():
            text = literal(value)
            place = Place(script.origin.file, script.origin.line + one.line)
            yield name, Word(value.source if text is None else text, text is not None, place)


def _split(words: Word | None) -> list[Word]:
    return [replace(words, text=text) for text in words.text.split()] if words else []


def judge_openrc_boot(launch: Launch, world: World) -> tuple[Step, ...]:
    """Every service that `rc-update add` puts into a runlevel: what `openrc`, and an init that runs it, starts."""
    names = dict.fromkeys(
        words[2] for words in build_commands(world, "rc-update") if words[1:2] == ("add",) and words[2:]
    )
    if names:
        return tuple(judge_service(launch, name, world) for name in names)
    reason = "which services OpenRC starts is not known: no RUN adds one with `rc-update add`"
    return (Step("openrc", Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)


def has_openrc(world: World) -> bool:
    """Are the image's init scripts OpenRC's: Alpine has no others, elsewhere the package says so."""
    return world.image.family.name == "alpine" or "openrc" in world.files.packages


def _allowed(world: World) -> bool:
    """Does the last rc_env_allow in view list the name, or everything."""
    files = (file for pattern in CONFIGURATIONS for file in world.files.glob(pattern))
    said = [m for file in files for m in ALLOWED.findall(file.text if file.text is not None else file.added)]
    names = set(said[-1].split()) if said else set()
    return names == {"*"} or set(NEEDED) <= names
