"""What the commands of a RUN do to files, as actions."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from fargate_patch.chain.buildsteps import Argument, Event, Obscure, Output, Step, Unread, Written
from fargate_patch.chain.commandline import CommandLine, read_command_line
from fargate_patch.chain.finds import read_find
from fargate_patch.chain.layers import (
    Action,
    Append,
    At,
    Below,
    Change,
    Compose,
    Copied,
    Doubt,
    Found,
    Gone,
    Linked,
    Matching,
    Put,
    Removed,
    Rewrite,
    SameAs,
    Touch,
    absolute,
    join,
)
from fargate_patch.chain.model import Place
from fargate_patch.chain.patterns import PatternError, path_matcher
from fargate_patch.chain.rewrites import sed_edit
from fargate_patch.chain.sed import strip_carriage_returns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

CRONTABS = "/var/spool/cron/crontabs"

HARMLESS = frozenset(
    "chmod chown chgrp setfacl setcap ls cat test [ [[ grep egrep fgrep head tail wc stat file readlink realpath du md5sum sha1sum sha256sum sha512sum "
    "visudo bash sh dash ash zsh python python2 python3 perl node ruby php source . echo printf mkdir rmdir cd set export true false : "
    "apt-get apt apk yum dnf microdnf pip pip3 npm yarn pnpm gem bundle composer go cargo mvn gradle make cmake useradd adduser usermod groupadd "
    "addgroup chsh passwd chpasswd crontab nginx apachectl apache2ctl php-fpm gpg gpgv openssl ldd diff cmp sort uniq cut tr awk gawk basename "
    "dirname which sleep exit update-rc.d systemctl service rc-update a2enmod a2ensite supervisorctl getent id tar unzip gunzip xz ldconfig hash".split()
)


def read_writes(events: Sequence[Event], dockerfile: str, user: str) -> tuple[Action, ...]:
    """The actions of a RUN's events, in order. `user` is whom the RUN runs as."""
    found: list[Action] = []
    for event in events:
        place = Place(dockerfile, event.line)
        if isinstance(event, Obscure):
            found.append(_obscure(event, place))
        elif isinstance(event, Written):
            found += _written(event, place)
        elif event.maybe:
            found += _maybe(event, place)
        else:
            found += _step(event, place, user)
    return tuple(found)


def _obscure(event: Obscure, place: Place) -> Action:
    source = event.source
    return Matching(lambda path: posixpath.basename(path) in source, Doubt("a RUN that cannot be read names it", place))


def _written(event: Written, place: Place) -> Iterator[Action]:
    path = absolute(event.target.text, event.folder) if event.target.known and not event.target.wild else None
    base = posixpath.basename(event.target.text)
    if path is None:
        doubt = Doubt(
            f"`{event.by}` writes to {event.target.text}, and which file that is depends on the build", place, True
        )
        yield Matching(lambda p: posixpath.basename(p) == base, doubt)
    elif event.maybe:
        yield At(path, Doubt(f"a RUN writes it {event.maybe}", place, makes=True))
    else:
        yield At(path, text_change(path, event.output, event.append, place))


def text_change(path: str, output: Output, append: bool, place: Place) -> Change:
    """What it means for a file that output is written to it."""
    unread = next((piece for piece in output if isinstance(piece, Unread)), None)
    if unread:
        reason = f"written by `{unread.by}` at build time"
        return Append(None, place, reason) if append else Put(Found(None, place, reason))
    pieces: tuple[str | SameAs, ...] = tuple(p for p in output if not isinstance(p, Unread))
    if all(isinstance(p, str) for p in pieces):
        text = "".join(p for p in pieces if isinstance(p, str))
        return Append(text, place) if append else Put(Found(text, place))
    names = ", ".join(p.path for p in pieces if isinstance(p, SameAs))
    otherwise = Found(
        None, place, f"it is put together from {names}, which comes from the base image or is made unseen"
    )
    return Compose((SameAs(path), *pieces) if append else pieces, otherwise)


def _maybe(step: Step, place: Place) -> Iterator[Action]:
    if _name(step) not in HARMLESS:
        for argument in step.argv[1:]:
            yield from _touched(argument, step, Doubt(f"`{step.by}` stands {step.maybe}", place))


