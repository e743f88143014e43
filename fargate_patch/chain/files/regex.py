"""POSIX regular expressions, basic and extended, in Python's terms, as far as they match in bounded time."""

from __future__ import annotations

import re

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_SHARED_ESCAPES = frozenset("ntrfvsSwWb")


class NotReadError(Exception):
    """Raised for a script that is not modelled."""


@dataclass(frozen=True, slots=True)
class Regex:
    """`power`: the time that a search takes grows with this power of the line's length, at worst."""

    pattern: re.Pattern[str]
    power: int

    def cost(self, line: str) -> int:
        return int(len(line) ** self.power)


_LITERAL = regex(r"[^.\\^$*+?(){}\[\]|]|\\[^\w\s]|\\ ")
_TOKEN = regex(r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\\.|.", re.DOTALL)


def read_regex(source: str, extended: bool, ignore_case: bool) -> Regex:
    """POSIX to Python. A repeat of a group, a back-reference and a third repeat that can be cut in several ways are
    refused: they can take for ever."""
    if not source:
        raise NotReadError
    out: list[str] = []
    for token in _TOKEN.findall(source):
        out.append(_piece(token, out[-1] if out else "", extended))
    ambiguous = sum(_is_ambiguous(out, index, ignore_case) for index, piece in enumerate(out) if piece in ("*", "+"))
    if ambiguous > 2:
        raise NotReadError
    tied = out[0] == "^" or out[:2] == [".", "*"] or not {"*", "+"} & set(out)
    try:
        return Regex(re.compile("".join(out), re.IGNORECASE if ignore_case else 0), ambiguous + (1 if tied else 2))
    except (re.error, OverflowError):
        raise NotReadError from None


def _piece(token: str, before: str, extended: bool) -> str:
    """One token in Python's terms; repeats, groups and `|` come back as themselves."""
    escaped = len(token) == 2 and token[0] == "\\" and token[1] in "(){}+?|"
    operator = token if extended and not escaped else token[1] if escaped and not extended else ""
    if token == "*" or operator in ("+", "?"):
        if before in ("", "^", "(", "|"):
            if extended:
                raise NotReadError
            return re.escape(token[-1])
        if before in (")", "*", "+", "?"):
            raise NotReadError
        return operator or token
    if operator in ("{", "}"):
        raise NotReadError
    if operator in ("(", ")", "|"):
        return operator
    return _atom(token, is_first=before in ("", "(", "|"), extended=extended)


def _is_ambiguous(pieces: list[str], index: int, ignore_case: bool) -> bool:
    """Can what is repeated also match what comes next, so that a failed match is tried again at other lengths?"""
    rest = [p for p in pieces[index + 1 :] if p not in ("(", ")")]
    if not rest or rest == ["$"]:
        return False
    one, other = pieces[index - 1], rest[0]
    if rest[1:2] and rest[1] in ("*", "?"):
        return True
    if ignore_case:
        one, other = one.lower(), other.lower()
    return one == other or not _LITERAL.fullmatch(one) or not _LITERAL.fullmatch(other)


def _atom(token: str, is_first: bool, extended: bool) -> str:
    if token[0] == "[":
        return _bracket(token)
    if token[0] == "\\" and len(token) == 2:
        if token[1] in _SHARED_ESCAPES:
            return token
        if token[1].isalnum() or token[1] in "<>`'":
            raise NotReadError
        return re.escape(token[1])
    if token == "^":
        return "^" if is_first or extended else r"\^"
    return token if token in (".", "$") else re.escape(token)


def _bracket(token: str) -> str:
    if len(token) == 1:
        raise NotReadError
    inner = token[1:-1]
    negated = inner.startswith("^")
    out: list[str] = []
    for match in re.finditer(r"\[:(\w+):\]|\\([nrt])|(.)", inner[negated:], re.DOTALL):
        if match[1]:
            if match[1] not in _CLASSES:
                raise NotReadError
            out.append(_CLASSES[match[1]])
        elif match[2]:
            out.append("\\" + match[2])
        else:
            out.append(match[3] if match[3] == "-" else re.escape(match[3]))
    return f"[{'^' if negated else ''}{''.join(out)}]"
