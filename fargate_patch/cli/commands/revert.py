"""`fargate-patch revert FILES…`: every Dockerfile as it was before the block was put in, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fargate_patch.cli import options, outcome
from fargate_patch.cli.delivery import Delivery, check, deliver, settle
from fargate_patch.cli.judging import examine
from fargate_patch.cli.running import found, leave
from fargate_patch.cli.settings import settings
from fargate_patch.report import formats
from fargate_patch.result import FileResult, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

HELP = {
    "epilog": """\b
Examples:  fargate-patch revert Dockerfile
           fargate-patch revert --diff .

Exit codes: 0 reverted, or no block; 1 --check or --diff found one, or it was edited by hand; 2 as ever.
""",
}


@options.takes(
    files=options.Files,
    check=options.Check,
    diff=options.Diff,
    output=options.Output,
    **options.WHICH_FILES,
    **options.EVERY_RUN,
)
def command(said: Mapping[str, Any]) -> None:
    """Take the block out again, so that every Dockerfile is byte for byte what it was."""
    leave(lambda: _revert(said))


def restored(name: str, data: bytes) -> FileResult:
    """The result for one file: `would-patch` where there is a block to take out, `blocked` where a person edited it."""
    import fargate_patch

    try:
        before = fargate_patch.revert(data)
    except fargate_patch.BlockError as problem:
        return FileResult(name, Status.BLOCKED, str(problem), old=data, new=data)
    except fargate_patch.DockerfileError as problem:
        where = f"line {problem.line}: " if problem.line else ""
        return FileResult(name, Status.ERROR, where + problem.message, old=data, new=data)
    if before == data:
        return FileResult(name, Status.CLEAN, "there is no block in it", old=data, new=data)
    return FileResult(name, Status.WOULD_PATCH, "the block is taken out", old=data, new=before)


def _revert(said: Mapping[str, Any]) -> int:
    wanted = settings(options.given(said), formats())
    action = "diff" if said["diff"] else "check" if wanted.check else "revert"
    delivery = Delivery(action, tuple(said["files"]), said["output"], colour=wanted.colour, verbosity=wanted.verbosity)
    check(delivery)
    files = found(delivery.names, wanted)
    results = [settle(examine(file, said["stdin_filename"], restored), delivery) for file in files]
    written = deliver(results, delivery)
    return max(outcome.exit_code(results), written)
