"""A line that the build leaves, and that sets the variable behind everything of ours: nothing beside it helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch import Status, patch
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME

if TYPE_CHECKING:
    from pathlib import Path

IN_THE_WAY = "then sets {} to another value: take that line out first"


@pytest.mark.parametrize(
    ("run", "command", "path"),
    [
        (f'echo "export {NAME}=${NAME}" >> /etc/profile', "su - app -c /x", "/etc/profile"),
        (f'echo "export {NAME}=${NAME}" > /etc/profile.d/aws.sh', "su - app -c /x", "/etc/profile.d/aws.sh"),
        (f'echo "export {NAME}=${NAME}" >> /home/app/.profile', "su - app -c /x", "/home/app/.profile"),
        (f"echo 'export {NAME}=/v2/1' >> /home/app/.bash_profile", "su - app -c /x", "/home/app/.bash_profile"),
        (f'echo "{NAME}=${NAME}" >> /etc/environment', "su - app -c /x", "/etc/environment"),
        (f"echo '{NAME}=${NAME}' >> /etc/environment", "su - app -c /x", "/etc/environment"),
        (f"printf '{NAME}=${NAME}\\n* * * * * app /x\\n' > /etc/cron.d/jobs", "cron -f", "/etc/cron.d/jobs"),
        (f"echo 'export {NAME}=${NAME}' >> /etc/profile", "su - app -c /x", ""),
        (f"echo 'export {NAME}=$(cat /run/x)' >> /etc/profile", "su - app -c /x", ""),
        (f"echo 'export {NAME}=/v2/1' >> /home/web/.profile", "su - app -c /x", ""),
        (f"echo 'export {NAME}=/v2/1' >> /etc/profile.d/aws", "su - app -c /x", ""),
        (f"echo '{NAME}=/v2/1' >> /etc/environment", "runuser -l app -c /x", ""),
        (f"echo '{NAME}_OLD=/v2/1' >> /etc/environment", "su - app -c /x", ""),
    ],
)  # fmt: skip
def test_a_line_in_the_way(run: str, command: str, path: str) -> None:
    result = patch(f"FROM debian:12\nRUN useradd -m app\nRUN {run}\nCMD {command}\n".encode())
    assert result.status is (Status.BLOCKED if path else Status.WOULD_PATCH)
    assert (f"{path} {IN_THE_WAY.format(NAME)}" in (result.reason or "")) is bool(path)


AWAY = "then takes {} away: take that line out first"


@pytest.mark.parametrize(
    ("run", "path"),
    [
        (f"echo 'unset {NAME}' >> ~app/.profile", ""),  # a home that a shell looks up is not known
        (f"echo 'unset {NAME}' >> /home/app/.profile", "/home/app/.profile"),
        (f"echo 'unset {NAME}' > /etc/profile.d/zz.sh", "/etc/profile.d/zz.sh"),
        (f"echo 'unset AWS_REGION {NAME}' >> /home/app/.bash_profile", "/home/app/.bash_profile"),
        (f"echo 'unset {NAME}' > /home/app/.bash_login", "/home/app/.bash_login"),
        ("echo 'unset \"${!AWS_@}\"' > /home/app/.bash_profile", "/home/app/.bash_profile"),
        ("echo 'exec env -i HOME=$HOME bash' >> /etc/skel/.profile", "/etc/skel/.profile"),
        (f"echo 'unset {NAME}' > /home/app/.rc && echo '. ~/.rc' > /home/app/.profile", "/home/app/.profile"),
        (f"printf '%s\n' '[ -z \"$PS1\" ] && return' 'unset {NAME}' > /home/app/.bash_profile", ""),
        (f"printf '%s\n' 'case $- in *i*) ;; *) return ;; esac' 'unset {NAME}' > /home/app/.bash_profile", ""),
        (f"echo 'unset {NAME}' >> /home/app/.bashrc", ""),  # Debian's returns before
        (f"echo 'unset {NAME}' >> /home/web/.profile", ""),
        ("echo 'unset AWS_PROFILE MAILCHECK' >> /home/app/.profile", ""),
        (f"echo 'export {NAME}_OLD=x' >> /home/app/.profile", ""),
    ],
)
def test_a_startup_file_that_takes_it_away(run: str, path: str) -> None:
    result = patch(f"FROM debian:12\nRUN useradd -ms /bin/bash app\nRUN {run}\nCMD su - app -c /x\n".encode())
    assert result.status is (Status.BLOCKED if path else Status.WOULD_PATCH)
    assert (f"{path} {AWAY.format(NAME)}" in (result.reason or "")) is bool(path)


def test_of_a_shell_that_is_not_bash_only_the_profile_counts() -> None:
    run = f"useradd -ms /bin/sh app && echo 'unset {NAME}' > /home/app/.bash_profile"
    assert patch(f"FROM debian:12\nRUN {run}\nCMD su - app -c /x\n".encode()).status is Status.WOULD_PATCH


def test_a_line_that_is_written_after_the_block_was_put_in() -> None:
    before = b"FROM debian:12\nRUN useradd -m app\nCMD su - app -c /x\n"
    line = f"RUN echo '{NAME}=x' >> /etc/environment\n".encode()
    patched = patch(before).new.replace(b"CMD su", line + b"CMD su")
    assert patch(patched).status is Status.BLOCKED


def test_a_start_that_writes_the_file_anew(tmp_path: Path) -> None:
    (tmp_path / "start").write_text("#!/bin/sh\nprintenv > /etc/environment\nexec su - app -c /x\n")
    dockerfile = (
        f"FROM debian:12\nRUN useradd -m app\nRUN echo '{NAME}=x' >> /etc/environment\nCOPY start /\nCMD /start\n"
    )
    assert patch(dockerfile.encode(), context=tmp_path).status is Status.CLEAN
