"""`sed` command lines: which script, how it is read, on which files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fargate_patch.chain.files.commandline import read_command_line
from fargate_patch.chain.files.sed import Edit, read_sed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.files.events import Argument


def sed_edit(arguments: Sequence[Argument]) -> tuple[Edit | None, tuple[Argument, ...], bool]:
    """The edit (None: not followed), the files, and whether they are edited in place (`-i`)."""
    line = read_command_line(_in_place_alone(arguments), "efl", ("expression", "file", "line-length"))
    in_place = line.has("i", "in-place")
    scripts = list(line.values("e", "expression"))
    operands = line.operands
    known = all(a.known for a in arguments if a not in operands)
    if not scripts and not line.has("f", "file") and operands:
        scripts, known, operands = [operands[0].text], known and operands[0].known, operands[1:]
    followed = known and not line.has("f", "file", "n", "quiet", "silent", "s", "separate", "z", "null-data")
    edit = read_sed("\n".join(scripts), line.has("E", "r", "regexp-extended")) if followed else None
    return edit, operands, in_place


def _in_place_alone(arguments: Sequence[Argument]) -> list[Argument]:
    """`-i.bak` and `-ibak` as `-i`: its suffix is no cluster of options. (`-ie` means the suffix "e" as well.)"""
    from dataclasses import replace

    return [replace(a, text="-i") if a.text.startswith("-i") else a for a in arguments]
