"""What comes out, one file per output format: `render(results, view) -> str`, found by the file's name.

A trailing underscore keeps a name from hiding a module (`json_`); names that begin with one are what formats share.
"""

# Paths are the strings that a person typed.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import os
import pkgutil
from collections import Counter
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex
from fargate_patch.result import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.result import FileResult, Finding

LOUD = (Status.PATCHED, Status.WOULD_PATCH, Status.BLOCKED)  # of which a person is told, whatever else there is
_CONTROL = regex("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_COMMAND = regex(r"\A\s*::|##\[")


@dataclass(frozen=True, slots=True)
class View:
    """How a report is to look; `action` is what the run did: `patch`, `check`, `diff`, `trace` or `revert`."""

    action: str = "patch"
    colour: bool = False
    unicode: bool = True
    width: int | None = None  # None: as long as a line is
    verbosity: int = 0  # -1 quiet, 1 verbose
    root: str = "."  # the folder that paths in a report are relative to


class Report(Protocol):
    """The module of one format."""

    @staticmethod
    def render(results: Sequence[FileResult], view: View) -> str: ...


@cache
def _modules() -> tuple[str, ...]:
    return tuple(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def formats() -> tuple[str, ...]:
    """Every output format there is, `text` first."""
    return tuple(sorted((n.rstrip("_") for n in _modules()), key=lambda n: (n != "text", n)))


def report(name: str) -> Report:
    """The format of that name, which is one of `formats()`."""
    found = next(module for module in _modules() if module.rstrip("_") == name)
    return cast("Report", import_module(f"{__name__}.{found}"))


def printable(text: str) -> str:
    """Text for a terminal or a page: control and direction characters and bytes that are not UTF-8 are written out."""
    plain = text.isascii() and text.isprintable()
    return text if plain else _CONTROL.sub(lambda m: _written_out(ord(m[0])), text)


def inert(line: str) -> str:
    """A line of a log in which GitHub Actions reads no workflow command.

    One begins with `::` behind nothing but blanks, or has `##[` anywhere (actions/runner, ActionCommand.cs).
    """
    return _COMMAND.sub(lambda m: m[0][:-1] + _written_out(ord(m[0][-1])), line)


def whole(text: str | None) -> str | None:
    """Text that can be written as UTF-8: bytes of the file that are none are written out."""
    return text if text is None else text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def path_of(result: FileResult, file: str) -> str:
    """A file that a place names, from where the Dockerfile's own path is from: of the build context, but for itself."""
    if file == result.path or in_image(result, file):
        return file
    return os.path.normpath(os.path.join(result.context or os.path.dirname(result.path), file))


def in_image(result: FileResult, file: str) -> bool:
    """Is it a file of a base image that was looked into? It is named `IMAGE:/PATH`, and no folder here has it."""
    return result.image is not None and file.startswith(f"{result.image.reference}:/")


def place(result: FileResult, file: str, line: int) -> str:
    """`web/jobs.cron:2`, which an editor opens; the words of an option have no line."""
    return printable(f"{path_of(result, file)}:{line}" if line else file)


def standing(result: FileResult) -> tuple[Finding, ...]:
    """The findings that the file still has something of: not those that a block which is up to date has mended."""
    return tuple(f for f in result.findings if not (f.fixable and result.status is Status.CURRENT))


def counted(results: Sequence[FileResult]) -> dict[Status, int]:
    """How many files there are of each status that occurs, in the order of the statuses."""
    counts = Counter(result.status for result in results)
    return {status: counts[status] for status in Status if counts[status]}


def _written_out(code: int) -> str:
    names = {9: r"\t", 10: r"\n", 13: r"\r"}
    byte = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
    return names.get(byte) or (f"\\x{byte:02x}" if byte < 256 else f"\\u{byte:04x}")
