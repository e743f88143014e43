"""What an instruction does, as actions: asked about one path, an action says what it changes there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Protocol

from fargate_patch.chain.files.changes import Change, Compose, Found, Gone, Put, SameAs, Via, below, join, next_name
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fargate_patch.chain.model import Place


class Knows(Protocol):
    """What an action may ask about the image as it is the moment before."""

    def is_folder(self, path: str) -> bool: ...


class Action(Protocol):
    """One thing that an instruction does."""

    def change(self, path: str, image: Knows, /) -> Change | None:
        """What it does at an absolute path, None where it leaves it alone."""

    def names(self, folder: str, image: Knows, /) -> Iterable[str]:
        """Names of what it may put into a folder."""


@dataclass(frozen=True, slots=True)
class At:
    """An action at one path."""

    path: str
    what: Change

    def change(self, path: str, _image: Knows) -> Change | None:
        return self.what if path == self.path else None

    def names(self, folder: str, _image: Knows) -> Iterable[str]:
        return next_name(self.path, folder)


@dataclass(frozen=True, slots=True)
class Matching:
    """An action at every path that is already there and matches."""

    matches: Callable[[str], bool]
    what: Change

    def change(self, path: str, _image: Knows) -> Change | None:
        return self.what if self.matches(path) else None

    def names(self, _folder: str, _image: Knows) -> Iterable[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Below:
    """An action at every path below a folder."""

    path: str
    what: Change

    def change(self, path: str, _image: Knows) -> Change | None:
        return self.what if below(path, self.path) else None

    def names(self, _folder: str, _image: Knows) -> Iterable[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Linked:
    """`ln -s target path`: the path and everything below it stands elsewhere."""

    path: str
    target: str  # absolute
    given: str | None = None  # the operand of ln that may be the link's name or the folder that it goes into

    def _is_made(self, image: Knows) -> bool:
        return self.given is None or image.is_folder(self.given) == (self.given != self.path)

    def change(self, path: str, image: Knows) -> Change | None:
        rest = below(path, self.path)
        return Put(Via(join(self.target, rest))) if rest is not None and self._is_made(image) else None

    def names(self, folder: str, image: Knows) -> Iterable[str]:
        return next_name(self.path, folder) if self._is_made(image) else ()


@dataclass(frozen=True, slots=True)
class Removed:
    """`rm -r path`, or the old place of an `mv`: the path and everything below it."""

    path: str

    def change(self, path: str, _image: Knows) -> Change | None:
        return None if below(path, self.path) is None else Put(Gone())

    def names(self, _folder: str, _image: Knows) -> Iterable[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Copied:
    """`cp`, `mv`, `install`, `ln` within the image: one source to a target."""

    source: str
    target: str
    into: bool  # the target was named as a folder
    deep: bool  # folders too
    contents: bool  # `cp -r source/. target`, `cp source/* target`
    place: Place
    by: str  # the command as a person would name it

    def change(self, path: str, image: Knows) -> Change | None:
        if self.contents:
            rest = below(path, self.target)
            return self._copy(rest, sure=False) if rest else None
        at = join(self.target, posixpath.basename(self.source))
        landed = at if self.into or image.is_folder(self.target) else self.target
        rest = below(path, landed)
        if rest is None or (rest and not self.deep):
            return None
        return self._copy(rest, sure=not rest)

    def _copy(self, rest: str, sure: bool) -> Compose:
        reason = (
            f"`{self.by}` put it there at build time, and {self.source} comes from the base image or is made unseen"
        )
        return Compose(
            (SameAs(join(self.source, rest)),), Found(None, self.place, reason, sure=sure), if_there=not sure
        )

    def names(self, folder: str, image: Knows) -> Iterable[str]:
        if folder == self.target and not self.contents and (self.into or image.is_folder(self.target)):
            return (posixpath.basename(self.source),)
        return next_name(self.target, folder)
