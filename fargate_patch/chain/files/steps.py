"""RUN lines as the commands that they run, in order, with what is known of each: words, input, output, folder.

A build runs a script once, with variables that the Dockerfile shows, and fails where it fails; so a plain `a && b; c`
is known to run. What stands in a branch, in a loop over unknown things or behind `||` is marked as not sure.
"""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING

from fargate_patch.chain.files.calls import Calls
from fargate_patch.chain.files.commands import State, TooMuchError
from fargate_patch.chain.files.events import Argument, Obscure, Output, Unread
from fargate_patch.chain.files.invocation import SHELLS, Script, interpreter, script_of
from fargate_patch.chain.files.tests import holds
from fargate_patch.chain.scripts.branches import fits
from fargate_patch.chain.scripts.state import Body, Unit
from fargate_patch.chain.scripts.words import value
from fargate_patch.shell import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fargate_patch.chain.files.calls import Findings, Look, Programs
    from fargate_patch.chain.files.changes import SameAs
    from fargate_patch.chain.files.surroundings import Surroundings
    from fargate_patch.chain.model import Place
MOST_STEPS = 20_000
MOST_ROUNDS = 64  # values of a `for` that are gone through one by one
DEEPEST = 40  # compound commands, and scripts in `sh -c`, within each other
GUARDS = frozenset(("[", "[[", "test", "grep", "egrep", "which", "command", "type", "id", "getent", "diff", "cmp"))


def read_run(here: Surroundings, place: Place, look: Look, programs: Programs, found: Findings) -> None:
    """Put what a RUN does into `found`; where it is too long, the rest is an Obscure. `place` is the instruction's."""
    _Reading(here, place, look, programs, found)


