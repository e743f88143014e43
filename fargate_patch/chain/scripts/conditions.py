"""`[ … ]`, `test` and `[[ … ]]`, decided as far as values are known; None where only a run can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex
from fargate_patch.shell.globs import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fargate_patch.shell.globs import Glob

MOST_TOKENS = 60

UID_SOURCES = frozenset(("$(id -u)", "`id -u`", "$UID", "$EUID", "${UID}", "${EUID}", "$( id -u )"))

_INTEGER = regex(r"[ \t]*[+-]?[0-9]{1,18}[ \t]*")
_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
_BINARY = frozenset(("=", "==", "!=", "<", ">", "=~", "-nt", "-ot", "-ef", *_NUMBERS))
_UNARY = regex(r"-[a-zA-Z]")
_FILE_IS_THERE = frozenset(("-e", "-f", "-r", "-s", "-x"))


@dataclass(frozen=True, slots=True)
class Token:
    """An operand or operator. `text` None: not known. `pattern` is what it means on the right of `[[ == ]]`."""

    text: str | None
    uid: bool = False  # it is the number of the user
    pattern: Callable[[], Glob | None] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a test may ask about."""

    is_set: Callable[[str], bool | None]
    is_file: Callable[[str], bool | None]
    is_root: bool | None


def decide(operands: Sequence[Token], facts: Facts) -> bool | None:
    """The result of a test without its brackets."""
    if len(operands) > MOST_TOKENS:
        return None
    if not operands:
        return False
    reader = _Expression(operands, facts)
    result = reader.either()
    return result if reader.position == len(operands) else None


class _Expression:
    """Recursive descent over `-o`/`||`, `-a`/`&&`, `!`, parentheses and primaries."""

    def __init__(self, operands: Sequence[Token], facts: Facts) -> None:
        self.operands = operands
        self.facts = facts
        self.position = 0

    def peek(self, ahead: int = 0) -> str | None:
        index = self.position + ahead
        return self.operands[index].text if index < len(self.operands) else None

    def take(self) -> Token:
        self.position += 1
        return self.operands[self.position - 1]

    def either(self) -> bool | None:
        result = self.both()
        while self.peek() in ("-o", "||"):
            self.position += 1
            result = _or(result, self.both())
        return result

    def both(self) -> bool | None:
        result = self.negation()
        while self.peek() in ("-a", "&&"):
            self.position += 1
            result = _and(result, self.negation())
        return result

    def negation(self) -> bool | None:
        negative = False
        while self.peek() == "!" and self.peek(1) not in _BINARY and len(self.operands) - self.position > 1:
            self.position += 1
            negative = not negative
        result = self.primary()
        return result if result is None else result != negative

    def primary(self) -> bool | None:
        left = len(self.operands) - self.position
        if left >= 3 and self.peek(1) in _BINARY:
            return self.binary(self.take(), self.take().text or "", self.take())
        if self.peek() == "(" and left >= 2:
            self.position += 1
            result = self.either()
            if self.peek() != ")":
                self.position = len(self.operands) + 1
            self.position += 1
            return result
        if left >= 2 and _UNARY.fullmatch(self.peek() or "") and self.peek(1) not in ("-a", "-o", "&&", "||", ")"):
            return self.unary(self.take().text or "", self.take())
        if left == 0:
            self.position += 1
            return None
        text = self.take().text
        return None if text is None else text != ""

    def unary(self, operator: str, operand: Token) -> bool | None:
        text = operand.text
        if text is None:
            return None
        if operator in ("-z", "-n"):
            return (text == "") == (operator == "-z")
        if operator == "-v":
            return self.facts.is_set(text)
        return self.facts.is_file(text) if operator in _FILE_IS_THERE else None

    def binary(self, left: Token, operator: str, right: Token) -> bool | None:
        equality = operator in ("=", "==", "!=", "-eq", "-ne")
        equal: bool | None
        if equality and self.facts.is_root is not None and (_asks_for_root(left, right) or _asks_for_root(right, left)):
            equal = self.facts.is_root
        elif operator in ("=", "==", "!="):
            equal = _equal(left, right)
        elif operator in _NUMBERS and left.text and right.text:
            integers = _INTEGER.fullmatch(left.text) and _INTEGER.fullmatch(right.text)
            return _NUMBERS[operator](int(left.text), int(right.text)) if integers else None
        else:
            return None
        return None if equal is None else equal != (operator in ("!=", "-ne"))


def _asks_for_root(one: Token, other: Token) -> bool:
    return one.uid and one.text is None and other.text == "0"


def _equal(left: Token, right: Token) -> bool | None:
    if left.text is None:
        return None
    if right.pattern:
        pattern = right.pattern()
        return None if pattern is None else matches(pattern, left.text)
    return None if right.text is None else left.text == right.text


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return True if left and right else None


def _or(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return False if left is False and right is False else None
