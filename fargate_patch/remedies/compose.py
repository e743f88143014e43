"""Remedies to text: where the block goes in the Dockerfile, what it says, and the edits that put it there.

The place is right behind the last instruction that changes the file system, so that accounts and packages are there; or
where the stage's own ENTRYPOINT stands, when that has to be wrapped. An ENTRYPOINT further up is taken out there and
stands in the block.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.edit import Edit, apply, attached_start, insertion_after, keyword_case
from fargate_patch.dockerfile.words import parse_exec_form
from fargate_patch.remedies import block
from fargate_patch.remedies.model import Remedy, Site
from fargate_patch.remedies.plan import CARRIER, readers
from fargate_patch.remedies.render import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fargate_patch.dockerfile.scanner import Instruction, Source
    from fargate_patch.dockerfile.tree import Stage, Tree
    from fargate_patch.image.model import Image
    from fargate_patch.remedies.kind import Kind

SHIM_PATH = "/usr/local/bin/fargate-env"
LAYERS = frozenset({"RUN", "COPY", "ADD"})
POSIX_SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "mksh"})
LONGEST_LINE = 65_535  # BuildKit's limit for one line
MOVED = "the ENTRYPOINT stands in the block below"
ONE_LINER = (
    "the line that takes the variables from /proc/1/environ is taken out (FP201)",
    "# It gives them to nobody but the user that PID 1 runs as. `fargate-patch explain FP201` says more.",
)


class PlaceError(Exception):
    """The block cannot be put into this file safely; the message says why and what would settle it."""


@dataclass(frozen=True, slots=True)
class Target:
    """The stage that the block goes into."""

    tree: Tree
    stage: Stage
    image: Image
    owner: str | None  # PID 1's user; None where it is not known


@dataclass(frozen=True, slots=True)
class Composed:
    """The patched file.

    With it, which instructions (by index) of the old one are gone and which of the new one are the block's.
    """

    data: bytes
    removed: frozenset[int]
    added: frozenset[int]


@dataclass(frozen=True, slots=True)
class Spot:
    """The lines that the block takes the place of (none where `start` equals `end`), and the ENTRYPOINT among them."""

    start: int
    end: int
    entrypoint: Instruction | None
    pragmas: int = 0  # how many of the lines are comments that belong to the ENTRYPOINT


def compose(
    target: Target,
    remedies: Sequence[Remedy],
    decision: block.Decision,
    summary: str,
    kinds: Mapping[str, Kind],
    taken: Sequence[Instruction] = (),
) -> Composed:
    """The file with the block in it, and without the RUNs that are `taken` out. Raises PlaceError."""
    source = target.tree.source
    if not remedies:
        return _only_taken_out(source, taken, decision)
    wraps = any(remedy.name == CARRIER for remedy in remedies)
    own = _own_entrypoint(target) if wraps else None
    spot = _spot(target, own)
    lines = source.lines
    before = lines[spot.start : spot.end]
    pragmas = [_text(line) for line in before[: spot.pragmas]]
    body = _body(target, remedies, decision, kinds, spot, wraps, pragmas)
    edits = [Edit(spot.start, spot.end, block.enclose(summary, body, before, source.newline))]
    if own and spot.entrypoint is None:
        edits.append(_taken_out(source, own, MOVED))
    edits += [_taken_out(source, run, *ONE_LINER) for run in taken]
    out = (*((own,) if own else ()), *taken)
    gone = frozenset(source.instructions.index(instruction) for instruction in out)
    data = _join(source, edits)
    if any(len(line) > LONGEST_LINE for line in data.split(b"\n")):
        raise PlaceError("a line would become longer than a builder reads")
    first = sum(1 for i in source.instructions if i.start < spot.start) - sum(i.start < spot.start for i in out)
    count = len(_instructions(body, target.tree))
    return Composed(data, gone, frozenset(range(first, first + count)))


def _own_entrypoint(target: Target) -> Instruction | None:
    """The ENTRYPOINT of the stage itself that is in force, if it has one."""
    found = [i for i in target.stage.instructions if i.name == "ENTRYPOINT"]
    return found[-1] if found else None


def _spot(target: Target, own: Instruction | None) -> Spot:
    source, instructions = target.tree.source, target.stage.instructions
    last_layer = max((n for n, i in enumerate(instructions) if i.name in LAYERS), default=0)
    if own is not None and own.start > instructions[last_layer].start:
        start = attached_start(source, own)
        return Spot(start, own.end, own, own.start - start)
    behind = [instructions[last_layer]]
    for instruction in instructions[last_layer + 1 :]:
        if instruction.name == "CMD":
            break
        behind.append(instruction)
    lines = [line for line in (insertion_after(source, i) for i in behind) if line is not None]
    if not lines:
        raise PlaceError("the file ends in an open continuation line, behind which nothing can be put: end it first")
    at = next((line for line in lines if _user_at(target, line) == "root"), lines[0])
    if instructions[last_layer].heredocs and at < len(source.lines) and not source.lines[at].strip():
        at += 1  # hadolint reads a heredoc only where a blank line follows it
    return Spot(at, at, None)


def _user_at(target: Target, line: int) -> str | None:
    """Who runs a RUN inserted before that line; "root" in any spelling, None where it is not known."""
    setting = target.tree.user_at(target.stage, line)
    value = target.image.user if setting is None else (setting.value if setting.known else None)
    return "root" if value is not None and value.partition(":")[0] in ("", "0", "root") else value


def _body(
    target: Target,
    remedies: Sequence[Remedy],
    decision: block.Decision,
    kinds: Mapping[str, Kind],
    spot: Spot,
    wraps: bool,
    pragmas: Sequence[str],
) -> list[str]:
    source = target.tree.source
    config = target.tree.config(target.stage)
    if wraps and target.owner is None:
        raise PlaceError("the user that PID 1 runs as is not known, so the carried file cannot be made for it")
    site = Site(target.image.family.name, target.owner or "root", readers(remedies, kinds))
    by_name = {name: tuple(r for r in remedies if r.name == name) for name in dict.fromkeys(r.name for r in remedies)}
    script = "\n && ".join(kinds[name].setup(group, site).strip("\n") for name, group in by_name.items())
    entry = config.entrypoint.argv if config.entrypoint else target.image.entrypoint
    cmd = None
    if wraps:
        if entry is None:
            raise PlaceError(f"the ENTRYPOINT of {target.image.reference} is not known")
        cmd = _inherited_cmd(target) if _own_entrypoint(target) is None else None
    text = render(
        "block.dockerfile.j2",
        users=_listed(sorted({u for r in remedies for u in r.users})),
        summaries=[kinds[r.name].describe(r) for r in remedies],
        wraps=wraps,
        in_force=block.in_force_line(remedies, decision),
        shell_before=_foreign_shell(target, spot.start),
        user_before=_user_to_restore(target, spot.start),
        script=f" {source.escape}\n".join(script.split("\n")),
        replaced=spot.entrypoint is not None,
        pragmas=pragmas,
        entrypoint=_json((SHIM_PATH, *(entry or ()))) if wraps else None,
        cmd=_json(cmd) if cmd else None,
        keyword=keyword_case(source),
    )
    return text.rstrip("\n").split("\n")


def _user_to_restore(target: Target, line: int) -> str | None:
    """The user's own spelling of the USER in force there, to be said again behind a `USER root`; None for root."""
    user = _user_at(target, line)
    if user == "root":
        return None
    setting = target.tree.user_at(target.stage, line)
    if setting is not None and (setting.known or setting.stage == target.stage.index):
        return setting.instruction.text if setting.stage == target.stage.index else setting.value
    if user is None:
        raise PlaceError(
            f"the user of {target.image.reference} is not known, so it could not be restored behind the block: "
            "say USER in the Dockerfile"
        )
    return user


