"""How many steps a backtracking matcher takes, counted: Python's `re` goes through its alternatives in this order.

And texts on which a pattern may take many: for each of its repeats, what leads there, and what is repeated.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

try:
    from re import _constants as op
    from re import _parser as parser
except ImportError:  # Python 3.10
    import sre_constants as op
    import sre_parse as parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Nodes = Sequence[tuple[Any, Any]]

IGNORECASE, MULTILINE, DOTALL = int(re.IGNORECASE), int(re.MULTILINE), int(re.DOTALL)
ONE_CHARACTER = (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN)
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
VARIANTS = 3
FEW = 20  # a repeat with a bound is a factor, however large: counted as at most this many
SAMPLES = "a0A \t\n_-./:=\"'$\\{}()[];&|#!%@*,<>`~\0\xe9"
CATEGORIES = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    op.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    op.CATEGORY_NOT_WORD: lambda c: not c.isalnum() and c != "_",
}


class TooManyStepsError(Exception):
    """Raised by a matcher that was to take no more."""


def parsed(source: str | bytes, flags: int) -> Nodes:
    return list(parser.parse(source, flags))


def accepts(kind: Any, value: Any, char: str, flags: int) -> bool:
    if flags & IGNORECASE:
        flags &= ~IGNORECASE
        return accepts(kind, value, char.lower(), flags) or accepts(kind, value, char.upper(), flags)
    if kind is op.ANY:
        return char != "\n" or bool(flags & DOTALL)
    if kind is op.IN:
        negated = value[0][0] is op.NEGATE
        return any(accepts(*each, char, flags) for each in value[negated:]) != negated
    if kind is op.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if kind is op.CATEGORY:
        return CATEGORIES[value](char)
    return (ord(char) == value) == (kind is op.LITERAL)


class Matcher:
    """A pattern's nodes at work on one text, with a number of steps to take at most."""

    def __init__(self, text: str, most: int) -> None:
        self.text = text
        self.steps = 0
        self.most = most
        self.groups: dict[int, str] = {}

    def first(self, nodes: Nodes, at: int, flags: int) -> int | None:
        return next(self.ends(nodes, at, flags), None)

    def step(self) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise TooManyStepsError

    def ends(self, nodes: Nodes, at: int, flags: int) -> Iterator[int]:
        """Where these nodes, matched from `at`, can end, in the order in which that is tried."""
        if not nodes:
            yield at
            return
        for end in self.of(*nodes[0], at, flags):
            yield from self.ends(nodes[1:], end, flags)

    def of(self, kind: Any, value: Any, at: int, flags: int) -> Iterator[int]:
        self.step()
        if kind in ONE_CHARACTER:
            if at < len(self.text) and accepts(kind, value, self.text[at], flags):
                yield at + 1
        elif kind in REPEATS:
            least, most, nodes = value
            most = most if most is op.MAXREPEAT else min(most, max(least, FEW))
            yield from self.repeated(kind, list(nodes), least, most, at, flags)
        elif kind is op.SUBPATTERN:
            for end in self.ends(list(value[3]), at, (flags | value[1]) & ~value[2]):
                self.groups[value[0]] = self.text[at:end]
                yield end
        elif kind is op.BRANCH:
            for nodes in value[1]:
                yield from self.ends(list(nodes), at, flags)
        elif self.holds(kind, value, at, flags):
            yield at + (len(self.groups[value]) if kind is op.GROUPREF else 0)

    def repeated(self, kind: Any, nodes: Nodes, least: int, most: int, at: int, flags: int) -> Iterator[int]:
        """The longest first, or (lazy) the shortest. A repeat of nothing is none; `way` has each repeat."""
        lazy = kind is op.MIN_REPEAT
        way = [(at, self.ends(nodes, at, flags))]
        if lazy and not least:
            yield at
        while way:
            start, found = way[-1]
            end = next((e for e in found if e > start), None) if len(way) <= most else None
            if end is not None:
                way.append((end, self.ends(nodes, end, flags)))
                if lazy and len(way) > least:
                    yield end
            else:
                way.pop()
                if not lazy and len(way) >= least:
                    self.step()
                    yield start

    def holds(self, kind: Any, value: Any, at: int, flags: int) -> bool:
        if kind is op.GROUPREF:
            return self.text.startswith(self.groups.get(value, "\0\0"), at)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            start = at if value[0] > 0 else at - value[1].getwidth()[0]
            return (start >= 0 and self.first(list(value[1]), start, flags) is not None) == (kind is op.ASSERT)
        before, behind = self.text[at - 1 : at] if at else "", self.text[at : at + 1]
        lines = bool(flags & MULTILINE)
        word = CATEGORIES[op.CATEGORY_WORD]
        return {
            op.AT_BEGINNING: not at or (lines and before == "\n"),
            op.AT_BEGINNING_STRING: not at,
            op.AT_END: not behind or self.text[at:] == "\n" or (lines and behind == "\n"),
            op.AT_END_STRING: not behind,
            op.AT_BOUNDARY: word(before) != word(behind),
            op.AT_NON_BOUNDARY: word(before) == word(behind),
        }[value]


