"""`fargate-patch diagnose [LOG]`: what the SDKs' messages in a log mean here, and what to look at first."""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH123

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from fargate_patch.cli import streams
from fargate_patch.cli.judging import STDIN, STDIN_NAME
from fargate_patch.cli.outcome import WRONG
from fargate_patch.cli.running import leave
from fargate_patch.cli.settings import one_of
from fargate_patch.cli.writing import explain

if TYPE_CHECKING:
    from fargate_patch.diagnosis.reading import Diagnosis

HELP = {
    "epilog": """\b
Examples:  docker logs CONTAINER 2>&1 | fargate-patch diagnose
           aws logs tail GROUP --since 1h | fargate-patch diagnose -
           fargate-patch diagnose -f json app.log

Exit codes: 0 a message was recognised; 1 none was; 2 the log cannot be read.
""",
}
FORMATS = ("text", "json")
RECOGNISED, NOT_RECOGNISED = 0, 1

Log = Annotated[str, typer.Argument(metavar="[LOG]", help="A file, or - for standard input.", hidden=True)]
Format = Annotated[str, typer.Option("--output-format", "-f", metavar="WORD", help=f"{', '.join(FORMATS)}.")]


def command(log: Log = STDIN, output_format: Format = "text") -> None:
    """Read a log (LOG, or standard input) for what AWS SDKs say when they find no credentials, and say what it means in
    a container: what to check first, what to run, and whether a patch of the image helps."""
    leave(lambda: _diagnose(log, one_of("output format", output_format, FORMATS)))


def _diagnose(log: str, output_format: str) -> int:
    from fargate_patch.diagnosis.report import as_json, as_text

    name = STDIN_NAME if log == STDIN else log
    try:
        found = _read(log)
    except OSError as problem:
        streams.complain(name, explain(problem))
        return WRONG
    text = as_json(found, name) if output_format == "json" else as_text(found, name, streams.width(sys.stdout))
    streams.emit(streams.rendered(text, output_format))
    return RECOGNISED if found else NOT_RECOGNISED


def _read(log: str) -> tuple[Diagnosis, ...]:
    from fargate_patch.diagnosis.reading import diagnose

    if log != STDIN:
        with open(log, "rb") as stream:
            return diagnose(stream)
    if sys.stdin is None:
        raise OSError(0, "standard input is closed")
    return diagnose(sys.stdin.buffer)
