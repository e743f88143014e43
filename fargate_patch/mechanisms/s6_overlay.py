"""s6-overlay: keeps the environment in a folder, starts its services clean, and gives it back through with-contenv.

Its own scripts: stage0 (v3) and init-stage1 (v2) dump the environment to /run/s6/container_environment and go on by
`exec -c` unless S6_KEEP_ENV is a number other than 0. The CMD runs by `with-contenv` in v2 (init-stage2) and without in
v3 (rc.init), behind the words of S6_CMD_ARG0 in both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Place, Word
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.model import SEE_PROCESSES, Mechanism, Step
from fargate_patch.mechanisms.services import service_files
from fargate_patch.mechanisms.shell import written_by
from fargate_patch.mechanisms.wrapper import start
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("with-contenv", "with-contenv-legacy")
FOLDER = "/run/s6/container_environment"  # with a file for each variable
SERVICES = "/etc/services.d"
S6_RC = "/etc/s6-overlay/s6-rc.d"
SCRIPTS = ("/etc/cont-init.d/*", "/custom-cont-init.d/*")
LINUXSERVER_TABLES = ("/defaults/crontabs/*", "/etc/crontabs/*", "/var/spool/cron/crontabs/*")
CUSTOM_SERVICES = "/custom-services.d/*"  # linuxserver: each run by `with-contenv bash`
MENTIONS = regex(r"s6-overlay|\bS6_[A-Z]")
# what tells the version, the first that is found
VERSIONS = (
    regex(r"s6-overlay/releases/download/v?([123])\."),
    regex(r"S6_?(?:OVERLAY)?_(?:VERSION|RELEASE)=[\"']?v?([123])\."),
)
TARBALLS = (
    (regex(r"s6-overlay-[\w${}-]{1,80}\.tar\.xz"), "3"),
    (regex(r"s6-overlay-[\w${}-]{1,80}(?:\.tar\.gz|-installer)"), "2"),
)
MECHANISMS = (
    Mechanism(
        name="s6-overlay",
        code="FP119",
        title="starts its services with a clean environment",
        what="s6-overlay's /init lays the container's environment down in /run/s6/container_environment and starts "
        "services and scripts with PATH and little else. `with-contenv` in front of a command, or in a "
        "script's first line, gives it back. Since version 3 the CMD is run without it too; in version 2 it "
        "was run with it.",
        see=SEE_PROCESSES,
        fix="fargate-patch puts lines at the top of a `run` file that is a shell script, which take the task role's "
        "variables, and no others, out of that folder. By hand: make the file's first line "
        "`#!/command/with-contenv sh` (version 2: `#!/usr/bin/with-contenv sh`); in an execline script put "
        '`with-contenv` in front of the program; `CMD ["with-contenv", …]` for the command. `ENV S6_KEEP_ENV=1` hands '
        "everything to every service, the task's secrets among it.",
        advice="put `with-contenv` in front of the command (of an execline script: as its second line), or make the "
        "first line of a shell script `#!/command/with-contenv sh` (version 2: `#!/usr/bin/with-contenv sh`)",
        sources=(
            "https://github.com/just-containers/s6-overlay#container-environment",
            "https://github.com/just-containers/s6-overlay/blob/master/MOVING-TO-V3.md",
        ),
        rewrites=((r"^#![ \t]*/(?:usr/)?bin/(?:env )?((?:ba|da)?sh)[ \t]*$", r"#!/command/with-contenv \1"),),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """with-contenv: the container's environment again, whatever was lost since PID 1."""
    children = start(launch, launch.argv[1:], launch.user)
    return (given_back(launch.user, children),) if children else None


def given_back(user: str | None, children: tuple[Launch | Open, ...]) -> Step:
    """What starts them with the variables of `FOLDER`."""
    return Step("s6-overlay", Effect.KEEPS, user, children, restores=True)


