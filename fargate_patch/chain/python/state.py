"""What is known at one point of a Python program, what it is started with, and what comes of it in the end."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from fargate_patch.chain.python.values import Value, merged, unknown
from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping, Sequence

    from fargate_patch.chain.model import Launch, Place
    from fargate_patch.chain.python.imports import Module

    AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef

ENVIRONMENT, USER, FOLDER, ARGUMENTS = "os.environ", "\0user", "\0folder", "sys.argv"
"""What a State has beside the program's own names; two of them are no name of any."""


class End(IntEnum):
    """Why a path does not go on, the least first."""

    NOT = 0
    RETURN = 1
    EXIT = 2
    REPLACED = 3  # another program has taken the place of this one


@dataclass(frozen=True, slots=True)
class Scope:
    """What a program is started with."""

    place: Place  # of its first line
    user: str | None
    arguments: tuple[Value, ...] = ()  # sys.argv
    variables: tuple[tuple[str, str], ...] = ()  # of the image
    single_line: bool = False
    package: str = ""  # the one that it is a module of
    modules: Mapping[str, Module] = field(default_factory=dict)  # of the program's own, by name


@dataclass(slots=True)
class State:
    """One path: names and what they stand for, among them the environment and the user."""

    values: dict[str, Value]
    end: End = End.NOT


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program does.

    `replaced`: it surely ends by turning into the last that it starts. `whole`: it was followed to its end.
    """

    found: tuple[Launch, ...]
    user: str | None
    environment: Value
    replaced: bool
    whole: bool


def met(states: Sequence[State]) -> State:
    """The state behind paths of which one was taken."""
    going_on = [state for state in states if not state.end]
    if not going_on:
        ends = {state.end for state in states}
        return State(states[0].values, min(ends - {End.EXIT} or ends))
    first, *others = going_on
    for other in others:
        both = first.values.keys() | other.values.keys()
        first = State({n: merged(first.values.get(n, unknown(n)), other.values.get(n, unknown(n))) for n in both})
    return first
