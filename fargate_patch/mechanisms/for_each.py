"""xargs, find -exec and GNU parallel: start a command for each of what they read or find, in their own environment.

xargs(1), find(1), parallel(1); seen with findutils 4.9 and parallel 20221122. What each of them puts into the command
is decided at run time.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Word
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.wrapper import shell_command, start
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.model import Launch, Open
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.model import Mechanism

EACH = Word("{}", known=False)
IN_QUOTES = regex(r"[\"\\$`]")  # what a shell's double quotes leave a meaning
XARGS = ("arg-file", "delimiter", "max-args", "max-procs", "max-chars", "process-slot-var")
ACTIONS = ("-exec", "-execdir", "-ok", "-okdir")
PARALLEL = (
    *("jobs", "max-procs", "arg-file", "colsep", "delimiter", "joblog", "results", "timeout", "delay", "retries"),
    *("halt", "load", "memfree", "memsuspend", "nice", "workdir", "wd", "tagstring", "tmpdir", "env", "block"),
    *("max-args", "max-chars", "header", "sshlogin", "sshloginfile", "profile", "recstart", "recend", "limit"),
)
SOURCES = (":::", ":::+", "::::", "::::+", "--")  # the last is moreutils' own
PLACE = regex(r"\{(?:/?/?|\.|/\.|#|%|\d{1,2})\}")
MOST = 16  # values of parallel that are followed one by one
PROGRAMS = ("xargs", "find", "parallel")
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...]:
    commands = {"xargs": _xargs, "find": _find, "parallel": _parallel}[program_name(launch.argv[0].text)]
    return (Step("exec", Effect.KEEPS, launch.user, tuple(commands(launch))),)


def _xargs(launch: Launch) -> Iterator[Launch | Open]:
    given = read_arguments(launch.argv[1:], "IadELnPs", XARGS)
    named = given.value("I", "replace", "i")
    if named or given.has("replace", "i"):
        yield from start(launch, _filled(given.rest, (named and named.text) or "{}"), launch.user)
    elif given.rest:
        yield from start(launch, (*given.rest, EACH), launch.user)


def _find(launch: Launch) -> Iterator[Launch | Open]:
    for at, word in enumerate(launch.argv):
        if word.text in ACTIONS:
            command = tuple(takewhile(lambda w: w.text not in (";", "+"), launch.argv[at + 1 :]))
            yield from start(launch, _filled(command, "{}"), launch.user)


def _filled(command: tuple[Word, ...], place: str) -> tuple[Word, ...]:
    """The command with something in the place of each `{}`: a line for a shell has it as a variable."""
    return tuple(_with(word, place) if place in word.text else word for word in command)


def _with(word: Word, place: str) -> Word:
    if word.text == place or not word.known:
        return EACH
    line = IN_QUOTES.sub(r"\\\g<0>", word.text).replace(place, "$EACH")
    return Word(f'"{line}"', known=False)


def _parallel(launch: Launch) -> Iterator[Launch | Open]:
    """Its words make one line for a shell, with each value at the places or, where there is none, behind it."""
    given = read_arguments(launch.argv[1:], "jPaCdEIJLNnsS", PARALLEL)
    command = tuple(takewhile(lambda w: w.text not in SOURCES, given.rest))
    values = given.rest[len(command) + 1 :] or (EACH,)
    if any(value.text in SOURCES for value in values):
        values = (EACH,)
    if not command:
        for value in values[:MOST]:
            yield from start(launch, shell_command("sh", value), launch.user)
        return
    line = " ".join(word.text for word in command)
    line = PLACE.sub('"$1"', line) if PLACE.search(line) else f'{line} "$1"'
    shell = shell_command("sh", Word(line, all(word.known for word in command)))
    for value in values[:MOST]:
        yield from start(launch, (*shell, launch.argv[0], value), launch.user)
