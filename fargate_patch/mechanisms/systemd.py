"""systemd as PID 1: starts each service with a new environment; `PassEnvironment=` names what it hands on from its own.

systemd.exec(5), "Environment Variables in Spawned Processes". Which services it starts is read from `systemctl enable`,
from links into NAME.target.wants and from units of the build; a service of a package is taken for the daemon that it is
named after.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Place, Word
from fargate_patch.mechanisms.build_commands import build_commands
from fargate_patch.mechanisms.daemons import daemon
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED, start
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("systemd",)
FOLDERS = ("/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
SETTING = regex(r"[ \t]*(\w+)[ \t]*=[ \t]*(.*)")
PREFIXES = "@-:+!|"  # of an ExecStart's path
STARTS = ("ExecStartPre", "ExecStart")
MECHANISMS = (
    Mechanism(
        name="systemd",
        code="FP121",
        title="starts its services with a new environment",
        what="systemd gives a service PATH, LANG and a few names of its own, and what the unit's Environment=, "
        "EnvironmentFile= and PassEnvironment= say; of what the container's PID 1 was given nothing else "
        "arrives. systemd wants cgroups that it can write to, and whether Fargate lets it run is doubtful.",
        see="docker exec CONTAINER systemctl show -p PassEnvironment UNIT",
        fix="fargate-patch adds a drop-in `UNIT.service.d/fargate-env.conf` with `PassEnvironment=` and the "
        "names. By hand: the same line in the unit's [Service] section; or start the service's program itself "
        "instead of systemd.",
        advice="add `PassEnvironment=AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_REGION AWS_DEFAULT_REGION` to the "
        "unit's [Service] section",
        sources=("https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#PassEnvironment=",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    return judge_systemd(launch, world)


def judge_systemd(launch: Launch, world: World) -> tuple[Step, ...]:
    """One step for each service that is enabled in view."""
    drop_ins = _drop_ins(world)
    steps = tuple(_service(name, drop_ins.get(name, ()), launch, world) for name in enabled(world))
    if steps:
        return steps
    reason = (
        "which services systemd starts is not known: no RUN enables one, "
        "and no unit is among the files that the build copies"
    )
    return (Step("systemd", Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)


def enabled(world: World) -> tuple[str, ...]:
    """The services that start by themselves, without `.service`: enabled, linked, or in a `.wants` folder."""
    names: dict[str, None] = {}
    for words in build_commands(world, "systemctl"):
        operands = [w for w in words[1:] if not w.startswith("-")]
        if operands[:1] == ["enable"]:
            names.update(dict.fromkeys(operands[1:]))
    for words in build_commands(world, "ln"):
        if words[-1:] and re.search(r"\.(?:target\.wants|target\.requires)(?:/|$)", words[-1]):
            names[words[-1] if words[-1].endswith(".service") else words[-2]] = None
    for folder in FOLDERS:
        names.update(dict.fromkeys(f.path for f in world.files.glob(f"{folder}/*.wants/*.service")))
    plain = (name.rpartition("/")[2].removesuffix(".service") for name in names)
    return tuple(
        dict.fromkeys(
            n
            for n in plain
            if n and "." not in n.rpartition("@")[0] and not n.endswith((".timer", ".socket", ".target", ".wants"))
        )
    )


def _service(name: str, drop_ins: Sequence[ImageFile], launch: Launch, world: World) -> Step:
    unit = _unit(name, world)
    files = (*((unit,) if unit else ()), *drop_ins)
    settings = [
        (key, value, Place(f.origin.file, f.origin.line + n))
        for f in files
        for key, value, n in read_settings(f.text or "")
    ]
    user = next((value for key, value, _ in reversed(settings) if key == "User" and value), "root")
    user = "root" if user == "0" else user
    children = _commands(name, unit, settings, user, launch)
    passed = {word for key, value, _ in settings if key == "PassEnvironment" for word in value.split()}
    if set(NEEDED) <= passed:
        return Step("systemd", Effect.KEEPS, user, children)
    why = f"systemd starts {name}.service with a new environment, and no PassEnvironment= of it names the variables"
    return Step("systemd", Effect.DROPS, user, children, why=why, hooks=Hooks(unit=name))


def _unit(name: str, world: World) -> ImageFile | None:
    """The unit's own file, or its template's (`app@.service` for `app@1`)."""
    names = (name, f"{name.partition('@')[0]}@") if "@" in name else (name,)
    found = (world.files.get(f"{folder}/{n}.service") for n in names for folder in FOLDERS)
    return next((f for f in found if f is not None), None)


def _drop_ins(world: World) -> dict[str, list[ImageFile]]:
    """Every service's drop-ins, in order."""
    found: dict[str, list[ImageFile]] = {}
    for folder in FOLDERS:
        for file in world.files.glob(f"{folder}/*.service.d/*.conf"):
            found.setdefault(file.path.split("/")[-2].removesuffix(".service.d"), []).append(file)
    return found


def _commands(
    name: str, unit: ImageFile | None, settings: Sequence[tuple[str, str, Place]], user: str, launch: Launch
) -> tuple[Launch | Open, ...]:
    """The ExecStart= commands; an empty one takes back those before it."""
    found: list[Launch] = []
    for key, value, place in settings:
        if key in STARTS and not value:
            found = [c for c in found if c.lasting != (key == "ExecStart")]
        elif key in STARTS:
            found += _command(key, value, user, place)
    if found:
        return tuple(found)
    if unit is None:
        return start(launch, [Word(w) for w in daemon(name)], "root")
    return (
        Open(f"what {name}.service starts is not known: {unit.reason or 'it has no ExecStart='}", unit.origin, user),
    )


def _command(key: str, value: str, user: str, place: Place) -> Iterator[Launch]:
    path = value.lstrip(PREFIXES)
    try:
        words = shlex.split(path)
    except ValueError:
        words = []
    if words:
        argv = tuple(Word(w.replace("%%", "%"), "$" not in w and not re.search("%[^%]", w)) for w in words)
        runs_as = "root" if "+" in value[: len(value) - len(path)] else user
        yield Launch(argv, runs_as, place, lasting=key == "ExecStart")


def read_settings(text: str) -> Iterator[tuple[str, str, int]]:
    """(name, value, 0-based line) of the [Service] section, lines that a backslash continues joined."""
    section = ""
    parts: list[str] = []
    since = 0
    for number, raw in enumerate(text.split("\n")):
        line = raw.strip()
        if not parts and (not line or line[0] in "#;"):
            continue
        if not parts and line.startswith("["):
            section = line
            continue
        since = since if parts else number
        parts.append(line.removesuffix("\\"))
        if line.endswith("\\"):
            continue
        said = SETTING.match(" ".join(parts))
        parts = []
        if said and section == "[Service]":
            yield said[1], said[2].strip(), since
