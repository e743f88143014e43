"""The hooks, run by pre-commit itself, and the names of files that they are given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from project import REPOSITORY, commit, run, tool

from fargate_patch.cli.files import Excluded, find

if TYPE_CHECKING:
    from pathlib import Path

HOOKS = REPOSITORY / ".pre-commit-hooks.yaml"
LOST = b'FROM debian:12\nRUN useradd -m app\nCMD ["su", "-", "app", "-c", "python3 app.py"]\n'
CONFIGURATION = """repos:
- repo: {released}
  rev: main
  hooks: [{{id: fargate-patch}}, {{id: fargate-patch-check}}]
"""
OURS = (
    *("Dockerfile", "dockerfile", "Dockerfile.dev", "dev.Dockerfile", "web.dockerfile", "Dockerfile-dev"),
    *("Containerfile", "Containerfile.dev", "Dockerfile_dev", "DOCKERFILE", "app.Dockerfile"),
)
LOOK_ALIKES = (
    *("Dockerfile.j2", "Dockerfile.template", "Dockerfile.tmpl", "Dockerfile.md", "Dockerfile.bak", "Dockerfile.py"),
    *("Dockerfile.dockerignore", "Dockerfile.sh", "myDockerfile", "Dockerfiles", "dockerfile.d/app.conf", "app.conf"),
)


def patterns(key: str) -> set[str]:
    return set(re.findall(rf"^  {key}: (.+)$", HOOKS.read_text("utf-8"), re.MULTILINE))


def test_both_hooks_match_the_same_names_which_are_those_that_the_command_finds(tmp_path: Path) -> None:
    (files,), (exclude,) = patterns("files"), patterns("exclude")
    for name in (*OURS, *LOOK_ALIKES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(LOST)
    hooked = {n for n in (*OURS, *LOOK_ALIKES) if re.search(files, n) and not re.search(exclude, n)}
    found = {f.path.removeprefix(f"{tmp_path}/") for f in find([str(tmp_path)], Excluded())}
    assert (hooked, found) == (set(OURS), set(OURS))


def test_the_manifest_and_the_sample_are_valid() -> None:
    assert run([tool("pre-commit"), "validate-manifest", HOOKS], REPOSITORY).code == 0
    sample = REPOSITORY / "samples" / "ci" / "pre-commit-config.yaml"
    assert run([tool("pre-commit"), "validate-config", sample], REPOSITORY).code == 0


def test_the_hook_patches_then_is_quiet_and_leaves_look_alikes_alone(
    released: Path, offline: dict[str, str], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    for name in ("Dockerfile", "web.dockerfile", "Dockerfile.j2", "Dockerfile.dockerignore"):
        (work / name).write_bytes(LOST)
    (work / ".pre-commit-config.yaml").write_text(CONFIGURATION.format(released=released))
    commit(work)
    home = {**offline, "PRE_COMMIT_HOME": str(tmp_path / "home")}
    command = [tool("pre-commit"), "run", "--all-files", "--verbose"]
    first = run(command, work, home)
    results = re.findall(r"^(fargate-patch.*?)\.+(Passed|Failed)$", first.out, re.MULTILINE)
    assert results == [("fargate-patch", "Failed"), ("fargate-patch (check only)", "Passed")], first
    assert "files were modified by this hook" in first.out
    assert run(["git", "status", "--porcelain"], work).out == " M Dockerfile\n M web.dockerfile\n"
    assert [(work / name).read_bytes() for name in ("Dockerfile.j2", "Dockerfile.dockerignore")] == [LOST, LOST]
    run(["git", "add", "--all"], work)
    second = run(command, work, home)
    assert (second.code, run(["git", "diff", "--name-only"], work).out) == (0, ""), second


def test_what_is_excluded_is_left_out_though_pre_commit_names_it() -> None:
    """`--force-exclude` stands in `entry`, since a person's `args` take the place of ours."""
    entries = set(re.findall(r"^  entry: (.+)$", HOOKS.read_text("utf-8"), re.MULTILINE))
    assert entries == {"fargate-patch --force-exclude", "fargate-patch --check --force-exclude"}
