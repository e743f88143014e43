"""A walk through a script as a shell would take it, with what is known of its values, down every path that is possible.

Commands live in `commands`; here is what leads from one to the next. Where a condition is not decided each side is
walked with a state of its own, and the states are merged behind it: the work grows with the script, not with its paths.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.commands import run
from fargate_patch.chain.globs import matches
from fargate_patch.chain.loops import loop
from fargate_patch.chain.model import Launch, Open, Place, Word
from fargate_patch.chain.shell import (
    AndOr,
    Background,
    Case,
    Function,
    Group,
    If,
    Loop,
    Negated,
    Pipeline,
    ShellWord,
    Simple,
    Statement,
    Unreadable,
    parse,
)
from fargate_patch.chain.state import Body, End, State, Unit, merge
from fargate_patch.chain.words import expand, glob, value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fargate_patch.chain.context import ImageFiles
    from fargate_patch.chain.script import Scope

MOST_STEPS = 5_000  # commands and compound commands, each time they are walked
DEEPEST = 64  # functions, sourced files and evals within each other
DEEPEST_STATEMENT = 110  # statements within each other, over all functions


class TooMuchError(Exception):
    """The script takes more steps than are followed; `why` is the sentence for a person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def walk(text: str, scope: Scope, files: ImageFiles | None) -> tuple[Launch | Open, ...]:
    """See `script.launches`."""
    walker = Walker(scope, files)
    try:
        walker.block(parse(text))
        walker.leave()
    except TooMuchError as stop:
        walker.found.append(Open(stop.why, walker.place(0), scope.user))
    return walker.result()


