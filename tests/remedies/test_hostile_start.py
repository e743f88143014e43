"""The shim and the login snippet where somebody was before them: planted files, programs, a planted carried file."""

# One attack, one line.
# ruff: noqa: E501

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import shells
from shim_under_test import KEPT, NOBODY, PATH, TASK, Shim, mode
from test_login_snippet import Login

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = ("mkdir", "rm", "mv", "chmod", "chgrp", "id")


@pytest.fixture
def login(shell: tuple[str, ...], place: Path) -> Login:
    return Login(shell, place)


def test_a_file_filled_beforehand_is_replaced(shim: Shim) -> None:
    shim.file.write_text("AWS_REGION=evil\nPATH=/evil\n")
    shim.file.chmod(0o666)
    os.link(shim.file, shim.folder / "other")
    shim.start()
    assert (shim.file.read_text(), mode(shim.file)) == (KEPT, "600")
    assert (shim.folder / "other").read_text() == "AWS_REGION=evil\nPATH=/evil\n"


@pytest.mark.parametrize("name", ["env", "env.new"])
def test_a_pipe_in_its_place_does_not_hold_the_container_up(shim: Shim, name: str) -> None:
    os.mkfifo(shim.folder / name)
    shim.start()
    assert (shim.file.is_file(), shim.file.read_text()) == (True, KEPT)


def test_a_folder_in_the_place_of_the_temporary_file_does_not_stop_the_container(shim: Shim) -> None:
    (shim.folder / "env.new").mkdir()
    shim.start()
    assert not shim.file.exists()


def test_a_folder_that_everybody_may_write_is_closed_before_anything_is_written(shim: Shim) -> None:
    shim.folder.chmod(0o1777)
    shim.start()
    assert (mode(shim.folder), shim.file.read_text()) == ("700", KEPT)


def test_a_folder_of_another_user_inside_which_all_is_prepared_is_left_alone(shim: Shim, as_root: None) -> None:
    shim.file.write_text("AWS_REGION=evil\n")
    for path in (shim.folder, shim.file):
        os.chown(path, NOBODY, NOBODY)
    shim.start()
    assert shim.file.read_text() == "AWS_REGION=evil\n"


@pytest.mark.parametrize("missing", [*PROGRAMS, "all of them"])
def test_without_a_program_the_container_starts_and_no_half_file_stays(shim: Shim, place: Path, missing: str) -> None:
    """busybox's ash has them built in; there the file is written all the same."""
    programs = place / "bin"
    programs.mkdir()
    for name in (*PROGRAMS, "true"):
        if name == "true" or missing not in (name, "all of them"):
            (programs / name).symlink_to(str(shutil.which(name)))
    shim.edited("PATH=/usr/bin:/bin${PATH:+:$PATH}", f"PATH={programs}").start()
    assert not shim.file.exists() or shim.file.read_text() == KEPT


def test_functions_and_a_startup_file_from_outside_are_not_run(shim: Shim, place: Path) -> None:
    """ENV and BASH_ENV are the task definition's, which may run anything anyway; `bash -p` does without them."""
    evil = place / "evil"
    evil.write_text(f"touch {place}/ran\n")
    shim.run("true", **{"BASH_FUNC_mv%%": f"() {{ touch {place}/ran; }}", "ENV": str(evil), "FPATH": str(place)})
    assert shim.shell[1:2] != ("-p",) or not (place / "ran").exists()


def test_a_full_file_system_keeps_the_old_file(shim: Shim, as_root: None) -> None:
    """A real one: a page for the old file, and nothing left for a new one."""
    folder = shim.folder
    script = (
        f'mount -t tmpfs -o size=8k none "{folder}" && chmod 700 "{folder}" && printf "AWS_REGION=old\\n" > "{folder}/env" '
        f'&& {{ cat /dev/zero > "{folder}/fill" 2> /dev/null; :; }} && "$@" && cat "{folder}/env"'
    )
    inside = ("unshare", "--mount", "sh", "-c", script, "sh", *shim.argv, "echo", "on")
    done = subprocess.run(inside, env={"PATH": PATH, **TASK}, capture_output=True, check=False)
    shells.needed(b"unshare" not in done.stderr and b"mount" not in done.stderr, "no mount namespaces here")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"on\nAWS_REGION=old\n", b"")


