"""A shell: hands its environment on, and what it starts is in its script.

A login shell (`bash -lc`) clears nothing by itself; a file that it reads first may.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Place, Word
from fargate_patch.chain.scripts.script import Scope, launches, written
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import NAME
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.arguments import Arguments

BAD_JSON = regex(r"\s*\[['\"][^\n]*\]\s*")  # not `[ "$X" = y ]`, which has a blank there
IN_QUOTES = regex(r"\"((?:[^\"\\]|\\[^\0])*)\"")  # a word that is one double-quoted string
ESCAPED = regex(r"\\([\"\\$`])")
COMPUTED = regex(r"\$\{?(\w+)")
IN_JSON = "put every string into double quotes, and a comma between two"
PROGRAMS = ("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "rbash", "bashio")  # bashio reads its argument into bash
MECHANISMS = (
    Mechanism(
        name="shell",
        title="keeps the environment",
        what="A shell hands its environment to what it starts. `-l` makes it read the profile files; it does not "
        "clear anything, unless one of these does (or the file that BASH_ENV names for bash), which is told as env-i.",
        see="docker exec CONTAINER sh -c env",
        sources=("https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_12",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = options_of(launch.argv[1:])
    rest = given.rest[1:] if given.rest[:1] == (Word("-"),) else given.rest  # which ends the options, as `--` does
    if given.has("c"):
        children = _command(launch, rest, world)
    elif not rest or given.has("s"):
        children = _read(launch, rest, world)
    else:
        children = script_launches(rest[0], rest[1:], launch, world)
    step = started(launch.argv[0].text, children, launch, world, login=is_login(given))
    name = f"a shell of {launch.user or 'a user'}"  # which needs nothing where it runs a script of plain file work
    return (replace(step, command=name, needs_none=bool(children) or given.has("c")),)


def options_of(words: tuple[Word, ...]) -> Arguments:
    """A shell's options and the words behind them, out of its command line or its `#!`."""
    return read_arguments(words, "oO", ("rcfile", "init-file"), plus=True)


def is_login(given: Arguments) -> bool:
    """Does a shell with these options read the profile files?"""
    return given.has("l", "login") and not given.has("noprofile")


def started(shell: str, children: tuple[Launch | Open, ...], launch: Launch, world: World, *, login: bool) -> Step:
    """A shell and what it starts; a file that it reads before may take the variables away."""
    if path := _taken_away(shell, login, launch, world):
        why = f"{path}, which the shell reads first, takes the variables away"
        return Step("env-i", Effect.DROPS, launch.user, children, why=why, needs_none=True)
    hooks = Hooks(login_shell=shell if login else None)
    return Step("shell", Effect.KEEPS, launch.user, children, hooks=hooks, needs_none=True)


def _taken_away(shell: str, login: bool, launch: Launch, world: World) -> str | None:
    """The startup file that does, of those that a login shell reads, or the one that BASH_ENV names."""
    named = {**world.environment, **dict(launch.variables)}.get("BASH_ENV") if shell.endswith("bash") else None
    if not login and not named:
        return None
    from fargate_patch.startup_files import taken_by, takes_away

    return takes_away(shell, launch.user, world) if login else taken_by(named or "", launch.user, world)


def _command(launch: Launch, rest: tuple[Word, ...], world: World) -> tuple[Launch | Open, ...]:
    if not rest:
        return ()
    place = rest[0].place or launch.place
    scope = _scope(launch, rest[1].text if len(rest) > 1 else "sh", rest[2:], place, world, single=True)
    if not rest[0].known:
        quoted = IN_QUOTES.fullmatch(rest[0].text)
        if quoted is None:
            return (Open("the shell's command is put together at run time", launch.place),)
        return _filled(quoted[1], scope, world)
    if BAD_JSON.fullmatch(rest[0].text):
        return (Open(f"`{rest[0].text[:60]}` is no JSON, so that a shell gets it as it stands: {IN_JSON}", place),)
    return launches(rest[0].text, scope, world.files)


def _read(launch: Launch, arguments: tuple[Word, ...], world: World) -> tuple[Launch | Open, ...]:
    """What its input tells it to start: `sh <<EOF`, `echo … | sh -s A`."""
    if launch.input is None:
        return ()
    scope = _scope(launch, launch.argv[0].text, arguments, launch.place, world, single=True)
    text = launch.input.text
    return launches(text, scope, world.files) if launch.input.known else _filled(text, scope, world)


def _filled(text: str, scope: Scope, world: World) -> tuple[Launch | Open, ...]:
    """What a text starts in which the shell before puts values that are not known here."""
    text = ESCAPED.sub(r"\1", text)
    variables = {**scope.variables, **dict.fromkeys(COMPUTED.findall(text))}
    return launches(text, replace(scope, arguments=None, variables=variables), world.files)


def script_launches(
    script: Word, arguments: tuple[Word, ...], launch: Launch, world: World
) -> tuple[Launch | Open, ...]:
    """What a script file starts; one Open where the file or its text is not known."""
    file = world.files.get(world.absolute(script.text)) if script.known else None
    if file is None or file.text is None:
        return (Open(unseen(script, file, world), launch.place, launch.user),)
    return launches(file.text, _scope(launch, script.text, arguments, file.origin, world), world.files)


def written_by(script: ImageFile, launch: Launch, world: World) -> frozenset[Place]:
    """The commands of a script that have surely written a file when it has ended."""
    return written(script.text or "", _scope(launch, script.path, (), script.origin, world), world.files)


def unseen(script: Word, file: ImageFile | None, world: World) -> str:
    """Why a script could not be followed, in one sentence."""
    if not script.known:
        return f"which script {script.text} is, is decided at run time"
    if file and file.reason:
        return file.reason + _settled_by(file.reason, world)
    if world.folder is None and not script.text.startswith("/"):
        return f"which folder {script.text} is in is decided at run time"
    advice = "" if world.image.files else ": `fargate-patch image REF` reads it in the built image"
    return f"{script.text} is not among the files that the build copies, so what it starts is not known{advice}"


def _settled_by(reason: str, world: World) -> str:
    """The option that gives a value to a build argument that a reason speaks of; "" where it speaks of none."""
    without_value = [said for said in world.brings if NAME.fullmatch(said)]  # ADD and COPY have two words at least
    named = next((name for name in COMPUTED.findall(reason) if name in without_value), None)
    return f": `--build-arg {named}=VALUE` would settle it" if named else ""


def _scope(
    launch: Launch, name: str, arguments: tuple[Word, ...], place: Place, world: World, *, single: bool = False
) -> Scope:
    variables = {**world.environment, **dict(launch.variables)}
    given = frozenset(world.config.env) - {"PATH", "HOME", *dict(launch.variables)}
    return Scope(place, launch.user, name, arguments, variables, given, single, world.folder)