def _foreign_shell(target: Target, line: int) -> str | None:
    """The SHELL in force there as it must be said again, where it is not one that runs POSIX sh; None where it is."""
    said = [
        i for s in target.tree.lineage(target.stage) for i in s.instructions if i.name == "SHELL" and i.start < line
    ]
    shell = (parse_exec_form(said[-1].text) or ()) if said else target.image.shell
    if not shell or (
        shell[0].rpartition("/")[2] in POSIX_SHELLS and shell[-1].startswith("-") and shell[-1].endswith("c")
    ):
        return None
    return said[-1].text if said else _json(shell)


def _inherited_cmd(target: Target) -> tuple[str, ...] | None:
    """The CMD that an ENTRYPOINT of this stage would throw away: an earlier stage's or the base image's."""
    config = target.tree.config(target.stage)
    if config.cmd is not None:
        return config.cmd.argv if config.cmd.stage != target.stage.index else None
    if config.cmd_reset or config.entrypoint is not None:
        return None
    if target.image.cmd is None:
        raise PlaceError(f"the CMD of {target.image.reference} is not known, and an ENTRYPOINT would throw it away")
    return target.image.cmd


def _json(argv: Sequence[str]) -> str:
    text = json.dumps(list(argv), ensure_ascii=False)
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise PlaceError("ENTRYPOINT or CMD holds bytes that are not UTF-8")
    return text


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape").rstrip("\r\n")


def _listed(names: Sequence[str]) -> str:
    """`a`, `b` and `c`, for people."""
    quoted = [f"`{name}`" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted) or "PID 1's children"


def _only_taken_out(source: Source, taken: Sequence[Instruction], decision: block.Decision) -> Composed:
    """Nothing is put in; the first of the blocks says what was decided."""
    said = [(*ONE_LINER, block.in_force_line((), decision)) if not n else ONE_LINER for n in range(len(taken))]
    edits = [_taken_out(source, run, *text) for run, text in zip(taken, said, strict=True)]
    gone = frozenset(source.instructions.index(run) for run in taken)
    return Composed(_join(source, edits), gone, frozenset())


def _taken_out(source: Source, instruction: Instruction, summary: str, *said: str) -> Edit:
    """A small block in the place of an instruction: an ENTRYPOINT that moves into the block, an unwanted RUN."""
    start = attached_start(source, instruction)
    lines = block.enclose(
        summary,
        [*said, block.BEFORE.decode()],
        source.lines[start : instruction.end],
        source.newline,
    )
    return Edit(start, instruction.end, lines)


def _join(source: Source, edits: Sequence[Edit]) -> bytes:
    """Apply the edits; a file without a final newline stays one, also where the block is what it ends with."""
    last = max(edits, key=lambda e: e.end)
    if last.end < len(source.lines) or source.lines[-1].endswith(b"\n"):
        return apply(source, edits)
    alone = sum(edit.end == last.end for edit in edits) == 1
    if last.start == last.end and alone:  # an insertion behind a line that has no end, and that stays
        tail = len(source.lines) - 1
        edits = [
            *(e for e in edits if e is not last),
            Edit(tail, tail + 1, (source.lines[-1] + source.newline, *last.lines)),
        ]
    return apply(source, edits).removesuffix(source.newline)


def _instructions(body: Sequence[str], tree: Tree) -> tuple[Instruction, ...]:
    from fargate_patch.dockerfile.scanner import scan

    head = "# escape=`\n" if tree.source.escape == "`" else ""
    return scan((head + "\n".join(body) + "\n").encode("utf-8", "surrogateescape")).instructions
