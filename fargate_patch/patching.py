"""From the bytes of a Dockerfile to the patched bytes and the reasons: the whole way, without touching the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.case import findings_of, not_ours, read_case, result_of, verdict_of
from fargate_patch.chain.model import Verdict
from fargate_patch.dockerfile.scanner import DockerfileError, Source, scan
from fargate_patch.remedies import block
from fargate_patch.result import FileResult, Options, Status

if TYPE_CHECKING:
    from pathlib import Path


def trace(
    data: bytes, *, path: str = "Dockerfile", context: Path | None = None, options: Options | None = None
) -> FileResult:
    """The launch chains of a Dockerfile as it stands, and what is lost on them. Changes nothing, proposes nothing."""
    options = options or Options()
    try:
        case = read_case(scan(data), path, context, options)
    except (DockerfileError, block.BlockError) as problem:
        return _error(problem, path, data)
    if reason := not_ours(case):
        return result_of(case, path, data, Status.SKIPPED, reason)
    status, reason = verdict_of(case)
    return result_of(case, path, data, status, reason, findings=findings_of(case, case.chains, fixable=()))


def revert(data: bytes) -> bytes:
    """The Dockerfile as it was before fargate-patch's block. Raises BlockError where a person edited it, DockerfileError as `scan`."""
    return block.restore(scan(data))


def patch(
    data: bytes, *, path: str = "Dockerfile", context: Path | None = None, options: Options | None = None
) -> FileResult:
    """Judge a Dockerfile and patch it where its chains call for it; the new bytes are in the result, nothing is written."""
    options = options or Options()
    try:
        source = scan(data)
        if _switched_off(source):
            return FileResult(path, Status.SKIPPED, "an inline comment switches fargate-patch off", old=data, new=data)
        blocks = block.find(source)
        if not blocks:
            return _patch(source, path, context, options)
        return _renew(source, blocks, path, context, options)
    except block.BlockError as problem:
        reason = f"line {problem.line}: {problem.message}; `fargate-patch` does not overwrite it: undo the edit, or delete the block and patch again"
        return FileResult(path, Status.BLOCKED, reason, old=data, new=data)
    except DockerfileError as problem:
        return _error(problem, path, data)


def _renew(
    source: Source, blocks: Sequence[block.Block], path: str, context: Path | None, options: Options
) -> FileResult:
    """A file that has a block: patched anew from what it was before, with what was decided then unless this run decides."""
    data = source.data
    remedies, decided = block.in_force(blocks)
    if options.strategy == "auto":
        options = replace(options, strategy=decided.strategy, users=options.users or decided.users)
    anew = _patch(scan(block.restore(source)), path, context, options)
    if anew.new == data:
        return replace(anew, status=Status.CURRENT, reason=None, old=data, chains=anew.chains_after or anew.chains)
    if anew.status in (Status.BLOCKED, Status.UNKNOWN):
        case = read_case(source, path, context, options, remedies)
        if all(c.verdict is Verdict.REACHES for c in case.chains):
            reason = "the block stays as it is: it was put in with options that this run was not given"
            return result_of(case, path, data, Status.CURRENT, reason)
    if anew.new == anew.old and anew.status is not Status.ERROR:
        status = Status.BLOCKED if anew.status is Status.BLOCKED else Status.WOULD_PATCH
        if status is Status.WOULD_PATCH:
            return replace(anew, status=status, reason="the block is no longer needed and is taken out", old=data)
        return replace(anew, status=status, old=data, new=data)
    return replace(anew, old=data)


def _patch(source: Source, path: str, context: Path | None, options: Options) -> FileResult:
    case = read_case(source, path, context, options)
    data = source.data
    if reason := not_ours(case):
        return result_of(case, path, data, Status.SKIPPED, reason)
    status, reason = verdict_of(case)
    if options.strategy == "none" or (options.strategy == "auto" and status is not Status.BLOCKED):
        return result_of(case, path, data, status, reason, findings=findings_of(case, case.chains, fixable=()))
    from fargate_patch.cure import cure

    return cure(case, path, context, options)


def _switched_off(source: Source) -> bool:
    within = {n for i in source.instructions for n in range(i.start, i.end)}
    return any(
        line.strip().split(b" #")[0].strip() in (b"# fargate-patch off", b"#fargate-patch off")
        for number, line in enumerate(source.lines)
        if b"fargate-patch" in line and number not in within
    )


def _error(problem: DockerfileError | block.BlockError, path: str, data: bytes) -> FileResult:
    where = f"line {problem.line}: " if problem.line else ""
    return FileResult(path, Status.ERROR, where + problem.message, old=data, new=data)
