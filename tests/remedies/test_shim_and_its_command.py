"""What comes after the entrypoint shim does not notice it: process, arguments, exit code, signals, environment."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
import shells
from shim_under_test import KEPT, PATH, TASK, Shim, written

if TYPE_CHECKING:
    from pathlib import Path


def test_arguments_arrive_as_they_are(shim: Shim) -> None:
    arguments = ["a b", "q'\"", "n\nl", "", "*", "$HOME", "-n", "\\", "é", "x" * 100_000]
    done = shim.run("printf", "%s\\0", *arguments)
    assert done.stdout.decode().split("\0")[:-1] == arguments
    assert done.stderr == b""


def test_the_process_is_replaced_so_that_its_id_stays(shim: Shim) -> None:
    process = subprocess.Popen((*shim.argv, "sh", "-c", "echo $$"), env={"PATH": PATH}, stdout=subprocess.PIPE)
    assert int(process.communicate()[0]) == process.pid


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_the_exit_code_is_the_commands(shim: Shim, code: int) -> None:
    assert shim.run("sh", "-c", f"exit {code}").returncode == code


def test_signals_reach_the_command(shim: Shim) -> None:
    script = 'trap "exit 42" TERM; echo ready; while :; do sleep 0.1; done'
    process = subprocess.Popen((*shim.argv, "sh", "-c", script), env={"PATH": PATH}, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 42
    process.stdout.close()


@pytest.mark.parametrize(("program", "code"), [("no-such-program", 127), ("/etc", 126), ("", 127)])
def test_a_command_that_cannot_be_started_ends_as_in_any_shell(shim: Shim, program: str, code: int) -> None:
    """With the shell's own message, and its exit code: POSIX asks for 127 or 126, and shells differ over a folder."""
    done = shim.run(program)
    plain = subprocess.run((*shim.shell, "-c", 'exec "$@"', "sh", program), capture_output=True, check=False, cwd="/")
    assert done.returncode == plain.returncode
    assert done.returncode in {code, 126, 127}
    assert program in done.stderr.decode()


def test_without_a_command_it_says_so_by_its_exit_code(shim: Shim) -> None:
    assert shim.run().returncode == 127


def test_the_command_sees_no_other_environment_and_no_other_umask(shim: Shim) -> None:
    script = "umask; env"
    odd = {"IFS": "/-", "LC_ALL": "C", "folder": "f", "CDPATH": "/", "X": "1\n2"}
    done = shim.run("sh", "-c", script, **odd)
    plain = (*shim.shell, "-c", 'exec "$@"', "sh", "sh", "-c", script)
    expected = subprocess.run(plain, env={"PATH": PATH, **TASK, **odd}, capture_output=True, check=True, cwd="/")
    assert sorted(done.stdout.splitlines()) == sorted(expected.stdout.splitlines())
    assert shim.file.read_text() == KEPT


def test_bash_hands_on_names_that_are_none_in_a_shell(place: Path) -> None:
    """`spring.profiles.active=prod` works in a task definition, so a shim in front of java must not lose it."""
    shim = Shim(shells.command("bash -p"), *written(place))
    assert shim.run("printenv", "spring.profiles.active", **{"spring.profiles.active": "prod"}).stdout == b"prod\n"


@pytest.mark.parametrize("options", ["errexit:nounset", "noclobber:noglob", "errexit:nounset:pipefail"])
def test_shell_options_from_the_environment_do_no_harm(shim: Shim, options: str) -> None:
    done = shim.run("echo", "on", SHELLOPTS=options)
    assert (done.stdout, done.stderr, shim.file.read_text()) == (b"on\n", b"", KEPT)


def test_an_environment_of_a_megabyte_does_no_harm(shim: Shim) -> None:
    done = shim.run("echo", "on", **{f"BIG_{n}": "b" * 100_000 for n in range(10)})
    assert (done.stdout, done.stderr, shim.file.read_text()) == (b"on\n", b"", KEPT)
