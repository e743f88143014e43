"""What the documents say is so: links lead somewhere, options exist, examples come out as they are shown."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from project import REPOSITORY, run
from typer.main import get_command

from fargate_patch.cli import DEFAULT, app, command_names
from fargate_patch.remedies.variables import CARRIED, FOLDER, GROUP, VARIABLES
from fargate_patch.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
OWN = [REPOSITORY / name for name in ("CONTRIBUTING.md", "SECURITY.md", "docs/how-it-works.md", "docs/security.md")]


def text(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def blocks(document: str, language: str) -> list[str]:
    """The fenced blocks of a document in that language, "" for those that name none."""
    parts = re.split(r"^```(.*)\n", text(document), flags=re.MULTILINE)
    fenced = zip(parts[1::4], parts[2::4], strict=True)  # fence, what is in it, fence, what follows
    return [body for named, body in fenced if named == language]


def test_links_lead_to_files() -> None:
    dead = []
    for document in DOCUMENTS:
        for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            if not re.match(r"[a-z]+:", link) and not (document.parent / link).exists():
                dead.append(f"{document.relative_to(REPOSITORY)}: {link}")
    assert dead == []


def test_options_and_targets_exist() -> None:
    commands = [get_command(app(name)) for name in (DEFAULT, *command_names())]
    options = {name for command in commands for p in command.params for name in p.opts}
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    for document in OWN:
        said = document.read_text("utf-8")
        assert set(re.findall(r"fargate-patch[^`\n|]*?\s(--[a-z-]+)", said)) <= options
        assert set(re.findall(r"`(--[a-z-]+)", said)) <= options
        assert set(re.findall(r"\bmake ([a-z]+)(?=[ `\n])", said)) <= targets | {"up"}
        named = re.findall(r"`fargate-patch ([a-z]+)[ `]", said)
        assert set(named) <= set(command_names())


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{__version__}]" in text("CHANGELOG.md")
    assert text("CHANGELOG.md").index("## [Unreleased]") < text("CHANGELOG.md").index(f"## [{__version__}]")


def test_the_security_page_names_what_is_carried_and_where() -> None:
    said = text("docs/security.md")
    table = said.partition("## What is carried")[2].partition("Never carried")[0]
    shortened = {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "…_TOKEN_FILE", "ECS_CONTAINER_METADATA_URI_V4": "…_URI_V4"}
    assert set(re.findall(r"`([A-Z_…0-9]+)`", table.partition("|---|")[2])) == {shortened.get(v, v) for v in VARIABLES}
    assert all(f"`{name}`" in said for name in (FOLDER, CARRIED, GROUP))


@pytest.mark.parametrize("known", [False, True])
def test_the_worked_example_comes_out_as_it_is_shown(known: bool, tmp_path: Path) -> None:
    """The trace of the sample, without the mechanism's file and with it."""
    package = tmp_path / "fargate_patch"
    shutil.copytree(REPOSITORY / "fargate_patch", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "templates", tmp_path / "templates")
    if not known:
        (package / "mechanisms" / "runuser.py").unlink()
    sample = REPOSITORY / "samples" / "runuser"
    command = [sys.executable, "-m", "fargate_patch", "trace", "--isolated", "Dockerfile"]
    done = run(command, sample, {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"})
    shown = blocks("CONTRIBUTING.md", "")[known].partition("\n")[2]
    assert shown in done.out, done


def test_the_worked_example_is_the_sample_and_its_case() -> None:
    assert blocks("CONTRIBUTING.md", "dockerfile") == [text("samples/runuser/Dockerfile")]
    assert blocks("CONTRIBUTING.md", "python")[0].strip() in text("tests/e2e/scenarios.py")


def test_the_example_in_python(tmp_path: Path) -> None:
    (example,) = blocks("docs/how-it-works.md", "python")
    shutil.copyfile(REPOSITORY / "samples" / "runuser" / "Dockerfile", tmp_path / "Dockerfile")
    done = run([sys.executable, "-c", example], tmp_path, {"PYTHONPATH": str(REPOSITORY)})
    assert (done.out, done.err) == ("would-patch ['lost']\n", "")
