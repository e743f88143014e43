"""The project as somebody else gets it: a copy of its files, and what installing it takes, in a folder of wheels."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / ".cache" / "wheels"
SHIPPED = (
    *("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".pre-commit-hooks.yaml", "action.yml", "action"),
    *("fargate_patch", "templates", "samples", "docs"),
)
SAMPLE = REPOSITORY / "samples" / "uwsgi-su"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str


def run(command: Sequence[str | Path], folder: Path, variables: Mapping[str, str] | None = None) -> Done:
    """A command with a bare environment and the given variables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**kept, **(variables or {})},
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
    return Done(done.returncode, done.stdout, done.stderr)


def tool(name: str) -> str:
    """A program beside this Python or on the PATH. Without it the test is skipped, except where CI is set."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if not found:
        lacking(f"{name} is not installed (make test installs it)")
    return str(found)


def lacking(reason: str) -> None:
    """Skip, and say why; where CI is set nothing may be lacking."""
    if "CI" in os.environ:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def copy(folder: Path) -> Path:
    """What a release holds, in a folder of its own."""
    for name in SHIPPED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copyfile(source, folder / name)
    (folder / "action" / "run.sh").chmod(0o755)
    return folder


def commit(folder: Path) -> None:
    """The folder as a git repository with one commit."""
    for command in (
        ["git", "init", "--quiet", "--initial-branch=main"],
        ["git", "add", "--all"],
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=first"],
    ):
        done = run(command, folder)
        assert done.code == 0, done.err


def patched(sample: Path) -> bytes:
    """What the sample's Dockerfile is to become."""
    from fargate_patch import patch

    return patch((sample / "Dockerfile").read_bytes(), context=sample).new


def wheels() -> Path:
    """A folder with a wheel of everything that the project needs to be built and to run, filled once."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    needed = sorted([*settings["build-system"]["requires"], *settings["project"]["dependencies"]])
    key = hashlib.sha256("\n".join([sys.version, *needed]).encode()).hexdigest()[:16]
    folder = CACHE / key
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers may ask at once
        if not folder.is_dir():
            new = CACHE / f"{key}.new"
            shutil.rmtree(new, ignore_errors=True)
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--only-binary=:all:",
                "--dest",
                new,
                *needed,
            ]
            done = run(command, REPOSITORY, {n: v for n, v in os.environ.items() if n.startswith("PIP_")})
            if done.code:
                lacking(f"the wheels cannot be downloaded: {done.err.strip().splitlines()[-1:]}")
            new.rename(folder)
    return folder


def offline(folder: Path) -> dict[str, str]:
    """The variables with which pip takes wheels from that folder and asks nobody."""
    return {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
