"""One word, or one line of words, read character by character: what `expand` and the search for here-documents share.

A port of the behaviour of `shell/lex.go` in moby/buildkit's `frontend/dockerfile`. Here are quotes, escapes and blanks;
what a `$` stands for is in `substitution`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import lru_cache

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.words import SPACE
from fargate_patch.regex import regex

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


class Lexer(ABC):
    """One word, or one line of them, being read from left to right."""

    def __init__(self, text: str, escape: str, mode: Mode) -> None:
        self.text = text
        self.escape = escape
        self.mode = mode
        self.raw_escapes = False
        self.position = 0
        self.depth = 0
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

    @abstractmethod
    def _dollar(self) -> str:
        """Read a `$` and what belongs to it, and give what it stands for."""

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
