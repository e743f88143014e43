"""`fargate-patch explain [CODE|MECHANISM|REMEDY]`: what it is, why it matters, how to see it, the cure, sources."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from fargate_patch.cli import explanation, options, streams
from fargate_patch.cli.running import leave
from fargate_patch.cli.settings import COLOURS, UsageError, one_of
from fargate_patch.report import View

if TYPE_CHECKING:
    from fargate_patch.handbook import Entry

HELP = {
    "epilog": """\b
Examples:  fargate-patch explain                 everything that can be explained
           fargate-patch explain FP104           a finding
           fargate-patch explain cron            a mechanism
           fargate-patch explain pam-env         what is put in
""",
}
FORMATS = tuple(explanation.FORMATS)


def _begun(incomplete: str) -> list[str]:
    """The codes and names that begin so, for the Tab key."""
    from fargate_patch import handbook

    return [name for name in handbook.names() if name.startswith(incomplete)]


Word = Annotated[
    options.Text,
    typer.Argument(metavar="[CODE|MECHANISM|REMEDY]", help="What to explain.", hidden=True, autocompletion=_begun),
]
Format = Annotated[str, typer.Option("--output-format", "-f", metavar="WORD", help=f"{', '.join(FORMATS)}.")]


def command(word: Word = None, output_format: Format = "text", color: options.Color = None) -> None:
    """Explain a finding, a program that hands the environment on or drops it, or what is put in against it. Without an
    argument: the list."""
    leave(lambda: _explain(word, output_format, color or "auto"))


def _explain(word: str | None, output_format: str, colour: str) -> int:
    form = explanation.FORMATS[one_of("output format", output_format, FORMATS)]
    one_of("color", colour, COLOURS)
    view = View(colour=streams.has_colour(colour, sys.stdout, os.environ), width=streams.width(sys.stdout))
    text = form.listed(view) if word is None else form.found(_found(word), view)
    streams.emit(streams.rendered(text, output_format))
    return 0


def _found(word: str) -> tuple[Entry, ...]:
    from fargate_patch import handbook
    from fargate_patch.cli.config import suggestion

    found = handbook.find(word)
    if not found:
        near = suggestion(word.lower(), handbook.names()) or suggestion(word.upper(), handbook.names())
        hint = near or "; `fargate-patch explain` lists what there is"
        raise UsageError(f"there is nothing named `{word}`{hint}")
    return found
