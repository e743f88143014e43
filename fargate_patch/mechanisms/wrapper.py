"""The common shape of programs that start the rest of their command line: options, maybe a user, then a command."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Word
from fargate_patch.mechanisms.model import Step
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HANDED_ON = regex(rf"\b{CREDENTIALS_VARIABLE}=[\"'\\]*\$\{{?{CREDENTIALS_VARIABLE}\b")
LISTED = regex(r"\b(?:env|export)\s+\"?(?:\$\(|`)")
NAME = regex(r"[A-Za-z_][A-Za-z0-9_.-]*")  # `env cluster.name=app` too: no shell has a say in it
NEEDED = (CREDENTIALS_VARIABLE,)
LOSERS = ("su", "sudo", "runuser", "doas", "env")
"""What is looked for among the words of a program that is not followed; whether one loses anything, its judge says."""


def assignment(word: Word) -> tuple[str, str] | None:
    """The name and the value of `NAME=value`, around which quotes still stand where the value is computed."""
    name, equals, value = (word.text if word.known else word.text.strip("\"'")).partition("=")
    return (name, value) if equals and NAME.fullmatch(name) else None


def written_out(word: Word) -> bool:
    """Is the value of `NAME=value` a text of its own, be it empty, and none that a shell puts in?"""
    return word.known


def handed_on(words: Iterable[Word | None]) -> bool:
    """Does the caller's shell put the value into a command's own words, `env NAME="$NAME" …` or `-c "NAME=$NAME …"`?"""
    computed = [word.text for word in words if word is not None and not word.known]
    return any(HANDED_ON.search(text) or (LISTED.search(text) and lists(text)) for text in computed)


def lists(text: str) -> bool:
    """Is the variable's assignment in a list of the environment within it, `$(env | grep ^AWS_)`?"""
    from fargate_patch.chain.scripts.environment import listed
    from fargate_patch.shell.quoting import read_word

    return f"{CREDENTIALS_VARIABLE}=${CREDENTIALS_VARIABLE}" in listed(read_word(text))


def start(launch: Launch, argv: Sequence[Word], user: str | None) -> tuple[Launch | Open, ...]:
    """The command `argv` as what `launch` starts, as `user`; () where it starts none."""
    if not argv:
        return ()
    return (replace(launch, argv=tuple(argv), user=user, place=argv[0].place or launch.place, lasting=True),)


def folder(said: str) -> str | None:
    """The folder that a setting names for what it starts: "" where it names none, None where that hangs on a run."""
    return said if not said or said.startswith("/") else None


def keeps(launch: Launch, mechanism: str, argv: Sequence[Word], user: str | None) -> tuple[Step, ...]:
    """A step that hands the whole environment on to `argv`."""
    if not argv:
        program = launch.argv[0].text
        reason = f"{program} is given no command: say by --command what a task definition gives it"
        return (Step(mechanism, Effect.KEEPS, user, (Open(reason, launch.place, user),)),)
    return (Step(mechanism, Effect.KEEPS, user, start(launch, argv, user)),)


def unclear(launch: Launch, mechanism: str) -> tuple[Step, ...]:
    """The step of a command line whose options are computed at run time."""
    program = launch.argv[0].text
    reason = f"the options of {program} are put together at run time; write them out to have them followed"
    return (Step(mechanism, Effect.KEEPS, launch.user, (Open(reason, launch.place),)),)


def account(word: Word | None, otherwise: str | None) -> str | None:
    """The account that a word names, without its group (`app:app`, `app.app` stays); None where it is computed."""
    if word is None:
        return otherwise
    if not word.known:
        return None
    name = word.text.partition(":")[0]
    return "root" if name == "0" else name or otherwise


def shell_command(shell: str, command: Word) -> tuple[Word, ...]:
    """`SHELL -c COMMAND`."""
    return (Word(shell), Word("-c"), command)
