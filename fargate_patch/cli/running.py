"""One run of `patch` or `trace`: find the files, judge each, settle each, deliver, and give the exit code."""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH109

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from fargate_patch.cli import PROGRAM, outcome
from fargate_patch.cli.config import ConfigError
from fargate_patch.cli.delivery import Delivery, check, deliver, settle
from fargate_patch.cli.files import Found, find
from fargate_patch.cli.judging import STDIN, Judge, judged
from fargate_patch.cli.settings import Given, Settings, UsageError, settings, task
from fargate_patch.cli.streams import remark
from fargate_patch.cli.writing import explain
from fargate_patch.report import formats, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def leave(work: Callable[[], int]) -> None:
    """End a command with the exit code of its work; wrong usage is one line and 2, Ctrl-C is 130."""
    raise typer.Exit(_told(work))


def _told(work: Callable[[], int]) -> int:
    try:
        os.getcwd()
    except OSError as problem:
        remark(f"{PROGRAM}: the working folder: {explain(problem)}\n")
        return outcome.WRONG
    try:
        return work()
    except (UsageError, ConfigError) as problem:
        remark(f"{PROGRAM}: {printable(str(problem))}\n")
        return outcome.WRONG
    except KeyboardInterrupt:
        remark(f"{PROGRAM}: interrupted\n")
        return outcome.INTERRUPTED


def run(
    given: Given, names: Sequence[str], action: str, output: str | None = None, stdin_name: str | None = None
) -> int:
    """The exit code. `action` is `patch`, `diff` or `trace`. Raises UsageError and ConfigError."""
    wanted = settings(given, formats())
    action = "check" if action == "patch" and wanted.check else action
    delivery = Delivery(action, tuple(names), output, wanted.output_format, wanted.colour, wanted.verbosity)
    check(delivery)
    task(given, None)  # what no file could be judged by is told before the first one is read
    files = found(delivery.names, wanted)
    judge = Judge("trace" if action == "trace" else "patch", given, stdin_name)
    results = [settle(r, delivery) for r in judged(judge, files, wanted.jobs)]
    written = deliver(results, delivery)
    code = outcome.exit_code(results, strict=wanted.strict, exit_zero=wanted.exit_zero)
    return max(code, written)


def found(names: tuple[str, ...], wanted: Settings) -> tuple[Found, ...]:
    """The files that the names stand for."""
    return (Found(STDIN),) if names == (STDIN,) else find(names, wanted.excluded, wanted.force_exclude)
