"""One word, or one line of words, read character by character: what `expand` and the search for here-documents share.

A port of the behaviour of `shell/lex.go` in moby/buildkit's `frontend/dockerfile`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.pattern import replace, trim_prefix, trim_suffix
from fargate_patch.dockerfile.words import SPACE
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

DEEPEST = 64  # `${a:-${b:-…}}` within each other; a build has no limit, and no file has more than a few
LONGEST = 1 << 16  # characters of one value: what a few nested references could otherwise grow into


class ExpandError(ValueError):
    """A word that BuildKit refuses: an open quote or brace, a modifier it does not know."""


class RequiredError(ExpandError):
    """`${name:?message}` without a value: the build stops unless the value is given to it."""


class LimitError(ExpandError):
    """A build would go on, but no honest file nests or grows like this."""


@dataclass(frozen=True, slots=True)
class Mode:
    """What is left as it stands."""

    words: bool = False  # several words are wanted, not one
    raw_quotes: bool = False  # quotes are read and kept
    plain_quotes: bool = False  # quotes are characters like others
    keep_unset: bool = False  # `$name` without a value stays
    longest: int = LONGEST


_SPACES = regex(f"[{SPACE}]+")


@lru_cache(maxsize=2)
def _plain(escape: str) -> re.Pattern[str]:
    return re.compile(rf"[^$<'\"/}}{SPACE}{re.escape(escape)}]+")


class Lexer:
    """One word, or one line of them, being read from left to right."""

    def __init__(
        self, text: str, env: Mapping[str, str], escape: str, mode: Mode, unknown: Collection[str] = ()
    ) -> None:
        self.text = text
        self.env = env
        self.escape = escape
        self.mode = mode
        self.unknown = unknown
        self.raw_escapes = False
        self.budget = mode.longest
        self.position = 0
        self.depth = 0
        self.undefined: list[str] = []
        self.word: list[str] = []  # one for all depths: in BuildKit too an inner `${…}` empties the outer one's

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def next(self) -> str:
        char = self.peek()
        self.position += 1
        return char

    def at_end(self) -> bool:
        return self.position >= len(self.text)

    def until(self, stop: str, raw_escapes: bool) -> tuple[str, list[str]]:
        """The text up to `stop` (which is consumed; "" is the end) as one word, and as words."""
        if self.depth > DEEPEST:
            raise LimitError("`${…}` stand within each other too deep")
        outer, self.raw_escapes = self.raw_escapes, raw_escapes
        self.depth += 1
        result: list[str] = []
        words: list[str] = []
        self.word.clear()
        while not self.at_end() and (not stop or self.peek() != stop):
            self._step(result, words)
        if stop and self.at_end():
            raise ExpandError(f"`{stop}` is missing")
        self.position += len(stop)
        self._end_word(words)
        self.depth -= 1
        self.raw_escapes = outer
        return "".join(result), words

    def _step(self, result: list[str], words: list[str]) -> None:
        """Read one run of blanks or of plain characters, or one thing that is special."""
        if spaces := _SPACES.match(self.text, self.position):
            self.position = spaces.end()
            self._end_word(words)
            result.append(spaces[0])
            return
        variable = self.peek() == "$"
        if run := _plain(self.escape).match(self.text, self.position):
            self.position = run.end()
        value = run[0] if run else self._special()
        result.append(value)
        if not self.mode.words:
            return
        for index, part in enumerate(_SPACES.split(value) if variable else (value,)):
            if index:
                self._end_word(words)
            self.word.append(part)

    def _special(self) -> str:
        char = self.peek()
        if char == "$":
            return self._dollar()
        if char == "<":
            return self._heredoc_mark()
        if char in "'\"" and not self.mode.plain_quotes:
            return self._single() if char == "'" else self._double()
        if char == self.escape:
            self.position += 1
            return (char if self.raw_escapes else "") + self.next()
        return self.next()

    def _end_word(self, words: list[str]) -> None:
        if word := "".join(self.word):
            words.append(word)
        self.word.clear()

    def _heredoc_mark(self) -> str:
        """`<`, or `<<` and the blanks behind it (since dockerfile/1.16)."""
        start = self.position
        self.position += 1
        if self.peek() == "<":
            self.position += 1
            while self.peek() and self.peek() in "\t\r ":
                self.position += 1
        return self.text[start : self.position]

    def _single(self) -> str:
        end = self.text.find("'", self.position + 1)
        if end < 0:
            raise ExpandError("a single quote stays open")
        start, self.position = self.position, end + 1
        return self.text[start : end + 1] if self.mode.raw_quotes else self.text[start + 1 : end]

    def _double(self) -> str:
        quote = self.next()
        result = [quote] if self.mode.raw_quotes else []
        while (char := self.peek()) != '"':
            if run := _plain(self.escape).match(self.text, self.position):
                self.position = run.end()
                result.append(run[0])
            elif spaces := _SPACES.match(self.text, self.position):
                self.position = spaces.end()
                result.append(spaces[0])
            elif char == "":
                raise ExpandError("a double quote stays open")
            elif char == "$":
                result.append(self._dollar())
            elif char == self.escape:
                result.append(self._escape_in_double())
            else:
                result.append(self.next())
        self.position += 1
        return "".join((*result, quote)) if self.mode.raw_quotes else "".join(result)

    def _escape_in_double(self) -> str:
        """Only a quote, a dollar and itself can be escaped; before anything else it stays."""
        escape = self.next()
        kept = escape if self.raw_escapes else ""
        following = self.peek()
        if following and following in ('"', "$", self.escape):
            return kept + self.next()
        return kept + (escape if following else "")

    def _dollar(self) -> str:
        self.position += 1
        if self.peek() != "{":
            name = self._name()
            return self._plain_value(name, f"${name}") if name else "$"
        self.position += 1
        if self.peek() in ("", "{", "}", ":"):
            raise ExpandError("bad substitution in `${…}`")
        name = self._name()
        modifier = self.next()
        if modifier == "}":
            return self._plain_value(name, f"${{{name}}}")
        if modifier == "":
            raise ExpandError("`}` is missing")
        return self._within_budget(self._replaced(name) if modifier == "/" else self._modified(name, modifier))

    def _within_budget(self, value: str) -> str:
        self.budget -= len(value)
        if self.budget < 0:
            raise LimitError("the value is too long")
        return value

    def _name(self) -> str:
        text, start = self.text, self.position
        char = self.peek()
        if char.isdecimal():
            while self.peek().isdecimal():
                self.position += 1
        elif char and char in "@*#?-$!0":
            self.position += 1
        else:
            while (char := self.peek()) and (char.isalpha() or char.isdecimal() or char == "_"):
                self.position += 1
        return text[start : self.position]

    def _get(self, name: str) -> str | None:
        return "" if name in self.unknown else self.env.get(name)

    def _plain_value(self, name: str, source: str) -> str:
        value = self._get(name)
        if value is None and self.mode.keep_unset:
            return self._within_budget(source)
        if value is None or name in self.unknown:
            self.undefined.append(name)
        return self._within_budget(value or "")

    def _modified(self, name: str, modifier: str) -> str:
        null_is_unset = modifier == ":"
        kind = self.next() if null_is_unset else modifier
        shown = modifier + kind if null_is_unset else kind
        trims = kind in ("#", "%")
        known = kind in ("-", "+", "?", "#", "%")
        if not (known or null_is_unset) or (trims and null_is_unset):
            raise ExpandError(f"`{shown}` in `${{…}}` is not supported")
        mark = len(self.undefined)
        word, _ = self.until("}", trims)
        value = self._get(name)
        if value is None and self.mode.keep_unset:
            return f"${{{name}{shown}{word}}}"
        if not known:  # refused only where there is a value, so that `${X:=y}` hides no here-document
            raise ExpandError(f"`{shown}` in `${{…}}` is not supported")
        unknown = name in self.unknown
        if trims:
            self.undefined += [name] if unknown or value is None else []
            return _trim(kind, word, value or "")
        missing = value is None or (null_is_unset and value == "" and not unknown)
        if kind == "?" and missing:
            raise RequiredError(f"{name} {word or 'must be given'}")
        takes_word = missing if kind == "-" else kind == "+" and not missing
        if not takes_word:
            del self.undefined[mark:]
        self.undefined += [name] if unknown else []
        return word if takes_word else "" if kind == "+" else value or ""

    def _replaced(self, name: str) -> str:
        everywhere = self.peek() == "/"
        self.position += everywhere
        source, _ = self.until("/", True)
        replacement, _ = self.until("}", True)
        value = self._get(name)
        if value is None and self.mode.keep_unset:
            return f"${{{name}/{source}/{replacement}}}"
        if value is None or name in self.unknown:
            self.undefined.append(name)
        try:
            return replace(source, value or "", replacement, everywhere)
        except ValueError as error:
            raise ExpandError(str(error)) from None


def _trim(kind: str, word: str, value: str) -> str:
    greedy = word.startswith(kind)
    try:
        return (trim_prefix if kind == "#" else trim_suffix)(word[greedy:], value, greedy)
    except ValueError as error:
        raise ExpandError(str(error)) from None
