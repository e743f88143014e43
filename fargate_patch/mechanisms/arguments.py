"""Options and words of a command line, as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.model import Word
from fargate_patch.dataclass import dataclass
from fargate_patch.shell.options import read_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.shell.options import Option


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
    """Split `words` (the program's name not among them); the rest as `read_options` has it."""
    read = read_options([word.text for word in words], short, long, permute=permute, plus=plus)
    rest = tuple(words[number] for number in read.rest)
    # an unquoted `$OPTIONS` may be options, or nothing, or several words
    computed = bool(rest) and not rest[0].known and rest[0].text.startswith(("$", "`"))
    behind_the_end = read.end is not None and read.rest[:1] == [read.end + 1]
    options = tuple((option.name, _value(option, words)) for option in read.options)
    return Arguments(options, rest, clear=not computed or behind_the_end)


def _value(option: Option, words: Sequence[Word]) -> Word | None:
    if option.word is None:
        return None
    word = words[option.word]
    return Word(word.text[option.start :], word.known) if option.start else word
