"""From the bytes of a Dockerfile to the patched bytes and the reasons: the whole way, without touching the world."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.case import not_ours, read_again, read_case, result_of, verdict_of
from fargate_patch.chain.model import Verdict
from fargate_patch.dockerfile.scanner import DockerfileError, Source, scan
from fargate_patch.dockerfile.template import A_TEMPLATE, has_tag
from fargate_patch.ignoring import switched_off
from fargate_patch.remedies import block
from fargate_patch.result import FileResult, Options, Status
from fargate_patch.telling import findings_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fargate_patch.case import Case
    from fargate_patch.dockerfile.scanner import Instruction
    from fargate_patch.result import Finding

TAKEN_AT_ITS_WORD = "the block stays, and what it says it does could not be compared with what would be put in"


def trace(
    data: bytes, *, path: str = "Dockerfile", context: Path | None = None, options: Options | None = None
) -> FileResult:
    """The launch chains of a Dockerfile as it stands, and what is lost on them. Changes nothing, proposes nothing."""
    options = options or Options()
    try:
        case = read_again(data, path, context, options)
    except block.BlockError as problem:
        return _damaged(problem, path, data)
    except DockerfileError as problem:
        return _error(problem, path, data)
    if reason := not_ours(case):
        return result_of(case, path, data, Status.SKIPPED, reason)
    status, reason = verdict_of(case)
    if (
        case.world.remedies
        and status is Status.CLEAN
        and patch(data, path=path, context=context, options=options).new != data
    ):
        status, reason = Status.UNKNOWN, f"{TAKEN_AT_ITS_WORD}: it is not what would be put in today"
    return result_of(case, path, data, status, reason, findings=findings_of(case, options))


def revert(data: bytes) -> bytes:
    """The Dockerfile as it was before fargate-patch's block.

    Raises BlockError where a person edited it, DockerfileError as `scan`.
    """
    return block.restore(scan(data))


def patch(
    data: bytes, *, path: str = "Dockerfile", context: Path | None = None, options: Options | None = None
) -> FileResult:
    """Judge a Dockerfile and patch it where its chains call for it.

    The new bytes are in the result, nothing is written.
    """
    options = options or Options()
    try:
        source = scan(data)
        if switched_off(source):
            return FileResult(path, Status.SKIPPED, "an inline comment switches fargate-patch off", old=data, new=data)
        blocks = block.find(source)
        if not blocks:
            return _patch(source, path, context, options)
        return _renew(source, blocks, path, context, options)
    except block.BlockError as problem:
        return _damaged(problem, path, data)
    except DockerfileError as problem:
        return _error(problem, path, data)


def _renew(
    source: Source, blocks: Sequence[block.Block], path: str, context: Path | None, options: Options
) -> FileResult:
    """A file that has a block: patched anew from what it was before.

    What was decided then holds unless this run decides.
    """
    data = source.data
    remedies, decided = block.in_force(blocks)
    if options.strategy == "auto":
        users = options.users or decided.users
        options = replace(
            options, strategy=decided.strategy, users=users, fix_legacy=options.fix_legacy or decided.fix_legacy
        )
    anew = _patch(scan(block.restore(source)), path, context, options)
    if anew.new == data:
        chains = anew.chains_after or anew.chains
        findings = _still_standing(anew, path, context, options)
        return replace(anew, status=Status.CURRENT, reason=None, old=data, chains=chains, findings=findings)
    if anew.status in (Status.BLOCKED, Status.UNKNOWN):
        case = read_case(source, path, context, options, remedies)
        if all(c.verdict is Verdict.REACHES for c in case.chains):
            return result_of(case, path, data, Status.UNKNOWN, f"{TAKEN_AT_ITS_WORD}: {anew.reason}")
    if anew.new == anew.old and anew.status is not Status.ERROR:
        status = Status.BLOCKED if anew.status is Status.BLOCKED else Status.WOULD_PATCH
        if status is Status.WOULD_PATCH:
            return replace(anew, status=status, reason="the block is no longer needed and is taken out", old=data)
        return replace(anew, status=status, old=data, new=data)
    return replace(anew, old=data)


def _still_standing(anew: FileResult, path: str, context: Path | None, options: Options) -> tuple[Finding, ...]:
    """What the block does not mend, at the lines where it stands in the file with the block."""
    if all(f.fixable for f in anew.findings):
        return ()
    return findings_of(read_again(anew.new, path, context, options), options)


def _patch(source: Source, path: str, context: Path | None, options: Options) -> FileResult:
    case = read_case(source, path, context, options)
    data = source.data
    if reason := not_ours(case):
        return result_of(case, path, data, Status.SKIPPED, reason)
    status, reason = verdict_of(case)
    taken = _taken(case, options) if options.fix_legacy and options.strategy != "none" else ()
    if options.strategy == "none" or (options.strategy == "auto" and status is not Status.BLOCKED and not taken):
        return result_of(case, path, data, status, reason, findings=findings_of(case, options))
    from fargate_patch.cure import cure

    return cure(case, path, context, options, taken)


def _taken(case: Case, options: Options) -> tuple[Instruction, ...]:
    from fargate_patch.legacy import removable

    return removable(case, options)


def _damaged(problem: block.BlockError, path: str, data: bytes) -> FileResult:
    reason = (
        f"line {problem.line}: {problem.message}; `fargate-patch` does not overwrite it: "
        "undo the edit, or delete the block and patch again"
    )
    return FileResult(path, Status.BLOCKED, reason, old=data, new=data)


def _error(problem: DockerfileError, path: str, data: bytes) -> FileResult:
    if has_tag(data, problem.line):
        return FileResult(path, Status.SKIPPED, A_TEMPLATE, old=data, new=data)
    where = f"line {problem.line}: " if problem.line else ""
    return FileResult(path, Status.ERROR, where + problem.message, old=data, new=data)
