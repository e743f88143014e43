"""Files that come from the network, out of archives or out of a compiler while the image is built."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from fargate_patch.chain.files.actions import Action, At, Below
from fargate_patch.chain.files.changes import Doubt, Found, Put, absolute
from fargate_patch.chain.files.commandline import CommandLine, read_command_line
from fargate_patch.chain.files.folders import STANDARD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.chain.files.events import Step

_CURL_SHORT = "ouHdAXebTFmxYyzKrtCEQcD"
_CURL_LONG = frozenset(
    "output header data user-agent request max-time retry retry-delay connect-timeout proxy range cacert".split()  # noqa: SIM905
)
_WGET_SHORT = "OPoUTtaiwQeBlARDIX"
_WGET_LONG = frozenset("output-document directory-prefix tries timeout header user-agent output-file".split())  # noqa: SIM905


def curl(step: Step) -> Iterator[Action]:
    line = read_command_line(step.argv[1:], _CURL_SHORT, _CURL_LONG)
    target = line.value("o", "output")
    names = [target] if target else _last_parts(line, ".") if line.has("O", "remote-name") else []
    return _downloads(names, step)


def wget(step: Step) -> Iterator[Action]:
    line = read_command_line(step.argv[1:], _WGET_SHORT, _WGET_LONG)
    target = line.value("O", "output-document")
    return _downloads([target] if target else _last_parts(line, line.value("P", "directory-prefix") or "."), step)


def _last_parts(line: CommandLine, folder: str) -> list[str]:
    return [f"{folder}/{posixpath.basename(re.split('[?#]', a.text)[0])}" for a in line.operands if "/" in a.text]


def _downloads(names: list[str], step: Step) -> Iterator[Action]:
    for name in names:
        path = absolute(name, step.folder) if name != "-" and not name.startswith("/dev/") and "$" not in name else None
        if path:
            yield At(path, Put(Found(None, step.place, f"written by `{step.by}` at build time")))


def compiler(step: Step) -> Iterator[Action]:
    """`gcc -o X`, `go build -o X`: a program, whatever its text."""
    texts = [a.text for a in step.argv]
    if texts[0].endswith("go") and texts[1:2] != ["build"]:
        return
    for option, target in pairwise(texts):
        path = absolute(target, step.folder) if option == "-o" and "$" not in target else None
        if path:
            yield At(path, Put(Found(None, step.place, f"compiled by `{step.by}` at build time", binary=True)))


def git(step: Step) -> Iterator[Action]:
    line = read_command_line(step.argv[1:], "bcC", ("branch", "depth", "origin", "config", "reference"))
    texts = [a.text for a in line.operands]
    if texts[:1] == ["clone"] and len(texts) > 1:
        given = texts[2] if len(texts) > 2 else posixpath.basename(texts[1].rstrip("/")).removesuffix(".git")
        yield from _poured_into(given, step)


def tar(step: Step) -> Iterator[Action]:
    texts = [a.text for a in step.argv[1:]]
    line = read_command_line(step.argv[1:], "Cf", ("directory", "file", "strip-components", "exclude"))
    if line.has("x", "extract", "get") or (texts and "x" in texts[0] and not texts[0].startswith("-")):
        after_c = next((b for a, b in pairwise(texts) if a == "-C"), None)
        yield from _poured_into(line.value("directory") or after_c or ".", step)


def unzip(step: Step) -> Iterator[Action]:
    yield from _poured_into(read_command_line(step.argv[1:], "d").value("d") or ".", step)


def _poured_into(folder: str, step: Step) -> Iterator[Action]:
    """A folder full of files that nobody here sees; of the standard ones little would be left to know."""
    path = absolute(folder, step.folder) if "$" not in folder else None
    if path and path not in STANDARD:
        yield Below(path, Doubt(f"it may come out of `{step.by}`", step.place, makes=True))
