"""Commands within words: `$(…)`, backquotes and `<(…)`. They are steps on the way, started by a shell of their own.

What comes of them is in `words` and `outputs`; here is only that they are started. `X=$(aws …)` in a job of cron is
as lost as `aws …` on a line of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain import quiet
from fargate_patch.chain.model import Launch
from fargate_patch.chain.scripts.state import Unit
from fargate_patch.regex import regex
from fargate_patch.shell.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fargate_patch.chain.model import Open
    from fargate_patch.chain.scripts.walk import Walker
    from fargate_patch.shell.syntax import Group, Loop

ONE_COMMAND = regex(r"\s*([\w./-]+)(?=[\s\0]|$)[^|;&`()<>\n]*")  # and nothing in it that starts another
DEEPEST = 8  # within each other
MOST_STEPS = 2000  # in all of a script's, beside those of its own


def follow(walker: Walker, commands: Iterable[str], line: int) -> None:
    """Walk what words start. Nothing of it lasts, and what of it cannot be followed is no end of the script's."""
    for inner in commands:
        only = ONE_COMMAND.fullmatch(inner)
        if (
            walker.substituting >= DEEPEST
            or walker.aside > MOST_STEPS
            or (only and quiet.on_the_way(only[1].rpartition("/")[2]))
        ):
            continue
        first, lasting, steps = len(walker.found), set(walker.lasting), walker.steps
        outside, walker.unit = walker.unit, Unit(walker.place(line), single_line=True)
        walker.substituting += 1
        walker.apart(parse(inner))
        walker.substituting -= 1
        walker.aside, walker.steps = walker.aside + walker.steps - steps, steps
        walker.unit, walker.lasting = outside, lasting
        walker.found[first:] = [one for one in walker.found[first:] if _is_told(one)]
        walker.questions.update(range(first, len(walker.found)))


def follow_redirects(walker: Walker, compound: Group | Loop) -> None:
    """Walk what feeds or reads a whole group or loop, `done < <(…)`, which is started once, before the first round."""
    follow(walker, [text for redirect in compound.redirects for text in redirect.commands], compound.line)


def _is_told(one: Launch | Open) -> bool:
    return isinstance(one, Launch) and not quiet.on_the_way(one.argv[0].text.rpartition("/")[2])
