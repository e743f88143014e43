"""A simple command of a RUN, as events: what it is called with, what it reads, what it writes and to which file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING

from fargate_patch.chain.files.changes import SameAs, absolute
from fargate_patch.chain.files.events import Argument, Event, Output, Step, Unread, Written
from fargate_patch.chain.files.folders import CRONTABS
from fargate_patch.chain.files.invocation import without_prefixes
from fargate_patch.chain.files.output import echo, heredoc, printf
from fargate_patch.chain.model import Place
from fargate_patch.chain.scripts.words import LONGEST, expand, value
from fargate_patch.dataclass import dataclass, field
from fargate_patch.shell import syntax

if TYPE_CHECKING:
    from collections import ChainMap
    from collections.abc import Iterable
    from typing import TypeAlias

    from fargate_patch.chain.model import Word
    from fargate_patch.chain.scripts.state import Body, Unit

    Assignments: TypeAlias = tuple[tuple[str, syntax.ShellWord], ...]

SHOWN = 60  # characters of a command
WILD = frozenset("*?[(")  # `(` of `!(x)`, which stands unquoted in no other word
QUIET = frozenset(("true", ":", "touch", "mkdir", "rm", "chmod", "chown", "ln", "set", "cp", "mv", "sleep"))


@dataclass(slots=True)
class State:
    folder: str | None
    variables: ChainMap[str, str | None]
    wild: set[str] = field(default_factory=set)  # variables that hold a wildcard
    maybe: str = ""
    depth: int = 0
    arguments: tuple[Word, ...] | None = ()  # $1 …
    exported: set[str] = field(default_factory=set)
    functions: dict[str, Body] = field(default_factory=dict)
    user: str = ""  # whom a `su` has made of the RUN's own

    def inner(self, maybe: str = "") -> State:
        """For a subshell or a branch: what is set in it is gone behind it."""
        return State(
            self.folder,
            self.variables.new_child(),
            set(self.wild),
            self.maybe or maybe,
            self.depth + 1,
            self.arguments,
            set(self.exported),
            dict(self.functions),
            self.user,
        )

    def seen_by(self, word: syntax.ShellWord) -> ChainMap[str, str | None]:
        """The variables, and the folder as PWD for a word that asks for it."""
        asks = "pwd" in word.source or "PWD" in word.source
        return self.variables.new_child({"PWD": self.folder}) if asks else self.variables


class TooMuchError(Exception):
    """Raised where a RUN is longer than anybody writes."""


class Commands(ABC):
    """Simple commands being run one after the other. `found` are their events."""

    def __init__(self, found: list[Event], unit: Unit, bash: bool, budget: int) -> None:
        """`unit` says where the text stands that is being read. `bash`: it is known to be one that reads it."""
        self.found, self.unit = found, unit
        self._bash, self._budget = bash, budget

    @abstractmethod
    def _block(self, body: Iterable[syntax.Statement], state: State, given: Output, whole: bool = False) -> Output:
        """Run statements with an input, and give their output."""

    @abstractmethod
    def _called(self, argv: tuple[Argument, ...], given: Output, state: State, line: int) -> Output | None:
        """Run a function, or a script that is known, and give its output; None where it is neither."""

    def _at(self, line: int) -> Place:
        unit = self.unit
        return unit.place if unit.single_line else Place(unit.place.file, unit.place.line + line)

    def _add(self, event: Event) -> None:
        self._budget -= 1
        self.found.append(event)

    def _simple(self, statement: syntax.Simple, state: State, given: Output) -> Output:
        if not statement.words:
            for name, word in statement.assignments:
                state.variables[name] = value(word, state.seen_by(word), state.arguments)
            return self._redirected((), statement.redirects, state, statement.line, "a redirect")
        argv = self._arguments(statement.words, state)
        given = self._input(statement.redirects, state, given)
        by = " ".join(" ".join(w.source for w in statement.words[: SHOWN + 1]).split())
        by = by if len(by) <= SHOWN else by[: SHOWN - 1] + "…"
        out = self._alone(statement.assignments, argv, given, state, statement.line, by) if argv else ()
        return self._redirected(out, statement.redirects, state, statement.line, by)

    def _alone(
        self, own: Assignments, argv: tuple[Argument, ...], given: Output, state: State, line: int, by: str
    ) -> Output:
        """A command with the variables that are set for it alone."""
        if not own:
            return self._command(argv, given, state, line, by)
        inner = state.inner()
        for name, word in own:
            inner.variables[name] = value(word, state.seen_by(word), state.arguments)
            inner.exported.add(name)
        out = self._command(argv, given, inner, line, by)
        state.folder = inner.folder
        return out

    def _command(self, argv: tuple[Argument, ...], given: Output, state: State, line: int, by: str = "") -> Output:
        argv = without_prefixes(argv)
        if not argv or not argv[0].known:
            return (Unread(by or "a command"),)
        by = by or " ".join(a.text for a in argv)[:SHOWN]
        name = argv[0].text.rpartition("/")[2]
        if name == "crontab" and state.user:
            argv = (*argv[:1], Argument("-u"), Argument(state.user), *argv[1:])
        step = Step(argv, given, state.folder, self._at(line), by, state.maybe)
        if name in ("cd", "pushd"):
            self._cd(argv[1:], state)
            return ()
        if name in ("export", "readonly", "local", "declare", "typeset"):
            for word in argv[1:]:
                key, equals, text = word.text.partition("=")
                if equals:
                    state.variables[key] = text if word.known else None
                if name == "export":
                    state.exported.add(key)
            return ()
        if name in ("shift", "set"):
            state.arguments = _set_arguments(argv, state.arguments)
            return ()
        if name == "tee":
            self._tee(step, given)
            return given
        if (out := self._called(argv, given, state, line)) is not None:
            return out
        self._add(step)
        return self._output(name, step)

    def _cd(self, arguments: tuple[Argument, ...], state: State) -> None:
        rest = [a for a in arguments if a.text not in ("-P", "-L", "--", ">", "-e")]
        if len(rest) != 1 or not rest[0].known or rest[0].wild or rest[0].text.startswith(("~", "-")):
            state.folder = None
        else:
            state.folder = absolute(rest[0].text, state.folder)

    def _tee(self, step: Step, given: Output) -> None:
        append = any(a.text in ("-a", "--append") for a in step.argv[1:])
        for target in step.argv[1:]:
            if not target.text.startswith("-"):
                self._add(Written(target, given, append, step.folder, step.place, step.by, step.maybe))

    def _output(self, name: str, step: Step) -> Output:
        """What the command writes to its standard output."""
        if name in QUIET:
            return ()
        if name not in ("echo", "printf", "cat", "crontab"):
            return (Unread(step.by),)
        words = step.argv[1:]
        texts = [a.text for a in words]
        plain = all(a.known and not a.wild for a in words)
        if name in ("echo", "printf") and plain:
            text = echo(texts, self._bash) if name == "echo" else printf(texts)
            return (Unread(f"{step.by}, which not every shell does alike") if text is None else text,)
        if name == "cat" and not any(t.startswith("-") and t != "-" for t in texts):
            return self._cat(step, plain)
        if name == "crontab" and "-l" in texts:
            user = texts[texts.index("-u") + 1 :][:1] if "-u" in texts else ["root"]
            return (SameAs(f"{CRONTABS}/{user[0] if user else ''}", or_empty=True),)
        return (Unread(step.by),)

    def _cat(self, step: Step, plain: bool) -> Output:
        words = step.argv[1:]
        if not words:
            return step.input
        paths = [absolute(a.text, step.folder) for a in words]
        if not plain or not all(paths) or any(a.text == "-" or a.text.startswith("/dev/") for a in words):
            return step.input if [a.text for a in words] in (["-"], ["/dev/stdin"]) else (Unread(step.by),)
        return tuple(SameAs(p) for p in paths if p)

    def _arguments(self, words: Iterable[syntax.ShellWord], state: State) -> tuple[Argument, ...]:
        found: list[Argument] = []
        for word in words:
            first = word.parts[0] if len(word.parts) == 1 else None
            if isinstance(first, syntax.Text) and len(first.text) <= LONGEST:  # as most words are
                found.append(_argument(first.text, first.quoted))
                continue
            wild = any(_is_wild(part, state) for part in word.parts)
            found += [Argument(w.text, w.known, wild) for w in expand(word, state.seen_by(word), state.arguments)]
        return tuple(found)

    def _input(self, redirects: tuple[syntax.Redirect, ...], state: State, given: Output) -> Output:
        for redirect in redirects:
            if redirect.body is not None:
                text = heredoc(redirect.body, state.variables, state.arguments)
                given = (Unread("a here-document with values that are not known") if text is None else text,)
                if redirect.operator == "<<<" and text is not None:
                    given = (text + "\n",)
            elif redirect.operator == "<" and redirect.target is not None:
                path = _single(expand(redirect.target, state.variables, state.arguments), state.folder)
                given = (SameAs(path),) if path else (Unread("a file that is not known"),)
        return given

    def _redirected(
        self, out: Output, redirects: tuple[syntax.Redirect, ...], state: State, line: int, by: str
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
            line += any(r.body is not None for r in redirects)
            if len(target) == 1 and not target[0].text.startswith("/dev/"):
                self._add(Written(target[0], out, append, state.folder, self._at(line), by, state.maybe))
            out = ()
        return out


@lru_cache(1024)
def _argument(text: str, quoted: bool) -> Argument:
    return Argument(text, True, not quoted and not WILD.isdisjoint(text))


def _is_wild(part: syntax.Part, state: State) -> bool:
    if isinstance(part, syntax.Text):
        return not part.quoted and not WILD.isdisjoint(part.text)
    return isinstance(part, syntax.Variable) and part.name in state.wild


def _set_arguments(argv: tuple[Argument, ...], before: tuple[Word, ...] | None) -> tuple[Word, ...] | None:
    """`shift` and `set`; None where what is left is not known."""
    given = [a.text for a in argv[1:]]
    if argv[0].text == "set":
        return before if given and all(text[0:1] in ("-", "+") and text != "--" for text in given) else None
    return before[1:] if before and not given and before[0].known else None


def _single(words: tuple[Word, ...], folder: str | None) -> str | None:
    return absolute(words[0].text, folder) if len(words) == 1 and words[0].known else None