class _Reading(Calls):
    """One RUN being walked through."""

    def __init__(self, here: Surroundings, place: Place, look: Look, programs: Programs, found: Findings) -> None:
        super().__init__(here, found, Unit(place, not here.instruction.heredocs), look, programs, MOST_STEPS)
        script = script_of(here)
        state = State(here.workdir, ChainMap({}, here.variables))  # type: ignore[arg-type]
        try:
            if isinstance(script, Script):
                self._run(script, state)
            else:
                self._command(tuple(Argument(a) for a in script), (), state, 0)
        except TooMuchError:
            text = script.text if isinstance(script, Script) else " ".join(script)
            self.found.append(Obscure("\n".join((text, *(s.text or "" for s in self._scripts))), place))

    def _run(self, script: Script, state: State) -> None:
        self.unit = Unit(self._at(script.offset), self.unit.single_line)
        first, _, rest = script.text.partition("\n")
        if first.startswith("#!"):
            if interpreter(first) not in SHELLS:
                self.found.append(Obscure(rest, self._at(0)))
                return
            self._bash = interpreter(first) == "bash"
        self._block(syntax.parse(script.text), state, (), whole=True)

    def _block(self, body: Iterable[syntax.Statement], state: State, given: Output, whole: bool = False) -> Output:
        statements = tuple(body)
        out: list[str | SameAs | Unread] = []
        for index, statement in enumerate(statements):
            out += self._statement(statement, state, given, decides=whole and index == len(statements) - 1)
        return tuple(out)

    def _statement(self, statement: syntax.Statement, state: State, given: Output, decides: bool = False) -> Output:
        """What it writes. `decides`: its success is the RUN's, so that all of an `a && b` must have run."""
        self._budget -= 1
        if state.depth > DEEPEST or self._budget < 0:
            raise TooMuchError
        if isinstance(statement, syntax.AndOr):
            return self._list(statement, state, given, decides)
        read: Callable[[object, State, Output], Output] | None = getattr(self, _READERS.get(type(statement), ""), None)
        if read:
            return read(statement, state, given)
        self._add(Obscure(getattr(statement, "source", ""), self._at(statement.line)))
        return (Unread("what cannot be read"),)

    def _pipeline(self, statement: syntax.Pipeline, state: State, given: Output) -> Output:
        for command in statement.commands:
            given = self._statement(command, state, given)
        return given

    def _body(self, statement: syntax.Background | syntax.Negated, state: State, given: Output) -> Output:
        return self._statement(statement.body, state, given)

    def _group(self, statement: syntax.Group, state: State, given: Output) -> Output:
        given = self._input(statement.redirects, state, given)
        if statement.subshell:
            out = self._block(statement.body, state.inner(), given)
        else:
            out = self._inside(statement.body, state, given)
        return self._redirected(out, statement.redirects, state, statement.line, "{ … }")

    def _case(self, statement: syntax.Case, state: State, given: Output) -> Output:
        subject = value(statement.subject, state.variables, state.arguments)
        sure = True
        for patterns, body in statement.items:
            meets = fits(subject, patterns, state.variables, state.arguments)
            if meets and sure:
                return self._inside(body, state, given)
            if meets is not False:
                sure = False
                self._branch(body, state, given, "in a branch of a `case`")
            if meets:
                break
        return () if sure else (Unread("case"),)

    def _function(self, statement: syntax.Function, state: State, _given: Output) -> Output:
        state.functions[statement.name] = Body(statement.body, self.unit)
        return ()

    def _list(self, statement: syntax.AndOr, state: State, given: Output, decides: bool) -> Output:
        out: list[str | SameAs | Unread] = []
        guarded = ""
        succeeds: bool | None = None  # the command before, where that is known
        for operator, item in _flat(statement):
            if succeeds is not None and operator and succeeds == (operator == "||"):
                continue
            doubt = "behind `||`, which runs only where the command before fails" if operator == "||" else guarded
            doubt = "" if succeeds is not None else doubt
            if doubt and not (operator == "&&" and decides):
                self._branch((item,), state, given, doubt)
                out.append(Unread("a command that may not run"))
            else:
                out += self._statement(item, state, given)
            succeeds = None if doubt else holds(item, state)
            guarded = "behind a test" if _is_guard(item) or (guarded and operator == "&&") else ""
        return tuple(out)

    def _inside(self, body: Iterable[syntax.Statement], state: State, given: Output) -> Output:
        """Something that runs within another, and sets what is known behind it."""
        state.depth += 1
        out = self._block(body, state, given)
        state.depth -= 1
        return out

    def _branch(self, body: Iterable[syntax.Statement], state: State, given: Output, maybe: str) -> Output:
        """Something that may not run: what it sets is not known behind it."""
        inner = state.inner(maybe)
        out = self._block(body, inner, given)
        for name in inner.variables.maps[0]:
            state.variables[name] = None
        if inner.folder != state.folder:
            state.folder = None
        return out

    def _if(self, statement: syntax.If, state: State, given: Output) -> Output:
        sure = True
        for condition, body in statement.branches:
            succeeds = holds(condition[-1], state) if condition else None
            if sure:
                self._block(condition, state, given)
            else:
                self._branch(condition, state, given, "in a branch of an `if`")
            if succeeds and sure:
                return self._inside(body, state, given)
            if succeeds is not False:
                sure = False
                self._branch(body, state, given, "in a branch of an `if`")
        if sure:
            return self._inside(statement.otherwise, state, given)
        self._branch(statement.otherwise, state, given, "in a branch of an `if`")
        return (Unread("if"),)

    def _loop(self, statement: syntax.Loop, state: State, given: Output) -> Output:
        values = self._arguments(statement.words, state) if statement.name else ()
        given = self._input(statement.redirects, state, given)
        if not statement.name or len(values) > MOST_ROUNDS or not all(v.known for v in values):
            inner = state.inner("in a loop")
            if statement.name:
                inner.variables[statement.name] = None
            self._branch((*statement.condition, *statement.body), inner, given, "in a loop")
            return self._redirected((Unread("a loop"),), statement.redirects, state, statement.line, "a loop")
        out: list[str | SameAs | Unread] = []
        for each in values:
            state.variables[statement.name] = each.text
            state.wild = state.wild | {statement.name} if each.wild else state.wild - {statement.name}
            out += self._inside(statement.body, state, given)
        return self._redirected(tuple(out), statement.redirects, state, statement.line, "a loop")


def _flat(statement: syntax.AndOr) -> Iterator[tuple[str, syntax.Statement]]:
    """The commands of `a && b || c` from left to right, each with the operator in front of it."""
    pending: list[tuple[str, syntax.Statement]] = [("", statement)]
    while pending:
        operator, item = pending.pop()
        if isinstance(item, syntax.AndOr):
            pending += [(item.operator, item.right), (operator, item.left)]
        else:
            yield operator, item


def _is_guard(statement: syntax.Statement) -> bool:
    if isinstance(statement, syntax.Negated):
        return True
    if isinstance(statement, syntax.Pipeline):
        return _is_guard(statement.commands[-1])
    return isinstance(statement, syntax.Simple) and bool(statement.words) and statement.words[0].source in GUARDS


_READERS: dict[type, str] = {
    syntax.Simple: "_simple",
    syntax.Pipeline: "_pipeline",
    syntax.Background: "_body",
    syntax.Negated: "_body",
    syntax.Group: "_group",
    syntax.If: "_if",
    syntax.Case: "_case",
    syntax.Loop: "_loop",
    syntax.Function: "_function",
}
