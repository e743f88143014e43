"""RUN lines as the commands that they run, in order, with what is known of each: words, input, output, folder.

A build runs a script once, with variables that the Dockerfile shows, and fails where it fails; so a plain `a && b; c`
is known to run. What stands in a branch, in a loop over unknown things or behind `||` is marked as not sure.
"""

from __future__ import annotations

import posixpath
from collections import ChainMap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fargate_patch.chain import shell
from fargate_patch.chain.files.changes import SameAs, absolute
from fargate_patch.chain.files.events import Argument, Event, Obscure, Output, Step, Unread, Written
from fargate_patch.chain.files.invocation import SHELLS, inline_script, script_of, without_prefixes
from fargate_patch.chain.files.output import LARGEST, echo, printf
from fargate_patch.chain.words import expand, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from fargate_patch.chain.files.surroundings import Surroundings
    from fargate_patch.chain.model import Word

MOST_STEPS = 20_000
MOST_ROUNDS = 64  # values of a `for` that are gone through one by one
DEEPEST = 40  # compound commands, and scripts in `sh -c`, within each other

GUARDS = frozenset(("[", "[[", "test", "grep", "egrep", "which", "command", "type", "id", "getent", "diff", "cmp"))
WILD = frozenset("*?[")


@dataclass(slots=True)
class _State:
    folder: str | None
    variables: ChainMap[str, str | None]
    wild: set[str] = field(default_factory=set)  # variables that hold a wildcard
    maybe: str = ""
    depth: int = 0

    def inner(self, maybe: str = "") -> _State:
        """For a subshell or a branch: what is set in it is gone behind it."""
        return _State(self.folder, self.variables.new_child(), set(self.wild), self.maybe or maybe, self.depth + 1)


class _TooMuchError(Exception):
    """Raised where a RUN is longer than anybody writes."""


def read_run(here: Surroundings, line: int) -> tuple[Event, ...]:
    """The events of a RUN, those of a script that is too long cut off with an Obscure. `line` is the instruction's."""
    return _Reading(here, line).events


