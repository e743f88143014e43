"""`fargate-patch verify` by Docker, its daemon and both of its builders."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import dockerd
import pytest
from rig import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dockerd import Docker

    from fargate_patch.verify.engine import Engine

BASE = "docker.io/library/alpine:3.20"
TEXT = (
    "FROM alpine:3.20\nRUN adduser -D app && cp /bin/busybox /usr/local/bin/busybox-work\n"
    """CMD ["su", "-", "app", "-c", "trap 'exit 3' TERM; busybox-work sleep 600 & wait"]\n"""
)


@pytest.fixture(scope="module")
def docker(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Docker]:
    assert engine.has_image(BASE)
    try:
        with dockerd.running(tmp_path_factory.mktemp("docker")) as docker:
            docker.take(BASE)
            yield docker
    except dockerd.NoDaemonError as reason:
        pytest.skip(f"docker's daemon cannot run here: {reason}")


def _there(docker: Docker) -> list[str]:
    return [docker("ps", "--all", "--quiet"), docker("image", "ls", "--quiet"), docker("network", "ls", "--quiet")]


@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_a_loss_and_its_cure_and_nothing_stays(docker: Docker, tmp_path: Path, buildkit: str) -> None:
    (tmp_path / "Dockerfile").write_text(TEXT)
    before = _there(docker)
    done = subprocess.run(
        [sys.executable, "-m", "fargate_patch", "verify", "--engine=docker", "-f", "json", "Dockerfile"],
        cwd=tmp_path,
        env=docker.environment | {"PYTHONPATH": str(REPOSITORY), "DOCKER_BUILDKIT": buildkit},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    (chain,) = proof["chains"]
    assert [chain[side]["predicted"] for side in ("before", "after")] == ["lost", "reaches"]
    assert [chain[side]["has_credentials"] for side in ("before", "after")] == [False, True]
    assert {check["name"]: check["detail"] for check in proof["checks"] if not check["passed"]} == {}
    assert "exit code 3" in [check["detail"] for check in proof["checks"]]
    assert _there(docker) == before
