"""The engine module against a real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rig import PATIENCE

from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE, SHIM
from fargate_patch.verify.container import EngineError, call
from fargate_patch.verify.engine import Engine, RunOptions
from fargate_patch.verify.namespaces import until

if TYPE_CHECKING:
    from pathlib import Path

    from rig import Fargate

    from fargate_patch.verify.processes import Process

BASE = "docker.io/library/alpine:3.20"


def test_a_container_is_gone_after_the_block(engine: Engine) -> None:
    with engine.run(BASE, RunOptions(command=("sleep", "60"), network="none")) as container:
        assert container.running
    with pytest.raises(EngineError, match=f"inspect {container.name}: .*no such object"):
        container.inspect()


def test_a_container_is_gone_after_an_interrupt(engine: Engine) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        engine.run(BASE, RunOptions(command=("sleep", "60"), network="none")) as container,
    ):
        raise KeyboardInterrupt
    assert call([container.engine, "container", "exists", container.name]).exit_code == 1


def test_output_exit_code_and_options(engine: Engine) -> None:
    options = RunOptions(
        entrypoint=(
            "/bin/sh",
            "-c",
            'echo "$GREETING $(id -u)"; touch /here 2> /dev/null || echo read-only >&2; exit 4',
        ),
        env={"GREETING": "two words"},
        user="1234",
        network="none",
        read_only=True,
    )
    with engine.run(BASE, options) as container:
        assert container.wait() == 4
        logs = container.logs()
    assert (logs.stdout, logs.stderr) == ("two words 1234\n", "read-only\n")


def test_a_container_is_handed_over_once_the_shim_has_given_way(engine: Engine, tmp_path: Path) -> None:
    slow = f"FROM {BASE}\nRUN printf '#!/bin/sh\\nsleep 1\\nexec \"$@\"\\n' > {SHIM} && chmod 755 {SHIM}\n"
    (tmp_path / "Dockerfile").write_text(f'{slow}ENTRYPOINT ["{SHIM}"]\nCMD ["sleep", "60"]\n')
    with (
        engine.built(tmp_path, tmp_path / "Dockerfile") as image,
        engine.run(image, RunOptions(network="none")) as container,
    ):
        assert [process.argv for process in container.processes()] == [("sleep", "60")]
        container.restart(grace=0)
        assert [process.argv for process in container.processes()] == [("sleep", "60")]


@pytest.mark.parametrize("from_within", [False, True])
def test_processes_show_who_runs_what_and_with_the_variable_or_not(fargate: Fargate, from_within: bool) -> None:
    script = "env -i sleep 61 & exec sleep 62"
    with fargate.run(BASE, RunOptions(command=("sh", "-c", script))) as task:
        look = task.container._processes_from_within if from_within else task.container.processes

        def sleeping() -> list[Process]:
            return [p for p in look() if p.argv[0] == "sleep"]

        until(lambda: len(sleeping()) == 2, PATIENCE, "both programs run")
        both = sleeping()
    found = [(p.parent, p.uid, p.argv, CREDENTIALS_VARIABLE in (p.environment or {})) for p in both]
    assert found == [(0, 0, ("sleep", "62"), True), (1, 0, ("sleep", "61"), False)]


def test_a_build_that_fails_says_why(engine: Engine, tmp_path: Path) -> None:
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text(f"FROM {BASE}\nRUN exit 3\n")
    with pytest.raises(EngineError, match=r"Dockerfile does not build: .*exit 3"), engine.built(tmp_path, dockerfile):
        pass


def test_a_task_reaches_the_endpoint_and_nothing_else(fargate: Fargate) -> None:
    def fetch(address: str) -> tuple[str, ...]:
        return ("curl", "--silent", "--show-error", "--max-time", "5", address)

    with fargate.run("docker.io/library/debian:12", RunOptions(command=("sleep", "60"))) as task:
        path = f"http://169.254.170.2/v2/credentials/{task.identifier}"
        assert '"AccessKeyId"' in task.container.exec(fetch(path)).stdout
        assert task.container.exec(fetch("http://169.254.170.2/v2/credentials/other")).stdout == "404 page not found\n"
        assert "connect" in task.container.exec(fetch("http://169.254.169.254/latest/")).stderr
        assert task.requests() == ("GET /v2/credentials/ID 200",)
