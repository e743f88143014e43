"""One instruction that changes files, read only when something that it may have to do with is asked about.

Reading a RUN costs a parse; whether it can have to do with a path is first looked for in its characters.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import below
from fargate_patch.chain.files.copies import read_copy
from fargate_patch.chain.files.folders import with_parents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fargate_patch.chain.files.actions import Action
    from fargate_patch.chain.files.copies import Origins
    from fargate_patch.chain.files.events import Event
    from fargate_patch.chain.files.surroundings import Surroundings

CRONTABS = "/var/spool/cron/crontabs"

_WIDE = re.compile(r"\b(?:cp|mv|rm|sed|dos2unix|find|ln|install|git|tar|unzip)\b")
_RELATIVE = re.compile(r"\s(?:\.{1,2}/?|[^/\s\"';&|]*\*[^\s]*)(?=[\s;&|)\\]|\Z)")
_COMPUTED = re.compile(r">\s*\"?[^/\s\"$]{0,200}\$")
_ROOT = re.compile(r"\s/\*?(?=[\s\"';&|)\\]|\Z)")


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
    def _is_wide(self) -> bool:
        return _WIDE.search(self.script) is not None

    def concerns(self, asked: Asked) -> bool:
        """May it have to do with a path?"""
        if not self.runs or asked.names.search(self.script) or asked.computed.search(self.script):
            return True
        workdir = self.here.workdir
        rest = below(asked.path, workdir) if workdir else asked.path
        if rest and _COMPUTED.search(self.script):
            return True
        if not self._is_wide:
            return False
        if asked.above.search(self.script) or _ROOT.search(self.script):
            return True
        return bool(rest) and (_RELATIVE.search(self.script) is not None or str(rest).split("/", 1)[0] in self.script)


class Asked:
    """A path, and what a RUN must mention to have to do with it."""

    def __init__(self, path: str, values: Iterable[tuple[str, str]]) -> None:
        """`values`: the variables of the stage, whose names may stand for part of the path."""
        self.path = path
        self._values = values

    @cached_property
    def names(self) -> re.Pattern[str]:
        base = posixpath.basename(self.path)
        words = [re.escape(base), *(rf"\$\{{?{re.escape(name)}\b" for name, value in self._values if base in value)]
        return re.compile("|".join([*words, "crontab"] if self.path.startswith(CRONTABS) else words))

    @cached_property
    def _above(self) -> str:
        folders = [p for p in with_parents(posixpath.dirname(self.path)) if p != "/"]
        return "|".join(re.escape(p) for p in folders[-8:]) or "(?!)"

    @cached_property
    def above(self) -> re.Pattern[str]:
        """A folder above it, as a word of its own or with a wildcard in it."""
        return re.compile(rf"(?:{self._above})(?:/[^\s/\"';&|)]*\*\S*|/\.?)?(?=[\s\"';&|)\\]|\Z)")

    @cached_property
    def computed(self) -> re.Pattern[str]:
        """A folder above it and a variable behind that."""
        return re.compile(rf"(?:{self._above})/[^\s\"';&|)$]{{0,200}}\$")
