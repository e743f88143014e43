"""sed scripts as functions over text, as far as they say plainly what they do and do it in bounded time.

`s`, `d`, `i`, `a`, `c` with no address, a line number, `$`, `/regex/` or a range of two; basic and extended regular
expressions with at most two unbounded repeats. Everything else is not read, and then the file's text is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

MOST_STEPS = 30_000_000  # what the regular expressions may take for one file, at worst
MOST_COMMANDS = 50

Edit: TypeAlias = Callable[[str], "str | None"]

_CLASSES = {
    "space": r"\s", "digit": "0-9", "alpha": "a-zA-Z", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_SHARED_ESCAPES = {
    "n": r"\n",
    "t": r"\t",
    "r": r"\r",
    "f": r"\f",
    "v": r"\v",
    "s": r"\s",
    "S": r"\S",
    "w": r"\w",
    "W": r"\W",
    "b": r"\b",
}
_REPLACEMENT_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


class _NotReadError(Exception):
    """Raised for a script that is not modelled."""


@dataclass(frozen=True, slots=True)
class _Regex:
    pattern: re.Pattern[str]
    repeats: int  # unbounded ones
    anchored: bool

    def cost(self, line: str) -> int:
        return int(len(line) ** (self.repeats + (not self.anchored))) if self.repeats else len(line)


@dataclass(frozen=True, slots=True)
class _Address:
    line: int = 0  # 1-based; 0: none, -1: the last
    regex: _Regex | None = None

    def matches(self, number: int, line: str, last: bool) -> bool:
        if self.regex:
            return self.regex.pattern.search(line) is not None
        return last if self.line == -1 else number == self.line


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    first: _Address | None = None
    second: _Address | None = None
    regex: _Regex | None = None
    text: tuple[str | int, ...] = ()  # a replacement, its groups as numbers; or the text of i, a, c
    everywhere: bool = False


def read_sed(script: str, extended: bool) -> Edit | None:
    """What the script does to a file's text, or None. The function itself gives None where it would take too long."""
    try:
        commands = tuple(_Reader(script, extended).commands())
    except _NotReadError:
        return None
    return lambda text: _apply(commands, text)


def strip_carriage_returns(text: str) -> str:
    """dos2unix."""
    return text.replace("\r\n", "\n")


def _apply(commands: tuple[_Command, ...], text: str) -> str | None:
    ended = text.endswith("\n")
    lines = text.removesuffix("\n").split("\n") if text else []
    regexes = [r for c in commands for r in (c.regex, *(a.regex for a in (c.first, c.second) if a)) if r]
    if sum(r.cost(line) for r in regexes for line in lines) > MOST_STEPS:
        return None
    out: list[str] = []
    inside = [False] * len(commands)
    for number, original in enumerate(lines, 1):
        line: str | None = original
        after: list[str] = []
        for index, command in enumerate(commands):
            if line is None:
                break
            if _selects(command, inside, index, number, line, number == len(lines)):
                line = _one(command, line, out, after)
        out += [*([] if line is None else [line]), *after]
    return "\n".join(out) + ("\n" if ended and out else "")


def _selects(command: _Command, inside: list[bool], index: int, number: int, line: str, last: bool) -> bool:
    if command.first is None:
        return True
    if command.second is None:
        return command.first.matches(number, line, last)
    if inside[index]:
        end = command.second
        inside[index] = not (number >= end.line if end.line > 0 else end.matches(number, line, last))
        return True
    if not command.first.matches(number, line, last):
        return False
    inside[index] = not (0 < command.second.line <= number)
    return True


def _one(command: _Command, line: str, before: list[str], after: list[str]) -> str | None:
    if command.name == "s" and command.regex:
        return command.regex.pattern.sub(lambda m: _filled(command.text, m), line, count=0 if command.everywhere else 1)
    text = "".join(str(t) for t in command.text)
    if command.name == "i":
        before.append(text)
    elif command.name == "a":
        after.append(text)
    elif command.name == "c":
        before.append(text)
        return None
    return None if command.name == "d" else line


def _filled(parts: tuple[str | int, ...], match: re.Match[str]) -> str:
    return "".join(p if isinstance(p, str) else match[p] or "" for p in parts)


