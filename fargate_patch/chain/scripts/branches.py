"""Branches in the walk: `&&`, `||`, `if`, `case`. One that is not decided is walked on every side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.scripts.state import merge
from fargate_patch.chain.scripts.words import glob, is_given
from fargate_patch.shell.globs import matches
from fargate_patch.shell.syntax import AndOr, Negated, Simple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fargate_patch.chain.scripts.state import State
    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.chain.scripts.words import Arguments, Variables
    from fargate_patch.shell.syntax import Case, If, ShellWord, Statement

TESTS = frozenset(("[", "[[", "test", "grep"))


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
    asks, greps = _is_test(first), _is_test(first, ("grep",))
    for operator, right in reversed(rest):
        if walker.state.end:
            break
        skipped = operator == "||"
        if status is None:
            status = _perhaps(walker, right, skipped, meant=greps if skipped else not asks)
        elif status is not skipped:
            status = walker.statement(right)
        asks, greps = asks or _is_test(right), False
    return status


def _is_test(statement: Statement, programs: Collection[str] = TESTS) -> bool:
    return isinstance(statement, Simple) and bool(statement.words) and statement.words[0].source in programs


def _perhaps(walker: Walker, right: Statement, otherwise: bool, *, meant: bool) -> bool | None:
    """The right side of `&&` or `||` whose left side is not decided; `otherwise` is the status without it.

    `meant`: what the right side writes is there either way. The left one asks nothing and is there to succeed, or it
    is a `grep … ||` for what is there already.
    """
    untaken = walker.state
    walker.state = untaken.copy()
    status = walker.statement(right)
    if not walker.state.end:
        if not otherwise and walker.state.last != untaken.last:  # what fails before `&& app` is not what runs on
            untaken.last = frozenset()
        written = walker.state.written
        walker.state = merge([walker.state, untaken])
        walker.state.written = written if meant else walker.state.written
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
    written = outcomes[0].written if outcomes and _adds_what_is_not_there(statement) else frozenset()
    walker.state = merge(outcomes if decided or not walker.state.end else [*outcomes, walker.state])
    walker.state.written |= written
    return status if len(outcomes) == 1 else None


def _adds_what_is_not_there(statement: If) -> bool:
    """`if ! grep -q NAME FILE; then echo NAME >> FILE; fi`: it is there either way."""
    question = statement.branches[0][0]
    asked = question[0].body if len(question) == 1 and isinstance(question[0], Negated) else None
    return asked is not None and len(statement.branches) == 1 and _is_test(asked, ("grep",))


def case(walker: Walker, statement: Case) -> bool | None:
    subject = None if is_given(statement.subject, walker.state.variables) else walker.value(statement.subject)
    sides: list[tuple[Statement, ...]] = []
    for patterns, body in statement.items:
        meets = fits(subject, patterns, walker.state.variables, walker.state.arguments)
        if meets is not False:
            sides.append(body)
        if meets:
            if len(sides) == 1:
                return walker.block(body)
            _either(walker, sides, None)
            return None
    if sides:
        _either(walker, sides, walker.state.copy())
        return None
    return True


def fits(subject: str | None, patterns: Sequence[ShellWord], variables: Variables, arguments: Arguments) -> bool | None:
    """Whether one of the patterns matches; one that matches everything does so whatever the subject."""
    answer: bool | None = False
    for pattern in patterns:
        if pattern.source == "*":
            return True
        read = None if subject is None else glob(pattern, variables, arguments)
        meets = None if read is None or subject is None else matches(read, subject)
        if meets:
            return True
        if meets is None:
            answer = None
    return answer
