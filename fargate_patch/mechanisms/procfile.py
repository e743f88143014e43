"""Procfile managers and concurrently: start each line's command by a shell, in their own environment.

Seen: foreman 0.87 and honcho 2. forego, goreman, hivemind, overmind and concurrently do the same by their sources'
`os/exec` and child_process defaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import keeps, shell_command
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.world import World

# program: (letters with a value, long names with one, the words that start everything)
FORMS = {
    "honcho": ("edfpc", ("env", "app-root", "procfile", "port", "concurrency", "quiet"), ("start",)),
    "foreman": ("defmpt", ("root", "env", "procfile", "formation", "port", "timeout"), ("start",)),
    "forego": ("fepmt", (), ("start",)),
    "goreman": ("fpb", (), ("start",)),
    "overmind": (
        "flpdtTsNc",
        ("procfile", "processes", "root", "port", "formation", "socket", "network", "can-die"),
        ("start", "s"),
    ),
    "hivemind": ("pdPt", ("port", "root", "processes", "timeout"), ()),
}
CONCURRENTLY = ("n", "c", "p", "t", "k", "l"), ("names", "prefix-colors", "prefix", "kill-others", "max-processes")
LINE = regex(r"([A-Za-z0-9_-]+):\s*(.+)")
PROGRAMS = (*FORMS, "concurrently")
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    name = program_name(launch.argv[0].text)
    if name == "concurrently":
        given = read_arguments(launch.argv[1:], "ncptlm", CONCURRENTLY[1], permute=True)
        return _step(
            launch, tuple(Launch(shell_command("sh", w), launch.user, w.place or launch.place) for w in given.rest)
        )
    short, long, starts = FORMS[name]
    given = read_arguments(launch.argv[1:], short, long, permute=True)
    words = [w.text for w in given.rest]
    if starts and not set(words[:1]) & set(starts):
        return _run(launch)
    named = given.value("f", "procfile") or (given.rest[0] if not starts and words else None)
    chosen = {w.partition("=")[0] for w in words[1:]} if starts else set()
    return _step(launch, tuple(_processes(named.text if named else "Procfile", chosen, launch, world)))


def _run(launch: Launch) -> tuple[Step, ...] | None:
    """`honcho run COMMAND`; None for what starts nothing."""
    at = next((n for n, word in enumerate(launch.argv) if word.text == "run"), len(launch.argv))
    return keeps(launch, "exec", launch.argv[at + 1 :], launch.user) if launch.argv[at + 1 :] else None


def _step(launch: Launch, children: tuple[Launch | Open, ...]) -> tuple[Step, ...]:
    return (Step("exec", Effect.KEEPS, launch.user, children),)


def _processes(name: str, chosen: set[str], launch: Launch, world: World) -> Iterator[Launch | Open]:
    file = world.files.get(world.absolute(name))
    if file is None or file.text is None:
        yield Open(
            (file and file.reason)
            or f"{name} is not among the files that the build copies, so its processes are not known",
            launch.place,
        )
        return
    for number, line in enumerate(file.text.split("\n")):
        said = LINE.fullmatch(line.strip())
        if said and (not chosen or said[1] in chosen):
            place = Place(file.origin.file, file.origin.line + number)
            yield Launch(shell_command("sh", Word(said[2], place=place)), launch.user, place)
