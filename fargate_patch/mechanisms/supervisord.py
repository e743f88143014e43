"""supervisord: hands its environment to every program, whatever `user=` says; what its programs do with it is another matter.

Seen with supervisor 4.2.5, with and without `environment=`. supervisord.conf(5): subprocesses inherit the environment of
the shell that started supervisord.
"""

from __future__ import annotations

import shlex
from configparser import Error as ConfigError
from configparser import RawConfigParser
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.wrapper import account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("supervisord",)
DEFAULT_PATHS = (
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
    "/etc/supervisor.conf",
    "/usr/etc/supervisord.conf",
    "/supervisord.conf",
)
DEFAULT_INCLUDES = ("/etc/supervisor/conf.d/*.conf", "/etc/supervisord.d/*.ini", "/etc/supervisor.d/*.ini")
SECTIONS = ("program:", "eventlistener:", "fcgi-program:")
MECHANISMS = (
    Mechanism(
        name="supervisord",
        title="keeps the environment",
        what="supervisord hands its own environment to each program, also with `user=`; HOME stays that of root. The variables are lost only by "
        "what starts supervisord (`service supervisor start`) or by what a `command=` starts (`su -`, sudo). `%(ENV_X)s` keeps supervisord "
        "from starting where X is not set.",
        see=SEE_PROCESSES,
        sources=("https://supervisord.org/subprocess.html#subprocess-environment",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    children = tuple(_programs(launch, world))
    if not children:
        reason = "supervisord's configuration is not among the files that the build copies, so its programs are not known"
        children = (Open(reason, launch.place),)
    return (Step("supervisord", Effect.KEEPS, launch.user, children),)


def _programs(launch: Launch, world: World) -> Iterator[Launch | Open]:
    files = tuple(_configurations(launch, world))
    for file in files:
        if file.text is None:
            yield Open(f"supervisord's programs are not known: {file.reason}", file.origin)
            continue
        for section, values, line in read_sections(file.text):
            if section.startswith(SECTIONS):
                yield _program(values, Place(file.origin.file, file.origin.line + line), launch.user)


def _configurations(launch: Launch, world: World) -> Iterator[ImageFile]:
    """The main file (`-c`, else the first default that is known), then what its [include] names."""
    given = read_arguments(launch.argv[1:], "cuqjlydaezi", ("configuration", "user", "directory", "logfile", "loglevel", "pidfile"))
    path = given.value("c", "configuration")
    paths = (path.text,) if path else DEFAULT_PATHS
    main = next((f for f in map(world.files.get, paths) if f), None)
    if main:
        yield main
    includes: tuple[str, ...] = () if path and main else DEFAULT_INCLUDES
    for section, values, _ in read_sections(main.text or "") if main else ():
        if section == "include":
            folder = main.path.rpartition("/")[0] if main else ""
            includes = tuple(p if p.startswith("/") else f"{folder}/{p}" for p in values.get("files", "").split())
    for pattern in includes:
        yield from world.files.glob(pattern)


def _program(values: dict[str, str], place: Place, user: str | None) -> Launch | Open:
    command = values.get("command", "")
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        return Open("a program of supervisord has no command that can be read", place)
    named = values.get("user")
    return Launch(
        tuple(Word(w.replace("%%", "%"), "%(" not in w) for w in words), account(Word(named), None) if named else user, place
    )


def read_sections(text: str) -> Iterator[tuple[str, dict[str, str], int]]:
    """(section, its values, 0-based line of its command or header) of an ini file as supervisord reads it; nothing where it cannot."""
    parser = RawConfigParser(strict=False, inline_comment_prefixes=(" ;", "\t;"), delimiters=("=", ":"))
    try:
        parser.read_string(text)
    except ConfigError:
        return
    lines = [line.strip() for line in text.split("\n")]
    at = {line: number for number, line in enumerate(lines) if line.startswith("[")}
    for section in parser.sections():
        header = at.get(f"[{section}]", 0)
        line = next((n for n in range(header, len(lines)) if lines[n].startswith("command")), header)
        yield section, dict(parser.items(section)), line
