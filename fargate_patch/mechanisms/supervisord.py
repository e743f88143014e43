"""supervisord: hands its environment to every program, whatever `user=` says.

What its programs do with it is another matter.

Seen with supervisor 4.2.5, with and without `environment=`. supervisord.conf(5): subprocesses inherit the environment
of the shell that started supervisord.
"""

from __future__ import annotations

import shlex
from configparser import Error as ConfigError
from configparser import RawConfigParser
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms import webdevops
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.wrapper import account, folder
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("supervisord",)
DAEMON = True
DEFAULT_PATHS = (
    "/etc/supervisord.conf",
    "/etc/supervisor/supervisord.conf",
    "/etc/supervisor.conf",
    "/usr/etc/supervisord.conf",
    "/supervisord.conf",
)
DEFAULT_INCLUDES = (
    *("/etc/supervisor/conf.d/*.conf", "/etc/supervisord.d/*.ini", "/etc/supervisor.d/*.ini"),
    "/opt/docker/etc/supervisor.d/*.conf",  # github.com/webdevops/Dockerfile
    "/etc/supervisor/service.d/*.conf",  # github.com/swoole/docker-swoole: what is long-running
)
SECTIONS = ("program:", "eventlistener:", "fcgi-program:")
ENVIRONMENT = regex(r"(?<!\w)(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^,\s\"']*))")
STARTS = "supervisord.starts"  # the fact: command lines, parted by `|`
EXPANSION = regex(r"%\((\w+)\)(?:0?\d*d|s)|%%")
COMPUTED = regex(r"%\((?:ENV_)?(\w+)\)(?:0?\d*d|s)")  # one that is left, for its value is not known
SPECIAL = regex(r"[\"\\$`]")  # to a shell within double quotes
MECHANISMS = (
    Mechanism(
        name="supervisord",
        title="keeps the environment",
        what="supervisord hands its own environment to each program, also with `user=`; HOME stays that of root. The "
        "variables are lost only by what starts supervisord (`service supervisor start`) or by what a `command=` "
        "starts (`su -`, sudo). `%(ENV_X)s` keeps supervisord from starting where X is not set.",
        see=SEE_PROCESSES,
        sources=("https://supervisord.org/subprocess.html#subprocess-environment",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    files = tuple(_configurations(launch, world))
    children = tuple(_programs(files, launch, world))
    seen = next(iter(files), None)
    if _main(launch, world) is None and webdevops.FACT in world.image.facts:
        children += tuple(webdevops.services(launch, world))
        return (Step("supervisord", Effect.KEEPS, launch.user, children, command="services of the base image"),)
    if _main(launch, world) is None and STARTS in world.image.facts:
        children = (*_of_base(launch, world), *children)
    elif children and world.image.facts.get("init") == "supervisord" and _main(launch, world) is None:
        reason = f"the programs of {world.image.reference}'s own configuration are not known"
        children += (Open(reason, launch.place),)
    if not children:
        reason = (
            f"supervisord's configuration {seen.path} names no program that the build copies, "
            "so what it starts is not known"
            if seen
            else "supervisord's configuration is not among the files that the build copies, "
            "so its programs are not known"
        )
        children = (Open(reason, launch.place),)
    return (Step("supervisord", Effect.KEEPS, launch.user, children),)


def added(launch: Launch, world: World) -> tuple[Launch | Open, ...]:
    """The programs of a base image whose own start script starts supervisord, and those that a file adds."""
    files = tuple(file for pattern in DEFAULT_INCLUDES for file in world.files.glob(pattern))
    return (*_of_base(launch, world), *_programs(files, launch, world))


def _of_base(launch: Launch, world: World) -> Iterator[Launch]:
    """The programs of the base image's own configuration, where the catalogue knows them."""
    for command in world.image.facts.get(STARTS, "").split("|"):
        if words := shlex.split(command):
            yield Launch(tuple(map(Word, words)), launch.user, launch.place)


def _programs(files: tuple[ImageFile, ...], launch: Launch, world: World) -> Iterator[Launch | Open]:
    own = {s: v for s, v, _ in read_sections(files[0].text or "")} if files else {}
    of_all = own.get("supervisord", {}).get("environment", "")
    for file in files:
        if file.text is None:
            yield Open(f"supervisord's programs are not known: {file.reason}", file.origin)
            continue
        for section, values, line in read_sections(file.text):
            if section.startswith(SECTIONS):
                known = _expansions(section, values, launch, world) | (
                    {"here": _folder(file)} if file is files[0] else {}
                )
                values["environment"] = f"{of_all},{values.get('environment', '')}"
                yield _program(values, known, Place(file.origin.file, file.origin.line + line), launch.user)


def _folder(file: ImageFile) -> str:
    return file.path.rpartition("/")[0]


def _expansions(section: str, values: dict[str, str], launch: Launch, world: World) -> dict[str, str | None]:
    """What `%(…)s` stands for in a program's section, None where a script computes it."""
    environment = {**world.environment, **dict(launch.variables)}
    number = "0" if values.get("numprocs", "1") == "1" else None
    known = {f"ENV_{name}": value for name, value in environment.items()}
    return {**known, "program_name": section.partition(":")[2], "process_num": number}


def _expanded(text: str, known: dict[str, str | None]) -> str:
    """A value as supervisord reads it; what is not known stays as it is written."""

    def meant(match: re.Match[str]) -> str:
        if not match[1]:
            return "%"
        value = known.get(match[1])
        return match[0] if value is None else value

    return EXPANSION.sub(meant, text)


def _configurations(launch: Launch, world: World) -> Iterator[ImageFile]:
    """The main file, then what its [include] names."""
    main = _main(launch, world)
    if main:
        yield main
    includes: tuple[str, ...] = () if main and _named(launch) else DEFAULT_INCLUDES
    for section, values, _ in read_sections(main.text or "") if main else ():
        if section == "include":
            folder = _folder(main) if main else ""
            includes = tuple(p if p.startswith("/") else f"{folder}/{p}" for p in values.get("files", "").split())
    for pattern in includes:
        yield from world.files.glob(pattern)


def _main(launch: Launch, world: World) -> ImageFile | None:
    """The main file: that of `-c`, else the first default that is known."""
    path = _named(launch)
    return next((f for f in map(world.files.get, (path.text,) if path else DEFAULT_PATHS) if f), None)


def _named(launch: Launch) -> Word | None:
    long = ("configuration", "user", "directory", "logfile", "loglevel", "pidfile")
    return read_arguments(launch.argv[1:], "cuqjlydaezi", long).value("c", "configuration")


def _program(values: dict[str, str], known: dict[str, str | None], place: Place, user: str | None) -> Launch | Open:
    command = _expanded(values.get("command", ""), known)
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        return Open("a program of supervisord has no command that can be read", place)
    argv = (Word(words[0], "%(" not in words[0]), *map(_argument, words[1:]))
    named = _expanded(values.get("user", ""), known)
    user = account(Word(named, "%(" not in named), None) if named else user
    environment = dict(_environment(values, known))
    if environment.get(CREDENTIALS_VARIABLE) is not None:
        argv = (Word("env"), Word("-u"), Word(CREDENTIALS_VARIABLE), *argv)
    where = folder(_expanded(values.get("directory", ""), known))
    return Launch(argv, user, place, tuple(environment.items()), folder=where)


def _argument(text: str) -> Word:
    """A word; one with `%(ENV_NAME)s` that is not known in it as a shell would put the value there, `"… ${NAME} …"`."""
    if "%(" not in text:
        return Word(text)
    pieces = COMPUTED.split(text)
    quoted = (SPECIAL.sub(r"\\\g<0>", piece) if n % 2 == 0 else f"${{{piece}}}" for n, piece in enumerate(pieces))
    return Word(f'"{"".join(quoted)}"', known=False)


def _environment(values: dict[str, str], known: dict[str, str | None]) -> Iterator[tuple[str, str | None]]:
    """`NAME="value",NAME=value`; None where a value is computed."""
    for found in ENVIRONMENT.finditer(values["environment"]):
        value = _expanded(found[2] or found[3] or found[4] or "", known)
        yield found[1], None if "%(" in value else value


def read_sections(text: str) -> Iterator[tuple[str, dict[str, str], int]]:
    """The sections of an ini file as supervisord reads it; nothing where it cannot.

    Each is (section, its values, 0-based line of its command or header).
    """
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
