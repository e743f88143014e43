"""sed scripts as functions over text, as far as they say plainly what they do and do it in bounded time.

`s`, `d`, `i`, `a`, `c` with no address, a line number, `$`, `/regex/` or a range of two; basic and extended regular
expressions with at most two unbounded repeats. Everything else is not read, and then the file's text is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from fargate_patch.chain.files.regex import NotReadError, Regex, read_regex
from fargate_patch.dataclass import dataclass

MOST_STEPS = 30_000_000  # what the regular expressions may take for one file, at worst
MOST_COMMANDS = 50

Edit: TypeAlias = Callable[[str], "str | None"]

_REPLACEMENT_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


@dataclass(frozen=True, slots=True)
class _Address:
    line: int = 0  # 1-based; 0: none, -1: the last
    regex: Regex | None = None

    def matches(self, number: int, line: str, last: bool) -> bool:
        if self.regex:
            return self.regex.pattern.search(line) is not None
        return last if self.line == -1 else number == self.line


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    first: _Address | None = None
    second: _Address | None = None
    regex: Regex | None = None
    text: tuple[str | int, ...] = ()  # a replacement, its groups as numbers; or the text of i, a, c
    everywhere: bool = False


def read_sed(script: str, extended: bool) -> Edit | None:
    """What the script does to a file's text, or None. The function itself gives None where it would take too long."""
    try:
        commands = tuple(_Reader(script, extended).commands())
    except NotReadError:
        return None
    return lambda text: _apply(commands, text)


def strip_carriage_returns(text: str) -> str:
    """dos2unix."""
    return text.replace("\r\n", "\n")


def _apply(commands: tuple[_Command, ...], text: str) -> str | None:
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
        unended = number == len(lines) and not after and not text.endswith("\n")
        out += [*([] if line is None else [line if unended else line + "\n"]), *after]
    return "".join(out)


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
        before.append(text + "\n")
    elif command.name == "a":
        after.append(text + "\n")
    elif command.name == "c":
        before.append(text + "\n")
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
        raise NotReadError

    def _command(self) -> _Command:
        first = self._address()
        second = None
        if first and self.peek() == ",":
            self.position += 1
            second = self._address()
            if second is None:
                raise NotReadError
        self._blanks()
        name = self.peek()
        self.position += 1
        if name == "s":
            return self._substitution(first, second)
        if name in ("i", "a", "c") and not (name == "c" and second):
            return _Command(name, first, second, text=(self._text(),))
        if name != "d":
            raise NotReadError
        self._end()
        return _Command(name, first, second)

    def _blanks(self) -> None:
        while self.peek() and self.peek() in " \t":
            self.position += 1

    def _end(self) -> None:
        self._blanks()
        if self.peek() not in ("", ";", "\n"):
            raise NotReadError

    def _address(self) -> _Address | None:
        if number := re.compile("[1-9][0-9]{0,8}").match(self.script, self.position):
            self.position = number.end()
            return _Address(int(number[0]))
        if self.peek() == "$":
            self.position += 1
            return _Address(-1)
        if self.peek() == "/":
            self.position += 1
            return _Address(regex=read_regex(self._until("/"), self.extended, False))
        return None

    def _until(self, delimiter: str) -> str:
        """Up to the delimiter, which is consumed; an escaped one stands for itself."""
        found: list[str] = []
        while (char := self.peek()) != delimiter:
            if char in ("", "\n"):
                raise NotReadError
            self.position += 1
            if char == "\\":
                following = self.peek()
                self.position += 1
                char = following if following == delimiter else char + following
            elif char == "[" and delimiter != "[" and "]" in self.script[self.position :]:
                end = self._bracket_end()
                if delimiter in self.script[self.position : end]:
                    raise NotReadError  # sed's versions disagree about a delimiter in brackets
            found.append(char)
        self.position += 1
        return "".join(found)

    def _bracket_end(self) -> int:
        return self.script.index("]", self.position)

    def _substitution(self, first: _Address | None, second: _Address | None) -> _Command:
        delimiter = self.peek()
        if not delimiter or delimiter in "\\\n" or delimiter.isalnum():
            raise NotReadError
        self.position += 1
        pattern, replacement = self._until(delimiter), self._until_plain(delimiter)
        flags = re.compile("[gIi]*").match(self.script, self.position)
        given = flags[0] if flags else ""
        self.position += len(given)
        self._end()
        regex = read_regex(pattern, self.extended, "i" in given.lower())
        text = tuple(_replacement(replacement))
        if any(isinstance(t, int) and t > regex.pattern.groups for t in text):
            raise NotReadError
        return _Command("s", first, second, regex, text, "g" in given)

    def _until_plain(self, delimiter: str) -> str:
        match = re.compile(rf"(?:[^\\{re.escape(delimiter)}]|\\.)*", re.DOTALL).match(self.script, self.position)
        if not match or self.script[match.end() : match.end() + 1] != delimiter:
            raise NotReadError
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
            raise NotReadError
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
            raise NotReadError
        else:
            yield _REPLACEMENT_ESCAPES.get(escaped, escaped)
