"""What instructions do to paths of the image, as data: answers, changes, and the actions that make them.

An instruction is a row of actions. Asked about one path, an action says what it changes there; the changes of all
instructions, put on top of one another, are the file.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from fargate_patch.chain.model import Place

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
    broad: bool = (
        False  # a whole tree was put over the root: a file at a place of the Dockerfile's own stays what it is
    )


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
    if not path.startswith(folder):
        return None
    rest = path[len(folder) :]
    if not rest or folder.endswith("/"):
        return rest
    return rest[1:] if rest.startswith("/") else None


def next_name(path: str, folder: str) -> tuple[str, ...]:
    """The name in `folder` on the way down to `path`, as a tuple of one or none."""
    rest = below(path, folder)
    return (rest.split("/", 1)[0],) if rest else ()


def join(folder: str, *names: str) -> str:
    """`folder` and names below it; empty names do not count."""
    return "/".join([folder.rstrip("/"), *[n for n in names if n]]) or "/"
