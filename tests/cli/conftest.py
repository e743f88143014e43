"""A working folder of the test's own, without the configuration and the variables of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import Run

from fargate_patch.cli import config, main

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCES = str(Path(__file__).parents[2])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [n for n in os.environ if n.startswith(("FARGATE_PATCH_", "_FARGATE_PATCH", "LC_"))]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "PYTHONUTF8", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def cli(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Run]:
    """One command line, run within this process."""

    def run(*arguments: str) -> Run:
        config.read.cache_clear()
        config.nearest.cache_clear()
        code = main(list(arguments))
        said = capfdbinary.readouterr()
        return Run(code, said.out, said.err.decode())

    return run


@pytest.fixture
def process(folder: Path) -> Callable[..., Run]:
    """One command line, run as a process of its own; `variables` are added to a bare environment."""

    def run(*arguments: str, stdin: bytes = b"", preexec_fn: Callable[[], None] | None = None, **variables: str) -> Run:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCES, "LANG": "C.UTF-8", **variables}
        command = [sys.executable, "-m", "fargate_patch", *arguments]
        done = subprocess.run(
            command, input=stdin, capture_output=True, cwd=folder, env=environment, check=False, preexec_fn=preexec_fn
        )
        return Run(done.returncode, done.stdout, done.stderr.decode())

    return run
