"""Wildcards as Docker reads them: Go's `filepath.Match` in COPY, and `.dockerignore` (moby/patternmatcher).

Every pattern becomes a regular expression that matches in one pass: what follows a wildcard is searched from the left
and kept (`(?=(?P<g>…))(?P=g)`, an atomic group), so that no pattern makes the search go back and forth.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_WILDCARDS = 500  # patterns with wildcards in one .dockerignore; a listing tries each on every entry

_STAR, _DEEP = "*", "**"
_TOKEN = regex(r"\*\*/?|\*|\?|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.", re.DOTALL)


class PatternError(ValueError):
    """Raised where a pattern is none for Docker, or cannot be matched in one pass."""


def has_wildcard(pattern: str) -> bool:
    """Would Go's filepath.Match read it as more than its own characters?"""
    return "*" in pattern or "?" in pattern or "[" in pattern


@lru_cache(maxsize=1024)
def component(pattern: str) -> Callable[[str], bool]:
    """A matcher of one path component, by the rules of Go's `filepath.Match` (which knows no `**`)."""
    if pattern == _STAR:
        return lambda _name: True
    tokens = [_STAR if t.startswith("**") else t for t in _tokens(pattern)]
    found = re.compile(_chunk(tokens, [0], final=True) + r"\Z", re.DOTALL)
    return lambda name: found.match(name) is not None


def path_matcher(pattern: str) -> Callable[[str], bool]:
    """A matcher of absolute paths, component by component, as a shell expands a wildcard."""
    parts = [component(p.replace("[!", "[^")) for p in pattern.split("/")]

    def matches(path: str) -> bool:
        names = path.split("/")
        return len(names) == len(parts) and all(fits(name) for fits, name in zip(parts, names, strict=True))

    return matches


def _tokens(pattern: str) -> list[str]:
    """Wildcards as they are (`*`, `**`), everything else as the regular expression of one character."""
    found: list[str] = []
    for match in _TOKEN.finditer(pattern):
        token = match[0]
        if token[0] == "*":
            found.append(_DEEP if token.startswith("**") else _STAR)
        elif token == "?":
            found.append("[^/]")
        elif token[0] == "[" and len(token) > 1:
            found.append(_character_class(token))
        else:
            found.append(re.escape(token[-1]))
    return found


def _character_class(token: str) -> str:
    inner = token[1:-1]
    negated = inner.startswith("^")
    escaped = re.sub(r"\\(.)|([\[\]^&~|\\])", lambda m: "\\" + (m[1] or m[2]), inner[negated:], flags=re.DOTALL)
    text = f"[{'^/' if negated else ''}{escaped}]"
    try:
        re.compile(text)
    except re.error as error:
        raise PatternError(f"{token} is no character class") from error
    return text


def _chunk(tokens: list[str], groups: list[int], final: bool) -> str:
    """The regular expression of tokens without `**`. `groups` counts the groups that are in use."""
    pieces: list[list[str]] = [[]]
    for token in tokens:
        if token == _STAR:
            if len(pieces) == 1 or pieces[-1]:
                pieces.append([])
        else:
            pieces[-1].append(token)
    text = "".join(pieces[0])
    for index, piece in enumerate(pieces[1:], 1):
        if index == len(pieces) - 1 and final:
            text += "[^/]*" + "".join(piece)
        else:
            groups[0] += 1
            text += f"(?=(?P<g{groups[0]}>[^/]*?{''.join(piece)}))(?P=g{groups[0]})"
    return text


def _ignore_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern that matches a path or a folder above it."""
    chunks: list[list[str]] = [[]]
    tokens_of_pattern = _tokens(pattern)
    for token, before in zip(tokens_of_pattern, ["", *tokens_of_pattern], strict=False):
        if token != _DEEP:
            chunks[-1].append(token)
        elif before != _DEEP:
            chunks.append([])
    groups, last = [0], len(chunks) - 1
    rest = tokens_of_pattern[1:]
    suffix_only = last == 1 and pattern.startswith("**") and pattern[2:3] != "/" and _literal(rest) and bool(rest)
    text = _chunk(chunks[0], groups, final=last == 0)
    for index, tokens in enumerate(chunks[1:], 1):
        if index == last:
            anywhere = ".*" if suffix_only or not tokens else "(?:.*/)?"
            text += anywhere + _chunk(tokens, groups, final=True)
            continue
        if tokens[-1:] != ["/"] or (chunks[index - 1] and chunks[index - 1][-1] != "/"):
            raise PatternError(f"{pattern} has `**` inside a name more than once")
        groups[0] += 1
        number = groups[0]
        text += f"(?=(?P<g{number}>(?:.*?/)??{_chunk(tokens, groups, final=False)}))(?P=g{number})"
    return re.compile(text + r"(?:/.*)?\Z", re.DOTALL)


def _literal(tokens: list[str]) -> bool:
    return not any(t in (_STAR, _DEEP) or t.startswith("[") for t in tokens)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Consecutive patterns of one kind. The last rule that matches decides."""

    keeps: bool  # `!`
    literal: frozenset[str]
    wild: tuple[re.Pattern[str], ...]

    def matches(self, path: str, above: Iterable[str]) -> bool:
        return (bool(self.literal) and any(p in self.literal for p in above)) or any(w.match(path) for w in self.wild)


class IgnoreRules:
    """What a `.dockerignore` leaves out. Raises PatternError where Docker would refuse it or it is beyond measure."""

    def __init__(self, text: str) -> None:
        rules: list[_Rule] = []
        literal: set[str] = set()
        wild: list[re.Pattern[str]] = []
        keeps, count = False, 0
        for negated, pattern in _patterns(text):
            if negated != keeps and (literal or wild):
                rules.append(_Rule(keeps, frozenset(literal), tuple(wild)))
                literal, wild = set(), []
            keeps = negated
            if has_wildcard(pattern) or "\\" in pattern:
                count += 1
                wild.append(_ignore_pattern(pattern))
            else:
                literal.add(pattern)
            if count > MOST_WILDCARDS:
                raise PatternError(f"it has more than {MOST_WILDCARDS} patterns with wildcards")
        rules.append(_Rule(keeps, frozenset(literal), tuple(wild)))
        self._rules = tuple(reversed(rules))
        self.has_exceptions = any(r.keeps for r in rules)

    def ignores(self, path: str) -> bool:
        """Is this path, relative to the context, left out? A folder that is may still hold files that are kept."""
        above = [path[:i] for i in range(len(path)) if path[i] == "/"]
        above.append(path)
        return next((not r.keeps for r in self._rules if r.matches(path, above)), False)


def _patterns(text: str) -> Iterable[tuple[bool, str]]:
    """`(negated, cleaned pattern)` of each line that holds one."""
    for raw in text.removeprefix("\ufeff").split("\n"):
        line = "" if raw.startswith("#") else raw.strip()
        if not line:
            continue
        negated = line.startswith("!")
        pattern = line[negated:].strip()
        if not pattern:
            raise PatternError("a lone `!` is no pattern")
        cleaned = posixpath.normpath(pattern).lstrip("/") or "/"
        if cleaned != "/":
            yield negated, cleaned