class _Reading:
    """One RUN being walked through."""

    def __init__(self, here: Surroundings, line: int) -> None:
        self.events: tuple[Event, ...] = ()
        self._found: list[Event] = []
        self._budget = MOST_STEPS
        self._line, self._fixed = line, not here.instruction.heredocs
        state = _State(here.workdir, ChainMap({}, here.variables))  # type: ignore[arg-type]
        self._bash = bool(here.shell) and posixpath.basename((here.shell or ("",))[0]) == "bash"
        script = script_of(here)
        try:
            if isinstance(script[1], int):
                text, offset = str(script[0]), script[1]
                self._script(text, offset, state)
            else:
                self._command(tuple(Argument(str(a)) for a in script), (), state, 0)
        except _TooMuchError:
            self._found.append(Obscure(str(script[0]), self._line))
        self.events = tuple(self._found)

    def _script(self, text: str, offset: int, state: _State) -> None:
        self._line += offset
        first, _, rest = text.partition("\n")
        if first.startswith("#!"):
            if _interpreter(first) not in SHELLS:
                self._found.append(Obscure(rest, self._line))
                return
            self._bash = _interpreter(first) == "bash"
        self._block(shell.parse(text), state, (), whole=True)

    def _at(self, line: int) -> int:
        return self._line if self._fixed else self._line + line

    def _add(self, event: Event) -> None:
        self._budget -= 1
        self._found.append(event)

    def _block(self, body: Iterable[shell.Statement], state: _State, given: Output, whole: bool = False) -> Output:
        statements = tuple(body)
        out: list[str | SameAs | Unread] = []
        for index, statement in enumerate(statements):
            out += self._statement(statement, state, given, decides=whole and index == len(statements) - 1)
        return tuple(out)

    def _statement(self, statement: shell.Statement, state: _State, given: Output, decides: bool = False) -> Output:
        """What it writes. `decides`: its success is the RUN's, so that all of an `a && b` must have run."""
        self._budget -= 1
        if state.depth > DEEPEST or self._budget < 0:
            raise _TooMuchError
        if isinstance(statement, shell.AndOr):
            return self._list(statement, state, given, decides)
        read: Callable[[object, _State, Output], Output] | None = getattr(self, _READERS.get(type(statement), ""), None)
        if read:
            return read(statement, state, given)
        self._add(Obscure(getattr(statement, "source", ""), self._at(statement.line)))
        return (Unread("what cannot be read"),)

    def _pipeline(self, statement: shell.Pipeline, state: _State, given: Output) -> Output:
        for command in statement.commands:
            given = self._statement(command, state, given)
        return given

    def _body(self, statement: shell.Background | shell.Negated, state: _State, given: Output) -> Output:
        return self._statement(statement.body, state, given)

    def _group(self, statement: shell.Group, state: _State, given: Output) -> Output:
        inner = state.inner() if statement.subshell else state
        inner.depth += not statement.subshell
        out = self._block(statement.body, inner, self._input(statement.redirects, state, given))
        inner.depth -= not statement.subshell
        return self._redirected(out, statement.redirects, state, statement.line, "{ … }")

    def _case(self, statement: shell.Case, state: _State, given: Output) -> Output:
        for _, body in statement.items:
            self._branch(body, state, given, "in a branch of a `case`")
        return (Unread("case"),)

    def _function(self, statement: shell.Function, state: _State, _given: Output) -> Output:
        self._branch(statement.body, state, (Unread("a function"),), f"in the function {statement.name}")
        return ()

    def _list(self, statement: shell.AndOr, state: _State, given: Output, decides: bool) -> Output:
        out: list[str | SameAs | Unread] = []
        guarded = ""
        for operator, item in _flat(statement):
            doubt = "behind `||`, which runs only where the command before fails" if operator == "||" else guarded
            if doubt and not (operator == "&&" and decides):
                self._branch((item,), state, given, doubt)
                out.append(Unread("a command that may not run"))
            else:
                out += self._statement(item, state, given)
            guarded = "behind a test" if _is_guard(item) or (guarded and operator == "&&") else ""
        return tuple(out)

    def _branch(self, body: Iterable[shell.Statement], state: _State, given: Output, maybe: str) -> Output:
        """Something that may not run: what it sets is not known behind it."""
        inner = state.inner(maybe)
        out = self._block(body, inner, given)
        for name in inner.variables.maps[0]:
            state.variables[name] = None
        if inner.folder != state.folder:
            state.folder = None
        return out

    def _if(self, statement: shell.If, state: _State, given: Output) -> Output:
        for index, (condition, body) in enumerate(statement.branches):
            if index:
                self._branch(condition, state, given, "in a branch of an `if`")
            else:
                self._block(condition, state, given)
            self._branch(body, state, given, "in a branch of an `if`")
        self._branch(statement.otherwise, state, given, "in a branch of an `if`")
        return (Unread("if"),)

    def _loop(self, statement: shell.Loop, state: _State, given: Output) -> Output:
        values = self._arguments(statement.words, state) if statement.name else ()
        given = self._input(statement.redirects, state, given)
        if not statement.name or len(values) > MOST_ROUNDS or not all(v.known for v in values):
            inner = state.inner("in a loop")
            if statement.name:
                inner.variables[statement.name] = None
            self._branch((*statement.condition, *statement.body), inner, given, "in a loop")
            return self._redirected((Unread("a loop"),), statement.redirects, state, statement.line, "a loop")
        out: list[str | SameAs | Unread] = []
        state.depth += 1
        for each in values:
            state.variables[statement.name] = each.text
            state.wild = state.wild | {statement.name} if each.wild else state.wild - {statement.name}
            out += self._block(statement.body, state, given)
        state.depth -= 1
        return self._redirected(tuple(out), statement.redirects, state, statement.line, "a loop")

    def _simple(self, statement: shell.Simple, state: _State, given: Output) -> Output:
        if not statement.words:
            for name, word in statement.assignments:
                state.variables[name] = value(word, state.variables, ())
            return self._redirected((), statement.redirects, state, statement.line, "a redirect")
        argv = self._arguments(statement.words, state)
        given = self._input(statement.redirects, state, given)
        source = " ".join(w.source for w in statement.words)
        by = " ".join(source.split())
        by = by if len(by) <= 60 else by[:59] + "…"
        out = self._command(argv, given, state, statement.line, by) if argv else ()
        return self._redirected(out, statement.redirects, state, statement.line, by)

    def _command(self, argv: tuple[Argument, ...], given: Output, state: _State, line: int, by: str = "") -> Output:
        argv = without_prefixes(argv)
        if not argv or not argv[0].known:
            return (Unread(by or "a command"),)
        by = by or " ".join(a.text for a in argv)[:60]
        name = posixpath.basename(argv[0].text)
        step = Step(argv, given, state.folder, self._at(line), by, state.maybe)
        if name in ("cd", "pushd"):
            self._cd(argv[1:], state)
            return ()
        if name in ("export", "readonly", "local", "declare", "typeset"):
            for word in argv[1:]:
                key, equals, text = word.text.partition("=")
                if equals:
                    state.variables[key] = text if word.known else None
            return ()
        if name == "tee":
            self._tee(step, given)
            return given
        if argv[0].text in SHELLS and (script := inline_script(argv)):
            return self._nested(script, given, state, line)
        self._add(step)
        return self._output(name, step)

    def _nested(self, script: str, given: Output, state: _State, line: int) -> Output:
        inner = state.inner()
        inner.depth += 8
        before = self._line, self._fixed
        self._line, self._fixed = self._at(line), True
        out = self._block(shell.parse(script), inner, given)
        self._line, self._fixed = before
        return out

    def _cd(self, arguments: tuple[Argument, ...], state: _State) -> None:
        rest = [a for a in arguments if a.text not in ("-P", "-L", "--", ">", "-e")]
        if len(rest) != 1 or not rest[0].known or rest[0].wild or rest[0].text.startswith(("~", "-")):
            state.folder = None
        else:
            state.folder = absolute(rest[0].text, state.folder)

    def _tee(self, step: Step, given: Output) -> None:
        append = any(a.text in ("-a", "--append") for a in step.argv[1:])
        for target in step.argv[1:]:
            if not target.text.startswith("-"):
                self._add(Written(target, given, append, step.folder, step.line, step.by, step.maybe))

    def _output(self, name: str, step: Step) -> Output:
        """What the command writes to its standard output."""
        words = step.argv[1:]
        texts = [a.text for a in words]
        plain = all(a.known and not a.wild for a in words)
        if name in ("echo", "printf") and plain:
            text = echo(texts, self._bash) if name == "echo" else printf(texts)
            return (Unread(f"{step.by}, which not every shell does alike") if text is None else text,)
        if name == "cat" and not any(t.startswith("-") and t != "-" for t in texts):
            return self._cat(step, plain)
        if name == "crontab" and texts[:1] == ["-l"]:
            return (SameAs("/var/spool/cron/crontabs/root", or_empty=True),)
        quiet = name in ("true", ":", "touch", "mkdir", "rm", "chmod", "chown", "ln", "set", "cp", "mv", "sleep")
        return () if quiet else (Unread(step.by),)

    def _cat(self, step: Step, plain: bool) -> Output:
        words = step.argv[1:]
        if not words:
            return step.input
        paths = [absolute(a.text, step.folder) for a in words]
        if not plain or not all(paths) or any(a.text == "-" or a.text.startswith("/dev/") for a in words):
            return step.input if [a.text for a in words] in (["-"], ["/dev/stdin"]) else (Unread(step.by),)
        return tuple(SameAs(p) for p in paths if p)

    def _arguments(self, words: Iterable[shell.ShellWord], state: _State) -> tuple[Argument, ...]:
        found: list[Argument] = []
        for word in words:
            wild = any(isinstance(p, shell.Text) and not p.quoted and WILD & set(p.text) for p in word.parts) or any(
                isinstance(p, shell.Variable) and p.name in state.wild for p in word.parts
            )
            found += (Argument(w.text, w.known, wild) for w in expand(word, state.variables, ()))
        return tuple(found)

    def _input(self, redirects: tuple[shell.Redirect, ...], state: _State, given: Output) -> Output:
        for redirect in redirects:
            if redirect.body is not None:
                text = _text(redirect.body, state.variables)
                given = (Unread("a here-document with values that are not known") if text is None else text,)
                if redirect.operator == "<<<" and text is not None:
                    given = (text + "\n",)
            elif redirect.operator == "<" and redirect.target is not None:
                path = _single(expand(redirect.target, state.variables, ()), state.folder)
                given = (SameAs(path),) if path else (Unread("a file that is not known"),)
        return given

    def _redirected(
        self, out: Output, redirects: tuple[shell.Redirect, ...], state: _State, line: int, by: str
    ) -> Output:
        for redirect in redirects:
            if (
                redirect.target is None
                or redirect.operator not in (">", ">>", ">|", "&>", "&>>")
                or redirect.fd not in (None, 1)
            ):
                continue
            target = self._arguments((redirect.target,), state)
            append = redirect.operator.endswith(">>")
            line += not self._fixed and any(r.body is not None for r in redirects)
            if len(target) == 1 and not target[0].text.startswith("/dev/"):
                self._add(Written(target[0], out, append, state.folder, self._at(line), by, state.maybe))
            out = ()
        return out


