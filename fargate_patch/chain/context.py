"""Which files the image holds, as far as the Dockerfile and its build context say so.

From COPY and ADD (out of the context, out of an earlier stage of the same file, out of a heredoc) and from RUN lines that
write a file in a way that can be read surely. Later instructions hide earlier ones. Only regular files inside the context
are ever opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fargate_patch.chain.model import Place
    from fargate_patch.dockerfile.tree import Stage, Tree


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A file of the image that the Dockerfile is seen to put there."""

    path: str  # absolute, in the image
    text: str | None  # None: there is such a file, but what it says is not known; `reason` says why
    origin: Place  # where the first line of the text is to be found: a file of the context or the Dockerfile itself
    reason: str = ""
    binary: bool = False  # it is there and it is no text: a program


@dataclass(frozen=True, slots=True)
class Account:
    """A user that the Dockerfile makes or changes."""

    name: str
    shell: str | None  # its login shell; None where it is the distribution's default or not known
    uid: str | None
    place: Place


class ImageFiles:
    """The files of one stage. Built lazily: nothing is read before the first question."""

    def __init__(self, tree: Tree, stage: Stage, context: Path | None, dockerfile: str) -> None:
        """`context` None (stdin, or unknown): files that would come from it have no text. `dockerfile` names it in reports."""
        raise NotImplementedError

    def get(self, path: str) -> ImageFile | None:
        """The file at an absolute path of the image, symlinks made by the Dockerfile followed. None: only the base may have it."""
        raise NotImplementedError

    def glob(self, pattern: str) -> tuple[ImageFile, ...]:
        """Every known file whose path matches, `*` and `?` not crossing a slash, by path."""
        raise NotImplementedError

    def which(self, program: str) -> ImageFile | None:
        """The file that a bare program name would start, along the stage's PATH."""
        raise NotImplementedError

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Users that RUN lines make (useradd, adduser, usermod, chsh) or an `/etc/passwd` of the context holds."""
        raise NotImplementedError

    @property
    def packages(self) -> frozenset[str]:
        """Names of the packages that RUN lines install with the distribution's package manager, versions cut off."""
        raise NotImplementedError
