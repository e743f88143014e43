"""Shell patterns of `${name#pattern}` and `${name/pattern/text}`: `*` and `?`, in linear time.

Follows `convertShellPatternToRegex` of moby/buildkit's `shell/lex.go`. Go's regular expressions never backtrack and
Python's do, so a pattern is matched here by its pieces between the stars.
"""

from __future__ import annotations

import re

from fargate_patch.dataclass import dataclass

LONGEST = 1000  # characters: a longer pattern is refused, since a piece full of `?` costs its length at every place


@dataclass(frozen=True, slots=True)
class Pattern:
    """The pieces between the stars, each a character or None for `?`; n stars make n + 1 pieces."""

    pieces: tuple[tuple[str | None, ...], ...]

    def reversed(self) -> Pattern:
        return Pattern(tuple(piece[::-1] for piece in self.pieces[::-1]))

    def match(self, text: str, start: int, anchored: bool, greedy: bool) -> tuple[int, int] | None:
        """The leftmost match at or after `start`, as short or as long as can be; only at `start` itself if anchored."""
        first = _compile(self.pieces[0])
        found = first.match(text, start) if anchored else first.search(text, start)
        if found is None:
            return None
        begin, end = found.span()
        if len(self.pieces) == 1:
            return begin, end
        for piece in self.pieces[1:-1]:
            found = _compile(piece).search(text, end)
            if found is None:
                return None
            end = found.end()
        tail = _last(self.pieces[-1], text, end) if greedy else _end(_compile(self.pieces[-1]).search(text, end))
        return None if tail is None else (begin, tail)


def parse_pattern(source: str) -> Pattern:
    """Raises ValueError for an escape that escapes nothing, and for a pattern that is too long."""
    if len(source) > LONGEST:
        raise ValueError("the pattern is too long")
    pieces: list[list[str | None]] = [[]]
    position = 0
    while position < len(source):
        char = source[position]
        following = source[position + 1 : position + 2]
        if char == "*":
            pieces.append([])
        elif char == "?":
            pieces[-1].append(None)
        elif char != "\\":
            pieces[-1].append(char)
        elif following and following in "*?\\":
            pieces[-1].append(following)
            position += 1
        elif not following or following not in "}/":
            raise ValueError(f"`\\{following}` is no escape in a pattern")
        position += 1
    return Pattern(tuple(tuple(piece) for piece in pieces))


def trim_prefix(source: str, value: str, greedy: bool) -> str:
    found = parse_pattern(source).match(value, 0, True, greedy)
    return value[found[1] :] if found else value


def trim_suffix(source: str, value: str, greedy: bool) -> str:
    found = parse_pattern(source).reversed().match(value[::-1], 0, True, greedy)
    return value[: len(value) - found[1]] if found else value


def replace(source: str, value: str, replacement: str, everywhere: bool) -> str:
    """The first match, or each, replaced. An empty match right behind a match does not count."""
    pattern = parse_pattern(source)
    out: list[str] = []
    position = copied = 0
    while position <= len(value) and (found := pattern.match(value, position, False, True)):
        begin, end = found
        out.append(value[copied:begin])
        if end > copied or begin == 0:
            out.append(replacement)
        copied = end
        position = max(position + 1, end)
        if not everywhere:
            break
    return "".join((*out, value[copied:]))


def _compile(piece: tuple[str | None, ...]) -> re.Pattern[str]:
    return re.compile("".join("." if char is None else re.escape(char) for char in piece), re.DOTALL)


def _end(found: re.Match[str] | None) -> int | None:
    return found.end() if found else None


def _last(piece: tuple[str | None, ...], text: str, start: int) -> int | None:
    """The end of the last match of `piece` that begins at or after `start`."""
    regex = _compile(piece)
    for position in range(len(text) - len(piece), start - 1, -1):
        if regex.match(text, position):
            return position + len(piece)
    return None