def _flat(statement: shell.AndOr) -> Iterator[tuple[str, shell.Statement]]:
    """The commands of `a && b || c` from left to right, each with the operator in front of it."""
    pending: list[tuple[str, shell.Statement]] = [("", statement)]
    while pending:
        operator, item = pending.pop()
        if isinstance(item, shell.AndOr):
            pending += [(item.operator, item.right), (operator, item.left)]
        else:
            yield operator, item


def _interpreter(first_line: str) -> str:
    """The program of a `#!` line."""
    words = first_line[2:].split()
    if words and words[0].endswith("/env"):
        del words[0]
    return posixpath.basename(words[0]) if words else ""


def _is_guard(statement: shell.Statement) -> bool:
    if isinstance(statement, shell.Negated):
        return True
    if isinstance(statement, shell.Pipeline):
        return _is_guard(statement.commands[-1])
    return isinstance(statement, shell.Simple) and bool(statement.words) and statement.words[0].source in GUARDS


def _text(body: shell.ShellWord, variables: Mapping[str, str | None]) -> str | None:
    """A here-document's text; a long one of literal characters is no less known than a short one."""
    if all(isinstance(p, shell.Text) for p in body.parts):
        text = "".join(p.text for p in body.parts if isinstance(p, shell.Text))
        return text if len(text) <= LARGEST else None
    parts = [
        p.text if isinstance(p, shell.Text) else value(shell.ShellWord("", (p,)), variables, ()) for p in body.parts
    ]
    return None if any(p is None for p in parts) else "".join(p or "" for p in parts)[:LARGEST]


def _single(words: tuple[Word, ...], folder: str | None) -> str | None:
    return absolute(words[0].text, folder) if len(words) == 1 and words[0].known else None


_READERS: dict[type, str] = {
    shell.Simple: "_simple",
    shell.Pipeline: "_pipeline",
    shell.Background: "_body",
    shell.Negated: "_body",
    shell.Group: "_group",
    shell.If: "_if",
    shell.Case: "_case",
    shell.Loop: "_loop",
    shell.Function: "_function",
}
