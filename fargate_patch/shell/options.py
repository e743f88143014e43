"""Options of a command line, read as getopt_long would, in the texts of its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


@dataclass(frozen=True, slots=True)
class Option:
    """`word` is the number of the word that holds the value, from the character `start` on; None: it has none."""

    name: str  # without dashes
    word: int | None = None
    start: int = 0


@dataclass(frozen=True, slots=True)
class Options:
    """The options in order, and the numbers of the words that are none. `end` is that of a `--`."""

    options: list[Option] = field(default_factory=list)
    rest: list[int] = field(default_factory=list)
    end: int | None = None


def read_options(texts: Sequence[str], short: str, long: Collection[str], *, permute: bool, plus: bool) -> Options:
    """Of the words behind the program's name.

    `short` holds the letters that take a value, `long` the names that do (`--name value` or `--name=value`). With
    `permute` options may stand behind other words, as GNU getopt has it; else the first word that is none ends them.
    `plus` counts `+x` words as options too (shells).
    """
    options: list[Option] = []
    rest: list[int] = []
    index = 0
    while index < len(texts):
        text = texts[index]
        if text == "--":
            return Options(options, [*rest, *range(index + 1, len(texts))], index)
        if len(text) > 1 and (text[0] == "-" or (plus and text[0] == "+")):
            found = _long(texts, index, long) if text.startswith("--") else _short(texts, index, short)
            options += found
            index = max(index, found[-1].word or 0)
        elif permute:
            rest.append(index)
        else:
            return Options(options, [*range(index, len(texts))])
        index += 1
    return Options(options, rest)


def _long(texts: Sequence[str], index: int, with_value: Collection[str]) -> list[Option]:
    name, equals, _ = texts[index][2:].partition("=")
    if equals:
        return [Option(name, index, len(name) + 3)]
    takes_next = name in with_value and index + 1 < len(texts)
    return [Option(name, index + 1 if takes_next else None)]


def _short(texts: Sequence[str], index: int, with_value: str) -> list[Option]:
    """A word of one or more letters, of which the first that takes a value has the rest of the word, or the next."""
    found: list[Option] = []
    text = texts[index]
    for at, letter in enumerate(text[1:], 1):
        if letter not in with_value:
            found.append(Option(letter))
        elif at + 1 < len(text):
            return [*found, Option(letter, index, at + 1)]
        else:
            return [*found, Option(letter, index + 1 if index + 1 < len(texts) else None)]
    return found
