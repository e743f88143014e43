"""The options that commands share, the signature that typer reads them from, and what they say taken together.

Every option has an environment variable, FARGATE_PATCH_ and its name, but for those that concern one call alone. Of an
option that may be given several times it holds the values apart by blanks, or one a line where blanks belong to them.
"""

from __future__ import annotations

import os
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer
from typer.core import TyperCommand

from fargate_patch.cli.config import KEYS
from fargate_patch.cli.settings import COLOURS, STRATEGIES, Given
from fargate_patch.report import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LINES = ("build-arg", "command", "entrypoint")  # their variables hold one value a line


def _variable(key: str) -> str:
    return f"FARGATE_PATCH_{key.replace('-', '_').upper()}"


def _option(name: str, short: str = "", metavar: str | None = None, *, help: str, env: bool = True, **more: Any) -> Any:
    variable = _variable(name[2:]) if env and name[2:] not in LINES else None
    names = [short, name] if short else [name]
    return typer.Option(
        *names, metavar=metavar, help=help, envvar=variable, show_envvar=False, show_default=False, **more
    )


def _words(*words: str) -> Any:
    return lambda incomplete: [w for w in words if w.startswith(incomplete)]


def _version(wanted: bool) -> None:
    if wanted:
        from fargate_patch.version import __version__

        typer.echo(f"fargate-patch {__version__}")
        raise typer.Exit


