"""Which engine is taken, and what its command lines look like, by stand-in programs that note how they were called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch.verify.container import EngineError
from fargate_patch.verify.engine import Engine, RunOptions, find

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = "#!/bin/sh\necho 1.0\n"
DOES_NOT = "#!/bin/sh\necho 'Cannot connect to the daemon' >&2\nexit 1\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def _put(folder: Path, name: str, text: str) -> str:
    program = folder / name
    program.write_text(text)
    program.chmod(0o755)
    return str(program)


def test_docker_comes_first_where_its_daemon_answers(programs: Path) -> None:
    docker, podman = _put(programs, "docker", ANSWERS), _put(programs, "podman", ANSWERS)
    assert find() == Engine("docker", docker, (docker, "build"))
    assert find("podman") == Engine("podman", podman, (podman, "build"))


def test_a_docker_without_a_daemon_is_passed_over(programs: Path) -> None:
    _put(programs, "docker", DOES_NOT)
    podman = _put(programs, "podman", ANSWERS)
    assert find() == Engine("podman", podman, (podman, "build"))


def test_buildah_builds_and_runs_nothing(programs: Path) -> None:
    buildah = _put(programs, "buildah", ANSWERS)
    engine = find()
    assert engine == Engine("buildah", None, (buildah, "bud"))
    with pytest.raises(EngineError, match=r"^buildah builds images, but nothing here runs them"), engine.run("x"):
        pass


@pytest.mark.parametrize(
    ("preferred", "message"),
    [
        (
            None,
            "no container engine: docker does not answer (Cannot connect to the daemon), podman is not installed, "
            "buildah is not installed",
        ),
        ("podman", "no container engine: podman is not installed"),
        ("lxc", "lxc is no engine that is known here: docker, podman or buildah"),
    ],
)
def test_no_engine_is_one_sentence(programs: Path, preferred: str | None, message: str) -> None:
    _put(programs, "docker", DOES_NOT)
    with pytest.raises(EngineError) as raised:
        find(preferred)
    assert str(raised.value) == message


def test_every_option_has_its_argument(programs: Path) -> None:
    program = _put(
        programs,
        "podman",
        f'#!/bin/sh\nfor a; do printf "%s|" "$a"; done >> {programs}/calls\necho >> {programs}/calls\n',
    )
    options = RunOptions(
        command=("-v",),
        entrypoint=("/init", "--fast"),
        env={"A": "b c"},
        user="0:0",
        read_only=True,
        init=True,
        network="none",
        ip="10.0.0.2",
        tmpfs=("/run/x",),
        volumes=("/a:/b:ro",),
        hosts={"name": "10.0.0.1"},
    )
    with Engine("podman", program, (program, "build")).run("image:1", options) as container:
        pass
    ran, *_, removed = (programs / "calls").read_text().splitlines()
    assert ran == (
        f"run|--detach|--pull=never|--name={container.name}|--read-only-tmpfs=false|--env=A=b c|--user=0:0|--read-only|"
        "--init|--network=none|--ip=10.0.0.2|--tmpfs=/run/x|--volume=/a:/b:ro|--add-host=name:10.0.0.1|"
        "--entrypoint=/init|image:1|--fast|-v|"
    )
    assert removed == f"rm|--force|--volumes|--time=0|{container.name}|"
