"""A path that is asked about, and what a RUN must mention to have to do with it."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from fargate_patch.chain.files.folders import CRONTABS, with_parents
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WORD = regex(r"[\w.-]+")
_BEFORE = regex(r"(?:^|[^\w.-])(?:-[\w.-]?)?\Z")
_BEHIND = regex(r"[\w.-]")


def has_word(script: str, word: str) -> bool:
    """Does it hold what may be the last part of a path?

    `nginx` is none where it says `nginx.conf`, and is one in `-Onginx`.
    """
    at = script.find(word)
    while at >= 0:
        if not _BEHIND.match(script, at + len(word)) and _BEFORE.search(script[max(at - 3, 0) : at]):
            return True
        at = script.find(word, at + 1)
    return False


class Asked:
    """A path, and what a RUN must mention to have to do with it."""

    def __init__(self, path: str, values: Iterable[tuple[str, str]]) -> None:
        """`values`: the variables of the stage, whose names may stand for part of the path."""
        self.path = path
        self.folder, _, self.base = path.rpartition("/")
        self._values = values
        self.is_crontab = path.startswith(CRONTABS)

    @property
    def is_word(self) -> bool:
        return WORD.fullmatch(self.base) is not None

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(name for name, value in self._values if self.base in value)

    @property
    def above(self) -> _Above | None:
        return _above(self.folder)


class _Above:
    """The folders above a path, as a script may speak of them. `top` stands in every script that does."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.top = folders[0]
        self._any = "|".join(re.escape(folder) for folder in folders)

    @cached_property
    def alone(self) -> re.Pattern[str]:
        """One of them as a word of its own or with a wildcard in it."""
        return re.compile(rf"(?:{self._any})(?:/[^\s/\"';&|)]*\*\S*|/\.?)?(?=[\s\"';&|)\\]|\Z)")

    @cached_property
    def computed(self) -> re.Pattern[str]:
        """One of them and a variable behind that."""
        return re.compile(rf"(?:{self._any})/[^\s\"';&|)$]{{0,200}}\$")


@lru_cache(1024)
def _above(folder: str) -> _Above | None:
    """Of a folder and those above it the lowest eight; None for the root. Every Dockerfile asks about the same few."""
    return _Above([*with_parents(folder)][-8:]) if folder else None
