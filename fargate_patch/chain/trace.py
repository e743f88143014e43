"""The trace: from what the image config starts as PID 1, hop by hop, to every process that it ends in.

Nothing here knows a program; each launch is put before the mechanism that does. A program that no mechanism knows and no
script of the image is behind is the application itself, and inherits its parent's environment.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fargate_patch import mechanisms
from fargate_patch.chain.model import Chain, Effect, Hop, Launch, Mend, Open, Place, Verdict, Word, compose
from fargate_patch.dockerfile.words import parse_exec_form
from fargate_patch.mechanisms.fargate_env import NAME as SHIM
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.shell import script_launches, unseen

if TYPE_CHECKING:
    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World
    from fargate_patch.dockerfile.tree import Command

DEEPEST = 40  # hops; a chain that is longer goes in a circle
MOST = 500  # chains of one image; what is beyond is said, not followed
SCRIPT_NAME = re.compile(r"(?i)\.(sh|bash|ash|run)$|entry-?point|^(docker-)?(start|run|init|boot|bootstrap|launch|cmd|setup|startup)([-_.]|$)|[-_](start|run|init|boot)$")
PLAIN_STEPS = frozenset(
    "chown chmod chgrp mkdir rmdir rm mv cp ln touch cat tee sed grep awk find xargs sleep tail head ls id install mount umount sysctl date env "
    "mktemp sort tr cut wc true false hostname ps kill pkill killall useradd usermod groupadd groupmod adduser addgroup deluser passwd chpasswd "
    "openssl ssh-keygen envsubst update-ca-certificates locale-gen ldconfig printenv whoami dirname basename readlink seq expr nc".split()
)
SHELLS = ("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh")


@dataclass(frozen=True, slots=True)
class Pid1:
    """What one run of the image starts: `argv` None where it is not known, with the `reason`; `place` where it is said.

    `run` names the option that put something in the place of the image's own ENTRYPOINT or CMD, "" where none did.
    """

    argv: tuple[Word, ...] | None
    user: str | None
    place: Place
    reason: str = ""
    run: str = ""
    past_shim: bool = False


def pid1(world: World, from_line: int, *, entrypoint: str | None = None, command: str | None = None) -> Pid1:
    """PID 1 by Docker's rules: what a task definition says, before ENTRYPOINT and CMD of the file, before the base image's.

    `from_line` is the FROM's. An entry point given at run time throws the image's CMD away.
    """
    user = _user(world)
    base = Place(world.dockerfile, from_line)
    if entrypoint is not None:
        argv = _given("--entrypoint", entrypoint) + (_given("--command", command) if command else ())
        return Pid1(argv, user, argv[0].place or base, run=f"--entrypoint '{entrypoint}'", past_shim=True)
    config, image = world.config, world.image
    entry = _words(config.entrypoint, world) if config.entrypoint else _base_words(image.entrypoint, base)
    run = ""
    if command is not None:
        cmd, run = _given("--command", command), f"--command '{command}'"
    elif config.cmd:
        cmd = _words(config.cmd, world)
    elif config.cmd_reset or config.entrypoint:
        cmd = ()
    else:
        cmd = _base_words(image.cmd, base)
    if entry is None or (cmd is None and not entry):
        what, whose = "ENTRYPOINT" if entry is None else "CMD", image.reference or "the base image"
        reason = f"the {what} of {whose} is not known: give --base-image-config with the output of `docker image inspect`"
        return Pid1(cmd or None, user, (cmd[0].place if cmd else None) or base, reason, run)
    argv = (*entry, *(cmd or ()))
    if not argv:
        return Pid1((), user, base, "neither this file nor its base image says what the container starts", run)
    return Pid1(argv, user, argv[0].place or base, run=run)


def _given(option: str, text: str) -> tuple[Word, ...]:
    """The words of an option's value: a JSON array as a task definition has it, or a command line."""
    place = Place(option, 0)
    return tuple(Word(word, place=place) for word in parse_exec_form(text) or _split(text))


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text) or [text]
    except ValueError:
        return ["/bin/sh", "-c", text]


def _words(command: Command, world: World) -> tuple[Word, ...]:
    place = Place(world.dockerfile, command.instruction.line)
    return tuple(Word(text, place=place) for text in command.argv)


def _base_words(argv: tuple[str, ...] | None, base: Place) -> tuple[Word, ...] | None:
    return None if argv is None else tuple(Word(text, place=base) for text in argv)


def _user(world: World) -> str | None:
    """PID 1's user, by name where the file tells it; None where only the run or the base image knows."""
    setting = world.config.user
    if setting is not None and not setting.known:
        return None
    value = setting.value if setting else world.image.user
    if value is None:
        return None
    name = value.partition(":")[0]
    if name in ("", "0"):
        return "root"
    by_uid = {account.uid: account.name for account in world.files.accounts.values() if account.uid} if name.isdigit() else {}
    return by_uid.get(name, name)


def trace(world: World, start: Pid1) -> tuple[Chain, ...]:
    """Every chain of the image, each once, in the order in which the programs are started."""
    if not start.argv:
        return (Chain((), start.user, "the container's command", start.reason, start.run, start.past_shim),)
    found: dict[tuple[object, ...], Chain] = {}
    for chain in _follow(Launch(start.argv, start.user, start.place), (), world):
        whole = replace(chain, open=chain.open or start.reason or None, run=start.run, past_shim=start.past_shim)
        found.setdefault(_identity(whole), whole)
        if len(found) >= MOST:
            reason = f"there are more than {MOST} chains; the rest was not followed"
            found[("more",)] = Chain((), None, "more processes", reason, start.run, start.past_shim)
            break
    return tuple(found.values())


