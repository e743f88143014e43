"""The options and operands of a command line, for programs that follow getopt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.shell.options import read_options

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fargate_patch.chain.files.events import Argument


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Options in order, named without dashes, with their values ("" for none), and what is left."""

    options: tuple[tuple[str, str], ...]
    operands: tuple[Argument, ...]

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.options)

    def value(self, *names: str) -> str | None:
        """The last value given under one of the names."""
        return next((value for name, value in reversed(self.options) if name in names), None)

    def values(self, *names: str) -> tuple[str, ...]:
        return tuple(value for name, value in self.options if name in names)


def read_command_line(arguments: Sequence[Argument], short: str = "", long: Collection[str] = ()) -> CommandLine:
    """`short` and `long` name the options that take a value: `-s X`, `-sX`, `-ms X`, `--shell X`, `--shell=X`."""
    texts = [argument.text for argument in arguments]
    read = read_options(texts, short, long, permute=True, plus=False)
    options = ((o.name, "" if o.word is None else texts[o.word][o.start :]) for o in read.options)
    return CommandLine(tuple(options), tuple(arguments[number] for number in read.rest))