def in_use(world: World) -> bool:
    """Is s6-overlay what brings /init: a fact of the base image, an archive that is fetched, a package."""
    facts = world.image.facts
    if facts.get("init", "").startswith("s6-overlay") or _of_linuxserver(world) or "s6-overlay" in world.files.packages:
        return True
    return any(MENTIONS.search(text) for text in (*world.runs, *world.brings, *world.variables)) or bool(
        world.files.glob(f"{S6_RC}/*/type")
    )


def _of_linuxserver(world: World) -> bool:
    return world.image.facts.get("hook_dir") == "/custom-cont-init.d"


def version(world: World) -> str:
    """ "2", "3" (version 1 counts as 2), "" where nothing tells."""
    fact = world.image.facts.get("init", "")
    if fact.startswith("s6-overlay"):
        return "3" if fact.endswith("3") else "2"
    texts = (*world.brings, *world.runs, *(f"{name}={value}" for name, value in world.variables.items()))
    for pattern in VERSIONS:
        for text in texts:
            if said := pattern.search(text):
                return "3" if said[1] == "3" else "2"
    by_name = next((number for pattern, number in TARBALLS for text in texts if pattern.search(text)), "")
    return by_name or ("3" if "s6-overlay" in world.files.packages or world.files.glob(f"{S6_RC}/*/type") else "")


def judge_s6_overlay(launch: Launch, world: World) -> tuple[Step, ...]:
    """/init: the scripts, each service, and the command that is given to it.

    linuxserver's own services begin with `with-contenv`, all of them (docker-baseimage-alpine,
    root/etc/s6-overlay/s6-rc.d).
    """
    if world.variables.get("S6_KEEP_ENV", "0").strip("0"):
        children = (
            *_scripts(launch, world),
            *(c for _, c in _services(launch, world)),
            *start(launch, launch.argv[1:], launch.user),
        )
        return (Step("s6-overlay", Effect.KEEPS, launch.user, children or (_nothing(launch),)),)
    steps = [_start_up(launch, script, world) for script in _scripts(launch, world)]
    before = _written_before(launch, world)
    services = tuple((file, replace(child, after=before)) for file, child in _services(launch, world))
    steps += [_service(launch, file, child, world) for file, child in services]
    if _of_linuxserver(world):
        steps.append(Step("s6-overlay", Effect.KEEPS, "abc", command=f"services of {world.image.reference}"))
        steps += _cron_of_linuxserver(launch, world)
    if program := world.image.facts.get("s6-overlay.starts"):
        steps.append(_of_base(launch, *program.split()))
    if command := launch.argv[1:]:
        steps.append(_command(launch, command, world))
    elif not services and not _of_linuxserver(world):
        steps.append(Step("s6-overlay", Effect.KEEPS, launch.user, (_nothing(launch),)))
    return tuple(steps)


def _cron_of_linuxserver(launch: Launch, world: World) -> Iterator[Step]:
    """Debian's cron where that is installed and root or abc has a table; busybox's, on Alpine, loses nothing.

    docker-baseimage-debian, root/etc/s6-overlay/s6-rc.d/svc-cron and init-crontab-config.
    """
    tables = (table for pattern in LINUXSERVER_TABLES for table in world.files.glob(pattern))
    if "cron" in world.files.packages and any(program_name(table.path) in ("root", "abc") for table in tables):
        yield _of_base(launch, "/usr/sbin/cron", "-f")


def _of_base(launch: Launch, *words: str) -> Step:
    """A service of the base image, whose `run` begins with `with-contenv`."""
    program = Launch(tuple(map(Word, words)), launch.user, launch.place)
    return given_back(launch.user, (program,))


def _written_before(launch: Launch, world: World) -> frozenset[Place]:
    """What the scripts with the environment write: each has ended before the first service is started."""
    files = (file for file in world.files.glob(SCRIPTS[0]) if "with-contenv" in (file.text or "").partition("\n")[0])
    return frozenset[Place]().union(*(written_by(file, launch, world) for file in files))


