"""What the commands of a RUN do to files, as actions."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.files import fetches, moves
from fargate_patch.chain.files.actions import Action, At, Matching, Removed
from fargate_patch.chain.files.changes import (
    Append,
    Change,
    Compose,
    Doubt,
    Found,
    Put,
    Rewrite,
    SameAs,
    Touch,
    absolute,
)
from fargate_patch.chain.files.commandline import read_command_line
from fargate_patch.chain.files.events import Event, Obscure, Output, Step, Unread, Written
from fargate_patch.chain.files.finds import read_find
from fargate_patch.chain.files.folders import CRONTABS
from fargate_patch.chain.files.output import LARGEST
from fargate_patch.chain.files.rewrites import sed_edit
from fargate_patch.chain.files.sed import strip_carriage_returns
from fargate_patch.chain.files.touched import touched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fargate_patch.chain.model import Place

HARMLESS = frozenset(
    "chmod chown chgrp setfacl setcap ls cat test [ [[ grep egrep fgrep head tail wc stat file readlink realpath du "  # noqa: SIM905
    "md5sum sha1sum sha256sum sha512sum visudo bash sh dash ash zsh python python2 python3 perl node ruby php "
    "source . echo printf mkdir rmdir cd set export true false : apt-get apt apk yum dnf microdnf pip pip3 npm yarn "
    "pnpm gem bundle composer cargo mvn gradle make cmake useradd adduser usermod groupadd addgroup chsh passwd "
    "chpasswd crontab nginx apachectl apache2ctl php-fpm gpg gpgv openssl ldd diff cmp sort uniq cut tr awk gawk "
    "basename dirname which sleep exit update-rc.d systemctl service rc-update a2enmod a2ensite supervisorctl "
    "getent id gunzip xz ldconfig hash".split()
)


def read_writes(events: Sequence[Event], user: str) -> tuple[Action, ...]:
    """The actions of a RUN's events, in order. `user` is whom the RUN runs as."""
    found: list[Action] = []
    for event in events:
        if isinstance(event, Obscure):
            found.append(_obscure(event))
        elif isinstance(event, Written):
            found += _written(event)
        elif event.maybe:
            found += _maybe(event)
        else:
            found += _step(event, user)
    return tuple(found)


def _obscure(event: Obscure) -> Action:
    source = event.source
    return Matching(
        lambda path: posixpath.basename(path) in source, Doubt("a RUN that cannot be read names it", event.place)
    )


def _written(event: Written) -> Iterator[Action]:
    path = absolute(event.target.text, event.folder) if event.target.known and not event.target.wild else None
    base = posixpath.basename(event.target.text)
    if path is None:
        doubt = Doubt(
            f"`{event.by}` writes to {event.target.text}, and which file that is depends on the build",
            event.place,
            True,
        )
        yield Matching(lambda p: posixpath.basename(p) == base, doubt)
    elif event.maybe:
        yield At(path, Doubt(f"a RUN writes it {event.maybe}", event.place, makes=True))
    else:
        yield At(path, text_change(path, event.output, event.append, event.place))


def text_change(path: str, output: Output, append: bool, place: Place) -> Change:
    """What it means for a file that output is written to it."""
    unread = next((piece for piece in output if isinstance(piece, Unread)), None)
    if unread:
        reason = f"written by `{unread.by}` at build time"
        return Append(None, place, reason) if append else Put(Found(None, place, reason))
    pieces: tuple[str | SameAs, ...] = tuple(p for p in output if not isinstance(p, Unread))
    if all(isinstance(p, str) for p in pieces):
        if sum(len(p) for p in pieces if isinstance(p, str)) > LARGEST:
            return Put(Found(None, place, "it is longer than 1 MiB"))
        text = "".join(p for p in pieces if isinstance(p, str))
        return Append(text, place) if append else Put(Found(text, place))
    names = ", ".join(p.path for p in pieces if isinstance(p, SameAs))
    otherwise = Found(
        None, place, f"it is put together from {names}, which comes from the base image or is made unseen"
    )
    return Compose((SameAs(path), *pieces) if append else pieces, otherwise)


