"""The inside of a shell word: quotes, escapes and `$…` to parts.

tree-sitter says where a word begins and ends; what its characters mean is read here, in one pass, by the rules of POSIX
shell section 2.2 and bash's `$'…'`. `plain` reads whole command lines that need nothing else.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import zip_longest

from fargate_patch.regex import regex
from fargate_patch.shell.syntax import Computed, Part, ShellWord, Simple, Text, Variable

KEPT = 24  # characters of a word that is kept
DEEPEST = 24  # `${A:-${B:-…}}` beyond this is Computed

_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_BRACED_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
_OPERATOR = regex(r":[-=+?]|[-=+?]|##?|%%?|:(?= *[0-9])|(?=\})")
_UNQUOTED = regex(r"[^\s\\'\"$`<>}]+")
_IN_SINGLE_QUOTES = regex(r"'[^']*'")
_QUOTED = regex(r"[^\\\"$`}]+")
_ANSI = regex(r"\\(?:([abefnrtv\\'\"?E])|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3}))")
_ANSI_LETTERS = dict(zip("abefnrtvE\\'\"?", "\a\b\x1b\f\n\r\t\v\x1b\\'\"?", strict=True))
_ANSI_END = regex(r"(?:[^'\\]|\\.)*'", re.DOTALL)
_DELIMITERS = regex(r"[\\'\"`()\[\]{}]|\$(?=[({\[])")
_CLOSING = {"(": ")", "[": "]", "{": "}", "`": "`", '"': '"'}

_PLAIN_WORD = r"""(?:[A-Za-z0-9_./=:,@%+-]|'[^'\n]*'|"[^"$`\\\n]*")+"""
_PLAIN = regex(rf"[ \t]*(?=[A-Za-z_./'\"][^%@+:, \t]*(?:[ \t]|$))({_PLAIN_WORD}(?:[ \t]+{_PLAIN_WORD})*)[ \t]*\n?")
_RESERVED = frozenset(
    (
        *("if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "in", "select"),
        *("function", "time", "coproc", "[", "]", "export", "declare", "typeset", "local", "readonly"),
        *("unset", "unsetenv"),
    )
)


class WordReader:
    """Reads words out of `text` from `position` on."""

    def __init__(self, text: str, position: int = 0) -> None:
        self.text = text
        self.position = position

    def words(self) -> list[ShellWord]:
        """All words up to the end, split at blanks that are not quoted."""
        found: list[ShellWord] = []
        while True:
            self._skip_blanks()
            if self.position >= len(self.text):
                return found
            start = self.position
            parts = self._parts("", quoted=False, depth=0)
            found.append(ShellWord(self.text[start : self.position], joined(parts)))

    def whole(self, mode: str = "") -> tuple[Part, ...]:
        """Everything to the end as the parts of one word; `mode` "heredoc" leaves quotes alone, "here" keeps blanks."""
        parts: list[Part] = []
        while self.position < len(self.text):
            before = self.position
            parts += self._parts("EOF", quoted=True, depth=0) if mode == "heredoc" else self._parts("", False, 0)
            if self.position == before or (mode != "heredoc" and self.position < len(self.text)):
                parts.append(Text(self.text[self.position], mode == "heredoc"))
                self.position += 1
        return joined(parts)

    def _skip_blanks(self) -> None:
        text = self.text
        while self.position < len(text):
            if text[self.position].isspace():
                self.position += 1
            elif text.startswith("\\\n", self.position):
                self.position += 2
            else:
                return

    def _parts(self, stop: str, quoted: bool, depth: int) -> list[Part]:
        """Parts up to `stop`: "" a blank, `"` or `}` that character, "EOF" the end of the text."""
        parts: list[Part] = []
        text, end = self.text, len(self.text)
        plain = _QUOTED if quoted else _UNQUOTED
        while self.position < end:
            if run := plain.match(text, self.position):
                parts.append(Text(run[0], quoted))
                self.position = run.end()
                continue
            char = text[self.position]
            if char == stop or (stop == "" and char.isspace()):
                break
            if char == "\\":
                self._escape(parts, stop, quoted)
            elif char == "$":
                self._dollar(parts, quoted, depth)
            elif char == "`":
                parts.append(Computed(self._delimited("`"), quoted))
            elif char == '"' and stop != "EOF":
                self._double(parts, depth)
            elif char == "'" and not quoted:
                self._single(parts)
            elif char in "<>" and not quoted and text.startswith("(", self.position + 1):
                self.position += 1
                parts.append(Computed(char + self._delimited("("), quoted))
            else:
                parts.append(Text(char, quoted))
                self.position += 1
        return parts

    def _escape(self, parts: list[Part], stop: str, quoted: bool) -> None:
        escaped = self.text[self.position + 1 : self.position + 2]
        self.position += 1 + len(escaped)
        if escaped == "\n":
            return
        special = escaped in '$`\\"}' if stop == "}" else escaped in ('$`\\"' if stop == '"' else "$`\\")
        if quoted and not (escaped and special):
            escaped = "\\" + escaped
        parts.append(Text(escaped or "\\", True))

    def _single(self, parts: list[Part]) -> None:
        close = self.text.find("'", self.position + 1)
        close = len(self.text) if close < 0 else close
        parts.append(Text(self.text[self.position + 1 : close], True))
        self.position = close + 1

    def _double(self, parts: list[Part], depth: int) -> None:
        self.position += 1
        if depth >= DEEPEST:
            self.position -= 1
            parts.append(Computed(self._delimited('"'), True))
            return
        parts += self._parts('"', True, depth + 1) or [Text("", True)]
        self.position += 1

    def _dollar(self, parts: list[Part], quoted: bool, depth: int) -> None:
        text, start = self.text, self.position
        after = text[start + 1 : start + 2]
        if after == "{":
            parts.append(self._braced(quoted, depth))
        elif after and after in "([":
            self.position += 1
            parts.append(Computed("$" + self._delimited(after), quoted))
        elif after == "'" and not quoted and (ansi := _ANSI_END.match(text, start + 2)):
            parts.append(Text(_ANSI.sub(_ansi, ansi[0][:-1]), True))
            self.position = ansi.end()
        elif after == '"' and not quoted:
            self.position += 1
        elif name := _NAME.match(text, start + 1):
            parts.append(Variable(name[0], "", None, quoted))
            self.position = name.end()
        else:
            parts.append(Text("$", quoted))
            self.position += 1

    def _braced(self, quoted: bool, depth: int) -> Part:
        text, start = self.text, self.position
        name = _BRACED_NAME.match(text, start + 2)
        operator = _OPERATOR.match(text, name.end()) if name else None
        if not name or not operator or depth >= DEEPEST:
            self.position += 1
            return Computed("$" + self._delimited("{"), quoted)
        self.position = begin = operator.end()
        pattern = operator[0] in ("#", "##", "%", "%%")
        parts = self._parts("}", quoted and not pattern, depth + 1)
        argument = ShellWord(text[begin : self.position], joined(parts)) if operator[0] else None
        closed = self.position < len(text)
        self.position = min(self.position + 1, len(text))
        return Variable(name[0], operator[0], argument, quoted) if closed else Computed(text[start:], quoted)

    def _delimited(self, opening: str) -> str:
        """The source from the opening delimiter to the one that closes it, or to the end of the text."""
        start, end = self.position, len(self.text)
        open_ones = [_CLOSING[opening]]
        self.position += 1
        while open_ones and (mark := _DELIMITERS.search(self.text, self.position)):
            char, self.position = mark[0], mark.end()
            if char == "\\":
                self.position += 1
            elif char == open_ones[-1]:
                open_ones.pop()
            elif char == "$" and open_ones[-1] in '"`':
                open_ones.append(_CLOSING[self.text[self.position]])
                self.position += 1
            elif char == "'" and open_ones[-1] != '"':
                close = self.text.find("'", self.position)
                self.position = end if close < 0 else close + 1
            elif char in _CLOSING and (open_ones[-1] not in '"`' or char == "`" or (char == '"' != open_ones[-1])):
                open_ones.append(_CLOSING[char])
        self.position = end if open_ones else min(self.position, end)
        return self.text[start : self.position]


def _ansi(match: re.Match[str]) -> str:
    letter, hexadecimal, unicode, octal = match.groups()
    if letter:
        return _ANSI_LETTERS[letter]
    return chr(int(hexadecimal or unicode, 16) if hexadecimal or unicode else int(octal, 8) & 0xFF)


def joined(parts: list[Part]) -> tuple[Part, ...]:
    """Neighbouring texts of the same quoting made one."""
    if len(parts) < 2:
        return tuple(parts)
    whole: list[Part] = []
    run: list[str] = []
    for part, following in zip_longest(parts, parts[1:]):
        if not isinstance(part, Text):
            whole.append(part)
            continue
        run.append(part.text)
        if not (isinstance(following, Text) and following.quoted == part.quoted):
            whole.append(Text("".join(run), part.quoted))
            run = []
    return tuple(whole)


def read_word(source: str) -> ShellWord:
    """One word, of which `source` is known to be all. Short ones are kept: scripts are made of the same few."""
    return _read_again(source) if len(source) <= KEPT else _read_word(source)


def _read_word(source: str) -> ShellWord:
    if _UNQUOTED.fullmatch(source):
        return ShellWord(source, (Text(source, False),))
    if _IN_SINGLE_QUOTES.fullmatch(source):
        return ShellWord(source, (Text(source[1:-1], True),))
    return ShellWord(source, WordReader(source).whole())


_read_again = lru_cache(4096)(_read_word)


def read_heredoc(body: str) -> ShellWord:
    """The body of a here-document whose delimiter was not quoted."""
    return ShellWord(body, WordReader(body).whole("heredoc"))


def plain(text: str) -> tuple[Simple, ...] | None:
    """A command line of plain words and simple quotes, as the grammar reads it; None where it is more than that."""
    line = _PLAIN.fullmatch(text)
    if not line:
        return None
    words = tuple(WordReader(line[1]).words())
    if words[0].source in _RESERVED or "=" in words[0].source or any(w.source.startswith("=") for w in words):
        return None
    return (Simple((), words, (), 0),)
