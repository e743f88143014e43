"""The options and operands of a command line, for programs that follow getopt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass

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
    options: list[tuple[str, str]] = []
    operands: list[Argument] = []
    index = 0
    while index < len(arguments):
        text = arguments[index].text
        index += 1
        if text == "--":
            operands += arguments[index:]
            break
        if text.startswith("--"):
            name, equals, value = text[2:].partition("=")
            if not equals and name in long and index < len(arguments):
                value = arguments[index].text
                index += 1
            options.append((name, value))
        elif text.startswith("-") and len(text) > 1:
            for position, letter in enumerate(text[1:], 2):
                if letter not in short:
                    options.append((letter, ""))
                    continue
                value = text[position:]
                if not value and index < len(arguments):
                    value = arguments[index].text
                    index += 1
                options.append((letter, value))
                break
        else:
            operands.append(arguments[index - 1])
    return CommandLine(tuple(options), tuple(operands))
