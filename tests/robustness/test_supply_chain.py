"""What is installed is what is in the tree, the same bytes each time; and a run asks nobody on the network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def wheel(place: Path, stamp: int) -> Path:
    """The wheel of a copy of the tree whose files are all as old as `stamp` says."""
    for name in ("fargate_patch", "templates", "LICENSE", "README.md", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, place / name)
    for path in place.rglob("*"):
        os.utime(path, (stamp, stamp))
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(place / "out")]
    subprocess.run(command, cwd=place, check=True, capture_output=True)
    return next((place / "out").glob("*.whl"))


def test_the_wheel_is_the_same_bytes_twice(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="the build backend is not installed here")
    first, second = (wheel(tmp_path / name, stamp) for name, stamp in (("a", 1_000_000_000), ("b", 1_700_000_000)))
    assert (first.name, sha256(first.read_bytes()).digest()) == (second.name, sha256(second.read_bytes()).digest())


@pytest.fixture(autouse=True)
def made(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()


def dependencies() -> list[str]:
    """What pyproject.toml says is installed with the command, in its order."""
    said = re.search(r"(?ms)^dependencies = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text())
    assert said
    return re.findall(r'(?m)^ *"([a-z0-9-]+)', said[1])


def test_the_lock_names_every_dependency_and_no_registry() -> None:
    lock = (ROOT / "requirements-dev.lock").read_text()
    pinned = set(re.findall(r"(?m)^([a-z0-9-]+)==", lock))
    assert (set(dependencies()) - pinned, "://" in lock, "index" in lock) == (set(), False, False)


def test_every_dependency_is_imported() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "fargate_patch").rglob("*.py"))
    imported = set(re.findall(r"(?m)^ *(?:import|from) (\w+)", sources))
    assert {name.replace("-", "_") for name in dependencies()} - imported == set()


def test_the_table_of_dependencies_names_every_one_and_no_other() -> None:
    table = (ROOT / "docs" / "dependencies.md").read_text().split("## For development")[0]
    assert re.findall(r"(?m)^\| `([\w-]+)` \|", table) == dependencies()


@pytest.mark.skipif(shutil.which("unshare") is None, reason="only Linux has network namespaces")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--check", "-f", "json", "."),
        ("--diff", "."),
        ("trace", "."),
        ("revert", "--diff", "."),
        ("--check", "-f", "html", "."),
        ("--check", "-"),
        ("diagnose", "cron/Dockerfile"),
        ("explain", "cron"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_run_without_a_network_says_the_same(arguments: tuple[str, ...]) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "fargate_patch", *arguments]
    runs = [
        subprocess.run(
            [*before, *command],
            cwd=ROOT / "samples",
            env=environment,
            input=b"FROM debian:12\nRUN useradd app\nCMD su - app\n",
            capture_output=True,
            check=False,
        )
        for before in ((), ("unshare", "--map-root-user", "--net"))
    ]
    if b"unshare:" in runs[1].stderr:
        pytest.skip("no network namespaces here")
    first, second = ((run.returncode, run.stdout, run.stderr) for run in runs)
    assert first == second
    assert first[0] in (0, 1)


def test_nothing_that_a_run_loads_can_open_a_connection() -> None:
    """`verify` and `image` speak to a container engine and are loaded when they are asked for."""
    script = """
import sys
from fargate_patch import patch
patch(b'FROM debian:12\\nRUN useradd app\\nCMD ["su", "-", "app"]\\n')
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"http.client", "urllib.request", "ssl", "ftplib", "smtplib"} & set(done.stdout.split()) == set()
