"""Bad input: one clear line on standard error, the right exit code, the other files still done, nothing lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CLEAN, LOST, Run

import fargate_patch

Cli = Callable[..., Run]

PATCHED = fargate_patch.patch(LOST, path="good.Dockerfile").new


def fifo(path: Path) -> None:
    os.mkfifo(path)


def wrote(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("Dockerfile", None, "no such file or directory"),
        ("Dockerfile", wrote(b""), "there is no instruction in this file"),
        ("Dockerfile", wrote(b"\x7fELF\0\0\0"), "line 1: the file holds a NUL byte, so it is no text"),
        ("Dockerfile", wrote(b"FROM a\nRUN <<EOF\nnever ends\n"), "line 2: the here-document 'EOF' is not terminated"),
        ("Dockerfile", fifo, "not a regular file; give its text on standard input (-)"),
        ("empty", Path.mkdir, "no Dockerfile found in this folder"),
        ("loop", lambda path: path.symlink_to("loop"), "too many levels of symbolic links"),
    ],
    ids=["missing", "empty", "binary", "heredoc", "fifo", "folder", "link-loop"],
)
def test_one_line_and_the_others_are_done(
    cli: Cli, name: str, make: Callable[[Path], object] | None, message: str
) -> None:
    if make:
        make(Path(name))
    Path("good.Dockerfile").write_bytes(LOST)
    done = cli(name, "good.Dockerfile")
    assert (done.code, done.err) == (2, f"fargate-patch: {name}: {message}\n")
    assert Path("good.Dockerfile").read_bytes() == PATCHED


@pytest.mark.parametrize(
    "name", ["Dockerfile.j2", "Dockerfile.tmpl", "Dockerfile.dockerignore", "Dockerfile.md", "dockerfile_test.go"]
)
def test_look_alikes_are_skipped(cli: Cli, name: str) -> None:
    Path(name).write_bytes(LOST)
    done = cli(name)
    assert (done.code, done.err, done.out.startswith(f"{name}: skipped: ".encode())) == (0, "", True)
    assert Path(name).read_bytes() == LOST


def test_windows_is_skipped(cli: Cli) -> None:
    Path("Dockerfile").write_bytes(b'# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nCMD ["app.exe"]\n')
    done = cli("Dockerfile")
    assert (done.code, done.err, done.out.startswith(b"Dockerfile: skipped: ")) == (0, "", True)


def test_latin_1_round_trips(cli: Cli) -> None:
    old = LOST.replace(b"RUN", b"LABEL by=\xfc\xff\nRUN", 1)
    Path("Dockerfile").write_bytes(old)
    assert cli("Dockerfile").code == 0
    assert b"\xfc\xff" in Path("Dockerfile").read_bytes()
    assert cli("revert", "Dockerfile").code == 0
    assert Path("Dockerfile").read_bytes() == old


def test_ten_megabytes(cli: Cli) -> None:
    old = b"FROM debian:12\n" + b"# a comment as long as a line can well be, and then some\n" * 180_000 + CLEAN[15:]
    Path("Dockerfile").write_bytes(old)
    assert cli("Dockerfile") == Run(0, b"Dockerfile: nothing to do, the task role reaches every process\n", "")
    assert Path("Dockerfile").read_bytes() == old


def test_a_link_keeps_pointing(cli: Cli) -> None:
    Path("real").mkdir()
    Path("real/Dockerfile").write_bytes(LOST)
    Path("Dockerfile").symlink_to("real/Dockerfile")
    assert cli("Dockerfile").code == 0
    assert (str(Path("Dockerfile").readlink()), Path("real/Dockerfile").read_bytes() != LOST) == (
        "real/Dockerfile",
        True,
    )


def test_escape_sequences_in_the_file_do_not_reach_the_terminal(cli: Cli) -> None:
    Path("Dockerfile").write_bytes(b'FROM unheard/of\nUSER a\x1b[31mb\nCMD ["\\u001b]0;title\\u0007", "\\u202e"]\n')
    done = cli("--verbose", "trace", "--color", "never", "Dockerfile")
    done = cli("trace", "--verbose", "--color", "never", "Dockerfile")
    assert not [c for c in (done.out.decode() + done.err) if c != "\n" and (ord(c) < 32 or c == "\u202e")]
