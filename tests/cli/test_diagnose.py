"""`fargate-patch diagnose`: a log from a file or standard input, as text and JSON, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

Cli = Callable[..., Run]

LOG = b"starting\nKeyError\nProfileNotFound: The config profile (prod) could not be found\nProfileNotFound: again\n"
TEXT = """\
A profile goes before the task role, and cannot be found
  line 3, 2 times, Python (botocore, boto3, AWS CLI): ProfileNotFound: The config profile (prod) could not be found
  AWS_PROFILE is set, in the image or in the task definition, and the shared files do not hold that
  profile. The task role is not asked for.
  Check first:
    - Where is AWS_PROFILE set? Take it out.
  Run:
    docker image inspect --format '{{.Config.Env}}' IMAGE
  More: fargate-patch explain FP302
  No patch of the image by fargate-patch helps here.
"""


def test_a_file(cli: Cli) -> None:
    Path("app.log").write_bytes(LOG)
    assert cli("diagnose", "app.log") == Run(0, TEXT.encode(), "")


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input(process: Cli, arguments: tuple[str, ...]) -> None:
    assert process("diagnose", *arguments, stdin=LOG) == Run(0, TEXT.encode(), "")


def test_json(cli: Cli) -> None:
    Path("app.log").write_bytes(LOG)
    done = cli("diagnose", "-f", "json", "app.log")
    report = json.loads(done.out)
    assert (done.code, report["schema"], report["log"]) == (0, 1, "app.log")
    assert [(d["cause"], d["line"], d["count"], d["image_patch"], d["codes"]) for d in report["diagnoses"]] == [
        ("profile", 3, 2, "no", ["FP302"])
    ]


def test_nothing_recognised(cli: Cli) -> None:
    Path("app.log").write_bytes(b"all is well\n")
    assert cli("diagnose", "app.log") == Run(
        1, b"app.log: no message about missing credentials that is known here\n", ""
    )
    assert json.loads(cli("diagnose", "-f", "json", "app.log").out)["diagnoses"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.log",), "none.log: no such file or directory"),
        ((".",), ".: is a directory"),
        (("-f", "xml", "-"), "there is no output format `xml` (known: text, json)"),
    ],
)
def test_what_cannot_be_read(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    assert cli("diagnose", *arguments) == Run(2, b"", f"fargate-patch: {message}\n")


def test_control_characters_do_not_reach_the_terminal(cli: Cli) -> None:
    Path("app.log").write_bytes(b"\x1b[31mNoCredentialsError\x07\n")
    assert b"\\x1b[31mNoCredentialsError\\x07" in cli("diagnose", "app.log").out
