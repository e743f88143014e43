"""Remedies to text: what the block says, and the edits that put it there. `spot` says where that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.edit import Edit, apply, attached_start, keyword_case
from fargate_patch.remedies import block
from fargate_patch.remedies.accounts import named, users_of
from fargate_patch.remedies.model import Remedy, Site
from fargate_patch.remedies.plan import carries, readers
from fargate_patch.remedies.render import render
from fargate_patch.remedies.spot import (
    PlaceError,
    Spot,
    Target,
    foreign_shell,
    json_form,
    own_entrypoint,
    spot_of,
    user_to_restore,
)
from fargate_patch.remedies.variables import SHIM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fargate_patch.dockerfile.scanner import Instruction, Source
    from fargate_patch.dockerfile.tree import Tree
    from fargate_patch.remedies.kind import Kind

LONGEST_LINE = 65_535  # BuildKit's limit for one line
MOVED = "the ENTRYPOINT stands in the block below"
ONE_LINER = (
    "the line that takes the variables from /proc/1/environ is taken out (FP201)",
    "# It gives them to nobody but the user that PID 1 runs as. `fargate-patch explain FP201` says more.",
)


@dataclass(frozen=True, slots=True)
class Composed:
    """The patched file.

    With it, which instructions (by index) of the old one are gone and which of the new one are the block's.
    """

    data: bytes
    removed: frozenset[int]
    added: frozenset[int]


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
    own = own_entrypoint(target) if carries(remedies) else None
    spot = spot_of(target, own)
    lines = source.lines
    before = lines[spot.start : spot.end]
    body = _body(target, remedies, decision, kinds, spot)
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


def _body(
    target: Target,
    remedies: Sequence[Remedy],
    decision: block.Decision,
    kinds: Mapping[str, Kind],
    spot: Spot,
) -> list[str]:
    source = target.tree.source
    wraps = carries(remedies)
    if wraps and target.owner is None:
        raise PlaceError("the user that PID 1 runs as is not known, so the carried file cannot be made for it")
    site = Site(target.image.family.name, target.owner or "root", readers((*remedies, *target.standing), kinds))
    by_name = {name: tuple(r for r in remedies if r.name == name) for name in dict.fromkeys(r.name for r in remedies)}
    script = "\n && ".join(kinds[name].setup(group, site).strip("\n") for name, group in by_name.items())
    entrypoint = wrapped(_entrypoint(target)) if wraps else None
    cmd = _inherited_cmd(target) if wraps and own_entrypoint(target) is None else None
    text = render(
        "block.dockerfile.j2",
        users=named([f"`{user}`" for user in users_of(remedies)]) or "PID 1's children",
        summaries=[kinds[r.name].describe(r) for r in remedies],
        wraps=wraps,
        in_force=block.in_force_line(remedies, decision),
        shell_before=foreign_shell(target, spot.start),
        user_before=user_to_restore(target, spot.start),
        script=f" {source.escape}\n".join(script.split("\n")),
        replaced=spot.entrypoint is not None,
        pragmas=[_text(line) for line in source.lines[spot.start : spot.start + spot.pragmas]],
        entrypoint=json_form(entrypoint) if entrypoint else None,
        cmd=json_form(cmd) if cmd else None,
        keyword=keyword_case(source),
    )
    return text.rstrip("\n").split("\n")


def wrapped(argv: tuple[str, ...]) -> tuple[str, ...]:
    """With the shim in front, once: the base image may have been patched."""
    return argv if argv[:1] == (SHIM,) else (SHIM, *argv)


def _entrypoint(target: Target) -> tuple[str, ...]:
    """The ENTRYPOINT that is in force without the shim."""
    said = target.tree.config(target.stage).entrypoint
    entrypoint = said.argv if said else target.image.entrypoint
    if entrypoint is None:
        raise PlaceError(f"the ENTRYPOINT of {target.image.reference} is not known")
    return entrypoint


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


def _text(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape").rstrip("\r\n")


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
