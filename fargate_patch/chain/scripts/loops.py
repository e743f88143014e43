"""Loops in the walk: `for` over known values and `while` with a decided condition go round, every other one once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.scripts.branches import condition
from fargate_patch.chain.scripts.state import End, merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.shell.syntax import Loop, Statement

MOST_VALUES = 16  # of a `for` that is walked once for each
MOST_ROUNDS = 64  # of a `while` whose condition is decided


def loop(walker: Walker, statement: Loop) -> bool | None:
    walker.leaving.append([])
    if statement.name is None:
        _while(walker, statement)
    else:
        _for(walker, statement.name, statement)
    left = walker.leaving.pop()
    if left:
        walker.state = merge([*left, walker.state])
    return None


def _round(walker: Walker, body: Sequence[Statement]) -> bool:
    """One round of a loop; False where it was left by break, or for good."""
    walker.broken = False
    walker.block(body)
    if walker.state.end is End.LOOP and not walker.broken:
        walker.state.end = End.NOT
    return walker.state.end is End.NOT


def _for(walker: Walker, name: str, statement: Loop) -> None:
    values = [field for word in statement.words for field in walker.expand(word)]
    if len(values) <= MOST_VALUES and all(v.known for v in values):
        for one in values:
            walker.state.variables[name] = one.text
            if not _round(walker, statement.body):
                break
    else:
        untaken = walker.state.copy()
        walker.state.variables[name] = None
        _round(walker, statement.body)
        walker.state = merge([untaken, walker.state])
    if walker.state.end is End.LOOP:
        walker.state.end = End.NOT


def _while(walker: Walker, statement: Loop) -> None:
    for _ in range(MOST_ROUNDS):
        before = walker.state.copy()
        holds = condition(walker, statement.condition)
        if walker.state.end or holds is False:
            break
        untaken = walker.state.copy()
        going_on = _round(walker, statement.body)
        if holds is None:
            walker.state = merge([untaken, walker.state])
            break
        if not going_on:
            break
        if walker.state.same_values(before):  # nothing can end it but what a run decides
            walker.end(End.EXIT)
            break
    if walker.state.end is End.LOOP:
        walker.state.end = End.NOT