def _step(step: Step, place: Place, user: str) -> Iterable[Action]:
    name = _name(step)
    if name == "crontab":
        return _crontab(step, place, user)
    if handler := HANDLERS.get(name):
        return handler(step, place)
    if name in HARMLESS or "/" in step.argv[0].text:
        return ()
    return (a for arg in step.argv[1:] for a in _touched(arg, step, Doubt(f"`{step.by}` may change it", place)))


def _name(step: Step) -> str:
    return posixpath.basename(step.argv[0].text)


def _touched(argument: Argument, step: Step, what: Change) -> Iterator[Action]:
    """A change at the path or paths that an argument names."""
    text = argument.text.partition("=")[2] if argument.text.startswith("--") else argument.text
    path = absolute(text, step.folder) if argument.known and text and not text.startswith("-") else None
    if path is None:
        if not argument.text.startswith("-") and "/" in text:
            yield Matching(lambda p: posixpath.basename(p) == posixpath.basename(text), what)
    elif argument.wild:
        try:
            yield Matching(path_matcher(path), what)
        except PatternError:
            yield Matching(lambda p: True, Doubt(f"`{step.by}` may change it", Place("", 0)))
    else:
        yield At(path, what)


def _known_paths(arguments: Iterable[Argument], folder: str | None) -> list[tuple[Argument, str]]:
    found = ((a, absolute(a.text, folder)) for a in arguments if a.known)
    return [(a, path) for a, path in found if path]


def _sed(step: Step, place: Place) -> Iterable[Action]:
    edit, files, in_place = sed_edit(step.argv[1:])
    if not in_place:
        return ()
    what = Rewrite(edit, f"`{step.by}` changes it in a way that is not followed", place)
    return (a for file in files for a in _touched(file, step, what))


def _dos2unix(step: Step, place: Place) -> Iterable[Action]:
    line = read_command_line(step.argv[1:])
    what = Rewrite(strip_carriage_returns, "", place)
    return (a for file in line.operands for a in _touched(file, step, what))


def _copies(line: CommandLine, step: Step, place: Place, moves: bool) -> Iterator[Action]:
    folder = line.value("t", "target-directory")
    operands = list(line.operands)
    targets = [] if folder is None and not operands else [Argument(folder) if folder is not None else operands.pop()]
    known = _known_paths(targets, step.folder)
    if not known or any(a.wild for a in targets):
        return
    target = known[0][1]
    into = folder is not None or targets[0].text.endswith(("/", "/.")) or targets[0].text == "." or len(operands) > 1
    deep = moves or line.has("r", "R", "a", "recursive", "archive", "d")
    for source, path in _known_paths(operands, step.folder):
        contents = source.text.endswith("/.") or posixpath.basename(path) == "*"
        if source.wild and not contents:
            yield Below(target, Doubt(f"`{step.by}` may have put it there", place, makes=True))
            continue
        from_ = posixpath.dirname(path) if posixpath.basename(path) == "*" else path
        yield Copied(from_, target, into, deep, contents, place, step.by)
        if moves and not contents:
            yield Removed(path)


def _cp(step: Step, place: Place) -> Iterable[Action]:
    return _copies(read_command_line(step.argv[1:], "tS", ("target-directory", "suffix")), step, place, moves=False)


def _mv(step: Step, place: Place) -> Iterable[Action]:
    return _copies(read_command_line(step.argv[1:], "tS", ("target-directory", "suffix")), step, place, moves=True)


def _install(step: Step, place: Place) -> Iterable[Action]:
    line = read_command_line(step.argv[1:], "gmotS", ("mode", "owner", "group", "target-directory", "suffix"))
    return () if line.has("d", "directory") else _copies(line, step, place, moves=False)


def _ln(step: Step, place: Place) -> Iterable[Action]:
    line = read_command_line(step.argv[1:], "tS", ("target-directory", "suffix"))
    if not line.has("s", "symbolic"):
        return _copies(line, step, place, moves=False)
    return _links(line, step)


