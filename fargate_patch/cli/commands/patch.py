"""`fargate-patch FILES…`: patch in place, or with --check and --diff say what would be."""

from __future__ import annotations

from fargate_patch.cli import options
from fargate_patch.cli.running import leave, run

HELP = {
    "epilog": """\b
Commands:  trace, revert, explain, diagnose, verify, image: each has its --help
Examples:  fargate-patch Dockerfile             patch in place
           fargate-patch --diff . | git apply   every Dockerfile below here
           fargate-patch --check -f json .      for a pipeline
           fargate-patch - < Dockerfile | docker build -f - .
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
    """Make the ECS task role reach every process of a container: patch the Dockerfiles where one would not get it.
    FILES are Dockerfiles, folders to search, or - for standard input."""
    given = options.given(locals())
    leave(run(given, files, "diff" if diff else "patch", output, stdin_filename))
