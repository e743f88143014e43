"""A walk through a script as a shell would take it, with what is known of its values, down every path that is possible.

Commands live in `commands`; here is what leads from one to the next. Where a condition is not decided each side is
walked with a state of its own, and the states are merged behind it: the work grows with the script, not with its paths.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Launch, Open, Place, Word
from fargate_patch.chain.scripts import substituted
from fargate_patch.chain.scripts.branches import and_or, case, if_
from fargate_patch.chain.scripts.commands import piped, run
from fargate_patch.chain.scripts.loops import loop
from fargate_patch.chain.scripts.state import Body, End, State, Unit, Values, merge
from fargate_patch.chain.scripts.words import expand, value
from fargate_patch.shell.syntax import (
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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fargate_patch.chain.context import ImageFiles
    from fargate_patch.chain.scripts.script import Scope

MOST_STEPS = 12_000  # commands and compound commands, each time they are walked
DEEPEST = 64  # functions, sourced files and evals within each other
MOST_WRITTEN = 256  # commands that write files, of which is kept that they have run
DEEPEST_STATEMENT = 110  # statements within each other, over all functions


class TooMuchError(Exception):
    """The script takes more steps than are followed; `why` is the sentence for a person."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def walk(text: str, scope: Scope, files: ImageFiles | None) -> Walker:
    """The walker at the end of the script. See `script.launches`."""
    walker = Walker(scope, files)
    try:
        walker.block(parse(text))
        walker.leave()
    except TooMuchError as stop:
        walker.found.append(Open(stop.why, walker.place(0), scope.user))
    return walker


class Walker:
    """`state` is the path that is being walked, `found` what was started, `finals` what some path ended with."""

    def __init__(self, scope: Scope, files: ImageFiles | None) -> None:
        from fargate_patch.chain.scripts.commands import known_outputs

        self.scope = scope
        self.files = files
        variables = Values(
            {**scope.variables, "PWD": scope.folder, "0": scope.name, **known_outputs(scope)}, {}, {}, scope.given
        )
        self.state = State(variables, scope.arguments, set(scope.variables))
        self.unit = Unit(scope.place, scope.single_line)
        self.found: list[Launch | Open] = []
        self.finals: set[int] = set()
        self.questions: set[int] = set()  # what was started to decide on a condition
        self.lasting: set[int] = set()
        self.leaving: list[list[State]] = []  # for each loop around: the states at its break and continue
        self.locals: list[dict[str, str | None]] = []  # for each function around: what its locals hid
        self.calls: list[tuple[str, State]] = []  # the functions around, each with the state that it was called in
        self.returns: list[list[tuple[State, bool | None]]] = []  # for each body around that `return` leaves: with what
        self.taken_from: dict[str, str] = {}  # variables of loops whose values are not known: the words of the loop
        self.taken_away: Word | None = None  # the computed name that an `unset` had, if it may be one of AWS's
        self.uid_names: set[str] = set()  # variables that hold the number of a user of whom only the name is known
        self.broken = False
        self.ways = 1  # as many as the command that is being walked is walked on
        self.steps = self.depth = self.nesting = self.substituting = self.aside = self.redirected = 0

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

    def called(self, statements: Sequence[Statement], unit: Unit) -> bool | None:
        """A function's body or a sourced file: it goes on behind its end from there and from each `return`."""
        self.returns.append([])
        status = self.nested(statements, unit)
        returned = self.returns.pop()
        statuses = {value for _, value in returned} | (set() if self.state.end else {status})
        ends = [state for state, _ in returned] + ([] if self.state.end is End.RETURN and returned else [self.state])
        self.state = merge(ends, all_paths=not self.leaving)
        return statuses.pop() if len(statuses) == 1 else None

    def result(self) -> tuple[Launch | Open, ...]:
        """What was found, each once: a launch that two paths or rounds share lasts where one of them says so."""
        kept: dict[Launch | Open, bool] = {}
        for number, one in enumerate(self.found):
            kept[one] = kept.get(one, False) or number in self.lasting
        return tuple(
            replace(one, lasting=True) if last and isinstance(one, Launch) else one for one, last in kept.items()
        )

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

    def apart(self, statements: Sequence[Statement]) -> tuple[set[int], bool | None]:
        """Statements in a subshell: what it ended with, and its status; the state is as it was before."""
        outside, finals, leaving, returns = self.state, self.finals, self.leaving, self.returns
        self.finals, self.leaving, self.returns = set(), [], []
        self.state = outside.copy()
        self.state.last = frozenset()
        status = self.block(statements)
        ends = self.finals | (set() if self.state.end is End.EXIT else set(self.state.last))
        outside.written = self.state.written
        self.state, self.finals, self.leaving, self.returns = outside, finals, leaving, returns
        return ends, status

    def simple(self, command: Simple) -> bool | None:
        self.steps += command.size
        substituted.follow(self, command.commands, command.line)
        if (self.redirected or command.may_write) and len(self.state.written) < MOST_WRITTEN:
            self.state.written |= {self.place(command.line)}
        return run(self, command)

    def negated(self, statement: Negated) -> bool | None:
        status = self.statement(statement.body)
        return None if status is None else not status

    def pipeline(self, statement: Pipeline) -> bool | None:
        ends: set[int] = set()
        status: bool | None = None
        for before, command in zip((None, *statement.commands), statement.commands, strict=False):
            last, status = self.apart((piped(before, command),))
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
        substituted.follow_redirects(self, statement)
        self.redirected += bool(statement.redirects)
        if statement.subshell:
            ends, status = self.apart(statement.body)
            self.state.last = frozenset(ends) or self.state.last
        else:
            status = self.block(statement.body)
        self.redirected -= bool(statement.redirects)
        return status

    def function(self, statement: Function) -> bool | None:
        self.state.own().functions[statement.name] = Body(statement.body, self.unit)
        return True

    def unreadable(self, statement: Unreadable) -> bool | None:
        shown = " ".join(statement.source.split())[:60]
        self.open(
            f"the shell text `{shown}` cannot be read: a syntax that a shell accepts would settle it", statement.line
        )
        return None


_WALKS: dict[type, Callable[..., bool | None]] = {
    Simple: Walker.simple,
    AndOr: and_or,
    Negated: Walker.negated,
    Pipeline: Walker.pipeline,
    Background: Walker.background,
    Group: Walker.group,
    If: if_,
    Case: case,
    Loop: loop,
    Function: Walker.function,
    Unreadable: Walker.unreadable,
}
