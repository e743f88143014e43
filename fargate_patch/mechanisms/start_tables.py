"""Cron tables that a script installs when the container starts: `echo "…" | crontab -`, `crontab FILE`, `> TABLE`."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Place
from fargate_patch.chain.pid1 import pid1
from fargate_patch.dataclass import dataclass
from fargate_patch.mechanisms.tables import USER_FOLDERS
from fargate_patch.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fargate_patch.chain.world import World
    from fargate_patch.shell.flows import Flow
    from fargate_patch.shell.syntax import Simple

VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")
LARGEST = 200_000  # characters of a script that is looked at
MOST_WRITES = 64  # commands that put one table together
MENTIONED = regex(r"\bcrontabs?\b|/etc/cron\.d/|/var/spool/cron/")
SYSTEM_TABLE = regex(r"/etc/crontab|/etc/cron\.d/[^/]+")
USERS_TABLE = regex(rf"(?:{'|'.join(USER_FOLDERS)})/([^/]+)")


@dataclass(frozen=True, slots=True)
class StartTable:
    """`owner` None: a system table, with a column for the user. `text` None: it is not known, for the `reason`."""

    owner: str | None
    text: str | None
    place: Place
    reason: str = ""


def tables_at_start(world: World) -> Iterator[StartTable]:
    """Of the scripts that the trace has come through so far, and of a script within CMD or ENTRYPOINT."""
    for text, place, single_line in _scripts(world):
        if MENTIONED.search(text):
            from fargate_patch.shell.flows import flows_of

            made: dict[str, list[Flow]] = {}
            for flow in flows_of(text):
                line = 0 if single_line else flow.commands[0].line
                yield from _installed(flow, Place(place.file, place.line + line), world, made)
                if flow.target:
                    before = made.setdefault(flow.target.source, [])
                    if not flow.append:
                        before.clear()
                    before += [flow] if len(before) < MOST_WRITES else []


def _scripts(world: World) -> Iterator[tuple[str, Place, bool]]:
    for file in world.files.seen:
        yield (file.text or "")[:LARGEST], file.origin, False
    for text, place in pid1(world, 1).inline_scripts:
        yield text[:LARGEST], place, True


def _installed(flow: Flow, place: Place, world: World, made: Mapping[str, list[Flow]]) -> Iterator[StartTable]:
    """`made` are the flows that wrote a file so far, by its name as it is written there."""
    from fargate_patch.shell.flows import path_of

    if flow.programs[-1] == "crontab":
        yield from _by_crontab(flow, place, world, made)
        return
    path = path_of(flow.target, world.variables, "/root") if flow.target else ""
    owner = USERS_TABLE.fullmatch(path)
    if owner or SYSTEM_TABLE.fullmatch(path):
        yield _table(owner[1] if owner else None, (flow,), place, world)


def _by_crontab(flow: Flow, place: Place, world: World, made: Mapping[str, list[Flow]]) -> Iterator[StartTable]:
    options, user, operand = _arguments(flow.commands[-1])
    if options & {"l", "r", "e"} or flow.programs[:-1] == ("crontab",):  # `crontab -l | crontab -`: what is there
        return
    owner = _filled_in(user, world) if user else pid1(world, 1).user
    if operand in ("", "-") or operand in made:
        yield _table(owner, made.get(operand, [flow]), place, world)
        return
    file = world.files.get(world.absolute(operand))
    reason = (file and file.reason) or f"{operand} is not among the files that the build copies"
    known = file is not None and file.text is not None
    yield StartTable(owner, file.text if file else None, file.origin if file and known else place, reason)


def _arguments(crontab: Simple) -> tuple[set[str], str | None, str]:
    """The options of `crontab`, the value of -u, and the file."""
    from fargate_patch.shell.flows import literal

    words = [literal(word) or word.source for word in crontab.words]
    del words[: words.index("crontab") + 1 if "crontab" in words else 1]
    options: set[str] = set()
    user = None
    while words and len(words[0]) > 1 and words[0][0] == "-":
        option = words.pop(0)
        options.add(option[1])
        if option[1] == "u":
            user = option[2:] or (words.pop(0).strip("\"'") if words else None)
    return options, user, words[0] if words else ""


def _table(owner: str | None, flows: Sequence[Flow], place: Place, world: World) -> StartTable:
    """What is written into it, `$NAME` standing for what a run puts there."""
    written = [_written(flow, world) for flow in flows]
    lines = [line for each in written for line in each] if all(written) else []
    written_by = posixpath.basename(flows[0].programs[0]) or "a script"
    return StartTable(owner, "\n".join(lines) if lines else None, place, f"written by {written_by} at each start")


def _written(flow: Flow, world: World) -> list[str]:
    """The lines of a flow, out of a file of the image where it is `cat FILE`; none where they are not known."""
    from fargate_patch.shell.flows import literal

    words = [literal(word) for word in flow.commands[0].words]
    if len(words) == 2 and words[0] == "cat" and words[1]:
        file = world.files.get(world.absolute(words[1]))
        return file.text.split("\n") if file and file.text else []
    return [_filled_in(line.filled, world) for line in flow.written]


def _filled_in(text: str, world: World) -> str:
    """With the values that the image's ENV gives."""
    return VARIABLE.sub(lambda name: world.variables.get(name[1] or name[2], name[0]), text)