class Walker:
    """`state` is the path that is being walked, `found` what was started, `finals` what some path ended with."""

    def __init__(self, scope: Scope, files: ImageFiles | None) -> None:
        from fargate_patch.chain.commands import known_outputs

        self.scope = scope
        self.files = files
        variables: dict[str, str | None] = {**scope.variables, "0": scope.name, **known_outputs(scope)}
        self.state = State(variables, scope.arguments, set(scope.variables))
        self.unit = Unit(scope.place, scope.single_line)
        self.found: list[Launch | Open] = []
        self.finals: set[int] = set()
        self.lasting: set[int] = set()
        self.leaving: list[list[State]] = []  # for each loop around: the states at its break and continue
        self.locals: list[dict[str, str | None]] = []  # for each function around: what its locals hid
        self.returns: list[list[bool | None]] = []  # for each function around: the statuses it may return
        self.uid_names: set[str] = set()  # variables that hold the number of a user of whom only the name is known
        self.broken = False
        self.steps = self.depth = self.nesting = 0

    # -- what commands need

    def place(self, line: int) -> Place:
        return Place(self.unit.place.file, self.unit.place.line + (0 if self.unit.single_line else line))

    def expand(self, word: ShellWord) -> tuple[Word, ...]:
        return expand(word, self.state.variables, self.state.arguments)

    def value(self, word: ShellWord) -> str | None:
        return value(word, self.state.variables, self.state.arguments)

    def open(self, reason: str, line: int) -> None:
        self.found.append(Open(reason, self.place(line), self.scope.user))

    def end(self, end: End) -> None:
        self.state.end = end
        if end is End.EXIT:
            self.finals |= self.state.last

    def leave(self) -> None:
        """The end of the script."""
        if self.state.end is not End.EXIT:
            self.finals |= self.state.last
        self.lasting |= self.finals

    def nested(self, statements: Sequence[Statement], unit: Unit) -> bool | None:
        """A function's body, a sourced file or the words of eval, in the present state."""
        if self.nesting >= DEEPEST:
            raise TooMuchError("the script calls or sources itself more deeply than is followed")
        outside, self.unit = self.unit, unit
        self.nesting += 1
        status = self.block(statements)
        self.nesting -= 1
        self.unit = outside
        return status

    def result(self) -> tuple[Launch | Open, ...]:
        """What was found, each once: a launch that two paths or rounds share lasts where one of them says so."""
        kept: dict[Launch | Open, bool] = {}
        for number, one in enumerate(self.found):
            kept[one] = kept.get(one, False) or number in self.lasting
        return tuple(replace(one, lasting=last) if isinstance(one, Launch) else one for one, last in kept.items())

    # -- statements; each returns whether it succeeds, None where that is not known

    def block(self, statements: Sequence[Statement]) -> bool | None:
        status: bool | None = True
        for statement in statements:
            if self.state.end:
                break
            status = self.statement(statement)
        return status

    def statement(self, statement: Statement) -> bool | None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuchError(f"the script takes more than {MOST_STEPS} steps, the rest is not followed")
        if self.depth >= DEEPEST_STATEMENT:
            raise TooMuchError("the script is nested more deeply than is followed")
        self.depth += 1
        status = _WALKS[type(statement)](self, statement)
        self.depth -= 1
        return status

    def either(self, sides: Sequence[Sequence[Statement]], untaken: State | None) -> None:
        """Each side from the present state; `untaken` is the state in which none of them is taken, if that can be."""
        before = self.state
        outcomes = [] if untaken is None else [untaken]
        for side in sides:
            self.state = before.copy()
            self.block(side)
            outcomes.append(self.state)
        self.state = merge(outcomes)

    def apart(self, statements: Sequence[Statement]) -> tuple[set[int], bool | None]:
        """Statements in a subshell: what it ended with, and its status; the state is as it was before."""
        outside, finals, leaving, self.finals, self.leaving = self.state, self.finals, self.leaving, set(), []
        self.state = outside.copy()
        self.state.last = frozenset()
        status = self.block(statements)
        ends = self.finals | (set() if self.state.end is End.EXIT else set(self.state.last))
        self.state, self.finals, self.leaving = outside, finals, leaving
        return ends, status

    def simple(self, command: Simple) -> bool | None:
        self.steps += len(command.words) // 64 + sum(len(w.source) for w in command.words) // 4096
        return run(self, command)

    def and_or(self, statement: AndOr) -> bool | None:
        rest: list[tuple[str, Statement]] = []
        first: Statement = statement
        while isinstance(first, AndOr):
            rest.append((first.operator, first.right))
            first = first.left
        status = self.statement(first)
        for operator, right in reversed(rest):
            if self.state.end:
                break
            skipped = operator == "||"
            if status is None:
                status = self.perhaps(right, skipped)
            elif status is not skipped:
                status = self.statement(right)
        return status

    def perhaps(self, right: Statement, otherwise: bool) -> bool | None:
        """The right side of `&&` or `||` whose left side is not decided; `otherwise` is the status without it."""
        untaken = self.state
        self.state = untaken.copy()
        status = self.statement(right)
        if not self.state.end:
            if not otherwise and self.state.last != untaken.last:  # what fails before `&& app` is not what runs on
                untaken.last = frozenset()
            self.state = merge([self.state, untaken])
            return status if status is otherwise else None
        if not otherwise:
            untaken.last = frozenset()
        self.state = untaken
        return otherwise

    def negated(self, statement: Negated) -> bool | None:
        status = self.statement(statement.body)
        return None if status is None else not status

    def pipeline(self, statement: Pipeline) -> bool | None:
        ends: set[int] = set()
        status: bool | None = None
        for command in statement.commands:
            last, status = self.apart((command,))
            ends |= last
        if ends:
            self.state.last = frozenset(ends)
        return status

    def background(self, statement: Background) -> bool | None:
        ends, _ = self.apart((statement.body,))
        self.lasting |= ends
        self.state.last = frozenset()
        return True

    def group(self, statement: Group) -> bool | None:
        if not statement.subshell:
            return self.block(statement.body)
        ends, status = self.apart(statement.body)
        if ends:
            self.state.last = frozenset(ends)
        return status

    def condition(self, statements: Sequence[Statement]) -> bool | None:
        """A condition's commands are steps: none of them is what a script ends with."""
        last = self.state.last
        status = self.block(statements)
        if not self.state.end:
            self.state.last = last
        return status

    def if_(self, statement: If) -> bool | None:
        outcomes: list[State] = []
        decided = False
        status: bool | None = None
        for condition, body in (*statement.branches, ((), statement.otherwise)):
            holds = self.condition(condition)
            if self.state.end or holds is False:
                continue
            after = self.state.copy()
            status = self.block(body)
            outcomes.append(self.state)
            self.state = after
            if holds:
                decided = True
                break
        self.state = merge(outcomes if decided or not self.state.end else [*outcomes, self.state])
        return status if len(outcomes) == 1 else None

    def case(self, statement: Case) -> bool | None:
        subject = self.value(statement.subject)
        sides: list[tuple[Statement, ...]] = []
        for patterns, body in statement.items:
            fits = self.fits(subject, patterns)
            if fits is not False:
                sides.append(body)
            if fits:
                if len(sides) == 1:
                    return self.block(body)
                self.either(sides, None)
                return None
        if sides:
            self.either(sides, self.state.copy())
            return None
        return True

    def fits(self, subject: str | None, patterns: Sequence[ShellWord]) -> bool | None:
        """Whether one of the patterns matches; one that matches everything does so whatever the subject."""
        answer: bool | None = False
        for pattern in patterns:
            read = glob(pattern, self.state.variables, self.state.arguments)
            fits = None if read is None or subject is None else matches(read, subject)
            if pattern.source == "*" or fits:
                return True
            if fits is None:
                answer = None
        return answer

    def function(self, statement: Function) -> bool | None:
        self.state.functions[statement.name] = Body(statement.body, self.unit)
        return True

    def unreadable(self, statement: Unreadable) -> bool | None:
        shown = " ".join(statement.source.split())[:60]
        self.open(
            f"the shell text `{shown}` cannot be read: a syntax that a shell accepts would settle it", statement.line
        )
        return None


_WALKS: dict[type, Callable[..., bool | None]] = {
    Simple: Walker.simple,
    AndOr: Walker.and_or,
    Negated: Walker.negated,
    Pipeline: Walker.pipeline,
    Background: Walker.background,
    Group: Walker.group,
    If: Walker.if_,
    Case: Walker.case,
    Loop: loop,
    Function: Walker.function,
    Unreadable: Walker.unreadable,
}
