"""Shell text as what flows where: pipelines, and the file that their output goes to.

Read from the parsed statements, so that a comment is none, and a line that `echo` only prints is known to be printed.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, pairwise, zip_longest
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex
from fargate_patch.shell import syntax
from fargate_patch.shell.interpreter import SHELLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EXPANDED = "\ufffc"  # stands in a text for what the shell puts there
DEEPEST = 3  # scripts in `sh -c` within each other
MOST_BEHIND = 4  # commands of a pipeline that begins with a group, for which each command of the group is one of it
_NAME = regex(r"\A\$(\w+)\Z")
_WRITES = (">", ">>", ">|", "&>", "&>>")


@dataclass(frozen=True, slots=True)
class Written:
    """A line that echo, printf or a here-document writes. EXPANDED stands for what the shell puts: `expanded`."""

    text: str
    expanded: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The line and what is expanded in it, for a look at what is mentioned."""
        return " ".join((self.text, *self.expanded))

    @property
    def filled(self) -> str:
        """The line with what is expanded in its place, a variable in braces."""
        pieces = self.text.split(EXPANDED)
        sources = (_NAME.sub(r"${\1}", source) for source in (*self.expanded, ""))
        return "".join(piece + source for piece, source in zip(pieces, sources, strict=False))


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


def flows_of(text: str) -> tuple[Flow, ...]:
    """Every pipeline of a script's text. Kept as its statements are: they are asked for again as often."""
    return _flows_again(text) if len(text) <= syntax.KEPT else tuple(flows(syntax.parse(text)))


@lru_cache(64)
def _flows_again(text: str) -> tuple[Flow, ...]:
    return tuple(flows(syntax.parse(text)))


def flows(statements: Sequence[syntax.Statement], depth: int = 0) -> Iterator[Flow]:
    """Every pipeline of a script, each branch, loop and function included, in the order of the text."""
    waiting: list[tuple[syntax.Statement, syntax.Redirect | None]] = [(s, None) for s in reversed(statements)]
    while waiting:
        statement, outer = waiting.pop()
        if isinstance(statement, syntax.Simple):
            yield from _flow((statement,), outer, depth)
        elif isinstance(statement, syntax.Pipeline) and all(isinstance(c, syntax.Simple) for c in statement.commands):
            yield from _flow(tuple(c for c in statement.commands if isinstance(c, syntax.Simple)), outer, depth)
        elif shared := _shared(statement):
            waiting += [(s, outer) for s in reversed(shared)]
        else:
            inside = _output(getattr(statement, "redirects", ())) or outer
            waiting += [(s, inside) for s in reversed(_inside(statement))]


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


def _flow(commands: tuple[syntax.Simple, ...], outer: syntax.Redirect | None, depth: int) -> Iterator[Flow]:
    last = commands[-1]
    inline = _inline(last)
    if inline is not None and depth < DEEPEST:
        for flow in flows(syntax.parse(inline), depth + 1):
            yield Flow(flow.commands, flow.target, flow.append, last.line, flow.written)
        return
    target, append = _target(last, outer)
    yield Flow(commands, target, append, last.line, _text(commands))


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


def _text(commands: Sequence[syntax.Simple]) -> tuple[Written, ...]:
    """What the first command of the pipeline writes, where that is plain to see, and nothing behind it changes it."""
    first = commands[0]
    if any(program(c) not in ("tee", "cat", "crontab") for c in commands[1:]):
        return ()
    name = program(first)
    if name in ("echo", "printf"):
        options = [w.source for w in first.words[1:] if w.source.startswith("-") and len(w.source) <= 3]
        words = [_pieces(w) for w in first.words[1:] if w.source not in options]
        text = _formatted([text for text, _ in words]) if name == "printf" else " ".join(text for text, _ in words)
        if name == "printf" or any("e" in option for option in options):
            text = text.replace("\\n", "\n")
        return _lines(text, (source for _, sources in words for source in sources))
    bodies = [r.body for c in commands for r in c.redirects if r.body is not None]
    if name in ("cat", "tee") and bodies:
        text, sources = _pieces(bodies[0])
        return _lines(text, iter(sources))
    return ()


def _formatted(words: Sequence[str]) -> str:
    """What printf makes of a format and its arguments: the format again for as long as there are any."""
    form, *arguments = words or [""]
    places = form.count("%s")
    if EXPANDED in form or not places:
        return "\n".join(words)
    rounds = [arguments[n : n + places] for n in range(0, len(arguments), places)] or [[]]
    pieces = form.split("%s")
    return "".join(p + a for these in rounds for p, a in zip_longest(pieces, these, fillvalue=""))


def _lines(text: str, sources: Iterator[str]) -> tuple[Written, ...]:
    """The lines that are not blank, each with as many of the sources as it has places for."""
    found = (Written(line, tuple(islice(sources, line.count(EXPANDED)))) for line in text.split("\n"))
    return tuple(line for line in found if line.text.strip())


def _pieces(word: syntax.ShellWord) -> tuple[str, tuple[str, ...]]:
    """A word's literal text, EXPANDED where the shell puts something else, and what it puts there as written."""
    text = "".join(p.text.replace(EXPANDED, "") if isinstance(p, syntax.Text) else EXPANDED for p in word.parts)
    sources = tuple(
        part.source if isinstance(part, syntax.Computed) else f"${part.name}"
        for part in word.parts
        if not isinstance(part, syntax.Text)
    )
    return text, sources


def literal(word: syntax.ShellWord) -> str | None:
    """A word that the shell leaves as it is; None for any other."""
    return word.literal


def program(command: syntax.Simple) -> str:
    """The base name of a command, sudo's own left out; "" where it is computed or there is none."""
    words = [literal(word) for word in command.words[:2]]
    first = words[1] if len(words) > 1 and words[0] == "sudo" else words[0] if words else None
    return (first or "").rpartition("/")[2]


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