class Command(TyperCommand):
    """Usage as manuals write it: `FILES...`, where newer typers put braces around it."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [piece.replace("{", "").replace("}", "") for piece in super().collect_usage_pieces(ctx)]


Flag = bool | None
Text = str | None
Texts = list[str] | None

Files = Annotated[
    list[str], typer.Argument(metavar="FILES...", help="Dockerfiles, folders, or - for standard input.", hidden=True)
]

Check = Annotated[Flag, _option("--check", help="Write nothing; exit 1 if something would change.")]
Diff = Annotated[Flag, _option("--diff", help="Write nothing; print a diff that git apply takes.", env=False)]
Output = Annotated[
    Text, _option("--output", "-o", "FILE", help="Write the patched text, diff or report there.", env=False)
]
User = Annotated[Texts, _option("--user", "-u", "NAME", help="For whom, where no file of the image says so.")]
Strategy = Annotated[
    Text, _option("--strategy", "-s", "WORD", help=f"{', '.join(STRATEGIES)}.", autocompletion=_words(*STRATEGIES))
]
Target = Annotated[Text, _option("--target", "-t", "STAGE", help="The stage to look at; the last one otherwise.")]
Context = Annotated[Text, _option("--context", metavar="DIR", help="The build context; else found by what COPY names.")]
BaseImage = Annotated[Texts, _option("--base-image", metavar="REF=FAMILY", help="What a base image is: app:1=debian.")]
BaseImageConfig = Annotated[
    Text, _option("--base-image-config", metavar="FILE", help="What `docker image inspect` said of the base.")
]
Inspect = Annotated[Flag, _option("--inspect", help="Look into a base image that is not known.")]
BuildArg = Annotated[Texts, _option("--build-arg", metavar="K=V", help="A build argument, as docker build takes it.")]
RunCommand = Annotated[
    Texts, _option("--command", metavar="COMMAND", help="What a task definition puts in CMD's place.")
]
RunEntrypoint = Annotated[Texts, _option("--entrypoint", metavar="COMMAND", help="The same in ENTRYPOINT's place.")]
OutputFormat = Annotated[
    Text, _option("--output-format", "-f", "WORD", help=f"{', '.join(formats())}.", autocompletion=_words(*formats()))
]
Jobs = Annotated[int | None, _option("--jobs", "-j", "N", help="Processes for many files; else one a processor.")]
Quiet = Annotated[Flag, _option("--quiet", "-q", help="Say only what needs a person.")]
Verbose = Annotated[Flag, _option("--verbose", "-v", help="Show every file and every chain.")]
Color = Annotated[
    Text, _option("--color", metavar="WORD", help=f"{', '.join(COLOURS)}.", autocompletion=_words(*COLOURS))
]
Strict = Annotated[Flag, _option("--strict", help="Exit 1 also where a chain could not be followed.")]
ExitZero = Annotated[Flag, _option("--exit-zero", help="Exit 0 where it would be 1.")]
Select = Annotated[Texts, _option("--select", metavar="CODES", help="Look for these and nothing else: FP101,FP2.")]
Ignore = Annotated[Texts, _option("--ignore", metavar="CODES", help="Leave these as they are.")]
FixLegacy = Annotated[Flag, _option("--fix-legacy", help="Take the known line with /proc/1/environ out.")]
Exclude = Annotated[Texts, _option("--exclude", metavar="GLOB", help="Leave out, in place of the usual folders.")]
ExtendExclude = Annotated[Texts, _option("--extend-exclude", metavar="GLOB", help="Leave out as well.", hidden=True)]
ForceExclude = Annotated[Flag, _option("--force-exclude", help="Leave out files that are named, too.", hidden=True)]
StdinFilename = Annotated[
    Text, _option("--stdin-filename", metavar="PATH", help="Take standard input for this file.", env=False)
]
ConfigFile = Annotated[
    Text, _option("--config", metavar="FILE", help="Read this configuration and no other.", hidden=True)
]
Isolated = Annotated[Flag, _option("--isolated", help="Read no configuration.", hidden=True)]
Version = Annotated[
    Flag, _option("--version", "-V", help="Show the version and exit.", env=False, is_eager=True, callback=_version)
]


# options that several commands have one behind the other, by the names under which they are asked for
IMAGE = {
    "target": Target,
    "context": Context,
    "base_image": BaseImage,
    "base_image_config": BaseImageConfig,
    "inspect": Inspect,
    "build_arg": BuildArg,
}
JUDGING = {
    "command": RunCommand,
    "entrypoint": RunEntrypoint,
    "strict": Strict,
    "exit_zero": ExitZero,
    "select": Select,
    "ignore": Ignore,
}
WHICH_FILES = {
    "exclude": Exclude,
    "extend_exclude": ExtendExclude,
    "force_exclude": ForceExclude,
    "stdin_filename": StdinFilename,
}
EVERY_RUN = {"config": ConfigFile, "isolated": Isolated, "color": Color, "quiet": Quiet, "verbose": Verbose}


def takes(**options: Any) -> Callable[[Callable[[Mapping[str, Any]], None]], Callable[..., None]]:
    """Make a function a command with these options: it is given what was said of each, None where nothing was.

    typer knows no options that commands share: it reads one signature for each, which is written here.
    """
    signature = Signature(
        [Parameter(name, Parameter.KEYWORD_ONLY, default=_default(o), annotation=o) for name, o in options.items()]
    )

    def made(work: Callable[[Mapping[str, Any]], None]) -> Callable[..., None]:
        def command(**said: Any) -> None:
            work(said)

        command.__doc__ = work.__doc__
        command.__signature__ = signature  # type: ignore[attr-defined]  # where typer reads it
        return command

    return made


def _default(option: Any) -> Any:
    """None for what need not be said, whose type says so; nothing for what must be."""
    kind = get_args(option)[0]
    return None if type(None) in get_args(kind) else Parameter.empty


def given(said: Mapping[str, Any]) -> Given:
    """What was said of a command's options, by the keys of the configuration."""
    values = {key: said.get(key.replace("-", "_")) for key in KEYS if key != "required-version"}
    lines = {key: [line for line in os.environ.get(_variable(key), "").splitlines() if line.strip()] for key in LINES}
    return Given(
        {**values, **{key: values[key] or lines[key] for key in LINES}}, said.get("config"), bool(said.get("isolated"))
    )
