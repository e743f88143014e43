"""The default action: what is written, what is printed where, and the exit code."""

# Messages stand on one line, as they are printed.
# ruff: noqa: E501

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from command_line import CLEAN, LOST, Run

import fargate_patch

Cli = Callable[..., Run]


def patched(data: bytes) -> bytes:
    result = fargate_patch.patch(data, path="Dockerfile")
    assert result.new != data
    return result.new


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    return lambda data: monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_in_place(cli: Cli) -> None:
    file = Path("Dockerfile")
    file.write_bytes(LOST)
    first = cli("Dockerfile")
    assert (first.code, first.err, file.read_bytes()) == (0, "", patched(LOST))
    assert first.out.startswith(b"Dockerfile: patched\n")
    again = cli("Dockerfile")
    assert again == Run(0, b"Dockerfile: nothing to do, it is patched and up to date\n", "")
    assert file.read_bytes() == patched(LOST)
    assert cli("revert", "Dockerfile") == Run(0, b"Dockerfile: reverted: the block is taken out\n", "")
    assert file.read_bytes() == LOST
    assert cli("revert", "Dockerfile") == Run(0, b"Dockerfile: nothing to do: there is no block in it\n", "")


def test_clean(cli: Cli) -> None:
    Path("Dockerfile").write_bytes(CLEAN)
    assert cli("Dockerfile") == Run(0, b"Dockerfile: nothing to do, the task role reaches every process\n", "")
    assert Path("Dockerfile").read_bytes() == CLEAN


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--check", "Dockerfile"), 1),
        (("--diff", "Dockerfile"), 1),
        (("--check", "--exit-zero", "Dockerfile"), 0),
        (("--check", "--quiet", "Dockerfile"), 1),
        (("--check", "-f", "json", "Dockerfile"), 1),
        (("--check", "-f", "sarif", "Dockerfile"), 1),
        (("--check", "-f", "github", "Dockerfile"), 1),
        (("--check", "-f", "gitlab", "Dockerfile"), 1),
        (("--check", "-f", "junit", "Dockerfile"), 1),
        (("--check", "-f", "markdown", "Dockerfile"), 1),
        (("--strategy", "none", "Dockerfile"), 1),
        (("trace", "Dockerfile"), 1),
    ],
)
def test_nothing_is_written(cli: Cli, arguments: tuple[str, ...], code: int) -> None:
    Path("Dockerfile").write_bytes(LOST)
    assert cli(*arguments).code == code
    assert Path("Dockerfile").read_bytes() == LOST


def test_diff_is_what_git_applies(cli: Cli) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    Path("Dockerfile").write_bytes(LOST)
    Path("app").mkdir()
    Path("app/Dockerfile.crlf").write_bytes(LOST.replace(b"\n", b"\r\n").rstrip())
    done = cli("--diff", ".")
    subprocess.run(["git", "apply", "-"], input=done.out, check=True)
    assert Path("Dockerfile").read_bytes() == patched(LOST)
    assert Path("app/Dockerfile.crlf").read_bytes() == patched(LOST.replace(b"\n", b"\r\n").rstrip())
    assert done.err.endswith("2 files: 2 to patch\n")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (LOST, 0),
        (CLEAN, 0),
        (b'FROM unheard/of:1\nCMD ["run"]\n', 0),
        (b"FROM scratch", 0),
        (LOST.replace(b"\n", b"\r\n"), 0),
    ],
    ids=["lost", "clean", "unknown", "skipped", "crlf"],
)
def test_standard_input_comes_out_again(cli: Cli, stdin: Callable[[bytes], None], data: bytes, code: int) -> None:
    stdin(data)
    done = cli("-")
    assert (done.code, done.out) == (code, fargate_patch.patch(data, path="<stdin>").new)
    assert done.err.startswith("<stdin>: ")


def test_standard_input_that_is_no_dockerfile_yields_nothing(cli: Cli, stdin: Callable[[bytes], None]) -> None:
    stdin(b"RUN <<EOF\nnever ends\n")
    done = cli("-", "--stdin-filename", "web/Dockerfile")
    assert (done.code, done.out, done.err.count("\n")) == (2, b"", 1)
    assert done.err.startswith("fargate-patch: web/Dockerfile: ")


