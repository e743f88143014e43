"""Options of a command line, read as getopt_long would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Word
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Arguments:
    """Options in order, with their values, and the words that are no options.

    `clear` is False where a computed word hides either.
    """

    options: tuple[tuple[str, Word | None], ...]
    rest: tuple[Word, ...]
    clear: bool = True

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.options)

    def value(self, *names: str) -> Word | None:
        """The value of the last of these options that has one."""
        return next((value for name, value in reversed(self.options) if name in names and value is not None), None)


def read_arguments(
    words: Sequence[Word], short: str = "", long: Sequence[str] = (), *, permute: bool = False, plus: bool = False
) -> Arguments:
    """Split `words` (the program's name not among them).

    `short` holds the letters that take a value, `long` the names that do (`--name value` or `--name=value`). With
    `permute` options may stand behind other words, as GNU getopt has it; else the first word that is none ends them.
    `plus` counts `+x` words as options too (shells).
    """
    options: list[tuple[str, Word | None]] = []
    rest: list[Word] = []
    clear = True
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word.text == "--" and word.known:
            rest.extend(words[index:])
            break
        if not _is_option(word, plus):
            if not word.known and not rest and word.text.startswith(("$", "`")):
                clear = False  # an unquoted `$OPTIONS` may be options, or nothing, or several words
            rest.append(word)
            if permute:
                continue
            rest.extend(words[index:])
            break
        index = _take(word, words, index, short, long, options)
    return Arguments(tuple(options), tuple(rest), clear)


def _is_option(word: Word, plus: bool) -> bool:
    return len(word.text) > 1 and (word.text[0] == "-" or (plus and word.text[0] == "+"))


def _take(
    word: Word,
    words: Sequence[Word],
    index: int,
    short: str,
    long: Sequence[str],
    options: list[tuple[str, Word | None]],
) -> int:
    """Add the option(s) of one word; the index behind what it used up."""
    if word.text.startswith("--"):
        name, equals, value = word.text[2:].partition("=")
        if equals:
            options.append((name, Word(value, word.known)))
        elif name in long and index < len(words):
            options.append((name, words[index]))
            return index + 1
        else:
            options.append((name, None))
        return index
    letters = word.text[1:]
    for at, letter in enumerate(letters):
        if letter not in short:
            options.append((letter, None))
            continue
        if at + 1 < len(letters):
            options.append((letter, Word(letters[at + 1 :], word.known)))
        elif index < len(words):
            options.append((letter, words[index]))
            index += 1
        else:
            options.append((letter, None))
        break
    return index
