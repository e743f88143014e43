"""Which files are done: names, folders, what is left out, and .gitignore as git itself sees it."""

# Patterns stand as they are written.
# ruff: noqa: E501

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fargate_patch.cli.files import EXCLUDE, Excluded, find
from fargate_patch.cli.ignore import read_ignore

if TYPE_CHECKING:
    from collections.abc import Sequence


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"FROM scratch\n")


def paths(*names: str, exclude: Sequence[str] = EXCLUDE, force: bool = False) -> list[str]:
    return [f.path for f in find(names, Excluded(tuple(exclude)), force)]


DOCKERFILES = (
    "Containerfile", "DOCKERFILE", "Dockerfile", "Dockerfile-dev", "Dockerfile.dev", "Dockerfile_dev",
    "Dockerfile.go", "Dockerfile.php", "app.Dockerfile", "dev.containerfile", "dockerfile", "foo.dockerfile",
)  # fmt: skip
OTHERS = (
    "Dockerfile.bak", "Dockerfile.dockerignore", "Dockerfile.j2", "Dockerfile.md", "Dockerfile.py", "Dockerfile.sh",
    "Dockerfile.template", "Dockerfiles", "MyDockerfile", "dockerfile.go", "dockerfile_add_test.go", "Dockerfile-parser.js", "docker-compose.yml", "dockerfile2",
)  # fmt: skip


def test_names_in_a_folder() -> None:
    make(*DOCKERFILES, *OTHERS)
    assert paths(".") == sorted(DOCKERFILES)


def test_order_and_duplicates() -> None:
    make("b/Dockerfile", "a/Dockerfile", "a/z/Dockerfile", "Dockerfile")
    Path("a/link.Dockerfile").symlink_to("Dockerfile")
    assert paths("b", "b/Dockerfile", ".") == ["b/Dockerfile", "Dockerfile", "a/Dockerfile", "a/z/Dockerfile"]
    assert paths("./b/Dockerfile", ".//a/Dockerfile", "a/./z/Dockerfile") == [
        "b/Dockerfile",
        "a/Dockerfile",
        "a/z/Dockerfile",
    ]


def test_links_out_of_the_folder_and_to_folders_are_not_followed(tmp_path: Path) -> None:
    make("../outside/Dockerfile", "in/real/Dockerfile")
    Path("in/Dockerfile").symlink_to(tmp_path / "outside/Dockerfile")
    Path("in/elsewhere").symlink_to(tmp_path / "outside")
    Path("in/up").symlink_to("..")
    Path("in/b.Dockerfile").symlink_to("nowhere")
    assert paths("in") == ["in/real/Dockerfile"]
    assert paths("in/Dockerfile") == ["in/Dockerfile"]


@pytest.mark.parametrize(
    ("exclude", "kept"),
    [
        (
            EXCLUDE,
            ["Dockerfile", "docs/Dockerfile", "old/Dockerfile", "services/a/Dockerfile", "services/b/Dockerfile"],
        ),
        ((*EXCLUDE, "docs"), ["Dockerfile", "old/Dockerfile", "services/a/Dockerfile", "services/b/Dockerfile"]),
        ((*EXCLUDE, "o*/"), ["Dockerfile", "docs/Dockerfile", "services/a/Dockerfile", "services/b/Dockerfile"]),
        ((*EXCLUDE, "services/a"), ["Dockerfile", "docs/Dockerfile", "old/Dockerfile", "services/b/Dockerfile"]),
        ((*EXCLUDE, "services/*"), ["Dockerfile", "docs/Dockerfile", "old/Dockerfile"]),
        ((*EXCLUDE, "Dockerfile"), ["."]),  # the folder itself, with an error
        (
            ("services", "docs", "old", "node_modules"),
            [".github/Dockerfile", "Dockerfile", "venv/Dockerfile"],
        ),
    ],
)
def test_exclude(exclude: tuple[str, ...], kept: list[str]) -> None:
    make("Dockerfile", "docs/Dockerfile", "old/Dockerfile", "services/a/Dockerfile", "services/b/Dockerfile")
    make("node_modules/x/Dockerfile", "venv/Dockerfile", ".github/Dockerfile")
    assert sorted(paths(".", exclude=exclude)) == kept


def test_force_exclude_is_for_files_that_are_named() -> None:
    make("node_modules/x/Dockerfile", "legacy/Dockerfile", "Dockerfile")
    named = ("node_modules/x/Dockerfile", "legacy/Dockerfile", "Dockerfile")
    assert paths(*named, exclude=(*EXCLUDE, "legacy")) == list(named)
    assert paths(*named, exclude=(*EXCLUDE, "legacy"), force=True) == ["Dockerfile"]


IGNORES = {
    ".gitignore": "# comment\n\n*.old.Dockerfile\n/build\nout/\n!keep.old.Dockerfile\ndoc/**/gen\n**/tmp\na/**\n!a/Dockerfile\n"
    "[ab]x\n[!c]y\n\\#z\ntrailing   \nsp\\ \n/deep/*/Dockerfile\nq?.Dockerfile\n",
    "sub/.gitignore": "!build\nlocal\n/only-here\n*.Dockerfile\n!yes.Dockerfile\n",
}
TREE = [
    f"{folder}{name}/Dockerfile"
    for folder in ("", "sub/", "sub/more/", "doc/", "doc/x/y/", "deep/")
    for name in (
        "build",
        "out",
        "gen",
        "tmp",
        "a",
        "ax",
        "cy",
        "dy",
        "#z",
        "trailing",
        "sp ",
        "local",
        "only-here",
        "plain",
    )
] + [
    f"{folder}{name}"
    for folder in ("", "sub/", "a/", "doc/")
    for name in (
        "x.old.Dockerfile",
        "keep.old.Dockerfile",
        "yes.Dockerfile",
        "q1.Dockerfile",
        "Dockerfile",
        "out.Dockerfile",
    )
]


def test_gitignore_is_what_git_makes_of_it(folder: Path) -> None:
    (folder / ".git").rmdir()
    subprocess.run(["git", "init", "-q", "."], check=True)
    make(*TREE)
    for name, text in IGNORES.items():
        Path(name).write_text(text)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-standard"], check=True, capture_output=True, text=True
    ).stdout.split("\0")
    assert sorted(paths(".", exclude=())) == sorted(p for p in listed if p in TREE)
    assert sorted(paths("sub", exclude=())) == sorted(p for p in listed if p in TREE and p.startswith("sub/"))


def test_gitignore_of_a_folder_that_is_in_no_repository(folder: Path) -> None:
    (folder / ".git").rmdir()
    make("x/Dockerfile", "x/y/Dockerfile")
    Path(".gitignore").write_text("Dockerfile\n")
    Path("x/.gitignore").write_text("y\n")
    assert paths("x") == ["x/Dockerfile"]


def test_a_hostile_gitignore_does_not_stop_the_search(folder: Path) -> None:
    make("a" * 200 + "/Dockerfile")
    Path(".gitignore").write_text("*a*a*a*a*a*a*a*a*a*a*a*a*b\n" + "**/" * 500 + "x\n" + "[" * 5000 + "\n")
    begun = time.process_time()
    assert len(paths(".")) == 1
    assert time.process_time() - begun < 5, "a search that goes back and forth would take years"


def test_unreadable_rules_are_none(folder: Path) -> None:
    (folder / ".gitignore").mkdir()
    assert read_ignore(str(folder)) is None
