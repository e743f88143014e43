"""The last lines that a container has written, by a stand-in engine: in their order, and never much of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch.verify.container import MOST_OUTPUT, Container, EngineError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("engine", "lines"),
    [
        ("echo one; echo two >&2; echo three", ("one", "two", "three")),
        ('printf %s_ "$@"', ("logs_--tail=3_name_",)),
        ("seq 1 9", ("7", "8", "9")),
        ("printf 'a\\377b'", ("a\ufffdb",)),
        ("exit 3", ()),
        ("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end", ("x" * (MOST_OUTPUT - 5), "end")),
    ],
)
def test_the_last_lines(tmp_path: Path, engine: str, lines: tuple[str, ...]) -> None:
    program = tmp_path / "podman"
    program.write_text(f"#!/bin/sh\n{engine}\n")
    program.chmod(0o755)
    assert Container(str(program), "name").last_output(3) == lines


def test_an_engine_that_cannot_be_started() -> None:
    with pytest.raises(EngineError, match=r"^logs name: "):
        Container("/nowhere/podman", "name").last_output(3)