def _maybe(step: Step) -> Iterator[Action]:
    if _name(step) not in HARMLESS:
        for argument in step.argv[1:]:
            yield from touched(argument, step, Doubt(f"`{step.by}` stands {step.maybe}", step.place))


def _step(step: Step, user: str) -> Iterable[Action]:
    name = _name(step)
    if name == "crontab":
        return _crontab(step, user)
    if handler := HANDLERS.get(name):
        return handler(step)
    if name in HARMLESS or "/" in step.argv[0].text:
        return ()
    return (a for arg in step.argv[1:] for a in touched(arg, step, Doubt(f"`{step.by}` may change it", step.place)))


def _name(step: Step) -> str:
    return posixpath.basename(step.argv[0].text)


def _sed(step: Step) -> Iterable[Action]:
    edit, files, in_place = sed_edit(step.argv[1:])
    if not in_place:
        return ()
    what = Rewrite(edit, f"`{step.by}` changes it in a way that is not followed", step.place)
    return (a for file in files for a in touched(file, step, what))


def _interpreter(step: Step) -> Iterable[Action]:
    """perl and ruby edit their arguments in place with `-i`, awk with `-i inplace`; else they only read them."""
    if not any(a.text.startswith("-") and not a.text.startswith("--") and "i" in a.text for a in step.argv[1:]):
        return ()
    what = Rewrite(None, f"`{step.by}` changes it in a way that is not followed", step.place)
    return (a for arg in step.argv[1:] for a in touched(arg, step, what))


def _dos2unix(step: Step) -> Iterable[Action]:
    line = read_command_line(step.argv[1:])
    what = Rewrite(strip_carriage_returns, "", step.place)
    return (a for file in line.operands for a in touched(file, step, what))


def _touch(step: Step) -> Iterable[Action]:
    line = read_command_line(step.argv[1:], "drt", ("date", "reference", "time"))
    return (a for file in line.operands for a in touched(file, step, Touch(step.place)) if not file.wild)


def _truncate(step: Step) -> Iterable[Action]:
    line = read_command_line(step.argv[1:], "sr", ("size", "reference"))
    size = line.value("s", "size")
    what = Put(Found("", step.place)) if size == "0" else Doubt(f"`{step.by}` changes it", step.place)
    return (a for file in line.operands for a in touched(file, step, what))


def _find(step: Step) -> Iterator[Action]:
    found = read_find(step)
    if found:
        yield Matching(*found)


def _crontab(step: Step, user: str) -> Iterator[Action]:
    """`crontab FILE`, `… | crontab -`, as the table where Debian's cron keeps it."""
    line = read_command_line(step.argv[1:], "u", ("user",))
    path = f"{CRONTABS}/{line.value('u', 'user') or user}"
    if line.has("r"):
        yield Removed(path)
    elif not line.has("l", "e"):
        file = next(iter(line.operands), None)
        source = (
            absolute(file.text, step.folder) if file and file.known and file.text not in ("-", "/dev/stdin") else None
        )
        output: Output = step.input if source is None else (SameAs(source),)
        if file and not file.known:
            output = (Unread(step.by),)
        yield At(path, text_change(path, output, False, step.place))


HANDLERS: dict[str, Callable[[Step], Iterable[Action]]] = {
    "sed": _sed,
    "perl": _interpreter,
    "ruby": _interpreter,
    "gawk": _interpreter,
    "dos2unix": _dos2unix,
    "fromdos": _dos2unix,
    "touch": _touch,
    "truncate": _truncate,
    "find": _find,
    "cp": moves.cp,
    "mv": moves.mv,
    "install": moves.install,
    "ln": moves.ln,
    "rm": moves.rm,
    "unlink": moves.rm,
    "curl": fetches.curl,
    "wget": fetches.wget,
    "git": fetches.git,
    "tar": fetches.tar,
    "bsdtar": fetches.tar,
    "unzip": fetches.unzip,
    "go": fetches.compiler,
    "gcc": fetches.compiler,
    "cc": fetches.compiler,
    "g++": fetches.compiler,
    "clang": fetches.compiler,
}
