"""Postfix: what its pipe, local and spawn services run has only the names of `export_environment`.

postconf(5). Seen with postfix 3.7: a pipe transport's argv and mailbox_command have nothing; with the name in
import_environment and in export_environment they have it, with import_environment alone they do not.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms.build_commands import build_commands
from fargate_patch.mechanisms.model import Mechanism, Step
from fargate_patch.mechanisms.wrapper import NEEDED, shell_command
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World

PROGRAMS = ("postfix", "/usr/lib/postfix/sbin/master", "/usr/libexec/postfix/master", "/usr/lib/postfix/master")
STARTS = ("start", "start-fg")
MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
COMMANDS = ("mailbox_command",)
LISTS = ("import_environment", "export_environment")
USER = regex(r"user=([\w.-]+)")
MECHANISMS = (
    Mechanism(
        name="postfix",
        code="FP122",
        title="runs its delivery commands with a filtered environment",
        what="What Postfix runs for a mail (`pipe` and `spawn` services of master.cf, mailbox_command, |commands "
        "of aliases) has TZ, MAIL_CONFIG and LANG, the names of export_environment, and of these only what "
        "import_environment let in. Postfix itself makes no AWS calls.",
        see="docker exec CONTAINER postconf import_environment export_environment",
        fix="fargate-patch adds the names to both lists with `postconf -e`. By hand: the same; both are needed.",
        advice="add the names to import_environment and export_environment of main.cf",
        sources=(
            "https://www.postfix.org/postconf.5.html#export_environment",
            "https://www.postfix.org/postconf.5.html#import_environment",
        ),
    ),
)


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    if launch.argv[0].text.endswith("postfix") and not any(w.text in STARTS for w in launch.argv[1:]):
        return None
    found = tuple(_commands(world))
    if not found:
        return (Step("postfix", Effect.KEEPS, launch.user, command="postfix", needs_none=True),)
    kept = _handed_on(world)
    return tuple(_step(child, kept) for child in found)


def _step(child: Launch | Open, kept: bool) -> Step:
    if kept or isinstance(child, Open):
        return Step("postfix", Effect.KEEPS, child.user, (child,), command="delivery commands of postfix")
    why = "Postfix runs delivery commands with the names of export_environment alone, and the variables are not on it"
    return Step("postfix", Effect.FILTERS, child.user, (child,), why=why)


def _commands(world: World) -> Iterator[Launch | Open]:
    master = world.files.get(MASTER)
    if master is not None and master.text is None and not master.added and not _only_edited(master, world):
        yield Open(f"what {MASTER} has Postfix run is not known: {master.reason}", master.origin)
    elif master is not None:
        yield from _services(master.text if master.text is not None else master.added, master)
    main = world.files.get(MAIN)
    if main is None:
        return
    for number, name, value in _settings(main.text or main.added):
        if name in COMMANDS and value:
            place = Place(main.origin.file, main.origin.line + number)
            yield Launch(shell_command("sh", Word(value, "$" not in value)), None, place)


def _only_edited(file: ImageFile, world: World) -> bool:
    """Is it the package's file, into which a `sed` puts no command?"""
    return file.reason.startswith("`sed") and not any("argv=" in run for run in world.runs)


def _services(text: str, file: ImageFile) -> Iterator[Launch]:
    """The `argv=` of master.cf's pipe and spawn services."""
    for number, logical in _logical(text):
        words = logical.split(None, 8)
        if len(words) < 9 or words[7] not in ("pipe", "spawn") or "argv=" not in words[8]:
            continue
        attributes, _, command = words[8].partition("argv=")
        user = USER.search(attributes)
        try:
            argv = shlex.split(command)
        except ValueError:
            argv = command.split()
        if argv:
            place = Place(file.origin.file, file.origin.line + number)
            yield Launch(tuple(Word(w, "$" not in w) for w in argv), user[1] if user else None, place)


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines of a Postfix file with those that blanks continue; the number is the first one's."""
    parts: list[str] = []
    since = 0
    for number, line in enumerate(text.split("\n")):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t" and parts:
            parts.append(line.strip())
            continue
        if parts:
            yield since, " ".join(parts)
        parts, since = [line.strip()], number
    if parts:
        yield since, " ".join(parts)


def _settings(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in _logical(text):
        name, equals, value = line.partition("=")
        if equals:
            yield number, name.strip(), value.strip()


def _handed_on(world: World) -> bool:
    """Do both lists name the variable: in main.cf, or by a `postconf -e` of the build."""
    main = world.files.get(MAIN)
    said = {name: value for _, name, value in _settings(main.text or main.added)} if main else {}
    for words in build_commands(world, "postconf"):
        said.update(_assignments(words[1:]))
    return all(set(NEEDED) <= set(re.split(r"[\s,]+", said.get(name, ""))) for name in LISTS)


def _assignments(words: Sequence[str]) -> dict[str, str]:
    parts = (w.partition("=") for w in words if "=" in w and not w.startswith("-"))
    return {name.strip(): value.strip() for name, _, value in parts}
