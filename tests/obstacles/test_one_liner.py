"""What is said about the one-liner: only reasons that hold in this image, for these users."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

import pytest

import fargate_patch

LINE = "RUN echo 'export $(strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)' >> {}\n"
START = "the variables are taken from /proc/1/environ in {}"
APP = "FROM {}\nRUN useradd -m -s /bin/bash app\n"
LOST = 'CMD ["su", "-", "app", "-c", "python3 app.py"]\n'


@pytest.mark.parametrize(
    ("dockerfile", "message"),
    [
        (
            APP.format("debian:12") + LINE.format("/etc/bashrc") + LOST,
            START.format("/etc/bashrc") + ", which does not work here: no shell of debian reads /etc/bashrc (the file that every bash reads here is /etc/bash.bashrc); "
            "/proc/1/environ belongs to root, and app may not read it; `strings` is not there: this file installs no binutils",
        ),
        (
            APP.format("debian:12") + "RUN apt-get install -y binutils\n" + LINE.format("/etc/bash.bashrc") + LOST,
            START.format("/etc/bash.bashrc") + ", which does not work here: a shell that is not interactive leaves /etc/bash.bashrc before its last line; "
            "/proc/1/environ belongs to root, and app may not read it",
        ),
        (
            APP.format("almalinux:9") + LINE.format("/etc/bashrc") + LOST,
            START.format("/etc/bashrc") + ", which does not work here: /proc/1/environ belongs to root, and app may not read it",
        ),
        (
            APP.format("almalinux:9") + LINE.format("/root/.bash_profile") + LOST,
            START.format("/root/.bash_profile") + ", which does not work here: /root/.bash_profile is read by shells of root, and not by app; "
            "/proc/1/environ belongs to root, and app may not read it",
        ),
        (
            "FROM debian:12\nRUN apt-get install -y binutils\n" + LINE.format("/root/.bashrc") + 'CMD ["bash"]\n',
            START.format("/root/.bashrc") + ": that works only for the user that PID 1 runs as, and prints all variables where it finds none",
        ),
        (
            "FROM php:8.3-fpm-alpine\n" + LINE.format("/etc/profile"),
            START.format("/etc/profile") + ", which does not work here: no process of this image is started by a login shell, which is what reads /etc/profile; "
            "php-fpm, which is PID 1, writes its title over its environment, so that the file holds nothing",
        ),
        (
            APP.format("debian:12") + LINE.format("/etc/bashrc").replace("'", '"') + LOST,
            START.format("/etc/bashrc") + ", which does not work here: the double quotes let the shell of the build expand it, so that the file holds what the build's PID 1 had",
        ),
        (
            "FROM registry.example.com/unheard:1\n" + LINE.format("/etc/bashrc") + 'CMD ["bash"]\n',
            START.format("/etc/bashrc") + ": that works only for the user that PID 1 runs as, and prints all variables where it finds none",
        ),
    ],
    ids=["debian", "debian's file", "rhel", "root's file", "may work", "php-fpm is PID 1", "double quotes", "unknown"],
)  # fmt: skip
def test_why_the_one_liner_does_not_work_here(dockerfile: str, message: str) -> None:
    result = fargate_patch.patch(dockerfile.encode())
    assert [f.message for f in result.findings if f.code == "FP201"] == [message]


def test_a_key_is_not_repeated() -> None:
    result = fargate_patch.patch(b"FROM debian:12\nENV AWS_ACCESS_KEY_ID=AKIAX AWS_SECRET_ACCESS_KEY=hidden\n")
    assert [f.message for f in result.findings] == [
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set in the image and go before the task role"
    ]


@pytest.mark.parametrize(
    ("code", "dockerfile", "exit_code"),
    [
        ("FP301", b'FROM debian:12\nENV AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=B\nCMD ["app"]\n', 1),
        ("FP302", b'FROM debian:12\nENV AWS_PROFILE=prod\nCMD ["app"]\n', 0),
        ("FP210", b'FROM debian:12\nENV AWS_REGION=eu-west-1\nCMD ["app"]\n', 0),
    ],
)
def test_only_an_error_changes_the_exit_code(code: str, dockerfile: bytes, exit_code: int) -> None:
    from fargate_patch.cli.outcome import exit_code as of

    result = fargate_patch.patch(dockerfile)
    assert ([f.code for f in result.findings], result.status, of([result])) == (
        [code],
        fargate_patch.Status.CLEAN,
        exit_code,
    )
