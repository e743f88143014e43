"""The users that RUN lines make or change, and those of an /etc/passwd that is copied in.

useradd and usermod are shadow's; adduser is Debian's perl program or busybox's: both spell `--shell`, `--uid`,
`--system` with two dashes, Debian's (of perl's Getopt::Long) with one as well, busybox's as `-s`, `-u`, `-S`, `-h`.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import Found, Put
from fargate_patch.chain.files.commandline import CommandLine, read_command_line
from fargate_patch.chain.files.events import Argument, Event, Step, Written
from fargate_patch.chain.files.folders import StandardFolders
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fargate_patch.chain.files.layer import Layer
    from fargate_patch.chain.files.stack import Stack
    from fargate_patch.chain.model import Place

MOST_STAGES = 30
NOLOGIN = "/usr/sbin/nologin"
MENTIONS = ("useradd", "adduser", "usermod", "chsh", "/etc/passwd")


@dataclass(frozen=True, slots=True)
class Account:
    """A user that the Dockerfile makes or changes."""

    name: str
    shell: str | None  # its login shell; None where it is the distribution's default or not known
    uid: str | None
    place: Place
    home: str | None = None  # None where it is not known


_USERADD_SHORT = "bcdefgGkKpPRsuZF"
_USERADD_LONG = frozenset(
    "base-dir comment home-dir home expiredate inactive gid groups skel key password prefix root shell uid "  # noqa: SIM905
    "selinux-user login".split()
)
_HOME = ("d", "h", "home", "home-dir")  # `-h` is busybox's
_ADDUSER_SHORT = "hgsGku"
_ADDUSER_LONG = frozenset(
    "home shell uid gid gecos ingroup conf firstuid lastuid firstgid lastgid add_extra_groups comment".split()  # noqa: SIM905
)


def read_all_accounts(stack: Stack, done: dict[Stack, dict[str, Account]] | None = None) -> dict[str, Account]:
    """The accounts at the end of a stage; those of an earlier stage whose /etc/passwd is copied are among them."""
    done = {} if done is None else done
    if stack in done or len(done) >= MOST_STAGES:
        return done.get(stack, {})
    known = done[stack] = {}
    for layer in stack.layers:
        if layer.runs:
            if any(m in layer.script for m in MENTIONS):
                read_accounts(layer.events, known)
        elif "passwd" in layer.script:
            _read_copied(layer, known, done)
    return known


def _read_copied(layer: Layer, known: dict[str, Account], done: dict[Stack, dict[str, Account]]) -> None:
    """The accounts of an /etc/passwd out of the context, or of the stage that it is copied from."""
    from fargate_patch.chain.files.from_elsewhere import FromElsewhere
    from fargate_patch.chain.files.stack import Stack

    for action in layer.actions:
        change = action.change("/etc/passwd", StandardFolders())
        if change and isinstance(action, FromElsewhere) and isinstance(action.files, Stack):
            known.update(read_all_accounts(action.files, done))
        elif isinstance(change, Put) and isinstance(change.answer, Found) and change.answer.text is not None:
            read_passwd(change.answer.text, known, change.answer.origin)


def read_accounts(events: Iterable[Event], known: dict[str, Account]) -> None:
    """Put the accounts that a RUN's events make or change into `known`. A name that is not known is passed over."""
    for event in events:
        if isinstance(event, Written):
            text = "".join(p for p in event.output if isinstance(p, str))
            if event.target.text == "/etc/passwd" and event.append:
                read_passwd(text, known, event.place)
        elif isinstance(event, Step):
            reader = _READERS.get(posixpath.basename(event.argv[0].text))
            if reader and (account := reader(event.argv[1:], known, event.place)):
                known[account.name] = account


def read_passwd(text: str, known: dict[str, Account], place: Place) -> None:
    """The lines of an /etc/passwd: `name:x:uid:gid:gecos:home:shell`."""
    for number, line in enumerate(text.split("\n")):
        fields = line.strip("\r").split(":")
        if len(fields) == 7 and fields[0] and fields[2].isdigit():
            at = replace(place, line=place.line + number)
            known[fields[0]] = Account(fields[0], fields[6] or "/bin/sh", fields[2], at, fields[5] or "/")


def _useradd(arguments: Sequence[Argument], _known: dict[str, Account], place: Place) -> Account | None:
    line = read_command_line(arguments, _USERADD_SHORT, _USERADD_LONG)
    if line.has("D", "defaults") or len(line.operands) != 1:
        return None
    return _account(line.operands[0], _clear(line.value("s", "shell")), line, place)


def _adduser(arguments: Sequence[Argument], _known: dict[str, Account], place: Place) -> Account | None:
    spelt = [
        replace(a, text=f"-{a.text}") if a.text[:1] == "-" and a.text[1:] in _ADDUSER_LONG else a for a in arguments
    ]
    line = read_command_line(spelt, _ADDUSER_SHORT, _ADDUSER_LONG)
    operands = line.operands
    if line.has("group") and not line.has("system"):
        return None
    if not operands or len(operands) > 2 or (len(operands) == 2 and not _makes_with_group(line)):
        return None
    shell = _clear(line.value("s", "shell"))
    if shell is None and line.value("s", "shell") is None and line.has("system"):
        shell = NOLOGIN
    return _account(operands[0], shell, line, place)


def _makes_with_group(line: CommandLine) -> bool:
    """Two names: `adduser app sudo` only puts a user into a group, however quiet it is told to be."""
    return line.has("D", "S", "system", "disabled-password") and not line.has("quiet")


def _usermod(arguments: Sequence[Argument], known: dict[str, Account], place: Place) -> Account | None:
    return _changed(read_command_line(arguments, "cdefgGlpPRsuvVwWZ", _USERADD_LONG), known, place)


def _chsh(arguments: Sequence[Argument], known: dict[str, Account], place: Place) -> Account | None:
    return _changed(read_command_line(arguments, "sR", ("shell", "root")), known, place)


def _changed(line: CommandLine, known: dict[str, Account], place: Place) -> Account | None:
    name = line.operands[0] if len(line.operands) == 1 else Argument("root") if not line.operands else None
    made = _account(name, _clear(line.value("s", "shell")), line, place) if name else None
    moved = line.has(*_HOME)
    if made is None or (made.shell is None and made.uid is None and not moved):
        return None
    old = known.get(made.name, replace(made, home=None))
    return replace(made, shell=made.shell or old.shell, uid=made.uid or old.uid, home=made.home if moved else old.home)


def _account(name: Argument, shell: str | None, line: CommandLine, place: Place) -> Account | None:
    if not name.known or not name.text or "$" in name.text:
        return None
    said = line.value(*_HOME)
    home = None if line.has("b", "base-dir") else f"/home/{name.text}" if said is None else _clear(said)
    return Account(name.text, shell, _clear(line.value("u", "uid")), place, home)


def _clear(value: str | None) -> str | None:
    """An option's value, None where it is computed at build time."""
    return value if value and not set("$`") & set(value) else None


_READERS: dict[str, Callable[[Sequence[Argument], dict[str, Account], Place], Account | None]] = {
    "useradd": _useradd,
    "adduser": _adduser,
    "usermod": _usermod,
    "chsh": _chsh,
}
