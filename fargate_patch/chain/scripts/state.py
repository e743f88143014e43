"""What a shell knows at one point of a script, and what is left of it where several paths meet."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from fargate_patch.chain.scripts.ways import ARGUMENTS, Value, met
from fargate_patch.dataclass import dataclass, field
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fargate_patch.chain.model import Place, Word
    from fargate_patch.chain.scripts.ways import Ways
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
    them. `given` are those that a task definition may set to something else, and those whose value hangs on one.
    `several` has those, and the arguments as `@`, that are not known but one of a few. All four are gone as soon as the
    variable is set anew.
    """

    def __init__(
        self,
        values: Mapping[str, str | None],
        first: Mapping[str, str],
        arrays: Mapping[str, tuple[Word, ...]],
        given: Iterable[str] = (),
        several: Mapping[str, Ways] | None = None,
    ) -> None:
        super().__init__(values)
        self.first = dict(first)
        self.arrays = dict(arrays)
        self.given = set(given)
        self.several = dict(several or {})

    def __setitem__(self, name: str, value: str | None) -> None:
        self.first.pop(name, None)
        self.arrays.pop(name, None)
        self.given.discard(name)
        self.several.pop(name, None)
        super().__setitem__(name, value)

    def __ior__(self, other: Mapping[str, str | None]) -> Values:  # type: ignore[override, misc]
        for name, value in other.items():
            self[name] = value
        return self

    def known(self, name: str) -> Value | None:
        """What is known of a variable; None where it is not set."""
        return Value(self[name], self.first.get(name), self.arrays.get(name)) if name in self else None

    def put(self, name: str, value: Value | None) -> None:
        self[name] = value.text if value else None
        if value is None:
            del self[name]
        elif value.first:
            self.first[name] = value.first
        elif value.elements is not None:
            self.arrays[name] = value.elements

    def copy(self) -> Values:
        return Values(self, self.first, self.arrays, self.given, self.several)

    def begins(self, name: str) -> str | None:
        """The first word of a variable, where more stands behind it, or the first element of an array."""
        array = self.arrays.get(name)
        if array and array[0].known:
            return array[0].text
        value = self.get(name)
        found = FIRST.match(value) if value else None
        return found[1] if found else self.first.get(name)


@dataclass(slots=True)
class State:
    """`last` are the launches, by number, that ended or would end this path; `written`: commands that wrote files.

    Copies share `exported` and `functions` until one of them is about to change either: `own` comes before that.
    """

    variables: Values
    arguments: tuple[Word, ...] | None
    exported: set[str]
    functions: dict[str, Body] = field(default_factory=dict)
    last: frozenset[int] = frozenset()
    end: End = End.NOT
    written: frozenset[Place] = frozenset()
    shares: bool = False

    def copy(self) -> State:
        self.shares = True
        return State(
            self.variables.copy(),
            self.arguments,
            self.exported,
            self.functions,
            self.last,
            self.end,
            self.written,
            shares=True,
        )

    def own(self) -> State:
        """Itself, with `exported` and `functions` for it alone."""
        if self.shares:
            self.exported, self.functions, self.shares = set(self.exported), dict(self.functions), False
        return self

    def same_values(self, other: State) -> bool:
        return (
            self.variables == other.variables
            and self.variables.arrays == other.variables.arrays
            and self.arguments == other.arguments
        )

    @property
    def arguments_and_ways(self) -> tuple[tuple[Word, ...] | None, Ways]:
        """What `set_arguments` puts back where others stood in their place for a while."""
        return self.arguments, self.variables.several.get(ARGUMENTS, ())

    def set_arguments(self, arguments: tuple[Word, ...] | None, ways: Ways = ()) -> None:
        self.arguments = arguments if arguments is None or len(arguments) <= MOST_ARGUMENTS else None
        self.variables.several.pop(ARGUMENTS, None)
        if ways:
            self.variables.several[ARGUMENTS] = ways


def merge(states: Sequence[State], *, all_paths: bool = True) -> State:
    """The state after paths of which one was taken: values that differ are not known. `states` is not empty.

    They are one of several, if there are no other paths that lead there (rounds of a loop that are not walked).
    The first of those that go furthest becomes that state.
    """
    end = min([s.end for s in states])
    merged, *others = going_on = [s for s in states if s.end is end]
    if not others:
        return merged
    differing = set[str]().union(*[_differing(merged, other) for other in others])
    given = set[str]().union(*[s.variables.given for s in going_on])
    several = met(going_on, differing) if differing and all_paths else {}
    for other in others:
        if not other.exported <= merged.exported:
            merged.own().exported.update(other.exported)
        if not other.functions.keys() <= merged.functions.keys():
            merged.own().functions = {**other.functions, **merged.functions}
        merged.last |= other.last
        merged.written &= other.written
    if ARGUMENTS in differing:
        merged.set_arguments(None)
    _forget(merged.variables, differing - {ARGUMENTS}, [s.variables for s in going_on])
    merged.variables.given = given
    merged.variables.several |= several
    return merged


def _differing(one: State, other: State) -> set[str]:
    """Most values are the same in both, and are not gone through one by one."""
    ours, theirs = one.variables, other.variables
    names = {name for name, _ in ours.items() ^ theirs.items()}
    for mine, yours in ((ours.arrays, theirs.arrays), (ours.several, theirs.several)):
        if mine != yours:
            names.update(n for n in mine.keys() | yours.keys() if mine.get(n) != yours.get(n))
    return names | {ARGUMENTS} if one.arguments != other.arguments else names


def _forget(merged: Values, differing: set[str], all_: Sequence[Values]) -> None:
    """Leave of the differing values what holds in all: the word that each begins with."""
    for name in merged.first.keys() | differing:
        begins = {values.begins(name) if name in values else None for values in all_}
        if name in differing:
            merged[name] = None
        merged.first.pop(name, None)
        if len(begins) == 1 and (begin := begins.pop()):
            merged.first[name] = begin