def _service(launch: Launch, file: str, child: Launch, world: World) -> Step:
    text = world.files.get(file)
    if text and file.endswith("/up") and len(named := (text.text or "").split()) == 1:
        file, text = named[0], world.files.get(named[0])  # a script that is all it runs
    if text is None or (text.text is None and not text.binary):
        reason = f"the first line of {file} decides whether it is given the environment back"
        reason += f": {text.reason}" if text and text.reason else ""
        return Step("s6-overlay", Effect.KEEPS, launch.user, (Open(reason, child.place),))
    why = f"s6-overlay starts {file} with a clean environment"
    return _clean(launch, (child,), why, Hooks(file=file, line=_first_line(child, world)))


def _clean(launch: Launch, children: tuple[Launch | Open, ...], why: str, hooks: Hooks | None = None) -> Step:
    """A clean environment for one service or script; where that is plain file work it needs none."""
    hooks = hooks or Hooks()
    return Step("s6-overlay", Effect.DROPS, launch.user, children, why=why, hooks=hooks, needs_none=True)


def _start_up(launch: Launch, script: Launch, world: World) -> Step:
    why = "s6-overlay runs its start-up scripts with a clean environment"
    hooks = Hooks(file=script.argv[-1].text, line=_first_line(script, world))
    return _clean(launch, (script,), why, hooks)


def _first_line(script: Launch, world: World) -> Place | None:
    """Where a person would write with-contenv: /command has it since version 3 of s6-overlay."""
    return script.place if version(world) == "3" else None


def _nothing(launch: Launch) -> Open:
    return Open(
        "which services s6-overlay starts is not known: none is among the files that the build copies", launch.place
    )


def _scripts(launch: Launch, world: World) -> tuple[Launch, ...]:
    files = [f for pattern in SCRIPTS for f in world.files.glob(pattern)]
    return tuple(
        Launch(_custom(f) if f.path.startswith("/custom") else (Word(f.path),), launch.user, f.origin, lasting=False)
        for f in files
    )


def _custom(file: ImageFile) -> tuple[Word, ...]:
    return (Word("with-contenv"), Word("bash"), Word(file.path))


def _services(launch: Launch, world: World) -> Iterator[tuple[str, Launch]]:
    """(the file that says it, what it starts): services.d, services of s6-rc, linuxserver's custom ones."""
    longruns = (f for f in world.files.glob(f"{S6_RC}/*/run") if not _oneshot(f, world))
    for file in (*service_files(SERVICES, world), *longruns):
        yield file.path, Launch((Word(file.path),), launch.user, file.origin)
    for file in world.files.glob(f"{S6_RC}/*/up"):
        yield file.path, Launch((Word("execlineb"), Word(file.path)), launch.user, file.origin, lasting=False)
    for file in world.files.glob(CUSTOM_SERVICES):
        yield file.path, Launch(_custom(file), launch.user, file.origin)


def _oneshot(run: ImageFile, world: World) -> bool:
    """linuxserver's one-shot services have a `run` as well, which their `up` names."""
    kind = world.files.get(f"{run.path.rpartition('/')[0]}/type")
    return kind is not None and (kind.text or "").strip() == "oneshot"


def _command(launch: Launch, command: tuple[Word, ...], world: World) -> Step:
    before = tuple(Word(w) for w in world.variables.get("S6_CMD_ARG0", "").split())
    children = start(launch, (*before, *command), launch.user)
    number = version(world)
    if number == "2" or (command[0].known and program_name(command[0].text).startswith("with-contenv")):
        return Step("s6-overlay", Effect.KEEPS, launch.user, children)
    if number == "3":
        return _clean(launch, children, "s6-overlay runs the CMD with a clean environment since version 3")
    reason = "which version of s6-overlay this is decides whether the CMD has the environment (2: yes, 3: no)"
    return Step("s6-overlay", Effect.KEEPS, launch.user, (Open(reason, launch.place),))
