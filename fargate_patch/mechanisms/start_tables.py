"""Cron tables that a script installs when the container starts: `echo "…" | crontab -`, `crontab FILE`, `> TABLE`."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fargate_patch.chain.model import Place
from fargate_patch.chain.pid1 import pid1
from fargate_patch.dataclass import dataclass, field
from fargate_patch.mechanisms.table_text import GIVES, VARIABLE, edit_of, text_of
from fargate_patch.mechanisms.tables import USER_FOLDERS
from fargate_patch.regex import regex
from fargate_patch.shell.written import EXPANDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fargate_patch.chain.context import ImageFile
    from fargate_patch.chain.world import World
    from fargate_patch.shell.flows import Flow
    from fargate_patch.shell.syntax import Simple

LARGEST = 200_000  # characters of a script that is looked at
MOST_WRITES = 64  # commands that put one table together
MENTIONED = regex(r"\bcrontabs?\b|/etc/cron\.d/|/var/spool/cron/")
SYSTEM_TABLE = regex(r"/etc/crontab|/etc/cron\.d/[^/]+")
USERS_TABLE = regex(rf"(?:{'|'.join(USER_FOLDERS)})/([^/]+)")


@dataclass(frozen=True)
class _Write:
    """A pipeline, where it begins, and the place of the command that writes."""

    flow: Flow
    place: Place
    by: Place
    world: World

    @cached_property
    def text(self) -> str | None:
        return text_of(self.flow, self.world)

    @cached_property
    def gives(self) -> bool:
        return GIVES.search(self.text or "") is not None


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
    edits: list[_Write] = []
    for text, place, single_line in _scripts(world):
        if MENTIONED.search(text):
            from fargate_patch.shell.flows import flows_of

            made: dict[str, list[_Write]] = {}
            for flows in _together(flows_of(text)):
                writes = [_write(flow, place, single_line, world) for flow in flows]
                yield from _installed(writes, world, made)
                edits += (write for write in writes if write.flow.programs[0] == "sed")
                if target := flows[0].target:
                    before = made.setdefault(target.source, [])
                    if not flows[0].append:
                        before.clear()
                    before += writes if len(before) < MOST_WRITES else []
    edited: dict[str, _Edited] = {}
    for write in edits[:MOST_WRITES]:
        _edit(write, world, edited)
    yield from (_as_edited(path, one, world) for path, one in edited.items())


def _together(flows: Iterable[Flow]) -> Iterator[list[Flow]]:
    """Those of one group in one list: `{ a; b; } > TABLE`, `( a; b ) | crontab -`."""
    group: list[Flow] = []
    for flow in flows:
        if group and not _is_shared(group[0], flow):
            yield group
            group = []
        group.append(flow)
    if group:
        yield group


def _is_shared(one: Flow, other: Flow) -> bool:
    """Do they write to the same place? A `crontab` that a group holds beside others installs a table of its own."""
    same_file = other.target is not None and other.target is one.target
    plain = "crontab" not in (one.programs[-1], other.programs[-1])
    return (same_file and plain) or other.commands[-1] is one.commands[-1]


def _write(flow: Flow, place: Place, single_line: bool, world: World) -> _Write:
    first, last = (0, 0) if single_line else (flow.commands[0].line, flow.line)
    return _Write(flow, Place(place.file, place.line + first), Place(place.file, place.line + last), world)


def _scripts(world: World) -> Iterator[tuple[str, Place, bool]]:
    for file in world.files.seen:
        yield (file.text or "")[:LARGEST], file.origin, False
    for text, place in pid1(world, 1).inline_scripts:
        yield text[:LARGEST], place, True


def _installed(writes: Sequence[_Write], world: World, made: Mapping[str, list[_Write]]) -> Iterator[StartTable]:
    """`made` are the flows that wrote a file so far, by its name as it is written there."""
    from fargate_patch.shell.flows import path_of

    flow = writes[0].flow
    if flow.programs[-1] == "crontab":
        yield from _by_crontab(writes, world, made)
        return
    path = path_of(flow.target, world.variables, "/root") if flow.target else ""
    owner = USERS_TABLE.fullmatch(path)
    if owner or SYSTEM_TABLE.fullmatch(path):
        before = made.get(flow.target.source, ()) if flow.target and flow.append else ()
        yield from _tables(owner[1] if owner else None, writes, writes[0].place, world, before)


def _by_crontab(writes: Sequence[_Write], world: World, made: Mapping[str, list[_Write]]) -> Iterator[StartTable]:
    options, user, operand = _arguments(writes[0].flow.commands[-1])
    # `crontab -l | crontab -`: what is there
    printing = [write for write in writes if write.flow.programs[:-1] != ("crontab",)]
    if options & {"l", "r", "e"} or not printing:
        return
    owner = _filled_in(user, world) if user else pid1(world, 1).user
    if operand in ("", "-") or operand in made:
        yield from _tables(owner, made.get(operand, printing), writes[0].place, world)
        return
    file = world.files.get(world.absolute(operand))
    reason = (file and file.reason) or f"{operand} is not among the files that the build copies"
    known = file is not None and file.text is not None
    yield StartTable(owner, file.text if file else None, file.origin if file and known else writes[0].place, reason)


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


def _tables(
    owner: str | None, writes: Sequence[_Write], place: Place, world: World, before: Sequence[_Write] = ()
) -> Iterator[StartTable]:
    """What is written into it, `$NAME` standing for what a run puts there, and one for what is not known of it."""
    unknown = next((write for write in writes if write.text is None), None)
    lines = [(line, write.by) for write in writes if write.text is not None for line in write.text.split("\n")]
    if lines:
        given = {number: by for number, (line, by) in enumerate(lines) if GIVES.search(line)}
        given.update((-1, write.by) for write in before if write.gives)
        yield StartTable(owner, _filled_in("\n".join(line for line, _ in lines), world), place, gives=given)
    if unknown:
        reason = f"written by {posixpath.basename(unknown.flow.programs[0]) or 'a script'} at each start"
        yield StartTable(owner, None, place, reason)


class _Edited(NamedTuple):
    """A table of the image, what is left of it (EXPANDED as in a table_text), and by line what gave it the value."""

    file: ImageFile
    text: str
    given: Mapping[str, Place]


def _edit(write: _Write, world: World, edited: dict[str, _Edited]) -> None:
    """Keep how `sed -i` leaves tables of the image. `edited` are those that commands before have changed, by path."""
    edit, paths = edit_of(write.flow.commands[0], world)
    for path in paths if edit else ():
        file = world.files.get(path) if USERS_TABLE.fullmatch(path) or SYSTEM_TABLE.fullmatch(path) else None
        if edit is None or file is None or file.text is None:
            continue
        before = edited.get(path) or _Edited(file, file.text, {})
        text = edit(before.text)
        if text is not None:
            lines = (line for line in text.split("\n") if GIVES.search(line))
            edited[path] = _Edited(file, text, {line: before.given.get(line, write.by) for line in lines})


def _as_edited(path: str, edited: _Edited, world: World) -> StartTable:
    owner = USERS_TABLE.fullmatch(path)
    given = {n: edited.given[line] for n, line in enumerate(edited.text.split("\n")) if line in edited.given}
    return StartTable(owner[1] if owner else None, _filled_in(edited.text, world), edited.file.origin, gives=given)


def _filled_in(text: str, world: World) -> str:
    """With the values that the image's ENV gives."""
    text = text.replace(EXPANDED, "$")
    return VARIABLE.sub(lambda name: world.variables.get(name[1] or name[2], name[0]), text)
