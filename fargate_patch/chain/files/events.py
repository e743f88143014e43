"""What a RUN does, one thing after the other: commands, and output that goes to files.

The place of each is its line of the Dockerfile, or of the script that the RUN runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from fargate_patch.chain.files.changes import SameAs
    from fargate_patch.chain.model import Place


@dataclass(frozen=True, slots=True)
class Unread:
    """Output that is not known. `by` is the command that makes it."""

    by: str


Output: TypeAlias = "tuple[str | SameAs | Unread, ...]"


@dataclass(frozen=True, slots=True)
class Argument:
    """A field of a command. `wild`: it holds a wildcard that the shell replaces by paths."""

    text: str
    known: bool = True
    wild: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One command that a RUN runs. `maybe`: why it is not sure that it does."""

    argv: tuple[Argument, ...]
    input: Output
    folder: str | None
    place: Place
    by: str
    maybe: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """Output that goes to a file."""

    target: Argument
    output: Output
    append: bool
    folder: str | None
    place: Place
    by: str
    maybe: str = ""


@dataclass(frozen=True, slots=True)
class Obscure:
    """A piece of shell that cannot be read: it may do anything to what it names."""

    source: str
    place: Place


Event: TypeAlias = Step | Written | Obscure
