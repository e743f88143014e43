"""The image of the command itself, built as a person builds it, and the pipe into `docker build`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import images
import pytest
from rig import PATIENCE

from fargate_patch import Status, patch
from fargate_patch.verify.container import call, last_words
from fargate_patch.verify.engine import RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fargate_patch.verify.engine import Engine

OURS = images.REPOSITORY / "packaging" / "Dockerfile"
SAMPLE = images.REPOSITORY / "samples" / "entrypoint-su"
PYTHON = "3.11"  # Debian 12's, on which the stand-in for the official image is made
STAND_IN = r"""FROM docker.io/library/debian:12
COPY . /wheels
RUN ln -s /usr/bin/python3 /usr/local/bin/python \
 && printf '#!/bin/sh\nexec python3 "$(echo /wheels/pip-*.whl)/pip" "$@"\n' > /usr/local/bin/pip \
 && chmod 755 /usr/local/bin/pip
ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels PIP_ROOT_USER_ACTION=ignore
CMD ["python"]
"""


@pytest.fixture(scope="module")
def command_image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`packaging/Dockerfile`, built on Debian with pip and a folder of wheels in the place of python:…-slim."""
    wheels = tmp_path_factory.mktemp("wheels")
    options = ["--quiet", "--only-binary=:all:", "--python-version", PYTHON, "--dest", str(wheels)]
    done = call([sys.executable, "-m", "pip", "download", *options, *_needed()], timeout=300)
    assert not done.exit_code, last_words(done)
    (wheels / "Dockerfile").write_text(STAND_IN)
    with (
        engine.built(wheels, wheels / "Dockerfile") as base,
        engine.built(images.REPOSITORY, OURS, build_args={"PYTHON": base}) as tag,
    ):
        yield tag


def _needed() -> list[str]:
    """What building and running the command takes, as pyproject.toml says it; not what only older Pythons need."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    settings = tomllib.loads((images.REPOSITORY / "pyproject.toml").read_text("utf-8"))
    found: list[str] = [*settings["build-system"]["requires"], *settings["project"]["dependencies"]]
    return ["pip", *(requirement for requirement in found if ";" not in requirement)]


def test_it_checks_and_patches_what_is_mounted(engine: Engine, command_image: str, tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(SAMPLE, work, ignore=shutil.ignore_patterns("*.patched"))
    for path in (work, *work.rglob("*")):
        path.chmod(0o777)
    before = (work / "Dockerfile").read_bytes()
    options = RunOptions(command=("--check", "."), network="none", volumes=(f"{work}:/work",))
    with engine.run(command_image, options) as container:
        assert container.wait(PATIENCE) == 1, container.logs()
        assert "FP101" in container.logs().stdout
    options = RunOptions(command=("Dockerfile",), user="0", network="none", volumes=(f"{work}:/work",))
    with engine.run(command_image, options) as container:
        assert container.wait(PATIENCE) == 0, container.logs()
    assert (work / "Dockerfile").read_bytes() == patch(before, context=SAMPLE).new


def test_it_is_not_root_and_has_a_shell(engine: Engine, command_image: str) -> None:
    script = (
        "id -u; fargate-patch --version | cut -d' ' -f1; echo x 2>/dev/null > /opt/fargate-patch/x || echo read-only"
    )
    options = RunOptions(entrypoint=("/bin/sh", "-c", script), network="none")
    with engine.run(command_image, options) as container:
        assert container.wait(PATIENCE) == 0
        assert container.logs().stdout == "1000\nfargate-patch\nread-only\n"


def test_a_pipe_into_the_build_patches_the_image_and_no_file(engine: Engine, tmp_path: Path) -> None:
    """`fargate-patch - < Dockerfile | docker build -f - .`"""
    work = tmp_path / "work"
    shutil.copytree(SAMPLE, work, ignore=shutil.ignore_patterns("*.patched"))
    before = (work / "Dockerfile").read_bytes()
    command = (
        f"{sys.executable} -m fargate_patch --context . - < Dockerfile | {' '.join(engine.builder)} -f - -t $TAG ."
    )
    tag = "localhost/fargate-patch-piped"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=work,
        env={**images.os.environ, "TAG": tag, "PYTHONPATH": str(images.REPOSITORY)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    try:
        assert engine.image_config(tag)["Config"]["Entrypoint"][0] == "/usr/local/bin/fargate-env"  # type: ignore[index]
        assert patch((work / "Dockerfile").read_bytes(), context=work).status is Status.WOULD_PATCH
        assert (work / "Dockerfile").read_bytes() == before
    finally:
        engine.remove_image(tag)
