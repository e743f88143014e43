"""make: runs the recipe of a target, and first those of what it needs, each line by a shell in its own environment."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Effect, Launch, Open, Place, Word
from fargate_patch.mechanisms.arguments import read_arguments
from fargate_patch.mechanisms.makefile import Values, read_makefile
from fargate_patch.mechanisms.model import Step
from fargate_patch.mechanisms.wrapper import assignment, shell_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World
    from fargate_patch.mechanisms.arguments import Arguments
    from fargate_patch.mechanisms.makefile import Makefile
    from fargate_patch.mechanisms.model import Mechanism

LONG = ("directory", "file", "makefile", "include-dir", "jobs", "load-average", "old-file", "what-if", "eval")
NAMES = ("GNUmakefile", "makefile", "Makefile")
MOST = 500  # targets, and lines, of one run
PROGRAMS = ("make", "gmake")
MECHANISMS: tuple[Mechanism, ...] = ()


def judge(launch: Launch, world: World) -> tuple[Step, ...] | None:
    """None where it makes nothing that its Makefile has a rule for."""
    given = read_arguments(launch.argv[1:], "CfIloWE", LONG, permute=True)
    folder = given.value("C", "directory")
    where = world.in_folder(world.absolute(folder.text)) if folder else world
    file = _makefile(given, where)
    if file is None or file.text is None:
        reason = (file and file.reason) or "the Makefile is not among the files that the build copies"
        return _step(launch, Open(f"what make runs is not known: {reason}", launch.place))
    makefile = read_makefile(file.text)
    assigned = dict(said for word in given.rest if (said := assignment(word)))
    goals = [w.text for w in given.rest if not assignment(w) and not w.text.isdigit()] or [makefile.goal]
    lines = _lines(goals, makefile, Values(makefile, assigned), file, launch, where.folder)
    children = tuple(islice(lines, MOST))
    if not children and makefile.includes:
        return _step(launch, Open(f"what `make {goals[0]}` runs is in a file that {file.path} includes", launch.place))
    return _step(launch, *children) if children else None


def _step(launch: Launch, *children: Launch | Open) -> tuple[Step, ...]:
    return (Step("exec", Effect.KEEPS, launch.user, children, needs_none=True),)


def _makefile(given: Arguments, world: World) -> ImageFile | None:
    named = given.value("f", "file", "makefile")
    names = (named.text,) if named else NAMES
    return next((file for name in names if (file := world.files.get(world.absolute(name)))), None)


def _lines(
    goals: list[str], makefile: Makefile, values: Values, file: ImageFile, launch: Launch, folder: str | None
) -> Iterator[Launch]:
    """The recipes in the order in which they run; the last line of the last one is what make ends with."""
    order = _order(goals, makefile, values)
    for target in order:
        rule = makefile.rules[target]
        needs = tuple(values.expand(" ".join(rule.needs)).split())
        for number, line in rule.recipe:
            command = values.expand(line, target, needs).lstrip("@+- \t")
            place = Place(file.origin.file, file.origin.line + number)
            lasting = target == order[-1] and number == rule.recipe[-1][0]
            argv = shell_command("sh", Word(command, place=place))
            yield Launch(argv, launch.user, place, launch.variables, lasting, folder)


def _order(goals: list[str], makefile: Makefile, values: Values) -> list[str]:
    """The targets that have a rule, each behind what it needs."""
    done: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [(goal, False) for goal in reversed(goals)]
    while waiting and len(seen) < MOST:
        target, is_ready = waiting.pop()
        rule = makefile.rules.get(target)
        if is_ready:
            done[target] = None
        elif rule is not None and target not in seen:
            seen.add(target)
            waiting.append((target, True))
            waiting += [(need, False) for need in reversed(values.expand(" ".join(rule.needs)).split())]
    return list(done)
