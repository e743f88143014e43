"""Wheel and sdist as somebody installs them: in a new environment, from a folder of wheels, without a network."""

# Shell functions stand on one line.
# ruff: noqa: E501

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from project import REPOSITORY, SAMPLE, patched, run

from fargate_patch.version import __version__

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def built(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was made out of what the sdist holds."""
    pytest.importorskip("hatchling", reason="hatchling is not installed (make test installs it)")
    dist, unpacked = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("sdist")
    build(released, "sdist", dist)
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    build(next(unpacked.iterdir()), "wheel", dist)
    return dist


def build(source: Path, target: str, dist: Path) -> None:
    done = run([sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", dist], source)
    assert done.code == 0, done.err


@pytest.fixture(scope="module")
def installed(built: Path, offline: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed from the wheel."""
    venv = tmp_path_factory.mktemp("installed")
    assert run([sys.executable, "-m", "venv", "--without-pip", venv], venv).code == 0
    (wheel,) = built.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", venv / "bin" / "python"]
    done = run([*pip, "install", "--quiet", wheel], venv, offline)
    assert done.code == 0, done.err
    return venv / "bin" / "fargate-patch"


def test_the_wheel_carries_the_package_the_templates_and_the_manual(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = {f"fargate_patch/{p.relative_to(REPOSITORY / 'fargate_patch')}" for p in files("fargate_patch")}
    templates = {f"fargate_patch/templates/{p.relative_to(REPOSITORY / 'templates')}" for p in files("templates")}
    manual = {f"fargate_patch-{__version__}.data/data/share/man/man1/fargate-patch.1"}
    assert held == package | templates | manual


def files(folder: str) -> list[Path]:
    return [p for p in (REPOSITORY / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]


def test_the_installed_command_patches_a_sample(installed: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(SAMPLE, work)
    assert run([installed, "--version"], work).out == f"fargate-patch {__version__}\n"
    done = run([installed, "Dockerfile"], work)
    assert (done.code, done.err) == (0, "")
    assert (work / "Dockerfile").read_bytes() == patched(SAMPLE)
    assert run([installed, "revert", "--quiet", "Dockerfile"], work).code == 0
    assert (work / "Dockerfile").read_bytes() == (SAMPLE / "Dockerfile").read_bytes()


def test_the_installed_command_makes_every_report(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path, dirs_exist_ok=True)
    for name in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"):
        done = run([installed, "--check", "-f", name, "Dockerfile"], tmp_path)
        assert (done.code, done.err) == (1, ""), name


def test_the_module_runs_as_well(installed: Path, tmp_path: Path) -> None:
    done = run([installed.with_name("python"), "-m", "fargate_patch", "--version"], tmp_path)
    assert done.out == f"fargate-patch {__version__}\n"


COMPLETED = {
    "bash": """
eval "$(fargate-patch --show-completion bash)"
complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _fargate_patch_completion fargate-patch; printf '%s\\n' "${COMPREPLY[@]}"; }
complete_words fargate-patch tra
complete_words fargate-patch --output-format sar
complete_words fargate-patch revert --qu
complete_words fargate-patch explain php-
""",
    "zsh": """
autoload -U compinit && compinit -u -d "$PWD/dump"
eval "$(fargate-patch --show-completion zsh)"
complete_words() { _TYPER_COMPLETE_ARGS="$*" _FARGATE_PATCH_COMPLETE=complete_zsh fargate-patch | grep -o '"[^"]*"' | head -1 | tr -d '"'; }
complete_words fargate-patch tra
complete_words fargate-patch --output-format sar
complete_words fargate-patch revert --qu
complete_words fargate-patch explain php-
""",
}


@pytest.mark.parametrize("shell", sorted(COMPLETED))
def test_completion(installed: Path, tmp_path: Path, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed") if "CI" not in os.environ else pytest.fail(f"{shell} is missing")
    path = f"{installed.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        "PATH": path,
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }
    done = subprocess.run(
        [shell, "-c", COMPLETED[shell]], cwd=tmp_path, env=environment, capture_output=True, check=False, text=True
    )
    assert done.stdout.split() == ["trace", "sarif", "--quiet", "php-fpm"], done.stderr
