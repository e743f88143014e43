"""Programs that start the rest of their command line: where the command begins behind each one's own words."""

from __future__ import annotations

import pytest
from traced import chains

SU = "su - app -c x"


@pytest.mark.parametrize(
    "before",
    [
        "xvfb-run -a -s '-screen 0 1x1x8'",
        "dbus-run-session --",
        "wait-for-it.sh db:5432 -t 5 --",
        "/usr/local/bin/wait-for db:5432 --",
        "dockerize -wait tcp://db:1 -timeout 5s -template a:b",
        "dockerize -timeout=5s",
        "ssm-env -with-decryption",
        "chamber exec web --",
        "aws-vault exec role --",
        "envconsul -prefix web -once",
        "doppler run --",
        "dotenv -f .env",
        "dotenv -f .env run --",
        "ddtrace-run",
        "newrelic-admin run-program",
        "opentelemetry-instrument --traces_exporter console",
        "pipenv run",
        "poetry run",
        "uv run --with boto3 --",
        "bundle exec",
        "conda run -n base --no-capture-output",
        "micromamba run -n base",
        "npx --yes",
        "poetry run bundle exec ddtrace-run",
    ],
)
def test_the_command_is_found(before: str) -> None:
    found = chains(f"FROM debian:12\nCMD exec {before} {SU}\n")
    assert [(line.partition(":")[0], line.rpartition(", ")[2]) for line in found] == [("app lost", "x")]


@pytest.mark.parametrize(
    "command", ["poetry install", "bundle install", "conda activate base", "chamber list web", "op signin"]
)
def test_other_calls_are_programs_like_any_other(command: str) -> None:
    assert chains(f"FROM debian:12\nCMD {command} && exec /srv/app\n") == [
        "root reaches: shell keeps > exec keeps, /srv/app"
    ]


def test_a_script_of_that_name_that_takes_no_command_is_read() -> None:
    files = {"wait-for.sh": "#!/bin/sh\nuntil nc -z db 1; do sleep 1; done\nexec su - app -c /srv/app\n"}
    dockerfile = 'FROM debian:12\nCOPY wait-for.sh /wait-for.sh\nCMD ["/wait-for.sh", "db"]\n'
    assert chains(dockerfile, files) == ["app lost: shell keeps > su-login drops > shell keeps > exec keeps, /srv/app"]
