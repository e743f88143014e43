"""A shell: hands its environment on, and what it starts is in its script.

A login shell (`bash -lc`) clears nothing either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Hooks, Launch, Open, Place, Word
from fargate_patch.chain.scripts.script import Scope, launches
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step

if TYPE_CHECKING:
    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "rbash")
MECHANISMS = (
    Mechanism(
        name="shell",
        title="keeps the environment",
        what="A shell hands its environment to what it starts. `-l` makes it read the profile files; it does not "
        "clear anything.",
        see="docker exec CONTAINER sh -c env",
        sources=("https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_12",),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    given = read_arguments(launch.argv[1:], "oO", ("rcfile", "init-file"), plus=True)
    rest = given.rest
    if given.has("c"):
        children = _command(launch, rest, world)
    elif not rest or given.has("s"):
        children = ()
    else:
        children = script_launches(rest[0], rest[1:], launch, world)
    name = f"a shell of {launch.user or 'a user'}"  # which needs nothing where it runs a script of plain file work
    login = given.has("l", "login") and not given.has("noprofile")
    hooks = Hooks(login_shell=launch.argv[0].text if login else None)
    return (Step("shell", Effect.KEEPS, launch.user, children, hooks=hooks, command=name, needs_none=bool(children)),)


def _command(launch: Launch, rest: tuple[Word, ...], world: World) -> tuple[Launch | Open, ...]:
    if not rest:
        return ()
    if not rest[0].known:
        return (Open("the shell's command is put together at run time", launch.place),)
    place = rest[0].place or launch.place
    return launches(
        rest[0].text,
        _scope(launch, rest[1].text if len(rest) > 1 else "sh", rest[2:], place, world, single=True),
        world.files,
    )


def script_launches(
    script: Word, arguments: tuple[Word, ...], launch: Launch, world: World
) -> tuple[Launch | Open, ...]:
    """What a script file starts; one Open where the file or its text is not known."""
    file = world.files.get(world.absolute(script.text)) if script.known else None
    if file is None or file.text is None:
        return (Open(unseen(script, file), launch.place, launch.user),)
    return launches(file.text, _scope(launch, script.text, arguments, file.origin, world), world.files)


def unseen(script: Word, file: ImageFile | None) -> str:
    """Why a script could not be followed, in one sentence."""
    if not script.known:
        return f"which script {script.text} is, is decided at run time"
    return (
        file and file.reason
    ) or f"{script.text} is not among the files that the build copies, so what it starts is not known"


def _scope(
    launch: Launch, name: str, arguments: tuple[Word, ...], place: Place, world: World, *, single: bool = False
) -> Scope:
    variables = {**world.variables, **dict(launch.variables)}
    return Scope(place, launch.user, name, arguments, variables, single)
