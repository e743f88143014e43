"""Cron tables that a script installs when the container starts: `echo "…" | crontab -`, `crontab FILE`, `> TABLE`."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from fargate_patch.chain.model import Place
from fargate_patch.chain.pid1 import pid1
from fargate_patch.dataclass import dataclass, field
from fargate_patch.mechanisms.tables import USER_FOLDERS
from fargate_patch.mechanisms.wrapper import HANDED_ON
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fargate_patch.chain.world import World
    from fargate_patch.shell.flows import Flow
    from fargate_patch.shell.syntax import Simple
    from fargate_patch.shell.written import Written

VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")
LARGEST = 200_000  # characters of a script that is looked at
MOST_WRITES = 64  # commands that put one table together
MENTIONED = regex(r"\bcrontabs?\b|/etc/cron\.d/|/var/spool/cron/")
SYSTEM_TABLE = regex(r"/etc/crontab|/etc/cron\.d/[^/]+")
USERS_TABLE = regex(rf"(?:{'|'.join(USER_FOLDERS)})/([^/]+)")


class _Write(NamedTuple):
    """A pipeline and where it stands."""

    flow: Flow
    place: Place


@dataclass(frozen=True, slots=True)
class StartTable:
    """`owner` None: a system table, with a column for the user. `text` None: it is not known, for the `reason`.

    `gives`: by the numbers of the lines into which the script puts its value of the variable, as `NAME=$NAME`, the
    command that does; that of the line -1 is one that it wrote into the same table before.
    """

    owner: str | None
    text: str | None
    place: Place
    reason: str = ""
    gives: Mapping[int, Place] = field(default_factory=dict)


def tables_at_start(world: World) -> Iterator[StartTable]:
    """Of the scripts that the trace has come through so far, and of a script within CMD or ENTRYPOINT."""
    for text, place, single_line in _scripts(world):
        if MENTIONED.search(text):
            from fargate_patch.shell.flows import flows_of

            made: dict[str, list[_Write]] = {}
            for flow in flows_of(text):
                line = 0 if single_line else flow.commands[0].line
                write = _Write(flow, Place(place.file, place.line + line))
                yield from _installed(write, world, made)
                if flow.target:
                    before = made.setdefault(flow.target.source, [])
                    if not flow.append:
                        before.clear()
                    before += [write] if len(before) < MOST_WRITES else []


def _scripts(world: World) -> Iterator[tuple[str, Place, bool]]:
    for file in world.files.seen:
        yield (file.text or "")[:LARGEST], file.origin, False
    for text, place in pid1(world, 1).inline_scripts:
        yield text[:LARGEST], place, True


def _installed(write: _Write, world: World, made: Mapping[str, list[_Write]]) -> Iterator[StartTable]:
    """`made` are the flows that wrote a file so far, by its name as it is written there."""
    from fargate_patch.shell.flows import path_of

    flow = write.flow
    if flow.programs[-1] == "crontab":
        yield from _by_crontab(write, world, made)
        return
    path = path_of(flow.target, world.variables, "/root") if flow.target else ""
    owner = USERS_TABLE.fullmatch(path)
    if owner or SYSTEM_TABLE.fullmatch(path):
        before = made.get(flow.target.source, ()) if flow.target and flow.append else ()
        yield _table(owner[1] if owner else None, (write,), write.place, world, before)


def _by_crontab(write: _Write, world: World, made: Mapping[str, list[_Write]]) -> Iterator[StartTable]:
    flow, place = write
    options, user, operand = _arguments(flow.commands[-1])
    if options & {"l", "r", "e"} or flow.programs[:-1] == ("crontab",):  # `crontab -l | crontab -`: what is there
        return
    owner = _filled_in(user, world) if user else pid1(world, 1).user
    if operand in ("", "-") or operand in made:
        yield _table(owner, made.get(operand, [write]), place, world)
        return
    file = world.files.get(world.absolute(operand))
    reason = (file and file.reason) or f"{operand} is not among the files that the build copies"
    known = file is not None and file.text is not None
    yield StartTable(owner, file.text if file else None, file.origin if file and known else place, reason)


def _arguments(crontab: Simple) -> tuple[set[str], str | None, str]:
    """The options of `crontab`, the value of -u, and the file, be it its input: `crontab - < FILE`."""
    from fargate_patch.shell.written import literal

    words = [literal(word) or word.source for word in crontab.words]
    del words[: words.index("crontab") + 1 if "crontab" in words else 1]
    options: set[str] = set()
    user = None
    while words and len(words[0]) > 1 and words[0][0] == "-":
        option = words.pop(0)
        options.add(option[1])
        if option[1] == "u":
            user = option[2:] or (words.pop(0).strip("\"'") if words else None)
    read = next((r.target.source for r in crontab.redirects if r.operator == "<" and r.target), "")
    return options, user, words[0] if words and (words[0] != "-" or not read) else read


def _table(
    owner: str | None, writes: Sequence[_Write], place: Place, world: World, before: Sequence[_Write] = ()
) -> StartTable:
    """What is written into it, `$NAME` standing for what a run puts there."""
    written = [[(line, write.place) for line in _written(write.flow, world)] for write in writes]
    lines = [line for each in written for line in each] if all(written) else []
    text = "\n".join(_filled_in(line.filled, world) for line, _ in lines) if lines else None
    gives = {number: by for number, (line, by) in enumerate(lines) if _gives(line)}
    gives.update((-1, write.place) for write in before if any(map(_gives, write.flow.written)))
    reason = f"written by {posixpath.basename(writes[0].flow.programs[0]) or 'a script'} at each start"
    return StartTable(owner, text, place, reason, gives)


def _gives(line: Written) -> bool:
    """Does the shell that writes the line put its value of the variable there, and not the text `$NAME`?"""
    return any(NAME in source for source in line.expanded) and HANDED_ON.search(line.filled) is not None


def _written(flow: Flow, world: World) -> tuple[Written, ...]:
    """The lines of a flow, out of a file of the image where it is `cat FILE`; none where they are not known."""
    from fargate_patch.shell.written import Written, literal

    words = [literal(word) for word in flow.commands[0].words]
    if len(words) == 2 and words[0] == "cat" and words[1]:
        file = world.files.get(world.absolute(words[1]))
        return tuple(map(Written, file.text.split("\n"))) if file and file.text else ()
    return flow.written


def _filled_in(text: str, world: World) -> str:
    """With the values that the image's ENV gives."""
    return VARIABLE.sub(lambda name: world.variables.get(name[1] or name[2], name[0]), text)
