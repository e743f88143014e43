"""Where results go: patched bytes into files or to standard output, the diff, the report.

Standard output holds one thing: the patched text of standard input, or the diff, or the report. What is for a person
goes to standard error then.
"""

# Paths are the strings that a person typed and that the system's calls take.
# ruff: noqa: PTH100, PTH109, PTH112, PTH118

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.cli import streams
from fargate_patch.cli.judging import STDIN
from fargate_patch.cli.outcome import WRONG
from fargate_patch.cli.settings import UsageError
from fargate_patch.cli.writing import WriteError, explain, write
from fargate_patch.dataclass import dataclass
from fargate_patch.report import View, report
from fargate_patch.result import FileResult, Status

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one run delivers: `action` is `patch`, `check`, `diff`, `trace` or `revert`."""

    action: str
    names: tuple[str, ...]  # what was given on the command line
    output: str | None = None  # -o
    output_format: str = "text"
    colour: str = "auto"
    verbosity: int = 0

    @property
    def from_stdin(self) -> bool:
        return STDIN in self.names

    @property
    def redirects_patch(self) -> bool:
        """Is -o for the patched text?"""
        return self.output is not None and self.action in ("patch", "revert") and self.output_format == "text"

    @property
    def redirects_report(self) -> bool:
        return self.output is not None and not self.redirects_patch and not self.redirects_diff

    @property
    def redirects_diff(self) -> bool:
        return self.output is not None and self.action == "diff" and self.output_format == "text"

    @property
    def stdout_taken(self) -> bool:
        """Does standard output hold a diff or a Dockerfile, so that the report has to go elsewhere?"""
        if self.action == "diff":
            return not self.redirects_diff
        return self.from_stdin and self.action in ("patch", "revert") and not self.redirects_patch


def check(delivery: Delivery) -> None:
    """Raises UsageError where two things would have to go to one place."""
    if delivery.from_stdin and len(delivery.names) > 1:
        raise UsageError("standard input (-) cannot be mixed with files")
    if delivery.stdout_taken and delivery.output_format != "text" and delivery.output is None:
        what = "diff" if delivery.action == "diff" else "patched Dockerfile"
        raise UsageError(
            f"standard output holds the {what}: send the {delivery.output_format} report to a file with -o"
        )
    if delivery.redirects_patch and (len(delivery.names) != 1 or os.path.isdir(delivery.names[0])):
        raise UsageError("-o takes the patched text of one Dockerfile; for a report say which --output-format")
    if delivery.output and not delivery.redirects_patch and _is_one_of(delivery.output, delivery.names):
        raise UsageError(f"-o {delivery.output} would overwrite a file that is read")


def _is_one_of(path: str, names: Sequence[str]) -> bool:
    return os.path.realpath(path) in {os.path.realpath(n) for n in names}


def settle(result: FileResult, delivery: Delivery) -> FileResult:
    """Write one file's new bytes where they belong, and say in the result what came of it."""
    if delivery.action not in ("patch", "revert") or result.status is Status.ERROR:
        return result
    changed = result.new != result.old
    try:
        if delivery.redirects_patch and delivery.output:
            write(delivery.output, result.new)
        elif delivery.from_stdin:
            streams.emit(result.new)
        elif changed:
            write(result.path, result.new, expected=result.old)
    except WriteError as problem:
        where = f"{delivery.output} " if delivery.redirects_patch else ""
        return replace(result, status=Status.ERROR, reason=f"{where}{problem}")
    except OSError as problem:
        return replace(result, status=Status.ERROR, reason=f"standard output cannot be written: {explain(problem)}")
    return replace(result, status=Status.PATCHED) if changed and result.status is Status.WOULD_PATCH else result


def deliver(results: Sequence[FileResult], delivery: Delivery) -> int:
    """Print complaints, the diff and the report. 0, or 2 where one of them could not be written."""
    for result in results:
        if result.status is Status.ERROR:
            streams.complain(result.path, result.reason or "cannot be read")
    code = 0
    if delivery.action == "diff":
        from fargate_patch.dockerfile.diff import unified

        diff = b"".join(unified(relative(r.path), r.old, r.new) for r in results)
        code = _put(diff, delivery.output if delivery.redirects_diff else None)
    stream = sys.stderr if delivery.stdout_taken and not delivery.redirects_report else sys.stdout
    text = report(delivery.output_format).render(results, _view(delivery, stream is sys.stderr))
    if delivery.redirects_report:
        return max(code, _put(text.encode("utf-8", "backslashreplace"), delivery.output))
    if stream is sys.stderr:
        streams.remark(text)
        return code
    return max(code, _put(streams.rendered(text, delivery.output_format), None))


def _view(delivery: Delivery, on_stderr: bool) -> View:
    stream = None if delivery.redirects_report else sys.stderr if on_stderr else sys.stdout
    return View(
        action=delivery.action,
        colour=streams.has_colour(delivery.colour, stream, os.environ),
        unicode=streams.has_unicode(stream or sys.stdout, os.environ) or delivery.redirects_report,
        width=streams.width(stream),
        verbosity=delivery.verbosity,
        root=os.getcwd(),
    )


def _put(data: bytes, path: str | None) -> int:
    """Bytes into a file or to standard output; a failure is one line."""
    try:
        if path is None:
            streams.emit(data)
        else:
            write(path, data)
    except WriteError as problem:
        streams.complain(path or "-", str(problem))
        return WRONG
    except OSError as problem:
        streams.complain("-", f"standard output cannot be written: {explain(problem)}")
        return WRONG
    return 0


def relative(path: str) -> str:
    """A path as diffs name it, with forward slashes: from the working folder.

    From the root where it lies elsewhere, for git takes no `..`.
    """
    try:
        found = os.path.relpath(path)
    except ValueError:  # another drive
        found = path
    elsewhere = found.startswith(os.path.join("..", ""))
    return (os.path.abspath(path) if elsewhere else found).replace(os.sep, "/").lstrip("/")
