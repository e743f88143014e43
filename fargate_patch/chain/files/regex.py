"""POSIX regular expressions, basic and extended, in Python's terms, as far as they match in bounded time."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    pattern: re.Pattern[str]
    repeats: int  # unbounded ones
    anchored: bool

    def cost(self, line: str) -> int:
        return int(len(line) ** (self.repeats + (not self.anchored))) if self.repeats else len(line)


_TOKEN = re.compile(r"\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\\.|.", re.DOTALL)


def read_regex(source: str, extended: bool, ignore_case: bool) -> Regex:
    """POSIX to Python. A repeat of a group, a back-reference and a third repeat are refused: they can take for ever."""
    if not source:
        raise NotReadError
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
                    raise NotReadError
                out.append(re.escape(token[-1]))
                continue
            if before == ")" or before in ("*", "+", "?"):
                raise NotReadError
            repeats += token != "?" and operator != "?"
            out.append(operator or token)
        elif operator in ("{", "}"):
            raise NotReadError
        elif operator in ("(", ")", "|"):
            out.append(operator)
        else:
            out.append(_atom(token, is_first=before in ("", "(", "|"), extended=extended))
    text = "".join(out)
    anchored = text.startswith(("^", ".*"))
    if repeats > 2:
        raise NotReadError
    try:
        return Regex(re.compile(text, re.IGNORECASE if ignore_case else 0), repeats, anchored)
    except (re.error, OverflowError):
        raise NotReadError from None


def _atom(token: str, is_first: bool, extended: bool) -> str:
    if token[0] == "[" and len(token) > 1:
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
