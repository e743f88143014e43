"""A shell script as data, read with tree-sitter-bash.

Only what the trace and the file reader need is modelled; whatever else stands in a script comes back as Unreadable, so
that nobody mistakes it for nothing. `line` is always the 0-based line within the text that was parsed.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = 8_192  # characters of a script whose statements are kept
LONG = 131_072  # and of one that is kept as long as few others come

_VARIABLE = regex(r"\$\{?[#!]?(?:[1-9@*#]|(?P<name>[A-Za-z_]\w*))")


@dataclass(frozen=True, slots=True)
class Text:
    """Literal characters of a word, quotes and escapes resolved. An unquoted one may hold globs."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """`$NAME`, `${NAME:-word}`, `$@`, `$1`.

    `operator` is "" or `:-`, `-`, `:=`, `=`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`,
    and `:` for `${1:0:1}` and `${@:2}`.
    """

    name: str
    operator: str
    argument: ShellWord | None
    quoted: bool


@dataclass(frozen=True, slots=True)
class Computed:
    """A part whose value only a run can tell: `$(…)`, arithmetic, a modifier that is not modelled.

    `elements` are those of an array's list, `X=(a b)`, the whole list behind `X+=(c)`.
    """

    source: str
    quoted: bool
    elements: tuple[ShellWord, ...] | None = None


Part: TypeAlias = "Text | Variable | Computed"


@dataclass(frozen=True)
class ShellWord:
    """One word before expansion. `source` is as written, quotes included."""

    source: str
    parts: tuple[Part, ...]

    @cached_property
    def literal(self) -> str | None:
        """What a shell makes of it; None where that hangs on something else."""
        texts = [part.text for part in self.parts if isinstance(part, Text)]
        return "".join(texts) if len(texts) == len(self.parts) else None

    @cached_property
    def commands(self) -> tuple[str, ...]:
        """The shell texts of the `$(…)`, backquotes and `<(…)` in it."""
        return () if self.literal is not None else tuple(text for part in self.parts for text in _commands(part))


def _commands(part: Part) -> Iterator[str]:
    if isinstance(part, Variable):
        yield from part.argument.commands if part.argument else ()
    elif isinstance(part, Computed):
        source = part.source
        if part.elements is not None:
            for element in part.elements:
                yield from element.commands
        elif source.startswith(("$(", "<(", ">(")) and not source.startswith("$((") and source.endswith(")"):
            yield source[2:-1]
        elif source.startswith("`") and source.endswith("`"):
            yield source[1:-1]


@dataclass(frozen=True, slots=True)
class Redirect:
    """`> file`, `2>&1`, `<<EOF`. For a here-document or here-string `body` is its text and `target` None."""

    operator: str
    fd: int | None
    target: ShellWord | None
    body: ShellWord | None = None

    @property
    def commands(self) -> tuple[str, ...]:
        """The shell texts within it: `< <(…)`, `<<< "$(…)"`."""
        return tuple(text for word in (self.target, self.body) if word for text in word.commands)


@dataclass(frozen=True)
class Simple:
    """`A=b cmd arg >file`."""

    assignments: tuple[tuple[str, ShellWord], ...]
    words: tuple[ShellWord, ...]
    redirects: tuple[Redirect, ...]
    line: int

    @cached_property
    def commands(self) -> tuple[str, ...]:
        """The shell texts that stand within its words."""
        words = (*self.words, *(word for _, word in self.assignments))
        return tuple(text for part in (words, self.redirects) for one in part for text in one.commands)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variables that it speaks of, the arguments as `@`, each once."""
        bodies = (redirect.body for redirect in self.redirects if redirect.body)
        words = (*(word for _, word in self.assignments), *self.words, *bodies)
        shifts = ("@",) if self.words and self.words[0].source == "shift" else ()
        found = (match["name"] or "@" for word in words for match in _VARIABLE.finditer(word.source))
        return tuple(dict.fromkeys((*shifts, *found)))

    @cached_property
    def may_write(self) -> bool:
        """May it write a file: by a redirect, as `tee`, `crontab` or `sed`, or as a script in its words?"""
        writes = (word.source in ("tee", "crontab", "sed") or ">" in word.source for word in self.words)
        return bool(self.redirects) or any(writes)

    @cached_property
    def size(self) -> int:
        """How many commands of the usual size it is worth, beside one."""
        return len(self.words) // 64 + sum(len(word.source) for word in self.words) // 4096


@dataclass(frozen=True, slots=True)
class Pipeline:
    commands: tuple[Statement, ...]
    line: int


@dataclass(frozen=True, slots=True)
class AndOr:
    left: Statement
    operator: str  # "&&" or "||"
    right: Statement
    line: int


@dataclass(frozen=True, slots=True)
class Background:
    body: Statement
    line: int


@dataclass(frozen=True, slots=True)
class Negated:
    body: Statement
    line: int


@dataclass(frozen=True, slots=True)
class Group:
    """`{ …; }` or `( … )`, with the redirects that stand behind it."""

    body: tuple[Statement, ...]
    subshell: bool
    redirects: tuple[Redirect, ...]
    line: int


@dataclass(frozen=True, slots=True)
class If:
    """Each branch is its condition and its body; `otherwise` is the else, () where there is none."""

    branches: tuple[tuple[tuple[Statement, ...], tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Case:
    subject: ShellWord
    items: tuple[tuple[tuple[ShellWord, ...], tuple[Statement, ...]], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Loop:
    """`for NAME in WORDS`, `while`, `until`. `name` is None but for `for`; `condition` is () for `for`.

    `until X` is `while ! X`: the last statement of its condition is Negated. `select` is a `for` over a Computed word.
    """

    name: str | None
    words: tuple[ShellWord, ...]
    condition: tuple[Statement, ...]
    body: tuple[Statement, ...]
    redirects: tuple[Redirect, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    body: tuple[Statement, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A syntax error, or a construct that is not modelled. `[[ … ]]` and `(( … ))` are Simple with their name first."""

    source: str
    line: int


Statement: TypeAlias = (
    "Simple | Pipeline | AndOr | Background | Negated | Group | If | Case | Loop | Function | Unreadable"
)


def parse(text: str) -> tuple[Statement, ...]:
    """The statements of a script. Never raises: what cannot be read is in the result as Unreadable.

    CRLF is read as LF and a NUL as nothing. A line of plain words is read without loading the grammar. What was read
    lately is kept: a file that is patched is traced again, and files of one repository share their RUN lines.
    """
    if len(text) <= KEPT:
        return _parse_again(text)
    return _parse_long_again(text) if len(text) <= LONG else _parse(text)


def _parse(text: str) -> tuple[Statement, ...]:
    from fargate_patch.shell.quoting import plain

    text = text.replace("\r\n", "\n").replace("\0", "")
    simple = plain(text)
    if simple is not None:
        return simple
    from fargate_patch.shell.grammar import read

    return read(text)


_parse_again = lru_cache(64)(_parse)
_parse_long_again = lru_cache(4)(_parse)
