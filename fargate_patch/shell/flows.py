"""Shell text as what flows where: pipelines, and the file that their output goes to.

Read from the parsed statements, so that a comment is none, and a line that `echo` only prints is known to be printed.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.shell import syntax
from fargate_patch.shell.interpreter import SHELLS
from fargate_patch.shell.written import lines_of, literal, program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fargate_patch.shell.written import Written

MOST_ROUNDS = 16  # of a loop over words
DEEPEST = 3  # scripts in `sh -c` within each other
MOST_BEHIND = 4  # commands of a pipeline that begins with a group, for which each command of the group is one of it
_WRITES = (">", ">>", ">|", "&>", "&>>")


@dataclass(frozen=True, slots=True)
class Flow:
    """A pipeline. `target` is the file that its output goes to, None where it is printed. `line` is 0-based."""

    commands: tuple[syntax.Simple, ...]
    target: syntax.ShellWord | None
    append: bool
    line: int
    written: tuple[Written, ...] = ()  # the lines, where it is plain to see what is written

    @property
    def programs(self) -> tuple[str, ...]:
        """The base names of the commands, "" where one is computed."""
        return tuple(program(command) for command in self.commands)

    @property
    def source(self) -> str:
        """Every word and redirect as written, for a look at what is mentioned."""
        return " | ".join(
            " ".join((*(w.source for w in c.words), *(r.target.source for r in c.redirects if r.target)))
            for c in self.commands
        )


@dataclass(frozen=True, slots=True)
class _Around:
    """What a command stands in: where its output goes, and the variable of a loop with the values it has in turn."""

    output: syntax.Redirect | None = None
    rounds: tuple[tuple[str, str], ...] = ()


def flows_of(text: str) -> tuple[Flow, ...]:
    """Every pipeline of a script's text. Kept as its statements are: they are asked for again as often."""
    return _flows_again(text) if len(text) <= syntax.KEPT else tuple(flows(syntax.parse(text)))


@lru_cache(64)
def _flows_again(text: str) -> tuple[Flow, ...]:
    return tuple(flows(syntax.parse(text)))


def flows(statements: Sequence[syntax.Statement], depth: int = 0) -> Iterator[Flow]:
    """Every pipeline of a script, each branch, loop and function included, in the order of the text."""
    waiting: list[tuple[syntax.Statement, _Around]] = [(s, _Around()) for s in reversed(statements)]
    while waiting:
        statement, around = waiting.pop()
        if isinstance(statement, syntax.Simple):
            yield from _flow((statement,), around, depth)
        elif isinstance(statement, syntax.Pipeline) and all(isinstance(c, syntax.Simple) for c in statement.commands):
            yield from _flow(tuple(c for c in statement.commands if isinstance(c, syntax.Simple)), around, depth)
        elif shared := _shared(statement):
            waiting += [(s, around) for s in reversed(shared)]
        else:
            inside = _within(statement, around)
            waiting += [(s, inside) for s in reversed(_inside(statement))]


def _within(statement: syntax.Statement, around: _Around) -> _Around:
    """What holds for the commands of a compound one."""
    output = _output(getattr(statement, "redirects", ())) or around.output
    if isinstance(statement, syntax.Loop) and statement.name and len(statement.words) <= MOST_ROUNDS:
        values = [word.literal for word in statement.words]
        rounds = tuple((statement.name, value) for value in values if value is not None)
        return _Around(output, rounds if len(rounds) == len(values) else ())
    return around if output is around.output else _Around(output, around.rounds)


def _shared(statement: syntax.Statement) -> tuple[syntax.Statement, ...]:
    """`( a; b ) | c` as `a | c; b | c`; () for anything else, and where much stands behind the group."""
    commands = statement.commands if isinstance(statement, syntax.Pipeline) else ()
    if not 1 < len(commands) <= MOST_BEHIND or not isinstance(commands[0], syntax.Group):
        return ()
    each = (s.commands if isinstance(s, syntax.Pipeline) else (s,) for s in commands[0].body)
    return tuple(syntax.Pipeline((*first, *commands[1:]), statement.line) for first in each)


def _inside(statement: syntax.Statement) -> tuple[syntax.Statement, ...]:
    if isinstance(statement, syntax.Pipeline):
        return statement.commands
    if isinstance(statement, syntax.AndOr):
        return (statement.left, statement.right)
    if isinstance(statement, syntax.Background | syntax.Negated):
        return (statement.body,)
    if isinstance(statement, syntax.Group | syntax.Function):
        return statement.body
    if isinstance(statement, syntax.If):
        branches = (s for condition, body in statement.branches for s in (*condition, *body))
        return (*branches, *statement.otherwise)
    if isinstance(statement, syntax.Case):
        return tuple(s for _, body in statement.items for s in body)
    if isinstance(statement, syntax.Loop):
        return (*statement.condition, *statement.body)
    return ()


def _flow(commands: tuple[syntax.Simple, ...], around: _Around, depth: int) -> Iterator[Flow]:
    last = commands[-1]
    inline = _inline(last)
    if inline is not None and depth < DEEPEST:
        for flow in flows(syntax.parse(inline), depth + 1):
            yield Flow(flow.commands, flow.target, flow.append, last.line, flow.written)
        return
    target, append = _target(last, around.output)
    rounds = around.rounds or (("", ""),)
    written = tuple(line for of_loop in rounds for line in lines_of(commands, of_loop))
    yield Flow(commands, target, append, last.line, written)


def _inline(command: syntax.Simple) -> str | None:
    """The script of `sh -c '…'`, where it stands there in plain."""
    if program(command) not in SHELLS:
        return None
    words = [literal(word) for word in command.words[1:]]
    for option, script in pairwise(words):
        if option and option.startswith("-") and option.endswith("c"):
            return script
        if not option or not option.startswith("-"):
            return None
    return None


def _target(last: syntax.Simple, outer: syntax.Redirect | None) -> tuple[syntax.ShellWord | None, bool]:
    found = _output(last.redirects)
    if program(last) == "tee":
        options = [w.source for w in last.words[1:] if w.source.startswith("-")]
        files = [w for w in last.words[1:] if not w.source.startswith("-")]
        return (files[0] if files else None), any(o in ("-a", "--append") for o in options)
    redirect = found or outer
    if redirect is None or redirect.target is None or redirect.target.source.startswith(("/dev/", "&")):
        return None, False
    return redirect.target, redirect.operator.endswith(">>")


def _output(redirects: Sequence[syntax.Redirect]) -> syntax.Redirect | None:
    return next((r for r in reversed(redirects) if r.operator in _WRITES and r.fd in (None, 1) and r.target), None)


def path_of(word: syntax.ShellWord, variables: Mapping[str, str], home: str) -> str:
    """The path that a word means: `~` and $HOME are `home`; a variable that is not known stays."""
    parts: list[str] = []
    for part in word.parts:
        if isinstance(part, syntax.Text):
            parts.append(part.text)
        elif isinstance(part, syntax.Variable):
            parts.append(home if part.name == "HOME" else variables.get(part.name, f"${part.name}"))
        else:
            parts.append(part.source)
    path = "".join(parts)
    return home + path[1:] if path.startswith("~/") else path
