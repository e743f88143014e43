"""The text of one instruction, taken apart: flags, exec form, words, `NAME=value` pairs.

The rules are those of `parser/split_command.go` and `parser/line_parsers.go` in moby/buildkit's `frontend/dockerfile`.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache

from fargate_patch.regex import regex

SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What Go's `unicode.IsSpace` is true for. Python's own idea of a blank has U+001C to U+001F as well."""

_ASCII_SPACE = "\t\n\v\f\r "  # flags are read byte by byte
_BLANKS = regex(r"[\t\v\f\r ]+")
_SURROGATES = regex("[\ud800-\udfff]")


class InstructionError(ValueError):
    """An instruction's text is not what BuildKit's parser accepts. The message is a sentence without a line."""


def split_blanks(text: str, limit: int = 0) -> list[str]:
    """Words between blanks, at most `limit` + 1 of them (0: all); quotes mean nothing here."""
    return _BLANKS.split(text, limit) if text else []


def split_flags(text: str, escape: str = "\\") -> tuple[tuple[str, ...], str]:
    """The flags in front (`--from=build`, in order, quotes resolved) and what follows them."""
    if not text.startswith("--"):
        return (), text.strip(SPACE)
    flags: list[str] = []
    position = 0
    while text.startswith("--", position := _skip_space(text, position)):
        word, position = _flag_word(text, position, escape)
        if word == "--":
            break
        flags.append(word)
    return tuple(flags), text[position:].strip(SPACE)


def flag_values(flags: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Flag names without their dashes to all values that were given: `--mount` may stand several times.

    A flag without `=` (`--link`) has the value "true", as BuildKit reads it.
    """
    values: dict[str, tuple[str, ...]] = {}
    for flag in flags:
        name, equals, value = flag[2:].partition("=")
        values[name] = (*values.get(name, ()), value if equals else "true")
    return values


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _ASCII_SPACE:
        position += 1
    return position


def _flag_word(text: str, position: int, escape: str) -> tuple[str, int]:
    """The word at `position` and where it ends; the escape character goes, in quotes of both kinds too."""
    word: list[str] = []
    quote = ""
    while position < len(text):
        char = text[position]
        if quote and char == quote:
            quote = ""
        elif not quote and char in _ASCII_SPACE:
            break
        elif not quote and char in "'\"":
            quote = char
        elif char != escape:
            word.append(char)
        elif position + 1 < len(text):
            position += 1
            word.append(text[position])
        position += 1
    return "".join(word), position


def parse_exec_form(text: str) -> tuple[str, ...] | None:
    """The words of a JSON array of strings; None for everything else, which is the shell form.

    `text` is what stands behind the flags. Where the array holds something else than strings BuildKit refuses the file,
    and so has the scanner. Like Go's decoder, bytes that are not UTF-8 become U+FFFD.
    """
    items = _json_array(text)
    if items is None or not all(isinstance(item, str) for item in items):
        return None
    return tuple(item if item.isascii() else _SURROGATES.sub("\ufffd", item) for item in map(str, items))


def is_exec_form(text: str) -> bool:
    """Whether the text is an exec form. Raises InstructionError for a JSON array that holds more than strings."""
    items = _json_array(text)
    if items is None:
        return False
    if not all(isinstance(item, str) for item in items):
        raise InstructionError("a JSON array here must hold strings only")
    return True


def _json_array(text: str) -> list[object] | None:
    text = text.lstrip(SPACE)
    if not text.startswith("["):
        return None
    try:
        items = _decoder().decode(text)
    except (ValueError, RecursionError):
        return None
    return items if isinstance(items, list) else None


def _finite(number: str) -> float:
    """Go's decoder knows no NaN and refuses a number that a float64 cannot hold."""
    value = float(number)
    if value - value != 0:
        raise ValueError(number)
    return value


@cache
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=_finite, parse_int=_finite, parse_constant=_finite)


@lru_cache(maxsize=2)
def _atoms(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    return re.compile(
        rf"(?P<space>[{SPACE}]+)"
        rf"|(?:[^{SPACE}'\"{e}]+|{e}.|'[^']*(?:'|\Z)|\"(?:[^\"{e}]+|{e}.)*(?:\"|\Z))"
        rf"|(?P<cut>\"(?:[^\"{e}]+|{e}.)*){e}\Z|(?P<last>{e}\Z)",
        re.DOTALL,
    )


def split_words(text: str, escape: str = "\\") -> list[str]:
    """Words with their quotes and escapes kept; an escape character at the very end is dropped."""
    words: list[str] = []
    word: list[str] = []
    for atom in _atoms(escape).finditer(text):
        kind = atom.lastgroup
        if kind is None:
            word.append(atom[0])
        elif kind == "cut":
            word.append(atom["cut"])
        elif kind == "space" and word:
            words.append("".join(word))
            word.clear()
    return [*words, "".join(word)] if word else words


def name_values(text: str, keyword: str, escape: str = "\\") -> tuple[tuple[str, str], ...]:
    """The pairs of an ENV or a LABEL, unexpanded: `A=1 B="2 3"`, or the old form `A 1`.

    Raises InstructionError where a value is missing.
    """
    words = split_words(text, escape)
    if not words:
        return ()
    if "=" not in words[0]:
        parts = split_blanks(text, 1)
        if len(parts) < 2:
            raise InstructionError(f"{keyword} needs a name and a value")
        return ((parts[0], parts[1]),)
    for word in words:
        if "=" not in word:
            raise InstructionError(f"{keyword}: {word[:80]!r} has no `=`: it must be NAME=value")
    return tuple((name, value) for name, _, value in (word.partition("=") for word in words))


def names_and_defaults(text: str, escape: str = "\\") -> tuple[tuple[str, str | None], ...]:
    """The names of an ARG and their unexpanded defaults, None where there is none."""
    parts = (word.partition("=") for word in split_words(text, escape))
    return tuple((name, value if equals else None) for name, equals, value in parts)