EVIL = (
    "AWS_REGION=$(touch ran)",
    "AWS_REGION=`touch ran`",
    "AWS_REGION=x; touch ran",
    "AWS_REGION=x\\",
    "AWS_REGION=a[$(touch ran)]",
    "AWS_REGION=x'; touch ran; '",
    'AWS_REGION=x"; touch ran; "',
    "AWS_REGION=~root/*",
    "AWS_REGION=\x1b[2J\x07",
    "AWS_REGION=${x:=$(touch ran)}",
)


@pytest.mark.parametrize("line", EVIL)
def test_a_value_with_shell_code_is_a_value(login: Login, place: Path, line: str) -> None:
    login.file.write_text(f"{line}\n")
    assert (login.run(f'cd "{place}"; printf %s "AWS_REGION=$AWS_REGION"'), (place / "ran").exists()) == (line, False)


FOREIGN = (
    *(
        "PATH=/evil",
        "LD_PRELOAD=/evil.so",
        "IFS=x",
        "ENV=/evil",
        "BASH_ENV=/evil",
        "PS1=$(touch ran)",
        "_fargate_env=x",
    ),
    *(
        "AWS_PROFILE=evil",
        "AWS_ENDPOINT_URL=http://evil",
        "AWS_REGIONX=1",
        "xAWS_REGION=1",
        " AWS_REGION=1",
        "export AWS_REGION=1",
    ),
    *(
        "aws_region=1",
        "AWS_REGION+=1",
        "AWS_REGION[0]=1",
        "AWS_CA_BUNDLE=/evil",
        "HTTPS_PROXY=http://evil",
        "AWS_REGION =1",
    ),
)


def test_no_other_name_is_exported(login: Login) -> None:
    before = login.run("env | grep -v ^_=")
    login.file.write_text(
        "\n".join((*FOREIGN, "\0PATH=/evil", "\r", "=", "x" * 100_000, "no end of line AWS_REGION=1"))
    )
    assert sorted(login.run("env | grep -v ^_=").splitlines()) == sorted(
        line for line in before.splitlines() if not line.startswith(("AWS_REGION=", "AWS_CONTAINER_"))
    )


def test_a_pipe_or_a_device_for_the_carried_file_holds_no_login_up(login: Login) -> None:
    login.file.unlink()
    os.mkfifo(login.file)
    assert login.exported() == []
    login.file.unlink()
    login.file.symlink_to("/dev/zero")
    assert login.exported() == []


@pytest.mark.parametrize(
    "options", [(), ("-o", "posix"), ("-O", "extglob"), ("-O", "nocasematch"), ("-u",), ("-e",), ("-f",)], ids=str
)
@pytest.mark.parametrize("compatible", ["", "3.2", "4.0"])
def test_bash_with_the_options_of_a_person_or_of_an_old_bash(
    place: Path, options: tuple[str, ...], compatible: str
) -> None:
    """`nocasematch` would take `aws_region=` for a name of the list; what is exported then is that name, and harmless."""
    bash = (*shells.command("bash")[:1], *options)
    login = Login(bash, place)
    login.file.write_text("AWS_REGION=eu-west-1\nPATH=/evil\nAWS_EXECUTION_ENV=AWS_ECS_FARGATE\n")
    said = login.exported(**({"BASH_COMPAT": compatible} if compatible else {}))
    assert sorted(said) == ["AWS_EXECUTION_ENV=AWS_ECS_FARGATE", "AWS_REGION=eu-west-1"]


@pytest.mark.parametrize("argv", [("zsh",), ("zsh", "--emulate", "sh"), ("ksh",)], ids=" ".join)
def test_shells_that_read_it_when_a_person_sources_it(argv: tuple[str, ...], place: Path) -> None:
    """zsh and ksh as they are: zsh reads /etc/profile.d only where its own /etc/zprofile says so; fish and tcsh cannot."""
    found = shutil.which(argv[0])
    if not found:
        pytest.skip(f"{argv[0]} is not installed")
    login = Login((found, *argv[1:]), place)
    assert login.run('echo "$AWS_REGION"') == "eu-west-1\n"
