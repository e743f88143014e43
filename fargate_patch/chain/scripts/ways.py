"""Values that are one of several: what they were on each of the paths that met, as far as those are few.

Behind `if …; then gosu="gosu app"; set -- app "$@"; fi` neither `$gosu` nor `"$@"` is known, but each is one of two,
and not in any combination. Names whose values belong together share their `Ways`; a command that speaks of one of them
is walked once for each way. A name that is set anew is no longer one of them.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fargate_patch.chain.model import Word
    from fargate_patch.chain.scripts.state import State
    from fargate_patch.shell.syntax import Simple

    Way: TypeAlias = Mapping[str, "Value"]  # a name that is not set on it is missing
    Ways: TypeAlias = tuple[Way, ...]

MOST = 4  # ways of values that belong together, and rounds in which a command is walked
MOST_NAMES = 32  # of values that belong together
ARGUMENTS = "@"


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a variable, or as `elements` of the arguments; see `state.Values`."""

    text: str | None = None
    first: str | None = None
    elements: tuple[Word, ...] | None = None


def states_for(command: Simple, state: State, most: int) -> list[State]:
    """The state on each way that the values named by a command may have come; none where all of them have but one.

    Where there are more ways than `most`, the values named first are told apart.
    """
    together: dict[int, Ways] = {}
    for name in command.variables if state.variables.several else ():
        ways = state.variables.several.get(name, ())
        if ways and prod(map(len, together.values())) * len(ways) <= most:
            together[id(ways)] = ways
    return [_on(state, together.values(), chosen) for chosen in product(*together.values())] if together else []


def _on(state: State, together: Iterable[Ways], chosen: Iterable[Way]) -> State:
    """The state in which of all that belongs together one way was come."""
    taken = state.copy()
    for ways, way in zip(together, chosen, strict=True):
        for name in _names(state, ways):
            if name == ARGUMENTS:
                taken.set_arguments(way[name].elements)
            else:
                taken.variables.put(name, way.get(name))
    taken.variables.given |= state.variables.given
    return taken


def met(states: Sequence[State], differing: set[str]) -> dict[str, Ways]:
    """What differs where paths meet, and the ways that it may be, by name; nothing where they are many.

    What belongs together with one of these on its path does so behind it.
    """
    together = {name for name in differing if any(_is_known(state, name) for state in states)}
    todo = list(together)
    while todo and len(together) <= MOST_NAMES:
        name = todo.pop()
        more = {n for state in states for n in _names(state, state.variables.several.get(name, ()))} - together
        together |= more
        todo += more
    if len(together) > MOST_NAMES:
        return {}
    found: list[Way] = []
    for way in (way for state in states for way in _each(state, together)):
        if way not in found:
            found.append(way)
        if len(found) > MOST:
            return {}
    return dict.fromkeys(together, tuple(found))


def _is_known(state: State, name: str) -> bool:
    return name in state.variables.several or _value(state, name) not in (None, Value())


def _value(state: State, name: str) -> Value | None:
    return Value(elements=state.arguments) if name == ARGUMENTS else state.variables.known(name)


def _each(state: State, names: set[str]) -> Iterator[Way]:
    """The ways on one path, of all these names; what belongs together with one of them is among them."""
    several = state.variables.several
    own = {name: value for name in names if name not in several and (value := _value(state, name)) is not None}
    together = {id(several[name]): several[name] for name in sorted(names) if name in several}
    for chosen in product(*(_left(state, ways) for ways in together.values())):
        yield own | {name: value for way in chosen for name, value in way.items()}


def _left(state: State, ways: Ways) -> list[Way]:
    """The ways that differ in what has not been set anew."""
    names = _names(state, ways)
    found: list[Way] = []
    for way in ways:
        left = {name: value for name, value in way.items() if name in names}
        if left not in found:
            found.append(left)
    return found


def _names(state: State, ways: Ways) -> set[str]:
    several = state.variables.several
    return {name for way in ways for name in way if several.get(name) is ways}
