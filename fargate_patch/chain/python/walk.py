"""A walk through a Python program in its own order, down every branch that is not decided, for what it starts.

A function of its own that is called is walked with its arguments; one that nobody seems to call (a handler, a method, a
thread's target) is walked at the end, for what it may start. Only what a program does with literals, lists, f-strings
and the environment is understood; the rest is not known, and is no reason to say anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Launch, Place
from fargate_patch.chain.python import calls, expressions, statements
from fargate_patch.chain.python.state import ARGUMENTS, ENVIRONMENT, FOLDER, USER, End, Outcome, State
from fargate_patch.chain.python.values import INHERITED, Value, unknown

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Sequence

    from fargate_patch.chain.python.imports import Globals
    from fargate_patch.chain.python.starting import Command
    from fargate_patch.chain.python.state import AnyFunction, Scope

MOST_STEPS = 30_000  # statements and expressions
DEEPEST = 60  # statements, expressions and calls within each other


class TooMuchError(Exception):
    """The program takes more steps, or nests more deeply, than is followed."""


def walk(program: ast.Module, scope: Scope) -> Outcome:
    """What it starts is told once; what it ends with, or turns into, lasts."""
    walker = Walker(scope)
    whole = walker.followed(lambda: walker.block(program.body))
    end = walker.state
    if walker.last is not None:
        walker.lasting.add(walker.last)
    whole = whole and walker.followed(walker.handlers)
    found = dict.fromkeys(
        Launch(one.argv, one.user, one.place, one.variables, number in walker.lasting, one.folder, input=one.input)
        for number, one in enumerate(walker.found)
    )
    user = end.values[USER]
    named = str(user) if isinstance(user, (str, int)) and "\0" not in str(user) else None
    return Outcome(tuple(found), named, end.values[ENVIRONMENT], end.end is End.REPLACED, whole)


class Walker:
    """`state` is the path that is being walked, `found` what was started, `last` what it has done last."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        user: Value = unknown("user") if scope.user is None else scope.user
        values: dict[str, Value] = {
            "__name__": "__main__",
            "sys.executable": "python3",
            ARGUMENTS: scope.arguments,
            ENVIRONMENT: {INHERITED: ""},
            USER: user,
            FOLDER: "",
        }
        self.state = State(values)
        self.given = dict(scope.variables)
        self.modules: dict[str, str] = {}  # by the name that the program has for it, or for what is in it
        self.functions: dict[str, AnyFunction] = {}
        self.methods: dict[str, AnyFunction] = {}
        self.defined: dict[AnyFunction, None] = {}
        self.imported: set[str] = set()
        self.exported: dict[str, AnyFunction] = {}  # of imported modules, by their whole names
        self.globals: dict[ast.AST, Globals] = {}  # of the functions of imported modules
        self.called: set[ast.AST] = set()
        self.calling: list[ast.AST] = []
        self.returned: list[Value] = []
        self.found: list[Launch] = []
        self.lasting: set[int] = set()
        self.last: int | None = None
        self.steps = self.depth = 0
        self.at_start = True

    def followed(self, way: Callable[[], None]) -> bool:
        """Walk it, and say whether that came to its end."""
        try:
            way()
        except TooMuchError:
            return False
        return True

    def value(self, node: ast.expr) -> Value:
        self.deeper()
        found = expressions.value(self, node)
        self.steps += len(found) // 32 if isinstance(found, (str, tuple, dict)) else 0
        self.depth -= 1
        return found

    def deeper(self) -> None:
        self.steps += 1
        self.depth += 1
        if self.steps > MOST_STEPS or self.depth > DEEPEST:
            raise TooMuchError

    def fork(self) -> State:
        """The state for one of several paths."""
        self.steps += len(self.state.values) // 16
        return State(dict(self.state.values), self.state.end)

    def start(self, command: Command, node: ast.AST, named: dict[str, Value], replaces: bool) -> None:
        one = calls.launch(self, command, node, named)
        self.steps += len(one.argv) // 4 + len(one.variables)
        self.found.append(one)
        number = len(self.found) - 1
        self.last = number if self.at_start and one.argv[0].known else None
        if replaces:
            self.lasting |= {number} if self.at_start else set()
            self.end(End.REPLACED)

    def end(self, end: End) -> None:
        """`return os.execvp(…)` and `sys.exit(main())` come no further than what is within."""
        self.state.end = max(self.state.end, end)

    def place(self, node: ast.AST) -> Place:
        line = 0 if self.scope.single_line else getattr(node, "lineno", 1) - 1
        return Place(self.scope.place.file, self.scope.place.line + line)

    def handlers(self) -> None:
        """What nobody is seen to call: it may be, at any time. Some of it is only defined in there."""
        self.at_start = False
        ended = self.state
        while waiting := [function for function in self.defined if function not in self.called]:
            for function in waiting:
                if function in self.called:
                    continue
                self.state = State(ended.values)
                self.state = self.fork()
                self.called.add(function)
                calls.bind(self, function, (), {}, known=False)
                self.block(function.body)

    def block(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            if self.state.end:
                break
            self.deeper()
            statements.statement(self, statement)
            self.depth -= 1
