"""circus: starts its watchers with an empty environment but for [env] sections, unless `copy_env` says otherwise.

Seen with circus 0.19: without copy_env a watcher's process has nothing; `[env]` is for all of them, `[env:a*,b]` for
those by name; `NAME = $OTHER` is expanded, to an empty value where OTHER is not set; `${OTHER}` is taken literally.
"""

from __future__ import annotations

import shlex
from configparser import Error as ConfigError
from configparser import RawConfigParser
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Place, Word
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED, account, folder, shell_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("circusd",)
DAEMON = True
LONG_WITH_VALUE = ("log-level", "log-output", "logger-config", "pidfile")
ON = ("1", "true", "yes", "on")
MECHANISMS = (
    Mechanism(
        name="circus",
        code="FP118",
        title="starts its watchers with an empty environment",
        what="circusd's watchers have an empty environment (`copy_env` is off by default) plus what [env] and "
        "[env:WATCHER] sections say.",
        see="docker exec CONTAINER circusctl options WATCHER",
        fix="By hand, in circus.ini: `[env:WATCHER]` with `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI = "
        "$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` and the region's names likewise (`$NAME`, not `${NAME}`; a name "
        "that is not set arrives empty). `copy_env = True` hands everything on.",
        advice="add a section [env:WATCHER] with `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI = "
        "$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` and the like",
        sources=("https://circus.readthedocs.io/en/latest/for-ops/configuration/",),
        rewrites=((r"^\[watcher:[^\]]+\]$", "\\g<0>\ncopy_env = True"),),
    ),
)


@dataclass(frozen=True, slots=True)
class Watcher:
    """A [watcher:NAME] section, with what [env…] sections give it."""

    name: str
    values: Mapping[str, str]
    env: Mapping[str, str]
    place: Place


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "", LONG_WITH_VALUE, permute=True)
    file = _configuration(given.rest[0] if given.rest else None, world)
    watchers = tuple(_watchers(file)) if file and file.text is not None else ()
    if not watchers:
        said = file.reason if file else ""
        reason = (
            said or "circus's configuration is not among the files that the build copies, so its watchers are not known"
        )
        return (Step("circus", Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)
    return tuple(_step(w, launch) for w in watchers)


def _configuration(path: Word | None, world: World) -> ImageFile | None:
    if path is None or not path.known:
        return None
    return world.files.get(world.absolute(path.text))


def _step(watcher: Watcher, launch: Launch) -> Step:
    named = watcher.values.get("uid")
    user = account(Word(named), None) if named else launch.user
    children = (_child(watcher, user),)
    if watcher.values.get("copy_env", "").lower() in ON:
        return Step("circus", Effect.KEEPS, user, children)
    if all(watcher.env.get(name) == f"${name}" for name in NEEDED):
        why = f"the [env] of circus's watcher {watcher.name} hands on an empty value where circusd itself has none"
        return Step("circus", Effect.BLANKS, user, children, why=why)
    why = f"circus starts its watcher {watcher.name} with an empty environment (copy_env is off)"
    return Step("circus", Effect.DROPS, user, children, why=why, hooks=Hooks(line=watcher.place))


def _child(watcher: Watcher, user: str | None) -> Launch | Open:
    command = f"{watcher.values.get('cmd', '')} {watcher.values.get('args', '')}".strip()
    where = folder(watcher.values.get("working_dir", ""))
    if watcher.values.get("shell", "").lower() in ON and command:
        return Launch(shell_command("/bin/sh", Word(command)), user, watcher.place, folder=where)
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        return Open(f"circus's watcher {watcher.name} has no command that can be read", watcher.place, user)
    argv = tuple(Word(w, "$(" not in w and "((" not in w) for w in words)
    return Launch(argv, user, watcher.place, folder=where)


def _watchers(file: ImageFile) -> Iterator[Watcher]:
    """The watchers of a circus.ini, in order; nothing where it cannot be read."""
    parser = RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(file.text or "")
    except ConfigError:
        return
    lines = {line.strip(): number for number, line in enumerate((file.text or "").split("\n"))}
    for section in parser.sections():
        kind, _, name = section.partition(":")
        if kind == "watcher" and name:
            place = Place(file.origin.file, file.origin.line + lines.get(f"[{section}]", 0))
            yield Watcher(name, dict(parser.items(section)), _environment(parser, name), place)


def _environment(parser: RawConfigParser, watcher: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for section in parser.sections():
        kind, _, names = section.partition(":")
        if kind == "env" and (not names or any(fnmatchcase(watcher, n.strip()) for n in names.split(","))):
            found.update(parser.items(section))
    return found
