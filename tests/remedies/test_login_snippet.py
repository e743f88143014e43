"""The snippet that /etc/profile.d and bashrc get, sourced for real under every shell."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from shells import identity

from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
CARRIED = f"{URI}=/v2/credentials/1\nAWS_REGION=eu-west-1\n"
PATH = os.environ["PATH"]


class Login:
    """A shell that sources the snippet, as /etc/profile does, and then does something."""

    def __init__(self, shell: tuple[str, ...], place: Path) -> None:
        self.shell = shell
        self.file = place / "env"
        self.file.write_text(CARRIED)
        self.snippet = place / "fargate-env.sh"
        self.snippet.write_text(render("login.sh.j2", file=str(self.file), variables=VARIABLES))

    def run(
        self, then: str, variables: dict[str, str] | None = None, before: str = ":", user: int | None = None
    ) -> str:
        """What `then` prints; anything on stderr, or a failure, fails the test."""
        script = f'{before}\n. "{self.snippet}"\n{then}\n'
        env = {"PATH": PATH, **(variables or {})}
        argv = (*self.shell, "-c", script)
        done = subprocess.run(argv, env=env, capture_output=True, check=False, text=True, cwd="/", **identity(user))
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def exported(self, **variables: str) -> list[str]:
        lines = self.run("env", variables).splitlines()
        return [line for line in lines if line.startswith(("AWS_", "ECS_"))]


@pytest.fixture
def login(shell: tuple[str, ...], place: Path) -> Login:
    return Login(shell, place)


def test_exports_what_is_carried(login: Login) -> None:
    assert sorted(login.exported()) == sorted(CARRIED.splitlines())


def test_exports_every_variable_of_the_list_and_no_other(login: Login) -> None:
    lines = [f"{name}=x" for name in VARIABLES]
    login.file.write_text("\n".join([*lines, "PATH=/evil", "AWS_PROFILE=evil", "AWS_REGION_X=1", ""]))
    assert sorted(login.exported()) == sorted(lines)


def test_what_the_caller_has_set_wins(login: Login) -> None:
    assert sorted(login.exported(AWS_REGION="us-east-1")) == [f"{URI}=/v2/credentials/1", "AWS_REGION=us-east-1"]


def test_an_empty_variable_is_as_good_as_none(login: Login) -> None:
    assert sorted(login.exported(**{URI: "", "AWS_REGION": ""})) == sorted(CARRIED.splitlines())


@pytest.mark.parametrize("text", ["", "\n\n", "AWS_REGION=\n", "AWS_REGION\n", "=\n", "AWS_REGION=cut off"])
def test_a_file_that_says_nothing_gives_nothing(login: Login, text: str) -> None:
    login.file.write_text(text)
    assert login.exported() == []


def test_nothing_is_evaluated(login: Login) -> None:
    login.file.write_text("AWS_REGION=$(echo x) `id` \\ * \"q\" 'q' ; id & #\n")
    assert login.exported() == ["AWS_REGION=$(echo x) `id` \\ * \"q\" 'q' ; id & #"]


def test_without_the_file_nothing_happens(login: Login) -> None:
    login.file.unlink()
    assert login.exported() == []


def test_where_a_folder_stands_for_the_file_nothing_happens(login: Login) -> None:
    login.file.unlink()
    login.file.mkdir()
    assert login.exported() == []


def test_a_user_who_may_not_read_the_file_gets_nothing(login: Login, as_root: None) -> None:
    login.file.chmod(0o640)
    assert login.run("env | grep AWS_ || :", user=65534) == ""


@pytest.mark.parametrize("before", ["set -eu", "set -e; set -f", "IFS=/=", "set -C", "umask 077", "set -- a b"])
def test_a_shell_with_other_settings_goes_on_with_them(login: Login, before: str) -> None:
    """The options, IFS, umask and arguments that it had, and no failure where the file is there or not."""
    state = 'echo "$-|$IFS|$(umask)|$*"'
    assert login.run(f'{state}; echo "$AWS_REGION"', before=before) == self_state(login, before, state) + "eu-west-1\n"
    login.file.unlink()
    assert login.run(state, before=before) == self_state(login, before, state)


def test_it_needs_no_program(login: Login) -> None:
    assert login.run('echo "$AWS_REGION"', before="PATH=/nowhere") == "eu-west-1\n"


def test_an_environment_of_a_megabyte_stays_as_it_is(login: Login) -> None:
    big = {f"BIG_{n}": "b" * 100_000 for n in range(10)}
    assert login.run('echo "$AWS_REGION ${#BIG_0} ${#BIG_9}"', big) == "eu-west-1 100000 100000\n"


def self_state(login: Login, before: str, state: str) -> str:
    done = subprocess.run(
        (*login.shell, "-c", f"{before}\n{state}"), env={"PATH": PATH}, capture_output=True, check=True, text=True
    )
    return done.stdout


def test_no_variable_or_function_of_its_own_stays(login: Login) -> None:
    names = set(login.run("set").replace("'", "").splitlines())
    login.file.write_text("")
    left = {line.split("=")[0] for line in names ^ set(login.run("set").replace("'", "").splitlines())}
    assert left <= {
        URI,
        "AWS_REGION",
        "_",
        "RANDOM",
        "SECONDS",
        "PPID",
        "EPOCHREALTIME",
        "LINENO",
        "BASHPID",
        "KSH_MATCH",
    }
    assert not any("fargate_env" in name for name in names if "=" in name and not name.startswith(("BASH", "_=")))


def test_standard_input_stays_the_callers(login: Login) -> None:
    script = f'. "{login.snippet}"; cat'
    done = subprocess.run((*login.shell, "-c", script), input="for me", capture_output=True, check=True, text=True)
    assert done.stdout == "for me"