def steps(nodes: Nodes, flags: int, method: str, text: str, most: int) -> int:
    """What `pattern.method(text)` takes. Raises TooManyStepsError where that is more than `most`."""
    matcher = Matcher(text, most)
    if method == "fullmatch":
        nodes = [*nodes, (op.AT, op.AT_END_STRING)]
    if method in ("match", "fullmatch"):
        matcher.first(nodes, 0, flags)
        return matcher.steps
    at = 0
    while at <= len(text):
        end = matcher.first(nodes, at, flags)
        if end is not None and method == "search":
            break
        at = max(at + 1, end or 0)
    return matcher.steps


def example(nodes: Nodes, which: int, word: str = "") -> str:
    """A text that the nodes match; another `which`, another character and another alternative.

    A repeat takes `word` where it can.
    """
    return "".join(_example(kind, value, which, word) for kind, value in nodes)


def _example(kind: Any, value: Any, which: int, word: str = "") -> str:
    if kind in ONE_CHARACTER:
        fit = [c for c in SAMPLES if accepts(kind, value, c, 0)] or [chr(value) if kind is op.LITERAL else "Z"]
        return fit[which % len(fit)]
    if kind in REPEATS:
        (inner, detail), *more = value[2]
        if word and not more and inner in ONE_CHARACTER and all(accepts(inner, detail, c, 0) for c in word):
            return word
        return example(value[2], which, word) * max(value[0], 1)
    if kind is op.SUBPATTERN:
        return example(value[3], which, word)
    if kind is op.BRANCH:
        return example(value[1][which % len(value[1])], which, word)
    return ""


def attacks(nodes: Nodes) -> list[tuple[str, str]]:
    """What stands first, and what is repeated behind it: a repeat of the pattern, the whole of it, or all but its end.

    What is repeated may hold the pattern's first word, so that each of them is a place where it could begin. There is
    none for a pattern whose repeats all have a bound: the number of times that it looks at a place is its own.
    """
    first = "".join(chr(value) for _, value in takewhile(lambda n: n[0] is op.LITERAL, nodes))
    pumps = set(_pumps(nodes, "", first))
    wholes = [example(nodes, which) for which in range(VARIANTS)] if pumps else []
    return sorted(pumps | {("", w) for w in wholes if w} | {("", w[:-1]) for w in wholes if w[1:]})


def _pumps(nodes: Nodes, before: str, first: str) -> Iterator[tuple[str, str]]:
    """For each repeat without a bound, a text that leads to it and one that it takes."""
    for kind, value in nodes:
        if kind in REPEATS and value[1] is op.MAXREPEAT:
            yield from ((before, example(value[2], which)) for which in range(VARIANTS))
            yield before, _example(kind, value, 0, first)
        for inner in _inner(kind, value):
            yield from _pumps(list(inner), before, first)
        before += _example(kind, value, 0)


def _inner(kind: Any, value: Any) -> Sequence[Nodes]:
    if kind in REPEATS:
        return [value[2]]
    if kind is op.SUBPATTERN:
        return [value[3]]
    if kind is op.BRANCH:
        return list(value[1])
    return [value[1]] if kind in (op.ASSERT, op.ASSERT_NOT) else []
