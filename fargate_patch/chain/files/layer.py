"""One instruction that changes files, read only when something that it may have to do with is asked about.

Reading a RUN costs a parse; whether it can have to do with a path is first looked for in its characters.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import below
from fargate_patch.chain.files.copies import read_copy
from fargate_patch.chain.files.folders import with_parents
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fargate_patch.chain.files.actions import Action
    from fargate_patch.chain.files.copies import Origins
    from fargate_patch.chain.files.events import Event
    from fargate_patch.chain.files.surroundings import Surroundings

CRONTABS = "/var/spool/cron/crontabs"

_WORD = regex(r"[\w.-]+")
_VARIABLE = regex(r"\$\{?(\w+)")
_WIDE = regex(r"\b(?:cp|mv|rm|sed|dos2unix|find|ln|install|git|tar|unzip)\b")
_RELATIVE = regex(r"\s(?:\.{1,2}/?|[^/\s\"';&|]*\*[^\s]*)(?=[\s;&|)\\]|\Z)")
_COMPUTED = regex(r">\s*\"?[^/\s\"$]{0,200}\$")
_ROOT = regex(r"\s/\*?(?=[\s\"';&|)\\]|\Z)")


class Layer:
    """One COPY, ADD or RUN. It is read when something that it may have to do with is asked about."""

    def __init__(self, here: Surroundings, origins: Callable[[], Origins]) -> None:
        self.here = here
        self._origins = origins
        self.runs = here.instruction.name == "RUN"

    @cached_property
    def script(self) -> str:
        """What a RUN says, for a look before it is read."""
        instruction = self.here.instruction
        return "\n".join((instruction.text, *(h.content for h in instruction.heredocs)))

    @cached_property
    def events(self) -> tuple[Event, ...]:
        from fargate_patch.chain.files.steps import read_run

        return read_run(self.here, self.here.instruction.line)

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        if not self.runs:
            return read_copy(self.here, self._origins())
        from fargate_patch.chain.files.writes import read_writes

        return read_writes(self.events, self._origins().dockerfile, self.here.user)

    @cached_property
    def _words(self) -> frozenset[str]:
        """What may be the last part of a path: `nginx` is none where it says `nginx.conf`, and is one in `-Onginx`."""
        words = _WORD.findall(self.script)
        return frozenset((*words, *(word[cut:] for word in words if word[0] == "-" for cut in (1, 2))))

    @cached_property
    def _variables(self) -> frozenset[str]:
        return frozenset(_VARIABLE.findall(self.script)) if "$" in self.script else frozenset()

    @cached_property
    def _is_wide(self) -> bool:
        return _WIDE.search(self.script) is not None

    @cached_property
    def _is_computed(self) -> bool:
        return _COMPUTED.search(self.script) is not None

    @cached_property
    def _is_from_root(self) -> bool:
        return _ROOT.search(self.script) is not None

    @cached_property
    def _is_relative(self) -> bool:
        return _RELATIVE.search(self.script) is not None

    @cached_property
    def _is_literal(self) -> bool:
        """Has it to do with nothing but what it names?"""
        return not self._is_wide and "$" not in self.script

    def concerns(self, asked: Asked) -> bool:
        """May it have to do with a path?"""
        if not self.runs or self._names(asked):
            return True
        if self._is_literal:
            return False
        is_above = asked.above is not None and asked.above.top in self.script
        if asked.above and is_above and asked.above.computed.search(self.script):
            return True
        workdir = self.here.workdir
        rest = below(asked.path, workdir) if workdir else asked.path
        if rest and self._is_computed:
            return True
        if not self._is_wide:
            return False
        if self._is_from_root or (asked.above and is_above and asked.above.alone.search(self.script)):
            return True
        return bool(rest) and (self._is_relative or str(rest).split("/", 1)[0] in self.script)

    def _names(self, asked: Asked) -> bool:
        """Does it name the path's last part, or a variable that may stand for it?"""
        script = self.script
        if asked.base in (self._words if asked.is_word else script) or (asked.is_crontab and "crontab" in script):
            return True
        return bool(self._variables) and not asked.variables.isdisjoint(self._variables)


class Asked:
    """A path, and what a RUN must mention to have to do with it."""

    def __init__(self, path: str, values: Iterable[tuple[str, str]]) -> None:
        """`values`: the variables of the stage, whose names may stand for part of the path."""
        self.path = path
        self.base = posixpath.basename(path)
        self.is_word = _WORD.fullmatch(self.base) is not None
        self.is_crontab = path.startswith(CRONTABS)
        self._values = values

    @cached_property
    def variables(self) -> frozenset[str]:
        return frozenset(name for name, value in self._values if self.base in value)

    @cached_property
    def above(self) -> _Above | None:
        return _above(posixpath.dirname(self.path))


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
    folders = [path for path in with_parents(folder) if path != "/"]
    return _Above(folders[-8:]) if folders else None
