"""`fargate-patch trace FILE…`: the launch chains, hop by hop, and whether the variables reach their ends."""

from __future__ import annotations

from fargate_patch.cli import options
from fargate_patch.cli.running import leave, run

HELP = {
    "epilog": """\b
Examples:  fargate-patch trace Dockerfile
           fargate-patch trace --base-image app:1=debian -f json Dockerfile

Exit codes: 0 every chain reaches, or is not known; 1 one is lost, or with --strict not known; 2 as for any command.
""",
}


def command(  # noqa: PLR0913, PLR0917 typer reads the options from the signature
    files: options.Files,
    output: options.Output = None,
    output_format: options.OutputFormat = None,
    user: options.User = None,
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
) -> None:
    """Show how each process of the container is started, hop by hop, and whether the task role's variables reach it."""
    leave(run(options.given(locals()), files, "trace", output, stdin_filename))
