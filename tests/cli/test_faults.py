"""A fault in the middle of a write: the file is the old or the new one, whole, and the next run works.

Each run is a process of its own, in which one step of the write does something else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import LOST, Run

from fargate_patch import patch, revert

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = str(Path(__file__).parents[2])
NEW = patch(LOST, context=None).new
STEPS = ("open", "write", "fchmod", "fsync", "replace", "close")

FAULT = """
import os, sys
from fargate_patch.cli import main, writing
step, moment, fault = sys.argv[1:4]
real = getattr(os, step)
def faulty(*given, **named):
    if moment == "after":
        real(*given, **named)
    exec(fault)
    return real(*given, **named) if moment == "before" else None
def armed(path, *given, **named):
    setattr(writing.os, step, faulty)
    return prepared(path, *given, **named)
prepared = writing._state
writing._state = armed
sys.exit(main(sys.argv[4:]))
"""
KILL = "os.kill(os.getpid(), 9)"


def faulty(step: str, moment: str, fault: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FAULT, step, moment, fault, *arguments]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ROOT, "LANG": "C.UTF-8"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(folder: Path, step: str, moment: str, cli: Callable[..., Run]) -> None:
    file = folder / "Dockerfile"
    file.write_bytes(LOST)
    done = faulty(step, moment, KILL, "--quiet", "Dockerfile")
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
    assert file.read_bytes() in (LOST, NEW)
    left = [path.name for path in folder.iterdir() if path.is_file() and path.name != "Dockerfile"]
    assert all(name.startswith(".Dockerfile.") and name.endswith(".tmp") for name in left), left
    assert (cli("--quiet", ".").code, file.read_bytes(), revert(file.read_bytes())) == (0, NEW, LOST)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("raise OSError(28, 'No space left on device')", "no space left on device"),
        ("raise PermissionError(13, 'Permission denied')", "permission denied"),
    ],
)
@pytest.mark.parametrize("step", ["open", "write", "fchmod", "fsync", "replace"])
def test_a_step_that_fails(folder: Path, step: str, fault: str, message: str) -> None:
    file = folder / "Dockerfile"
    file.write_bytes(LOST)
    once = f"os.{step} = writing.os.{step} = real\n{fault}"
    done = faulty(step, "before", once, "--quiet", "Dockerfile")
    if step == "open" and not done.returncode:  # the lock on the folder: a run does without it where it has to
        assert file.read_bytes() == NEW
        return
    assert (done.returncode, done.stderr) == (2, f"fargate-patch: Dockerfile: cannot be written: {message}\n")
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == {"Dockerfile": LOST}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("open('Dockerfile', 'ab').write(b'# theirs\\n')", "changed by somebody else meanwhile"),
        ("os.unlink('Dockerfile')", "cannot be written: no such file or directory"),
    ],
)
def test_changed_between_read_and_write(folder: Path, change: str, message: str) -> None:
    (folder / "Dockerfile").write_bytes(LOST)
    once = f"os.fchmod = writing.os.fchmod = real\n{change}"
    done = faulty("fchmod", "before", once, "--quiet", "Dockerfile")
    assert (done.returncode, message in done.stderr, done.stderr.count("\n")) == (2, True, 1)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} in (
        {"Dockerfile": LOST + b"# theirs\n"},
        {},
    )


def test_eight_runs_at_once(folder: Path) -> None:
    (folder / "Dockerfile").write_bytes(LOST)
    command = [sys.executable, "-m", "fargate_patch", "--quiet", "Dockerfile"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ROOT, "LANG": "C.UTF-8"}
    runs = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(8)]
    ends = [(run.communicate()[1], run.returncode) for run in runs]
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == {"Dockerfile": NEW}
    allowed = "fargate-patch: Dockerfile: it was changed by somebody else meanwhile, and is left as it is now\n"
    assert {(said, code) for said, code in ends} <= {("", 0), (allowed, 2)}
    assert ("", 0) in ends


def mounted(folder: Path, options: str, before: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command, after `before`, in a folder that is a file system of its own, and then what the Dockerfile says."""
    script = (
        f'mount -t tmpfs {options} none . && cd "$PWD" && {before} && {{ "$@"; code=$?; cat Dockerfile; exit $code; }}'
    )
    command = ["unshare", "--mount", "sh", "-c", script, "sh", sys.executable, "-m", "fargate_patch", *arguments]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ROOT, "LANG": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a file system")
@pytest.mark.parametrize(
    ("options", "prepare", "message"),
    [
        (
            "-o size=16k",
            "cp {old} Dockerfile && {{ cat /dev/zero > fill 2> /dev/null; :; }}",
            "cannot be written: no space left on device",
        ),
        ("-o size=1m", "cp {old} Dockerfile && mount -o remount,ro .", "cannot be written: read-only file system"),
    ],
    ids=["full", "read-only"],
)
def test_a_real_file_system_that_takes_nothing(folder: Path, options: str, prepare: str, message: str) -> None:
    old = folder.parent / "old"
    old.write_bytes(LOST)
    done = mounted(folder, options, prepare.format(old=old), "--quiet", "Dockerfile")
    if b"mount:" in done.stderr or b"unshare:" in done.stderr:
        pytest.skip("no mount namespaces here")
    assert (done.returncode, done.stdout, done.stderr) == (2, LOST, f"fargate-patch: Dockerfile: {message}\n".encode())


@pytest.mark.parametrize("output", ["missing/report.json", "Dockerfile/report.json", "."])
def test_a_report_that_cannot_be_written(folder: Path, output: str) -> None:
    (folder / "Dockerfile").write_bytes(LOST)
    command = [sys.executable, "-m", "fargate_patch", "--check", "-f", "json", "-o", output, "Dockerfile"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ROOT, "LANG": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr, output in done.stderr) == (2, "", False, True)


@pytest.mark.parametrize("arguments", [("--check", "."), ("trace", "Dockerfile"), ("revert", "Dockerfile"), ("-",)])
def test_a_working_folder_that_is_gone(folder: Path, arguments: tuple[str, ...]) -> None:
    command = ["sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', "sh", sys.executable, "-P", "-m"]
    if sys.version_info < (3, 11):
        command.remove("-P")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ROOT, "LANG": "C.UTF-8"}
    command += ["fargate_patch", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, input="FROM a", check=False
    )
    assert (done.returncode, done.stderr) == (2, "fargate-patch: the working folder: no such file or directory\n")
