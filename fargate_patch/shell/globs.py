"""Shell patterns: `*`, `?`, `[a-z]` against text, in time proportional to pattern times text whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_STEPS = 10_000  # pattern length times text length beyond this is not tried

_BRACKET = regex(r"\[([!^]?)(\]?[^\]\[]*)\]")
_EXTENDED = regex(r"[?*+@!]\(")


@dataclass(frozen=True, slots=True)
class OneOf:
    """A character of a set: a literal, `?` (everything is not in the empty set) or `[…]`."""

    characters: str
    negated: bool = False

    def __contains__(self, character: str) -> bool:
        return (character in self.characters) != self.negated

    @property
    def is_literal(self) -> bool:
        return len(self.characters) == 1 and not self.negated


@dataclass(frozen=True, slots=True)
class Star:
    """Any number of any characters."""


Glob: TypeAlias = "tuple[OneOf | Star, ...]"

_ANY = OneOf("", negated=True)


def read_glob(pieces: Sequence[tuple[str, bool]]) -> Glob | None:
    """The pattern of texts, each quoted or not. None for what is not modelled: extended patterns, `[[:digit:]]`."""
    tokens: list[OneOf | Star] = []
    for text, quoted in pieces:
        if quoted:
            tokens += [OneOf(c) for c in text]
            continue
        if _EXTENDED.search(text):
            return None
        read = _unquoted(text)
        if read is None:
            return None
        tokens += read
    return tuple(tokens)


def _unquoted(text: str) -> list[OneOf | Star] | None:
    tokens: list[OneOf | Star] = []
    position = 0
    while position < len(text):
        char = text[position]
        if char == "[":
            bracket = _BRACKET.match(text, position)
            if not bracket or "[" in bracket[2]:
                return None
            characters = _characters(bracket[2])
            if characters is None:
                return None
            tokens.append(OneOf(characters, negated=bool(bracket[1])))
            position = bracket.end()
            continue
        tokens.append(Star() if char == "*" else _ANY if char == "?" else OneOf(char))
        position += 1
    return tokens


def _characters(source: str) -> str | None:
    """The characters of a bracket: `a-z` spelled out. None for a range beyond ASCII."""
    found: list[str] = []
    position = 0
    while position < len(source):
        if source[position + 1 : position + 2] == "-" and position + 2 < len(source):
            first, last = ord(source[position]), ord(source[position + 2])
            if max(first, last) > 127:
                return None
            found += [chr(c) for c in range(first, last + 1)]
            position += 3
        else:
            found.append(source[position])
            position += 1
    return "".join(found)


def prefixes(pattern: Glob, text: str) -> list[int] | None:
    """Lengths of the beginnings of `text` that the pattern matches, in order. None: too much to try."""
    if len(pattern) * len(text) > MOST_STEPS:
        return None
    states = _after_stars(pattern, {0})
    lengths = [0] if len(pattern) in states else []
    for position, character in enumerate(text):
        moved: set[int] = set()
        for state in states:
            token = pattern[state] if state < len(pattern) else None
            if isinstance(token, Star):
                moved.add(state)
            elif token is not None and character in token:
                moved.add(state + 1)
        states = _after_stars(pattern, moved)
        if not states:
            break
        if len(pattern) in states:
            lengths.append(position + 1)
    return lengths


def _after_stars(pattern: Glob, states: set[int]) -> set[int]:
    """The states and those that a star lets the match skip to."""
    reached = set(states)
    for state in states:
        following = state
        while following < len(pattern) and isinstance(pattern[following], Star):
            following += 1
            reached.add(following)
    return reached


def matches(pattern: Glob, text: str) -> bool | None:
    """Whether the pattern matches all of the text. None: too much to try."""
    lengths = prefixes(pattern, text)
    return None if lengths is None else bool(lengths) and lengths[-1] == len(text)
