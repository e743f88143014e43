"""From a shell script to the programs that it starts, in order, with what is known of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.chain.context import ImageFiles
    from fargate_patch.chain.model import Launch, Open, Place, Word


@dataclass(frozen=True, slots=True)
class Scope:
    """What a script is started with."""

    place: Place  # file and 1-based line of the script's first line
    user: str | None
    name: str = "sh"  # $0
    arguments: tuple[Word, ...] | None = ()  # $1 …; None where they are not known
    variables: Mapping[str, str | None] = field(default_factory=dict)  # environment; None where a value is computed
    given: frozenset[str] = frozenset()  # those of the variables that a task definition may set otherwise
    single_line: bool = False  # the text stands on one instruction's line: every launch has that line
    folder: str | None = None  # in which it is started, as far as that is known


def launches(text: str, scope: Scope, files: ImageFiles | None) -> tuple[Launch | Open, ...]:
    """The external programs that the script starts, in order, each branch that is not decided included.

    Builtins and tests are not launches; `exec X` is the launch of X and ends its path. `Launch.lasting` is True for
    what the script turns into, ends with or leaves running; the others are steps on the way. A sourced file that is
    known is read in place, one that is not is taken to set variables. What may start something unseen (`eval "$X"`, a
    syntax error) is an Open, and so is the rest of a script that takes more than `walk.MOST_STEPS`.
    """
    from fargate_patch.chain.scripts.walk import walk

    return walk(text, scope, files).result()


def written(text: str, scope: Scope, files: ImageFiles | None) -> frozenset[Place]:
    """The commands that have surely run when the script ends, of those that may write a file: as Launch.after."""
    from fargate_patch.chain.scripts.walk import walk

    return frozenset(walk(text, scope, files).state.written)