def test_standard_input_is_taken_for_the_file_that_it_is_said_to_be(cli: Cli, stdin: Callable[[bytes], None]) -> None:
    """Its build context, its configuration, and what a report calls it."""
    text = b'FROM debian:12\nRUN apt-get install -y cron\nCOPY jobs /etc/cron.d/jobs\nCMD ["cron", "-f"]\n'
    Path("web").mkdir()
    Path("web/jobs").write_text("* * * * * app python3 /a.py\n")
    Path("fargate-patch.toml").write_text('[[per-file]]\nfiles = "web/*"\nignore = ["FP104"]\n')
    stdin(text)
    done = cli("--check", "-f", "json", "--stdin-filename", "web/Dockerfile", "-")
    assert (done.code, json.loads(done.out)["summary"]) == (0, {"clean": 1})
    Path("fargate-patch.toml").unlink()
    stdin(text)
    done = cli("--check", "-f", "github", "--stdin-filename", "web/Dockerfile", "-")
    assert done.out.startswith(b"::error title=fargate-patch (FP104),file=web/Dockerfile,line=")
    stdin(text)
    traced = cli("trace", "--stdin-filename", "web/Dockerfile", "-")
    Path("web/Dockerfile").write_bytes(text)
    assert traced == cli("trace", "web/Dockerfile")
    assert b"sh  keeps  web/jobs:1\n" in traced.out


def test_check_of_standard_input_is_a_report(cli: Cli, stdin: Callable[[bytes], None]) -> None:
    stdin(LOST)
    done = cli("--check", "-f", "json", "-")
    assert (done.code, json.loads(done.out)["summary"], done.err) == (1, {"would-patch": 1}, "")


def test_output_takes_the_patched_text_of_one_file(cli: Cli) -> None:
    Path("Dockerfile").write_bytes(LOST)
    assert cli("Dockerfile", "-o", "Dockerfile.ecs").code == 0
    assert (Path("Dockerfile").read_bytes(), Path("Dockerfile.ecs").read_bytes()) == (LOST, patched(LOST))


def test_output_takes_the_report(cli: Cli) -> None:
    Path("Dockerfile").write_bytes(LOST)
    assert cli("--check", "-f", "json", "-o", "report.json", "Dockerfile") == Run(1, b"", "")
    assert json.loads(Path("report.json").read_bytes())["summary"] == {"would-patch": 1}


def test_output_takes_the_diff(cli: Cli) -> None:
    Path("Dockerfile").write_bytes(LOST)
    assert cli("--diff", "-o", "p.diff", "Dockerfile").code == 1
    assert Path("p.diff").read_bytes().startswith(b"--- a/Dockerfile\n+++ b/Dockerfile\n@@ ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-", "Dockerfile"), "standard input (-) cannot be mixed with files"),
        (("--diff", "-f", "json", "Dockerfile"), "standard output holds the diff: send the json report to a file with -o"),
        (("-f", "sarif", "-"), "standard output holds the patched Dockerfile: send the sarif report to a file with -o"),
        (("-o", "none/x", "Dockerfile"), "Dockerfile: none/x cannot be written: no such file or directory"),
        (("-o", "x", "a", "b"), "-o takes the patched text of one Dockerfile; for a report say which --output-format"),
        (("--check", "-o", "./Dockerfile", "Dockerfile"), "-o ./Dockerfile would overwrite a file that is read"),
        (("--strategy", "bash", "Dockerfile"), "there is no strategy `bash`; did you mean `bashrc`? (known: auto, profile, bashrc, shim, none)"),
        (("-f", "jsn", "Dockerfile"), "there is no output format `jsn`; did you mean `json`? (known: text, github, gitlab, html, json, junit, markdown, mermaid, sarif)"),
        (("--base-image", "debian", "Dockerfile"), "base-image wants IMAGE=FAMILY, as in debian:12=debian, and got `debian`"),
        (("--build-arg", "=x", "Dockerfile"), "build-arg wants NAME=VALUE, and got `=x`"),
        (("--context", "nowhere", "Dockerfile"), "the build context nowhere is no folder"),
        (("--base-image-config", "nowhere", "Dockerfile"), "nowhere cannot be read: no such file or directory"),
        (("--jobs", "-1", "Dockerfile"), "jobs is a number of processes, and -1 is none"),
        (("verify", ".git"), ".git/Dockerfile cannot be read: no such file or directory"),
        (("--config", "nowhere.toml", "Dockerfile"), "{cwd}/nowhere.toml: cannot be read: no such file or directory"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    Path("Dockerfile").write_bytes(LOST)
    assert cli(*arguments) == Run(2, b"", f"fargate-patch: {message.format(cwd=Path.cwd())}\n")
    assert Path("Dockerfile").read_bytes() == LOST


@pytest.mark.parametrize(
    ("word", "meant"), [("trac", "trace"), ("reverts", "revert"), ("help", "--help"), ("version", "--version")]
)
def test_a_mistyped_command_gets_a_suggestion_and_patches_nothing(cli: Cli, word: str, meant: str) -> None:
    Path("Dockerfile").write_bytes(LOST)
    message = f"fargate-patch: there is neither a file nor a command `{word}`; did you mean `{meant}`?\n"
    assert cli(word, "Dockerfile") == Run(2, b"", message)
    assert Path("Dockerfile").read_bytes() == LOST


def test_a_mistyped_option_gets_a_suggestion(cli: Cli) -> None:
    done = cli("--chek", "Dockerfile")
    assert done.code == 2
    assert "--check" in done.err.splitlines()[-1]


def test_no_arguments_are_wrong_usage(cli: Cli) -> None:
    assert cli().code == 2


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("trace", "--help"), ("revert", "-h")])
def test_help_fits_a_screen_and_has_examples(cli: Cli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments)
    lines = done.out.decode("ascii").splitlines()
    assert (done.code, done.err, len(lines) <= 45) == (0, "", True)
    assert [line for line in lines if "Examples:" in line]


