"""Branches in the walk: `&&`, `||`, `if`, `case`. One that is not decided is walked on every side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.scripts.state import merge
from fargate_patch.chain.scripts.words import glob, is_given
from fargate_patch.shell.globs import matches
from fargate_patch.shell.syntax import AndOr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.scripts.state import State
    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.shell.syntax import Case, If, ShellWord, Statement


def _either(walker: Walker, sides: Sequence[Sequence[Statement]], untaken: State | None) -> None:
    """Each side from the present state; `untaken` is the state in which none of them is taken, if that can be."""
    before = walker.state
    outcomes = [] if untaken is None else [untaken]
    for side in sides:
        walker.state = before.copy()
        walker.block(side)
        outcomes.append(walker.state)
    walker.state = merge(outcomes)


def and_or(walker: Walker, statement: AndOr) -> bool | None:
    rest: list[tuple[str, Statement]] = []
    first: Statement = statement
    while isinstance(first, AndOr):
        rest.append((first.operator, first.right))
        first = first.left
    status = walker.statement(first)
    for operator, right in reversed(rest):
        if walker.state.end:
            break
        skipped = operator == "||"
        if status is None:
            status = _perhaps(walker, right, skipped)
        elif status is not skipped:
            status = walker.statement(right)
    return status


def _perhaps(walker: Walker, right: Statement, otherwise: bool) -> bool | None:
    """The right side of `&&` or `||` whose left side is not decided; `otherwise` is the status without it."""
    untaken = walker.state
    walker.state = untaken.copy()
    status = walker.statement(right)
    if not walker.state.end:
        if not otherwise and walker.state.last != untaken.last:  # what fails before `&& app` is not what runs on
            untaken.last = frozenset()
        walker.state = merge([walker.state, untaken])
        return status if status is otherwise else None
    if not otherwise:
        untaken.last = frozenset()
    walker.state = untaken
    return otherwise


def condition(walker: Walker, statements: Sequence[Statement]) -> bool | None:
    """A condition's commands are steps: none of them is what a script ends with."""
    last, first = walker.state.last, len(walker.found)
    status = walker.block(statements)
    walker.questions.update(range(first, len(walker.found)))
    if not walker.state.end:
        walker.state.last = last
    return status


def if_(walker: Walker, statement: If) -> bool | None:
    outcomes: list[State] = []
    decided = False
    status: bool | None = None
    for question, body in (*statement.branches, ((), statement.otherwise)):
        holds = condition(walker, question)
        if walker.state.end or holds is False:
            continue
        after = walker.state.copy()
        status = walker.block(body)
        outcomes.append(walker.state)
        walker.state = after
        if holds:
            decided = True
            break
    walker.state = merge(outcomes if decided or not walker.state.end else [*outcomes, walker.state])
    return status if len(outcomes) == 1 else None


def case(walker: Walker, statement: Case) -> bool | None:
    subject = None if is_given(statement.subject, walker.state.variables) else walker.value(statement.subject)
    sides: list[tuple[Statement, ...]] = []
    for patterns, body in statement.items:
        fits = _fits(walker, subject, patterns)
        if fits is not False:
            sides.append(body)
        if fits:
            if len(sides) == 1:
                return walker.block(body)
            _either(walker, sides, None)
            return None
    if sides:
        _either(walker, sides, walker.state.copy())
        return None
    return True


def _fits(walker: Walker, subject: str | None, patterns: Sequence[ShellWord]) -> bool | None:
    """Whether one of the patterns matches; one that matches everything does so whatever the subject."""
    answer: bool | None = False
    for pattern in patterns:
        read = glob(pattern, walker.state.variables, walker.state.arguments)
        fits = None if read is None or subject is None else matches(read, subject)
        if pattern.source == "*" or fits:
            return True
        if fits is None:
            answer = None
    return answer
