"""The GitHub Action's script, run for real on a repository, with the files that a runner gives it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from project import REPOSITORY, SAMPLE, Done, patched, run

if TYPE_CHECKING:
    from collections.abc import Callable

ACTION = REPOSITORY / "action.yml"


@dataclass(frozen=True, slots=True)
class Acted:
    """What a step came to."""

    done: Done
    outputs: str
    summary: str


@pytest.fixture(scope="module")
def runner(released: Path, offline: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The runner's variables; its temporary folder keeps the installed command from test to test."""
    return {
        **offline,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # the Python that the wheels are for
        "GITHUB_ACTION_PATH": str(released),
        "RUNNER_TEMP": str(tmp_path_factory.mktemp("runner")),
    }


@pytest.fixture
def act(runner: dict[str, str], tmp_path: Path) -> Callable[..., Acted]:
    """One step, in a checkout with a sample in a folder whose name means harm."""
    work = tmp_path / "work"
    shutil.copytree(SAMPLE, work / "a b; touch owned $(touch owned)", ignore=shutil.ignore_patterns("*.patched"))
    outputs, summary = tmp_path / "outputs", tmp_path / "summary"

    def step(**inputs: str) -> Acted:
        for file in (outputs, summary):
            file.write_text("")
        files = {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary)}
        given = {"FP_" + name.upper(): value for name, value in {**defaults(), **inputs}.items()}
        done = run([runner["GITHUB_ACTION_PATH"] + "/action/run.sh"], work, {**runner, **files, **given})
        assert not list(work.rglob("owned"))
        return Acted(done, outputs.read_text(), summary.read_text())

    return step


def defaults() -> dict[str, str]:
    """The inputs' defaults, as action.yml gives them, by the names of the script's variables."""
    text = ACTION.read_text("utf-8")
    found = dict(re.findall(r"^  ([a-z-]+):\n    description: .+\n    required: false\n    default: (.+)$", text, re.M))
    variables = dict(re.findall(r"FP_([A-Z]+): \$\{\{ inputs\.([a-z-]+) \}\}", text))
    assert set(found) == set(variables.values())
    return {name: found[key].strip('"') for name, key in variables.items()}


def test_a_check(act: Callable[..., Acted]) -> None:
    acted = act()
    assert (acted.done.code, acted.outputs) == (1, "changed=true\nfindings=1\n"), acted.done
    assert acted.done.out.startswith(
        "::error title=fargate-patch (FP101),file=a b; touch owned $(touch owned)/Dockerfile,"
    )
    assert "flowchart LR" in acted.summary


def test_write_then_check_again(act: Callable[..., Acted], tmp_path: Path) -> None:
    folder = next((tmp_path / "work").iterdir())
    written = act(mode="write", format="text", summary="false", files="\n".join([folder.name, ""]))
    assert (written.done.code, written.outputs, written.summary) == (0, "changed=true\nfindings=1\n", "")
    assert (folder / "Dockerfile").read_bytes() == patched(SAMPLE)
    again = act()
    assert (again.done.code, again.outputs) == (0, "changed=false\nfindings=0\n"), again.done


def test_a_diff_and_a_report_in_a_file(act: Callable[..., Acted], tmp_path: Path) -> None:
    acted = act(mode="diff", format="sarif", output="reports/out.sarif", args="--strict\n--color=never\n")
    assert acted.done.code == 1
    assert acted.done.out.startswith("--- ")
    assert json.loads((tmp_path / "work" / "reports/out.sarif").read_text())["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"mode": "fix; touch owned"}, "mode is check, diff or write"),
        ({"files": "$(touch owned)"}, "no such file"),
        ({"args": "--no-such-option `touch owned`"}, "No such option"),
    ],
)
def test_what_is_wrong_is_an_error(act: Callable[..., Acted], inputs: dict[str, str], said: str) -> None:
    acted = act(**inputs)
    assert acted.done.code == 2
    assert said in acted.done.out + acted.done.err
