"""One instruction that changes files, read only when something that it may have to do with is asked about.

Reading a RUN costs a parse; whether it can have to do with a path is first looked for in its characters.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import below
from fargate_patch.chain.files.copies import read_copy
from fargate_patch.chain.files.folders import CRONTABS, with_parents
from fargate_patch.chain.model import Place
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from fargate_patch.chain.files.actions import Action
    from fargate_patch.chain.files.calls import Findings
    from fargate_patch.chain.files.changes import Found
    from fargate_patch.chain.files.copies import Brought, Origins
    from fargate_patch.chain.files.events import Event
    from fargate_patch.chain.files.surroundings import Surroundings

    Look: TypeAlias = Callable[[int, str, int], Found | None]
    IsFolder: TypeAlias = Callable[[str, int], bool]

_A_FILE = (
    r"(?:(?:-\w+|[A-Za-z_]\w{0,60}=[^\s;&|]{0,200}|then|do|else|exec|sudo|env|time)[ \t]+)*"
    r"(?:(?:ba|da|a)?sh[ \t]+(?:[-+][a-z]+[ \t]+)*[^-+\s]|(?:\.|source)[ \t]|\"?(?:[\w.-]+|\$\{?\w+\}?)?/)"
)
_BEGINS_WITH_A_FILE = regex(rf"[ \t]*(?:\[|(?:--\S+[ \t]+)*{_A_FILE})")
_THEN_A_FILE = regex(rf"[;&|({{\n][ \t]*{_A_FILE}")
_WORD = regex(r"[\w.-]+")
_BEFORE = regex(r"(?:^|[^\w.-])(?:-[\w.-]?)?\Z")
_BEHIND = regex(r"[\w.-]")
_VARIABLE = regex(r"\$\{?(\w+)")
_WIDE = regex(r"\b(?:cp|mv|rm|sed|dos2unix|find|ln|install|git|tar|unzip)\b")
_RELATIVE = regex(r"\s(?:\.{1,2}/?|[^/\s\"';&|]*\*[^\s]*)(?=[\s;&|)\\]|\Z)")
_COMPUTED = regex(r">\s*\"?[^/\s\"$]{0,200}\$")
_ROOT = regex(r"\s/\*?(?=[\s\"';&|)\\]|\Z)")


class Layer:
    """One COPY, ADD or RUN. It is read when something that it may have to do with is asked about."""

    def __init__(
        self, number: int, here: Surroundings, origins: Callable[[], Origins], look: Look, is_folder: IsFolder
    ) -> None:
        """`look` gives a script at a path as it is after so many actions of a layer, which is asked for by number."""
        self._number = number
        self.here = here
        self._origins = origins
        self._look = look
        self._is_folder = is_folder
        self.runs = here.instruction.name == "RUN"
        self._so_far: list[Action] | None = None  # while it is being read: what is done by now

    @cached_property
    def instruction(self) -> str:
        """What the instruction says."""
        return "\n".join((self.here.instruction.text, *(h.content for h in self.here.instruction.heredocs)))

    @cached_property
    def script(self) -> str:
        """What a RUN and the scripts say that it runs, for a look before it is read."""
        return "\n".join((self.instruction, *(found.text or "" for found in self.scripts)))

    @property
    def texts(self) -> tuple[str, ...]:
        """Its line, its here-documents, and the scripts that it runs."""
        instruction = self.here.instruction
        bodies = (heredoc.content for heredoc in instruction.heredocs)
        return (instruction.text, *bodies, *(found.text or "" for found in self.scripts))

    @cached_property
    def scripts(self) -> Sequence[Found]:
        """The scripts that a RUN runs, as far as they are known."""
        return self._found.scripts if self.runs and _runs_a_file(self.instruction) else ()

    @property
    def events(self) -> Sequence[Event]:
        return self._found.events

    @cached_property
    def _found(self) -> Findings:
        from fargate_patch.chain.files.calls import Findings
        from fargate_patch.chain.files.steps import read_run

        found = Findings()
        done: list[Action] = []
        self._so_far = done
        seen = 0

        def script(path: str) -> Found | None:
            nonlocal seen
            done.extend(self._writes(found.events[seen:]))
            seen = len(found.events)
            return self._look(self._number, path, len(done))

        read_run(self.here, Place(self._origins().dockerfile, self.here.instruction.line), script, found)
        self._so_far = None
        return found

    def is_folder(self, path: str) -> bool:
        """Is there a folder of that name before this instruction? For what its actions ask."""
        return self._is_folder(path, self._number)

    @property
    def actions(self) -> Sequence[Action]:
        """What it does; while it is being read, what it has done by then."""
        return self._all_actions if self._so_far is None else self._so_far

    @cached_property
    def brings(self) -> tuple[Brought, ...]:
        """What a COPY or an ADD does; nothing for a RUN."""
        return () if self.runs else read_copy(self.here, self._origins())

    @cached_property
    def mounts(self) -> tuple[Brought, ...]:
        """What a RUN sees while it runs."""
        if not self.runs or "--mount" not in self.here.instruction.text:
            return ()
        from fargate_patch.chain.files.mounts import read_mounts

        return tuple(read_mounts(self.here, self._origins()))

    @cached_property
    def _all_actions(self) -> tuple[Action, ...]:
        return self._writes(self.events) if self.runs else self.brings

    def _writes(self, events: Sequence[Event]) -> tuple[Action, ...]:
        from fargate_patch.chain.files.writes import read_writes

        return read_writes(events, self.here.user)

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
    def _variables(self) -> frozenset[str]:
        return frozenset(_VARIABLE.findall(self.script))

    @cached_property
    def _is_literal(self) -> bool:
        """Has it to do with nothing but what it names?"""
        return not self._is_wide and "$" not in self.script

    def concerns(self, asked: Asked) -> bool:
        """May it have to do with a path?"""
        if not self.runs or self._so_far is not None or self._names(asked):
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
        if asked.base in script and (not asked.is_word or _has_word(script, asked.base)):
            return True
        if asked.is_crontab and "crontab" in script:
            return True
        return bool(asked.variables) and not asked.variables.isdisjoint(self._variables)


def _runs_a_file(script: str) -> bool:
    """Does a command in it look like a file that is run or read in?"""
    return _BEGINS_WITH_A_FILE.match(script) is not None or _THEN_A_FILE.search(script) is not None


def _has_word(script: str, word: str) -> bool:
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
        folder, _, self.base = path.rpartition("/")
        self.is_word = _WORD.fullmatch(self.base) is not None
        self.is_crontab = path.startswith(CRONTABS)
        self.variables = frozenset(name for name, value in values if self.base in value)
        self.above = _above(folder)


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
