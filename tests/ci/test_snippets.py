"""Every command in the hand-written documents is run beside a sample, or named here with what keeps it from being run."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

import json
import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from project import REPOSITORY, SAMPLE, commit, patched, run, tool

from fargate_patch.cli.config import read
from fargate_patch.cli.settings import Given, task

if TYPE_CHECKING:
    from pathlib import Path

GENERATED = ("comparison.md", "proof.md", "truth.md", "benchmarks.md")
DOCUMENTS = [
    *sorted(REPOSITORY.glob("*.md")),
    *(path for path in sorted((REPOSITORY / "docs").glob("*.md")) if path.name not in GENERATED),
]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)

# what keeps it from being run, by how the command begins
NOT_RUN = {
    "tr '\\0' '\\n' < /proc/": "is for a task's container; the e2e tests ask the same of one",
    "pipx install fargate-patch": "asks the package index; test_installing.py installs the wheel",
    "git clone https://": "asks the network, for what is here",
    "docker run --rm -e CANARY=here debian:12": "needs an engine and an image; test_mechanisms.py runs each mechanism so",
    "fargate-patch verify": "needs an engine; tests/e2e/test_verify.py runs it",
    "fargate-patch --inspect": "asks an engine or a registry; tests/image has archives in their place",
    "fargate-patch image": "asks an engine or a registry; tests/image has archives in their place",
    "make demo": "sets up an environment; test_options_and_targets_exist knows the target",
    "make unit": "is this very run",
    "make check": "sets up an environment; test_options_and_targets_exist knows the target",
    "make test": "is this very run",
    "make docs": "sets up an environment; test_handbook.py and test_manual.py compare what it writes",
}

# command: exit code, how standard output begins
RUN = {
    "fargate-patch Dockerfile": (0, "Dockerfile: patched\n"),
    "fargate-patch --diff .": (1, "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -"),
    "fargate-patch --check .": (1, "Dockerfile: would-patch\n"),
    "fargate-patch trace Dockerfile": (1, "Dockerfile: lost: su with a login "),
    "fargate-patch explain cron": (0, "FP104: cron starts its jobs without the environment\n"),
    "fargate-patch diagnose app.log": (0, "The variable is not in the environment of this process\n"),
    "fargate-patch revert Dockerfile": (0, "Dockerfile: reverted"),
    "fargate-patch --context . - < Dockerfile | docker build -f - .": (0, ""),
    "fargate-patch --context . - < Dockerfile | docker build -f - -t app .": (0, ""),
    "fargate-patch --user app Dockerfile": (0, "Dockerfile: patched\n"),
    "fargate-patch --base-image registry.example.com/base:1=debian .": (0, "Dockerfile: patched\n"),
    "fargate-patch --base-image-config <(docker image inspect base:1) .": (0, "Dockerfile: patched\n"),
    "fargate-patch --command 'cron -f' --entrypoint 'su - app -c x' .": (1, "Dockerfile: patched: "),
    "make help": (0, "audit "),
}
DOCKER = """#!/bin/sh
case $1 in
image) echo '[{"Config": {"User": "", "Entrypoint": null, "Cmd": ["sh"]}}]' ;;
build) cat > built ;;
esac
"""


def fenced(language: str) -> list[tuple[Path, str]]:
    """The fenced blocks in that language, with their documents."""
    return [
        (path, body)
        for path in DOCUMENTS
        for named, body in FENCE.findall(path.read_text("utf-8"))
        if named == language
    ]


def commands() -> list[str]:
    """Every line of every shell block, without its remark."""
    lines = [line for _, body in fenced("sh") for line in body.replace("\\\n", " ").splitlines()]
    bare = (re.sub(r"(^|\s+)# .*", "", line).strip() for line in lines)
    return sorted({command for command in bare if command})


def test_each_command_is_run_or_has_a_reason() -> None:
    left = [c for c in commands() if c not in RUN and not c.startswith(tuple(NOT_RUN))]
    assert left == []
    assert set(RUN) <= set(commands())
    assert [start for start in NOT_RUN if not any(c.startswith(start) for c in commands())] == []


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A repository with a sample, a log, and a docker that says and keeps what a test asks for."""
    folder = tmp_path / "work"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("*.txt"))
    (folder / "app.log").write_text("botocore.exceptions.NoCredentialsError: Unable to locate credentials\n")
    shutil.copyfile(REPOSITORY / "Makefile", folder / "Makefile")
    commit(folder)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, body in (
        ("fargate-patch", f'#!/bin/sh\nexec {sys.executable} -m fargate_patch "$@"\n'),
        ("docker", DOCKER),
    ):
        (programs / name).write_text(body)
        (programs / name).chmod(0o755)
    return folder


def variables(folder: Path) -> dict[str, str]:
    path = f"{folder.parent / 'bin'}:/usr/local/bin:/usr/bin:/bin"
    return {"PATH": path, "PYTHONPATH": str(REPOSITORY), "LANG": "C.UTF-8"}


@pytest.mark.parametrize("command", RUN)
def test_the_command_does_what_is_said(command: str, beside: Path) -> None:
    dockerfile, original = beside / "Dockerfile", (SAMPLE / "Dockerfile").read_bytes()
    if " revert " in command:
        dockerfile.write_bytes(patched(SAMPLE))
    done = run([tool("bash"), "-o", "pipefail", "-c", command], beside, variables(beside))
    code, beginning = RUN[command]
    assert (done.code, done.out[: len(beginning)]) == (code, beginning), done
    if "docker build" in command:
        assert (beside / "built").read_bytes() == patched(SAMPLE)
    assert (dockerfile.read_bytes() != original) is beginning.startswith("Dockerfile: patched")


def test_a_pipe_in_place_of_a_file_is_for_every_dockerfile(beside: Path) -> None:
    """What `<(docker image inspect …)` gives can be read but once."""
    for name in ("one", "two"):
        (beside / name).mkdir()
        (beside / name / "Dockerfile").write_text("FROM base:1\nRUN date\n")
    command = "fargate-patch --check --output-format json --base-image-config <(docker image inspect base:1) one two"
    done = run([tool("bash"), "-c", command], beside, variables(beside))
    assert [(f["status"], f["base"]["source"]) for f in json.loads(done.out)["files"]] == [
        ("clean", "inspected")
    ] * 2, done


def test_settings_that_are_shown_are_settings(tmp_path: Path) -> None:
    for number, (_, body) in enumerate(fenced("toml")):
        file = tmp_path / str(number) / "pyproject.toml"
        file.parent.mkdir()
        file.write_text(body, "utf-8")
        assert read(str(file)).values
        options = {
            name: task(Given(config=str(file)), str(file.parent / name)).options
            for name in ("Dockerfile", "worker/Dockerfile")
        }
        assert [o.users for o in options.values()] == [("app",), ("worker",)]


def test_hooks_that_are_shown_are_hooks() -> None:
    shown = {
        name
        for _, body in fenced("yaml")
        for name in re.findall(r"id: (\S+)|or (fargate-patch-\w+)", body)
        for name in name
        if name
    }
    offered = set(re.findall(r"id: (\S+)", (REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8")))
    assert shown == offered
