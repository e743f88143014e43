"""The command as a process: pipes, locales, terminals, closed and full outputs, missing rights."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

import io
import os
import pty
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CLEAN, LOST, Run

from fargate_patch.cli import main
from fargate_patch.cli.streams import has_colour

Process = Callable[..., Run]

NOBODY = 65534


def test_patch_then_build_pipeline(process: Process) -> None:
    done = process("-", stdin=CLEAN)
    assert (done.code, done.out) == (0, CLEAN)


@pytest.mark.parametrize(
    ("variables", "unicode"),
    [
        ({"LANG": "C"}, False),
        ({"LC_ALL": "C"}, False),
        ({"LANG": ""}, False),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "C", "PYTHONUTF8": "1"}, True),
        ({"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, False),
    ],
)
def test_the_tree_in_the_locale_s_characters(process: Process, variables: dict[str, str], unicode: bool) -> None:
    Path("Dockerfile").write_bytes(LOST)
    done = process("--check", "Dockerfile", **variables)
    assert done.code == 1
    assert (b"`- su" not in done.out, "└─ su".encode() in done.out, done.out.isascii()) == (
        unicode,
        unicode,
        not unicode,
    )


def on_a_terminal(*arguments: str, **variables: str) -> bytes:
    """What the command prints on a terminal."""
    ours, theirs = pty.openpty()
    root = str(Path(__file__).parents[2])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": root, "LANG": "C.UTF-8", "TERM": "xterm", **variables}
    command = [sys.executable, "-m", "fargate_patch", *arguments]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.STDOUT, env=environment) as running:
        os.close(theirs)
        said = b""
        try:
            while block := os.read(ours, 65536):
                said += block
        except OSError:  # Linux says so when the other end is closed
            pass
        running.wait()
    os.close(ours)
    return said


@pytest.mark.parametrize(
    ("variables", "arguments", "colour"),
    [
        ({}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": ""}, (), True),
        ({"TERM": "dumb"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({}, ("--color", "never"), False),
        ({"FARGATE_PATCH_COLOR": "never"}, (), False),
    ],
)
def test_colour_on_a_terminal(
    folder: Path, variables: dict[str, str], arguments: tuple[str, ...], colour: bool
) -> None:
    Path("Dockerfile").write_bytes(LOST)
    assert (b"\x1b[" in on_a_terminal("--check", "Dockerfile", *arguments, **variables)) == colour


@pytest.mark.parametrize(("variables", "colour"), [({}, False), ({"WT_SESSION": "1"}, True), ({"TERM": "xterm"}, True)])
def test_no_colour_on_the_old_console_of_windows(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], colour: bool
) -> None:
    class Console(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "platform", "win32")
    assert has_colour("auto", Console(), variables) is colour


def test_no_colour_in_a_pipe_unless_forced(process: Process) -> None:
    Path("Dockerfile").write_bytes(LOST)
    assert b"\x1b" not in process("--check", "Dockerfile").out
    assert b"\x1b" in process("--check", "Dockerfile", FORCE_COLOR="1").out


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    Path("Dockerfile").write_bytes(LOST)
    root = str(Path(__file__).parents[2])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": root, "LANG": "C.UTF-8"}
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "fargate_patch", "--diff", "Dockerfile"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(write)
    assert (done.returncode, b"Traceback" in done.stderr, b"Broken" in done.stderr) == (1, False, False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--check", "Dockerfile"),
        ("--diff", "Dockerfile"),
        ("--check", "-f", "json", "Dockerfile"),
        ("--help",),
        ("--version",),
        ("explain", "su"),
    ],
)
def test_a_full_device_behind_standard_output(folder: Path, arguments: tuple[str, ...]) -> None:
    Path("Dockerfile").write_bytes(LOST)
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-m", "fargate_patch", *arguments]
    with Path("/dev/full").open("wb") as full:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": root, "LANG": "C.UTF-8"}
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, check=False)
    lines = [line for line in done.stderr.decode().splitlines() if line.startswith("fargate-patch: ")]
    assert (done.returncode, lines) == (
        2,
        ["fargate-patch: -: standard output cannot be written: no space left on device"],
    )


def test_a_full_disk_leaves_the_old_file(process: Process, folder: Path) -> None:
    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    Path("Dockerfile").write_bytes(LOST)
    done = process("Dockerfile", preexec_fn=small, PYTHONDONTWRITEBYTECODE="1")
    assert (done.code, done.err) == (2, "fargate-patch: Dockerfile: cannot be written: file too large\n")
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == {"Dockerfile": LOST}


def as_nobody(*arguments: str) -> tuple[int, str]:
    """The exit code and the complaints of a command line run by a user with no rights; all modules are loaded before."""
    main(["--check", "--quiet", "Dockerfile"])
    read, write = os.pipe()
    child = os.fork()
    if not child:
        code = 70
        try:
            os.dup2(write, 2)
            sys.stderr = os.fdopen(2, "w", closefd=False)
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            code = main(list(arguments))
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as said:
        message = said.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user for the test")
@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "owner", "message"),
    [
        (0o555, 0o666, NOBODY, "cannot be written: permission denied"),
        (0o777, 0o444, 0, "cannot be written: permission denied"),
        (0o777, 0o666, 0, "cannot be written: it belongs to another user or group, which would be lost"),
        (0o777, 0o200, NOBODY, "permission denied"),
    ],
    ids=["folder", "file", "owner", "unreadable"],
)
def test_missing_rights(folder: Path, folder_mode: int, file_mode: int, owner: int, message: str) -> None:
    file = folder / "Dockerfile"
    file.write_bytes(LOST)
    os.chown(file, owner, owner)
    file.chmod(file_mode)
    folder.chmod(folder_mode)
    for above in (p for p in folder.parents if "pytest-of-" in str(p)):
        above.chmod(0o755)
    assert as_nobody("--quiet", "Dockerfile") == (2, f"fargate-patch: Dockerfile: {message}\n")
    assert [p.name for p in folder.iterdir() if p.is_file()] == ["Dockerfile"]
    assert file.read_bytes() == LOST
