"""`fargate-patch trace FILE…`: the launch chains, hop by hop, and whether the variables reach their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fargate_patch.cli import options
from fargate_patch.cli.running import leave, run

if TYPE_CHECKING:
    from collections.abc import Mapping

HELP = {
    "epilog": """\b
Examples:  fargate-patch trace Dockerfile
           fargate-patch trace --base-image app:1=debian -f json Dockerfile

Exit codes: 0 every chain reaches, or is not known; 1 one is lost, or with --strict not known; 2 as for any command.
""",
}


@options.takes(
    files=options.Files,
    output=options.Output,
    output_format=options.OutputFormat,
    user=options.User,
    **options.IMAGE,
    **options.JUDGING,
    **options.WHICH_FILES,
    jobs=options.Jobs,
    **options.EVERY_RUN,
)
def command(said: Mapping[str, Any]) -> None:
    """Show how each process of the container is started, hop by hop, and whether the task role's variables reach it."""
    leave(lambda: run(options.given(said), said["files"], "trace", said["output"], said["stdin_filename"]))