def test_version(cli: Cli) -> None:
    assert cli("--version") == Run(0, f"fargate-patch {fargate_patch.__version__}\n".encode(), "")


def test_a_file_named_like_a_command_is_a_file(cli: Cli) -> None:
    Path("trace").write_bytes(CLEAN)
    assert cli("trace") == Run(0, b"trace: nothing to do, the task role reaches every process\n", "")


def test_a_fault_of_this_program_is_one_line_and_the_others_are_done(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    real = fargate_patch.patch

    def faulty(data: bytes, **more: object) -> fargate_patch.FileResult:
        if data == CLEAN:
            raise RuntimeError("two\nlines")
        return real(data, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(fargate_patch, "patch", faulty)
    Path("a.Dockerfile").write_bytes(CLEAN)
    Path("b.Dockerfile").write_bytes(LOST)
    done = cli(".")
    assert (done.code, Path("b.Dockerfile").read_bytes()) == (2, patched(LOST))
    assert done.err.startswith("fargate-patch: a.Dockerfile: a fault in fargate-patch (RuntimeError at test_patch.py:")
    assert done.err.endswith(": two lines); please report it with this file\n")


def test_ctrl_c_leaves_whole_files(cli: Cli, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fargate_patch.cli.writing.os.fsync", interrupted)
    Path("Dockerfile").write_bytes(LOST)
    assert cli("Dockerfile") == Run(130, b"", "fargate-patch: interrupted\n")
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == {"Dockerfile": LOST}


def test_many_files_by_several_processes_come_in_order(cli: Cli) -> None:
    for number in range(60):
        Path(f"{number:02}.Dockerfile").write_bytes(LOST if number % 3 else CLEAN)
    serial = cli("--check", "-f", "json", "--jobs", "1", ".")
    parallel = cli("--check", "-f", "json", "--jobs", "2", ".")
    assert parallel == serial
    assert json.loads(serial.out)["summary"] == {"would-patch": 40, "clean": 20}


def test_a_block_that_was_edited_is_refused(cli: Cli) -> None:
    edited = patched(LOST).replace(b"FARGATE_ENV=off.", b"FARGATE_ENV=off!")
    Path("Dockerfile").write_bytes(edited)
    for arguments in (("Dockerfile",), ("revert", "Dockerfile")):
        done = cli(*arguments)
        assert (done.code, done.out.startswith(b"Dockerfile: blocked: ")) == (1, True)
        assert Path("Dockerfile").read_bytes() == edited