def _identity(chain: Chain) -> tuple[object, ...]:
    return (chain.user, chain.command, chain.open, chain.verdict, tuple((h.program, h.effect, h.place) for h in chain.hops))


def _follow(launch: Launch, hops: tuple[Hop, ...], world: World) -> Iterator[Chain]:
    program = launch.argv[0]
    if len(hops) >= DEEPEST:
        yield Chain(hops, launch.user, str(program), "programs start each other in a circle")
        return
    if not program.known:
        yield Chain(hops, launch.user, str(program), f"which program {program} is, is decided at run time")
        return
    for step in _judge(launch, world):
        hop = _hop(launch, step, hops, world)
        yield from _go_on(launch, step, (*hops, hop), world)


def _go_on(launch: Launch, step: Step, hops: tuple[Hop, ...], world: World) -> Iterator[Chain]:
    """The chains behind a step: its own process where it starts nothing, else those of what it starts."""
    followed = False
    for child in step.children:
        if isinstance(child, Open):
            followed = True
            user = child.user or step.user
            yield Chain(hops, user, step.command or launch.argv[0].text, child.reason)
            continue
        if not (child.lasting or child.argv[0].known):
            continue  # a step whose program is computed is a call of some client
        for chain in _follow(child, hops, world):
            if child.lasting or _matters(chain):
                followed = True
                yield chain
    if not followed and not (step.needs_none and compose(hops) is not Verdict.REACHES):
        yield Chain(hops, step.user, step.command or _spoken(launch.argv))


def _matters(chain: Chain) -> bool:
    """Is a step on a script's way worth telling: it loses the variables, or would without a remedy, or cannot be seen into?

    A step that is plain file work makes no AWS calls.
    """
    if not chain.hops or chain.hops[-1].program in PLAIN_STEPS:
        return False
    if chain.verdict is Verdict.UNKNOWN:
        return chain.hops[-1].mechanism == "shell" and chain.hops[-1].program not in SHELLS
    return any(hop.effect is not Effect.KEEPS for hop in chain.hops)


def _judge(launch: Launch, world: World) -> tuple[Step, ...]:
    steps = mechanisms.judge(launch, world)
    if steps is None:
        steps = _entrypoint_of_base(launch, world)
    return steps if steps is not None else (_application_or_script(launch, world),)


def _entrypoint_of_base(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """The base image's own entrypoint script, where the catalogue knows that it starts the arguments that it is given."""
    entry = world.image.entrypoint
    if not entry or launch.argv[0].text != entry[0] or world.image.facts.get("entrypoint") != "execs-arguments":
        return None
    rest = launch.argv[len(entry) :]
    user = world.image.facts.get("entrypoint.user", launch.user) if launch.user == "root" else launch.user
    children = (Launch(rest, user, rest[0].place or launch.place),) if rest else ()
    return (Step("exec", Effect.KEEPS, user, children),)


def _application_or_script(launch: Launch, world: World) -> Step:
    """A program that no mechanism knows: a script of the image is read, a script that is not in view stays open.

    What the base image itself starts by default is its application. So is a program whose file cannot be looked into (a
    binary out of another stage, a package), unless its name says that it is a script.
    """
    file = _file(launch, world)
    program = launch.argv[0]
    if file is not None and file.text is not None:
        interpreter = _interpreter(file.text)
        if interpreter is None or interpreter in SHELLS:
            return Step("shell", Effect.KEEPS, launch.user, script_launches(replace(program, text=file.path), launch.argv[1:], launch, world))
        return Step("exec", Effect.KEEPS, launch.user)
    base_cmd = world.image.cmd or ()
    its_own = file is None and base_cmd[:1] == (program.text,)
    if not its_own and SCRIPT_NAME.search(mechanisms.program_name(program.text)) and not (file and file.binary):
        return Step("shell", Effect.KEEPS, launch.user, (Open(unseen(program, file), launch.place, launch.user),))
    return Step("exec", Effect.KEEPS, launch.user)


def _file(launch: Launch, world: World) -> ImageFile | None:
    text = launch.argv[0].text
    if text.startswith("/"):
        return world.files.get(text)
    if "/" in text:
        return world.files.get(f"{(world.config.workdir or '/').rstrip('/')}/{text.removeprefix('./')}")
    return world.files.which(text)


def _interpreter(text: str) -> str | None:
    """The base name of a script's interpreter; None without a `#!`, which a shell reads as its own."""
    first = text.partition("\n")[0].rstrip("\r")
    words = first[2:].split() if first.startswith("#!") else []
    if words and words[0].endswith("/env"):
        words = [w for w in words[1:] if not w.startswith("-") and "=" not in w]
    return mechanisms.program_name(words[0]) if words else None


def _hop(launch: Launch, step: Step, before: tuple[Hop, ...], world: World) -> Hop:
    program = mechanisms.program_name(launch.argv[0].text)
    hop = Hop(program, step.mechanism, step.effect, launch.place, step.user, step.why, step.hooks)
    if hop.effect is Effect.KEEPS or not world.remedies:
        return hop
    return replace(hop, mend=_mend(hop, before, world))


def _mend(hop: Hop, before: tuple[Hop, ...], world: World) -> Mend | None:
    """The remedy in force that mends a hop. One that reads the carried file needs the shim to have run before."""
    from fargate_patch.remedies.kind import kinds

    carried = any(h.mechanism == SHIM for h in before)
    for remedy in world.remedies:
        kind = kinds()[remedy.name]
        if kind.mends(remedy, hop) and (carried or not kind.FROM_FILE):
            return Mend(remedy.name, kind.FROM_FILE)
    return None


def _spoken(argv: tuple[Word, ...]) -> str:
    """A command as a person would name it: its words up to a length, on one line."""
    text = " ".join(" ".join(word.text.split()) for word in argv)
    return text if len(text) <= 60 else text[:57] + "…"
