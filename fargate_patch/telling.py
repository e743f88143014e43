"""What is told of a case: what is lost, what stands in the way, which comments have no effect."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch import ignoring, mechanisms
from fargate_patch.case import LOST, code_of
from fargate_patch.chain.model import Place
from fargate_patch.result import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fargate_patch.case import Case
    from fargate_patch.chain.model import Chain, Hop
    from fargate_patch.result import Options, Suggestion


def findings_of(
    case: Case, options: Options, *, fixable: Sequence[Chain] = (), taken: Collection[int] = ()
) -> tuple[Finding, ...]:
    """The findings of a case.

    `fixable` are the chains that a patch mends, `taken` the lines whose one-liner it takes out.
    """
    losses = losses_of(case.concerned, fixable=fixable, changes=_changes(case, options, fixable))
    obstacles = (f for f in case.obstacles if not _is_hidden(f, case, options))
    return (*losses, *(_taken_out(f, taken) for f in obstacles), *_unused(case, options))


def losses_of(
    chains: Sequence[Chain], *, fixable: Sequence[Chain], changes: Mapping[Hop, Suggestion] | None = None
) -> tuple[Finding, ...]:
    """One finding for each place and user at which a chain loses the variables."""
    found: dict[tuple[str, str, int, str | None], Finding] = {}
    mended = frozenset(fixable)
    for chain in chains:
        hop = chain.lost_at
        if chain.verdict not in LOST or hop is None:
            continue
        row = mechanisms.catalogue()[hop.mechanism]
        message = f"{hop.program} {row.title}: no task role for {chain.command}"
        finding = Finding(
            code_of(hop),
            hop.mechanism,
            message,
            hop.place.file,
            hop.place.line,
            chain.user,
            chain in mended,
            row.advice,
            suggestion=None if chain in mended or changes is None else changes.get(hop),
        )
        found.setdefault((finding.code, finding.file, finding.line, finding.user), finding)
    return tuple(found.values())


def _changes(case: Case, options: Options, fixable: Sequence[Chain]) -> Mapping[Hop, Suggestion]:
    """What a person can write otherwise, for each loss that no patch mends."""
    mended = frozenset(fixable)
    left = [c for c in case.concerned if c.verdict in LOST and c not in mended]
    if not left:
        return {}
    from fargate_patch.suggesting import suggestions

    return suggestions(case, left, options)


def _is_hidden(finding: Finding, case: Case, options: Options) -> bool:
    place = Place(finding.file, finding.line)
    return not ignoring.wanted(finding.code, options) or ignoring.hidden(finding.code, place, case.comments)


def _taken_out(finding: Finding, lines: Collection[int]) -> Finding:
    return replace(finding, fixable=True) if finding.code == "FP201" and finding.line in lines else finding


def _unused(case: Case, options: Options) -> tuple[Finding, ...]:
    """Not where a block is in force: it mends what the comment was for."""
    if case.world.remedies or not case.comments or not ignoring.wanted(ignoring.UNUSED, options):
        return ()
    lost = ((code_of(c.lost_at), c.lost_at.place) for c in case.chains if c.verdict in LOST and c.lost_at)
    found = ((f.code, Place(f.file, f.line)) for f in case.obstacles)
    notes = ignoring.unused(case.comments, {*lost, *found})
    return tuple(n for n in notes if not ignoring.hidden(n.code, Place(n.file, n.line), case.comments))
