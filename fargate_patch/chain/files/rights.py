"""Whose a file of the image is and who may write it, as COPY, `chown` and `chmod` leave it; 0644 of root otherwise."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import absolute, below
from fargate_patch.chain.files.events import Step
from fargate_patch.chain.files.patterns import PatternError, path_matcher
from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.words import flag_values, split_flags
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fargate_patch.chain.files.layer import Layer

_SAID = regex(r"\b(?:chmod|chown|chgrp)\b")
_OCTAL = regex(r"0?[0-7]?([0-7]{3})")
_CLAUSE = regex(r"([ugoa]*)([-+=])([rwxXst]*)")
_OPTION = regex(r"-[RcfvhHLP]+|--[a-z-]+")
_DEEP = regex(r"-[cfvhHLP]*R[RcfvhHLP]*|--recursive")


@dataclass(frozen=True, slots=True)
class Rights:
    owner: str = "root"
    group: str = "root"
    group_writes: bool = False
    others_write: bool = False


def rights_of(path: str, layers: Iterable[Layer]) -> Rights:
    """Of a file or a folder, after the instructions. What stands under a condition does not count."""
    rights = Rights()
    for layer in layers:
        if not layer.runs:
            rights = _brought(layer) if any(b.change(path, layer) for b in layer.brings) else rights
        elif _SAID.search(layer.script):
            for change in _changes(layer, path):
                rights = change(rights)
    return rights


def _brought(layer: Layer) -> Rights:
    here = layer.here
    flags = flag_values(split_flags(here.instruction.text, here.escape)[0])
    owner = here.expand(flags["chown"][-1]) if "chown" in flags else None
    rights = _given(Rights(), owner.text) if owner and owner.known else Rights()
    return _moded(rights, here.expand(flags["chmod"][-1]).text) if "chmod" in flags else rights


def _changes(layer: Layer, path: str) -> Iterator[Callable[[Rights], Rights]]:
    for event in layer.events:
        change = _CHANGES.get(posixpath.basename(event.argv[0].text)) if isinstance(event, Step) else None
        if change is None or not isinstance(event, Step) or event.maybe:
            continue
        words = [a.text for a in event.argv[1:] if not _OPTION.fullmatch(a.text)]
        deep = any(_DEEP.fullmatch(a.text) for a in event.argv[1:])
        if any(_covers(absolute(word, event.folder), path, deep) for word in words[1:]):
            yield partial(change, said=words[0])


def _covers(named: str | None, path: str, deep: bool) -> bool:
    if named is None:
        return False
    if deep and below(path, named) is not None:
        return True
    try:
        return path == named or path_matcher(named)(path)
    except PatternError:
        return False


def _given(rights: Rights, said: str) -> Rights:
    """`chown`: `app`, `app:app`, `0:0`, `:app`."""
    owner, _, group = said.replace(".", ":").partition(":")
    return replace(rights, owner=_name(owner or rights.owner), group=_name(group or rights.group))


def _grouped(rights: Rights, said: str) -> Rights:
    return replace(rights, group=_name(said))


def _name(account: str) -> str:
    return "root" if account == "0" else account


def _moded(rights: Rights, said: str) -> Rights:
    """`chmod`: `0440`, `o+w`, `a=r,u+w`. Without a letter for whom, `+w` leaves group and others out (umask 022)."""
    if octal := _OCTAL.fullmatch(said):
        group, others = int(octal[1][1]), int(octal[1][2])
        return replace(rights, group_writes=bool(group & 2), others_write=bool(others & 2))
    for clause in filter(None, map(_CLAUSE.fullmatch, said.split(","))):
        whom, operator, what = clause.groups()
        writes = operator != "-" and "w" in what
        if operator == "=" or "w" in what:
            if {"g", "a"} & set(whom):
                rights = replace(rights, group_writes=writes)
            if {"o", "a"} & set(whom):
                rights = replace(rights, others_write=writes)
    return rights


_CHANGES: dict[str, Callable[..., Rights]] = {"chmod": _moded, "chown": _given, "chgrp": _grouped}
