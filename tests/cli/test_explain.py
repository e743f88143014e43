"""`fargate-patch explain`: one entry, the list, three formats, a typo."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from command_line import Run

from fargate_patch import handbook

Cli = Callable[..., Run]

FP210 = """\
FP210: the region is fixed in the image
  ENV AWS_REGION or ENV AWS_DEFAULT_REGION in the Dockerfile.

Why it matters
  The ECS agent sets both to the task's own region unless the task definition or the image sets one
  of them (seen in the agent's source since 1.104; Fargate's agent is not public). With the ENV the
  same image asks the wrong region when it runs elsewhere.

See it
  docker image inspect --format '{{.Config.Env}}' IMAGE

The cure
  Leave the region to ECS, or set it in the task definition.

Sources
  https://github.com/aws/amazon-ecs-agent/pull/4946
"""


def test_a_finding_in_any_spelling(cli: Cli) -> None:
    for word in ("FP210", "fp210", "baked-region"):
        assert cli("explain", word) == Run(0, FP210.encode(), "")


def test_the_list_names_everything(cli: Cli) -> None:
    done = cli("explain")
    lines = done.out.decode().splitlines()
    assert (done.code, done.err) == (0, "")
    assert [line for line in lines if not line.startswith(" ") and line] == [
        "Findings",
        "Mechanisms that hand the environment on",
        "What fargate-patch puts in",
    ]
    assert [line.split()[0] for line in lines if line.startswith("  ")] == [
        e.code or e.name for e in handbook.entries()
    ]


def test_a_mechanism_and_a_remedy_of_one_name_are_both_shown(cli: Cli) -> None:
    assert [e["kind"] for e in json.loads(cli("explain", "php-fpm", "-f", "json").out)] == ["mechanism", "remedy"]
    assert cli("explain", "php-fpm").out.decode().count("php-fpm: A drop-in for one php-fpm pool") == 1


def test_json_and_markdown(cli: Cli) -> None:
    (found,) = json.loads(cli("explain", "cron", "-f", "json").out)
    assert (found["code"], found["name"], found["kind"], found["level"]) == ("FP104", "cron", "mechanism", "error")
    assert len(json.loads(cli("explain", "-f", "json").out)) == len(handbook.entries())
    assert cli("explain", "cron", "-f", "markdown").out.decode() == handbook.page(handbook.by_code()["FP104"])
    assert cli("explain", "-f", "markdown").out.decode().count("\n") == len(handbook.entries()) + 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("crom",), "there is nothing named `crom`; did you mean `cron`?"),
        (("FP1044",), "there is nothing named `FP1044`; did you mean `FP104`?"),
        (("zzz",), "there is nothing named `zzz`; `fargate-patch explain` lists what there is"),
        (("cron", "--color", "red"), "there is no color `red` (known: auto, always, never)"),
        (("cron", "-f", "jsn"), "there is no output format `jsn`; did you mean `json`? (known: text, markdown, json)"),
    ],
)
def test_a_typo_gets_a_suggestion(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    assert cli("explain", *arguments) == Run(2, b"", f"fargate-patch: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--select", "FP999"), "select names `FP999`, which is no code; did you mean `FP901`?"),
        (("--ignore", "cron"), "ignore names `CRON`, which is no code"),
    ],
)
def test_select_and_ignore_take_codes(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    done = cli(*arguments, "-")
    assert (done.code, done.out) == (2, b"")
    assert done.err.startswith(f"fargate-patch: {message}")
