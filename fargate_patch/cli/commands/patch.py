"""`fargate-patch FILES…`: patch in place, or with --check and --diff say what would be."""

from __future__ import annotations

import os

from fargate_patch.cli import command_names, options
from fargate_patch.cli.config import suggestion
from fargate_patch.cli.running import leave, run, told
from fargate_patch.cli.settings import Given, UsageError

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


def command(  # noqa: PLR0913, PLR0917 typer reads the options from the signature
    files: options.Files,
    check: options.Check = None,
    diff: options.Diff = None,
    output: options.Output = None,
    output_format: options.OutputFormat = None,
    user: options.User = None,
    strategy: options.Strategy = None,
    target: options.Target = None,
    context: options.Context = None,
    base_image: options.BaseImage = None,
    base_image_config: options.BaseImageConfig = None,
    inspect: options.Inspect = None,
    build_arg: options.BuildArg = None,
    command: options.RunCommand = None,
    entrypoint: options.RunEntrypoint = None,
    strict: options.Strict = None,
    exit_zero: options.ExitZero = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    fix_legacy: options.FixLegacy = None,
    exclude: options.Exclude = None,
    extend_exclude: options.ExtendExclude = None,
    force_exclude: options.ForceExclude = None,
    stdin_filename: options.StdinFilename = None,
    jobs: options.Jobs = None,
    config: options.ConfigFile = None,
    isolated: options.Isolated = None,
    color: options.Color = None,
    quiet: options.Quiet = None,
    verbose: options.Verbose = None,
    version: options.Version = None,
) -> None:
    """Patch Dockerfiles so that the ECS task role reaches every process. FILES are Dockerfiles, folders to search, or -
    for standard input."""
    given = options.given(locals())
    leave(told(lambda: _patch(given, files, "diff" if diff else "patch", output, stdin_filename)))


def _patch(given: Given, files: list[str], action: str, output: str | None, stdin_filename: str | None) -> int:
    """Raises UsageError where the first word is a command with a slip in it: the files behind it stay as they are."""
    word = files[0]
    if word.isidentifier() and not os.path.lexists(word):
        near = suggestion(word, (*command_names(), "--help", "--version"))
        if near:
            raise UsageError(f"there is neither a file nor a command `{word}`{near}")
    return run(given, files, action, output, stdin_filename)
