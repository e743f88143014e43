"""What a shell knows at one point of a script, and what is left of it where several paths meet."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fargate_patch.chain.model import Place, Word
    from fargate_patch.shell.syntax import Statement

FIRST = regex(r"[ \t\n]*([\w./+-]+)[ \t\n]")
MOST_ARGUMENTS = 1_024


class End(IntEnum):
    """Why a path does not go on, the least first: of paths that meet, the one that gets furthest counts."""

    NOT = 0
    LOOP = 1  # break, continue
    RETURN = 2
    EXIT = 3  # exit, exec


@dataclass(frozen=True, slots=True)
class Unit:
    """A text that is being walked: where its first line stands."""

    place: Place
    single_line: bool


@dataclass(frozen=True, slots=True)
class Body:
    """A function and the text that it was defined in."""

    statements: tuple[Statement, ...]
    unit: Unit


class Values(dict[str, "str | None"]):
    """Variables and their values, None where one is not known. `first` has the first words of some that are not.

    It says what `exec $COMMAND` starts. `arrays` has the elements of those that are one, whose value is the first of
    them. `given` are those that a task definition may set to something else, and those whose value hangs on one. All
    three are gone as soon as the variable is set anew.
    """

    def __init__(
        self,
        values: Mapping[str, str | None],
        first: Mapping[str, str],
        arrays: Mapping[str, tuple[Word, ...]],
        given: Iterable[str] = (),
    ) -> None:
        super().__init__(values)
        self.first = dict(first)
        self.arrays = dict(arrays)
        self.given = set(given)

    def __setitem__(self, name: str, value: str | None) -> None:
        self.first.pop(name, None)
        self.arrays.pop(name, None)
        self.given.discard(name)
        super().__setitem__(name, value)

    def __ior__(self, other: Mapping[str, str | None]) -> Values:  # type: ignore[override, misc]
        for name, value in other.items():
            self[name] = value
        return self

    def begins(self, name: str) -> str | None:
        """The first word of a variable, where more stands behind it."""
        value = self.get(name)
        found = FIRST.match(value) if value else None
        return found[1] if found else self.first.get(name)


@dataclass(slots=True)
class State:
    """`last` are the launches, by number, that ended or would end this path."""

    variables: Values
    arguments: tuple[Word, ...] | None
    exported: set[str]
    functions: dict[str, Body] = field(default_factory=dict)
    last: frozenset[int] = frozenset()
    end: End = End.NOT

    def copy(self) -> State:
        return State(
            Values(self.variables, self.variables.first, self.variables.arrays, self.variables.given),
            self.arguments,
            set(self.exported),
            dict(self.functions),
            self.last,
            self.end,
        )

    def same_values(self, other: State) -> bool:
        return (
            self.variables == other.variables
            and self.variables.arrays == other.variables.arrays
            and self.arguments == other.arguments
        )

    def set_arguments(self, arguments: tuple[Word, ...] | None) -> None:
        self.arguments = arguments if arguments is None or len(arguments) <= MOST_ARGUMENTS else None


def merge(states: Sequence[State]) -> State:
    """The state after paths of which one was taken: values that differ are not known. `states` is not empty."""
    end = min(s.end for s in states)
    going_on = [s for s in states if s.end is end]
    merged = going_on[0].copy()
    for other in going_on[1:]:
        for name in merged.variables.arrays.keys() | other.variables.arrays.keys():
            if merged.variables.arrays.get(name) != other.variables.arrays.get(name):
                merged.variables[name] = None
        _meet(merged.variables, other.variables)
        merged.variables.given |= other.variables.given
        if other.arguments != merged.arguments:
            merged.arguments = None
        merged.exported |= other.exported
        merged.functions = {**other.functions, **merged.functions}
        merged.last |= other.last
    return merged


def _meet(values: Values, others: Values) -> None:
    """Leave what holds in both. Most values are the same in both, and are not gone through one by one."""
    differing = {name for name, _ in values.items() ^ others.items()}
    for name in [n for n in values.first if n not in differing and values.first[n] != others.begins(n)]:
        del values.first[name]
    for name in differing:
        begins = others.begins(name)
        both = name in values and name in others and values.begins(name) == begins
        values[name] = None
        if both and begins:
            values.first[name] = begins
