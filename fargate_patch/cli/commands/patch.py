"""`fargate-patch FILES…`: patch in place, or with --check and --diff say what would be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from fargate_patch.cli import command_names, options
from fargate_patch.cli.config import suggestion
from fargate_patch.cli.running import leave, run
from fargate_patch.cli.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

HELP = {
    "epilog": """\b
Commands:  trace, revert, explain, diagnose, verify, image: each has its --help
Examples:  fargate-patch Dockerfile             patch in place
           fargate-patch --diff . | git apply   every Dockerfile below here
           fargate-patch --check -f json .      for a pipeline
           fargate-patch --context . - < Dockerfile | docker build -f - .
Exit:      0 nothing to do, or patched; 1 to be changed, or cannot be
           mended; 2 wrong usage, or unreadable. All options: man fargate-patch
""",
}


@options.takes(
    files=options.Files,
    check=options.Check,
    diff=options.Diff,
    output=options.Output,
    output_format=options.OutputFormat,
    user=options.User,
    strategy=options.Strategy,
    **options.IMAGE,
    **options.JUDGING,
    fix_legacy=options.FixLegacy,
    **options.WHICH_FILES,
    jobs=options.Jobs,
    **options.EVERY_RUN,
    version=options.Version,
)
def command(said: Mapping[str, Any]) -> None:
    """Patch Dockerfiles so that the ECS task role reaches every process. FILES are Dockerfiles, folders to search, or -
    for standard input."""
    leave(lambda: _patch(said))


def _patch(said: Mapping[str, Any]) -> int:
    """Raises UsageError where the first word is a command with a slip in it: the files behind it stay as they are."""
    word = said["files"][0]
    if word.isidentifier() and not os.path.lexists(word):
        near = suggestion(word, (*command_names(), "--help", "--version"))
        if near:
            raise UsageError(f"there is neither a file nor a command `{word}`{near}")
    action = "diff" if said["diff"] else "patch"
    return run(options.given(said), said["files"], action, said["output"], said["stdin_filename"])
