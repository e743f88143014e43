"""One instruction that changes files, read only when something that it may have to do with is asked about.

Reading a RUN costs a parse; whether it can have to do with a path is first looked for in its characters.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from fargate_patch.chain.files.asked import WORD, has_word
from fargate_patch.chain.files.changes import below
from fargate_patch.chain.files.copies import read_copy
from fargate_patch.chain.model import Place
from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fargate_patch.chain.files.actions import Action
    from fargate_patch.chain.files.asked import Asked
    from fargate_patch.chain.files.calls import Findings
    from fargate_patch.chain.files.changes import Found
    from fargate_patch.chain.files.copies import Brought, Origins
    from fargate_patch.chain.files.events import Event
    from fargate_patch.chain.files.surroundings import Surroundings

_A_FILE = (
    r"(?:(?:-\w+|[A-Za-z_]\w{0,60}=[^\s;&|]{0,200}|then|do|else|exec|sudo|env|time)[ \t]+)*"
    r"(?:(?:ba|da|a)?sh[ \t]+(?:[-+][a-z]+[ \t]+)*[^-+\s]|(?:\.|source)[ \t]|\"?(?:[\w.-]+|\$\{?\w+\}?)?/)"
)
_BEGINS_WITH_A_FILE = regex(rf"[ \t]*(?:\[|(?:--\S+[ \t]+)*{_A_FILE})")
_THEN_A_FILE = regex(rf"[;&|({{\n][ \t]*{_A_FILE}")
_VARIABLE = regex(r"\$\{?(\w+)")
_WIDE = regex(r"\b(?:cp|mv|rm|sed|dos2unix|find|ln|install|git|tar|unzip)\b")
_RELATIVE = regex(r"\s(?:\.{1,2}/?|[^/\s\"';&|]*\*[^\s]*)(?=[\s;&|)\\]|\Z)")
_COMPUTED = regex(r">\s*\"?[^/\s\"$]{0,200}\$")
_ROOT = regex(r"\s/\*?(?=[\s\"';&|)\\]|\Z)")


@dataclass(frozen=True, slots=True)
class Questions:
    """What a layer asks about those around it."""

    script: Callable[[int, str, int], Found | None]  # at a path, as it is after so many actions of a layer
    is_folder: Callable[[str, int], bool]  # before a layer
    programs: Callable[[], Mapping[str, str]]  # that COPY and ADD bring, by the name that PATH finds them by


class Layer:
    """One COPY, ADD or RUN. It is read when something that it may have to do with is asked about."""

    def __init__(self, number: int, here: Surroundings, origins: Callable[[], Origins], ask: Questions) -> None:
        self._number = number
        self.here = here
        self._origins = origins
        self._ask = ask
        self.runs = here.instruction.name == "RUN"
        self._so_far: list[Action] | None = None  # while it is being read: what is done by now
        self._named: dict[str, bool] = {}  # by the last part of a path
        self._reached: dict[str, bool] = {}  # by folder

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
        return self._found.scripts if self.runs and self._runs_a_file else ()

    @property
    def _runs_a_file(self) -> bool:
        """Does a command in it look like a file that is run or read in, or is it the name of one?"""
        text = self.instruction
        by_path = _BEGINS_WITH_A_FILE.match(text) is not None or _THEN_A_FILE.search(text) is not None
        return by_path or not self._ask.programs().keys().isdisjoint(WORD.findall(text))

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
            return self._ask.script(self._number, path, len(done))

        place = Place(self._origins().dockerfile, self.here.instruction.line)
        read_run(self.here, place, script, self._ask.programs, found)
        self._so_far = None
        return found

    def is_folder(self, path: str) -> bool:
        """Is there a folder of that name before this instruction? For what its actions ask."""
        return self._ask.is_folder(path, self._number)

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
        """May it have to do with a path? A program is looked for in many folders, and in each folder many are."""
        if not self.runs or self._so_far is not None:
            return True
        return self.names(asked) or (asked.is_crontab and "crontab" in self.script) or self.reaches(asked)

    def names(self, asked: Asked) -> bool:
        """Does a RUN name the path's last part, or a variable that may stand for it?"""
        if (named := self._named.get(asked.base)) is None:
            named = self._named[asked.base] = self._names(asked)
        return named

    def reaches(self, asked: Asked) -> bool:
        """May a RUN have to do with what it does not name, such as all files of a folder?"""
        where = asked.path if (asked.folder or "/") == self.here.workdir else asked.folder
        if (reached := self._reached.get(where)) is None:
            reached = self._reached[where] = self._reaches(asked)
        return reached

    def _reaches(self, asked: Asked) -> bool:
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
        script = self.script
        if asked.base in script and (not asked.is_word or has_word(script, asked.base)):
            return True
        variables = asked.variables
        return bool(variables) and not variables.isdisjoint(self._variables)