class _Reader:
    """A script being read from left to right."""

    def __init__(self, script: str, extended: bool) -> None:
        self.script = script
        self.extended = extended
        self.position = 0

    def peek(self) -> str:
        return self.script[self.position : self.position + 1]

    def commands(self) -> Iterator[_Command]:
        for _ in range(MOST_COMMANDS):
            while self.peek() and self.peek() in " \t\n;":
                self.position += 1
            if not self.peek():
                return
            yield self._command()
        raise _NotReadError

    def _command(self) -> _Command:
        first = self._address()
        second = None
        if first and self.peek() == ",":
            self.position += 1
            second = self._address()
            if second is None:
                raise _NotReadError
        self._blanks()
        name = self.peek()
        self.position += 1
        if name == "s":
            return self._substitution(first, second)
        if name in ("i", "a", "c") and not (name == "c" and second):
            return _Command(name, first, second, text=(self._text(),))
        if name != "d":
            raise _NotReadError
        self._end()
        return _Command(name, first, second)

    def _blanks(self) -> None:
        while self.peek() and self.peek() in " \t":
            self.position += 1

    def _end(self) -> None:
        self._blanks()
        if self.peek() not in ("", ";", "\n"):
            raise _NotReadError

    def _address(self) -> _Address | None:
        if number := re.compile("[1-9][0-9]{0,8}").match(self.script, self.position):
            self.position = number.end()
            return _Address(int(number[0]))
        if self.peek() == "$":
            self.position += 1
            return _Address(-1)
        if self.peek() == "/":
            self.position += 1
            return _Address(regex=_regex(self._until("/"), self.extended, False))
        return None

    def _until(self, delimiter: str) -> str:
        """Up to the delimiter, which is consumed; an escaped one stands for itself."""
        found: list[str] = []
        while (char := self.peek()) != delimiter:
            if char in ("", "\n"):
                raise _NotReadError
            self.position += 1
            if char == "\\":
                following = self.peek()
                self.position += 1
                char = following if following == delimiter else char + following
            elif char == "[" and delimiter != "[" and "]" in self.script[self.position :]:
                end = self._bracket_end()
                if delimiter in self.script[self.position : end]:
                    raise _NotReadError  # sed's versions disagree about a delimiter in brackets
            found.append(char)
        self.position += 1
        return "".join(found)

    def _bracket_end(self) -> int:
        return self.script.index("]", self.position)

    def _substitution(self, first: _Address | None, second: _Address | None) -> _Command:
        delimiter = self.peek()
        if not delimiter or delimiter in "\\\n" or delimiter.isalnum():
            raise _NotReadError
        self.position += 1
        pattern, replacement = self._until(delimiter), self._until_plain(delimiter)
        flags = re.compile("[gIi]*").match(self.script, self.position)
        given = flags[0] if flags else ""
        self.position += len(given)
        self._end()
        regex = _regex(pattern, self.extended, "i" in given.lower())
        text = tuple(_replacement(replacement))
        if any(isinstance(t, int) and t > regex.pattern.groups for t in text):
            raise _NotReadError
        return _Command("s", first, second, regex, text, "g" in given)

    def _until_plain(self, delimiter: str) -> str:
        match = re.compile(rf"(?:[^\\{re.escape(delimiter)}]|\\.)*", re.DOTALL).match(self.script, self.position)
        if not match or self.script[match.end() : match.end() + 1] != delimiter:
            raise _NotReadError
        self.position = match.end() + 1
        return match[0].replace("\\" + delimiter, delimiter) if delimiter not in "&" else match[0]

    def _text(self) -> str:
        r"""`i text`, `i\text`, `i\` and a new line: the rest of the script, up to a line end that is not escaped."""
        self._blanks()
        if self.peek() == "\\":
            self.position += 1
            self._blanks()
            if self.peek() == "\n":
                self.position += 1
        match = re.compile(r"(?:[^\\\n]|\\.)*", re.DOTALL).match(self.script, self.position)
        text = match[0] if match else ""
        self.position += len(text)
        if re.search(r"\\[^\n\\t]", text) or not text:
            raise _NotReadError
        return re.sub(r"\\(.)", lambda m: "\t" if m[1] == "t" else m[1], text, flags=re.DOTALL)


def _replacement(text: str) -> Iterator[str | int]:
    for match in re.finditer(r"\\(.)|(&)|[^\\&]+", text, re.DOTALL):
        escaped = match[1]
        if match[2]:
            yield 0
        elif escaped is None:
            yield match[0]
        elif escaped.isdigit():
            yield int(escaped)
        elif escaped.isalpha() and escaped not in _REPLACEMENT_ESCAPES:
            raise _NotReadError
        else:
            yield _REPLACEMENT_ESCAPES.get(escaped, escaped)


_TOKEN = re.compile(r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\\.|.", re.DOTALL)


def _regex(source: str, extended: bool, ignore_case: bool) -> _Regex:
    """POSIX to Python. A repeat of a group, a back-reference and a third repeat are refused: they can take for ever."""
    if not source:
        raise _NotReadError
    out: list[str] = []
    repeats = 0
    for token in _TOKEN.findall(source):
        operator = (
            token[1:] if not extended and len(token) == 2 and token[1] in "(){}+?|" else token if extended else ""
        )
        before = out[-1] if out else ""
        if token == "*" or operator in ("+", "?"):
            if before in ("", "^", "(", "|"):
                if extended:
                    raise _NotReadError
                out.append(re.escape(token[-1]))
                continue
            if before == ")" or before in ("*", "+", "?"):
                raise _NotReadError
            repeats += token != "?" and operator != "?"
            out.append(operator or token)
        elif operator in ("{", "}"):
            raise _NotReadError
        elif operator in ("(", ")", "|"):
            out.append(operator)
        else:
            out.append(_atom(token, is_first=before in ("", "(", "|"), extended=extended))
    text = "".join(out)
    anchored = text.startswith(("^", ".*"))
    if repeats > 2:
        raise _NotReadError
    try:
        return _Regex(re.compile(text, re.IGNORECASE if ignore_case else 0), repeats, anchored)
    except (re.error, OverflowError):
        raise _NotReadError from None


def _atom(token: str, is_first: bool, extended: bool) -> str:
    if token[0] == "[" and len(token) > 1:
        return _bracket(token)
    if token[0] == "\\" and len(token) == 2:
        if token[1] in _SHARED_ESCAPES:
            return _SHARED_ESCAPES[token[1]]
        if token[1].isalnum() or token[1] in "<>`'":
            raise _NotReadError
        return re.escape(token[1])
    if token == "^":
        return "^" if is_first or extended else r"\^"
    return token if token in (".", "$") else re.escape(token)


def _bracket(token: str) -> str:
    inner = token[1:-1]
    negated = inner.startswith("^")
    out: list[str] = []
    for match in re.finditer(r"\[:(\w+):\]|\\([nrt])|(.)", inner[negated:], re.DOTALL):
        if match[1]:
            if match[1] not in _CLASSES:
                raise _NotReadError
            out.append(_CLASSES[match[1]])
        elif match[2]:
            out.append("\\" + match[2])
        else:
            out.append(match[3] if match[3] == "-" else re.escape(match[3]))
    return f"[{'^' if negated else ''}{''.join(out)}]"
