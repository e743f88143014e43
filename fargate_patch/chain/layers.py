"""What instructions do to paths of the image, as data: answers, changes, and the actions that make them.

An instruction is a row of actions. Asked about one path, an action says what it changes there; the changes of all
instructions, put on top of one another, are the file.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TYPE_CHECKING


if TYPE_CHECKING:
    from fargate_patch.chain.model import Place
    from collections.abc import Callable, Iterable

LONGEST_PATH = 4096  # PATH_MAX


@dataclass(frozen=True, slots=True)
class Found:
    """A file. `sure` False: it may be there or not (out of an archive that nobody looked into)."""

    text: str | None
    origin: Place
    reason: str = ""
    binary: bool = False
    sure: bool = True
    added: str = ""  # without a text: what is appended to a file that the base image may bring


@dataclass(frozen=True, slots=True)
class Via:
    """The path leads through a symlink; what is meant stands at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder stands there."""


@dataclass(frozen=True, slots=True)
class Gone:
    """It was taken away."""


Answer: TypeAlias = Found | Via | Folder | Gone


@dataclass(frozen=True, slots=True)
class Put:
    """Whatever was there, now it is this."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Append:
    """`>>`. `text` None: something was added that is not known."""

    text: str | None
    place: Place
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The text is edited in place. `edit` gives None, or is None itself, where the outcome is not known."""

    edit: Callable[[str], str | None] | None
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Touch:
    """An empty file unless there is one."""

    place: Place


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something may have changed it, or (`makes`) have made it."""

    reason: str
    place: Place
    makes: bool = False


@dataclass(frozen=True, slots=True)
class SameAs:
    """The text of a file as it was the moment before. `or_empty`: nothing where there is no such file."""

    path: str
    or_empty: bool = False


@dataclass(frozen=True, slots=True)
class Compose:
    """Its text is put together. Where nothing is known of a file among the pieces, `otherwise` says what is."""

    pieces: tuple[str | SameAs, ...]
    otherwise: Found
    if_there: bool = False  # a folder was copied: the file is there when the one it would be a copy of is


Change: TypeAlias = Put | Append | Rewrite | Touch | Doubt | Compose


class Knows(Protocol):
    """What an action may ask about the image as it is the moment before."""

    def is_folder(self, path: str) -> bool: ...


class Action(Protocol):
    """One thing that an instruction does."""

    def change(self, path: str, image: Knows) -> Change | None:
        """What it does at an absolute path, None where it leaves it alone."""

    def names(self, folder: str, image: Knows) -> Iterable[str]:
        """Names of what it may put into a folder."""


def absolute(path: str, folder: str | None) -> str | None:
    """The normal form of a path seen from `folder`; None where that is not known, or nothing can have such a path."""
    if not path.startswith("/"):
        if folder is None:
            return None
        path = f"{folder}/{path}"
    if len(path) > LONGEST_PATH or "\0" in path:
        return None
    return "/" + posixpath.normpath("/" + path).lstrip("/")


def below(path: str, folder: str) -> str | None:
    """`path` relative to `folder` that it stands in ("" for the folder itself), else None."""
    if path == folder:
        return ""
    prefix = folder if folder.endswith("/") else folder + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None


def next_name(path: str, folder: str) -> tuple[str, ...]:
    """The name in `folder` on the way down to `path`, as a tuple of one or none."""
    rest = below(path, folder)
    return (rest.split("/", 1)[0],) if rest else ()


def join(folder: str, *names: str) -> str:
    """`folder` and names below it; empty names do not count."""
    return "/".join([folder.rstrip("/"), *[n for n in names if n]]) or "/"


@dataclass(frozen=True, slots=True)
class At:
    """An action at one path."""

    path: str
    what: Change

    def change(self, path: str, image: Knows) -> Change | None:  # noqa: ARG002
        return self.what if path == self.path else None

    def names(self, folder: str, image: Knows) -> Iterable[str]:  # noqa: ARG002
        return next_name(self.path, folder)


@dataclass(frozen=True, slots=True)
class Matching:
    """An action at every path that is already there and matches."""

    matches: Callable[[str], bool]
    what: Change

    def change(self, path: str, image: Knows) -> Change | None:  # noqa: ARG002
        return self.what if self.matches(path) else None

    def names(self, folder: str, image: Knows) -> Iterable[str]:  # noqa: ARG002
        return ()


@dataclass(frozen=True, slots=True)
class Below:
    """An action at every path below a folder."""

    path: str
    what: Change

    def change(self, path: str, image: Knows) -> Change | None:  # noqa: ARG002
        return self.what if below(path, self.path) else None

    def names(self, folder: str, image: Knows) -> Iterable[str]:  # noqa: ARG002
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

    def change(self, path: str, image: Knows) -> Change | None:  # noqa: ARG002
        return None if below(path, self.path) is None else Put(Gone())

    def names(self, folder: str, image: Knows) -> Iterable[str]:  # noqa: ARG002
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
