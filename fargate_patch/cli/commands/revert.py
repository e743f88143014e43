"""`fargate-patch revert FILES…`: every Dockerfile as it was before the block was put in, byte for byte."""

from __future__ import annotations

from fargate_patch.cli import options, outcome
from fargate_patch.cli.delivery import Delivery, check, deliver, settle
from fargate_patch.cli.judging import examine
from fargate_patch.cli.running import found, leave, told
from fargate_patch.cli.settings import Given, settings
from fargate_patch.report import formats
from fargate_patch.result import FileResult, Status

HELP = {
    "epilog": """\b
Examples:  fargate-patch revert Dockerfile
           fargate-patch revert --diff .

Exit codes: 0 reverted, or no block; 1 --check or --diff found one, or it was edited by hand; 2 as ever.
""",
}


def command(  # noqa: PLR0913, PLR0917 typer reads the options from the signature
    files: options.Files,
    check: options.Check = None,
    diff: options.Diff = None,
    output: options.Output = None,
    exclude: options.Exclude = None,
    extend_exclude: options.ExtendExclude = None,
    force_exclude: options.ForceExclude = None,
    stdin_filename: options.StdinFilename = None,
    config: options.ConfigFile = None,
    isolated: options.Isolated = None,
    color: options.Color = None,
    quiet: options.Quiet = None,
    verbose: options.Verbose = None,
) -> None:
    """Take the block out again, so that every Dockerfile is byte for byte what it was."""
    given = options.given(locals())
    leave(told(lambda: _revert(given, tuple(files), bool(diff), output, stdin_filename)))


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


def _revert(given: Given, names: tuple[str, ...], diff: bool, output: str | None, stdin_name: str | None) -> int:
    wanted = settings(given, formats())
    action = "diff" if diff else "check" if wanted.check else "revert"
    delivery = Delivery(action, names, output, colour=wanted.colour, verbosity=wanted.verbosity)
    check(delivery)
    results = [settle(examine(f, stdin_name, restored), delivery) for f in found(names, wanted)]
    written = deliver(results, delivery)
    return max(outcome.exit_code(results), written)
