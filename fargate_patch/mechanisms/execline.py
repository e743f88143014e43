"""execlineb: reads a script of chained programs; `foreground { … } PROGRAM` and its like run a block and go on.

execlineb(1) hands a block to the program as words with a space in front of each, one more for each block around, and an
empty word for its end; here likewise. What is no program of execline is launched with the rest of the words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms import program_name
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import keeps
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.world import World


@dataclass(frozen=True, slots=True)
class Form:
    """How a program of execline is written: options with a value, plain words, blocks before the program."""

    short: str = ""
    words: int = 0
    before: int = 0
    lasting: tuple[int, ...] = ()  # the blocks that go on running, or that it may become


FORMS = {
    "foreground": Form(before=1),
    "background": Form(before=1, lasting=(0,)),
    "if": Form("x", before=1),
    "ifelse": Form(before=2, lasting=(1,)),
    "ifte": Form(before=2, lasting=(0, 1)),
    "ifthenelse": Form("x", before=3),
    "pipeline": Form(before=1, lasting=(0,)),
    "piperw": Form(words=2),
    "backtick": Form("D", words=1, before=1),
    "trap": Form("t", before=1),
    "case": Form(words=1, before=1),
    "cd": Form(words=1),
    "umask": Form(words=1),
    "export": Form(words=2),
    "unexport": Form(words=1),
    "define": Form("d", words=2),
    "importas": Form("dD", words=2),
    "multisubstitute": Form(before=1),
    "elglob": Form("d", words=2),
    "elgetpositionals": Form("P"),
    "elgetopt": Form(words=1),
    "fdmove": Form(words=2),
    "fdclose": Form(words=1),
    "fdswap": Form(words=2),
    "fdreserve": Form(words=1),
    "fdblock": Form(words=1),
    "redirfd": Form(words=2),
    "heredoc": Form("d", words=2),
    "homeof": Form(words=1),
    "getpid": Form(words=1),
    "getcwd": Form(words=1),
    "s6-softlimit": Form("dfsmlraoc"),
    "s6-notifyoncheck": Form("sTtnwc"),
    "s6-setsid": Form(""),
    "s6-fghack": Form(),
}
CLEARS = ("emptyenv",)
SETS = ("export", "unexport")  # a variable that they are told by name
TAKEN = (Word(CREDENTIALS_VARIABLE),)
PROGRAMS = (
    "execlineb",
    *(name for name in FORMS if name not in ("if", "case", "cd", "umask", "export", "trap")),
    *CLEARS,
    "exec",
)
MECHANISMS: tuple[Mechanism, ...] = ()
TOKEN = regex(r'\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|(?:[^\s"\\]|\\.)+', re.DOTALL)
DEEPEST = 50  # blocks within each other
LONGEST = 2_000  # words of a script
# What an execline script does with files and words: no AWS call, and the end of a chain.
PLAIN = {"exit", "true", "false", "echo", "printf", "test", "eltest", "s6-echo", "s6-true", "s6-false", "s6-test"}
PLAIN |= {"s6-mkdir", "s6-chmod", "s6-chown", "s6-ln", "s6-rmrf", "s6-touch", "s6-rename", "s6-hiercopy", "s6-cat"}
PLAIN |= {"s6-sleep", "s6-pause", "s6-svscanctl", "s6-svc", "s6-rc"}


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    name = program_name(launch.argv[0].text)
    if name in CLEARS:
        return (_cleared(launch, name, read_arguments(launch.argv[1:]).rest),)
    if name == "exec":
        given = read_arguments(launch.argv[1:], "a")
        if given.has("c"):
            return (_cleared(launch, "exec -c", given.rest),)
        return keeps(launch, "exec", given.rest, launch.user)
    if name != "execlineb":
        return (Step("exec", Effect.KEEPS, launch.user, tuple(_chained(launch.argv, launch, True))),)
    given = read_arguments(launch.argv[1:], "csS")
    command = given.value("c")
    if command is not None:
        return (
            _read(
                command.text if command.known else None, launch.place, launch, "its script is put together at run time"
            ),
        )
    if not given.rest:
        return None
    path = given.rest[0]
    file = world.files.get(path.text) if path.known and path.text.startswith("/") else None
    if file is None or file.text is None:
        reason = (
            file and file.reason
        ) or f"{path} is not among the files that the build copies, so what it starts is not known"
        return (_read(None, launch.place, launch, reason),)
    return (_read(file.text, file.origin, launch, ""),)


def _cleared(launch: Launch, by: str, words: Sequence[Word]) -> Step:
    children = tuple(_chained(words, launch, True))
    return Step("env-i", Effect.DROPS, launch.user, children, why=f"{by} clears the environment")


def _read(text: str | None, place: Place, launch: Launch, reason: str) -> Step:
    children: tuple[Launch | Open, ...]
    words = read_script(text, place) if text is not None else None
    if words is None:
        children = (Open(reason or "this execline script cannot be read", place, launch.user),)
    else:
        children = tuple(_chained(words, launch, launch.lasting))
    return Step("exec", Effect.KEEPS, launch.user, children, needs_none=True)


def read_script(text: str, place: Place) -> tuple[Word, ...] | None:
    """A script's words, its blocks as execlineb writes them out; None where it is too long or a brace is open."""
    words: list[Word] = []
    depth = line = at = 0
    for token in TOKEN.finditer(text):
        if token.start() != at:
            return None  # an open quote
        at, here = token.end(), Place(place.file, place.line + line)
        line += token[0].count("\n")
        if token[0][0].isspace() or token[0][0] == "#":
            continue
        if token[0] == "{":
            depth += 1
        elif token[0] == "}":
            depth -= 1
            words.append(Word(" " * depth, place=here))
        else:
            plain = token[0][1:-1] if token[0][0] == '"' else token[0]
            words.append(Word(" " * depth + re.sub(r"\\(.)", r"\1", plain), "$" not in plain, here))
        if not 0 <= depth <= DEEPEST or len(words) > LONGEST:
            return None
    return tuple(words) if depth == 0 and at == len(text) else None


def _chained(words: Sequence[Word], launch: Launch, lasting: bool) -> Iterator[Launch | Open]:
    """What a chain of programs starts, in order; `lasting` is for the one that it ends with."""
    rest = tuple(words)
    while rest:
        form = FORMS.get(program_name(rest[0].text))
        if form is None:
            if rest[0].text and program_name(rest[0].text) not in PLAIN:
                yield Launch(rest, launch.user, rest[0].place or launch.place, launch.variables, lasting)
            return
        name, rest = program_name(rest[0].text), rest[1:]
        if rest and rest[0].text.startswith("-"):
            rest = read_arguments(rest, form.short).rest
        named, rest = rest[: form.words], rest[form.words :]
        if name in SETS and named[:1] == TAKEN and rest:
            rest = (Word("env", place=rest[0].place), Word("-u"), *TAKEN, *rest)
            continue
        for number in range(form.before):
            block, rest = _block(rest)
            yield from _chained(block, launch, lasting and number in form.lasting)


def _block(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The block that words begin with, one level of its spaces off, and the words behind it."""
    end = next((n for n, w in enumerate(words) if not w.text.startswith(" ")), len(words))
    return tuple(Word(w.text[1:], w.known, w.place) for w in words[:end]), words[end + 1 :]