def _links(line: CommandLine, step: Step) -> Iterator[Action]:
    folder = line.value("t", "target-directory")
    operands = [a for a in line.operands if a.known and not a.wild]
    if len(operands) != len(line.operands) or not operands:
        return
    where = folder or (operands.pop().text if len(operands) > 1 else ".")
    at = absolute(where, step.folder)
    into = folder is not None or where.endswith("/") or where == "." or len(operands) > 1
    either = not into and not line.has("n", "no-dereference", "T", "no-target-directory")
    for target in operands if at else ():
        inside = join(at or "", posixpath.basename(target.text.rstrip("/")))
        for landed in (at, inside) if either else (inside,) if into else (at,):
            meant = absolute(target.text, posixpath.dirname(landed or ""))
            if landed and meant:
                yield Linked(landed, meant, at if either else None)


def _rm(step: Step, place: Place) -> Iterator[Action]:
    for argument in read_command_line(step.argv[1:]).operands:
        if argument.wild or not argument.known:
            yield from _touched(
                argument, step, Put(Gone()) if argument.known else Doubt(f"`{step.by}` may remove it", place)
            )
        elif path := absolute(argument.text, step.folder):
            yield Removed(path)


def _touch(step: Step, place: Place) -> Iterable[Action]:
    line = read_command_line(step.argv[1:], "drt", ("date", "reference", "time"))
    return (a for file in line.operands for a in _touched(file, step, Touch(place)) if not file.wild)


def _truncate(step: Step, place: Place) -> Iterable[Action]:
    line = read_command_line(step.argv[1:], "sr", ("size", "reference"))
    size = line.value("s", "size")
    what = Put(Found("", place)) if size == "0" else Doubt(f"`{step.by}` changes it", place)
    return (a for file in line.operands for a in _touched(file, step, what))


def _fetch(step: Step, place: Place) -> Iterator[Action]:
    """curl and wget: what they are told to write, and what the address's last part says otherwise."""
    curl = _name(step) == "curl"
    short = "ouHdAXebTFmxYyzKrtCEQcD" if curl else "OPoUTtaiwQeBlARDIX"
    long = ("output", "header", "data", "user-agent", "request", "max-time", "retry", "retry-delay", "connect-timeout", "proxy", "output-document", "directory-prefix", "tries", "timeout")  # fmt: skip
    line = read_command_line(step.argv[1:], short, long)
    target = line.value("o", "output") if curl else line.value("O", "output-document")
    names = [target] if target else []
    if not target and (not curl or line.has("O", "remote-name")):
        prefix = line.value("P", "directory-prefix") or "." if not curl else "."
        names = [f"{prefix}/{posixpath.basename(re.split('[?#]', a.text)[0])}" for a in line.operands if "/" in a.text]
    for name in names:
        path = absolute(name, step.folder) if name != "-" and not name.startswith("/dev/") else None
        if path and "$" not in name:
            yield At(path, Put(Found(None, place, f"written by `{step.by}` at build time")))


def _clone(step: Step, place: Place) -> Iterator[Action]:
    line = read_command_line(step.argv[1:], "bcC", ("branch", "depth", "origin", "config", "reference"))
    texts = [a.text for a in line.operands]
    if texts[:1] == ["clone"] and len(texts) > 1:
        where = texts[2] if len(texts) > 2 else posixpath.basename(texts[1].rstrip("/")).removesuffix(".git")
        if path := absolute(where, step.folder):
            yield Below(path, Doubt(f"it may come out of `{step.by}`", place, makes=True))


def _find(step: Step, place: Place) -> Iterator[Action]:
    found = read_find(step, place)
    if found:
        yield Matching(*found)


def _crontab(step: Step, place: Place, user: str) -> Iterator[Action]:
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
        yield At(path, text_change(path, output, False, place))


HANDLERS: dict[str, Callable[[Step, Place], Iterable[Action]]] = {
    "sed": _sed,
    "dos2unix": _dos2unix,
    "fromdos": _dos2unix,
    "cp": _cp,
    "mv": _mv,
    "install": _install,
    "ln": _ln,
    "rm": _rm,
    "unlink": _rm,
    "touch": _touch,
    "truncate": _truncate,
    "curl": _fetch,
    "wget": _fetch,
    "git": _clone,
    "find": _find,
}
