"""`fargate-patch verify` from the command line to the exit code, and what it leaves behind: nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rig import PATIENCE, REPOSITORY
from scenarios import SAMPLES

from fargate_patch import patch
from fargate_patch.verify.container import call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.verify.engine import Engine

SU = (
    "FROM debian:12\nRUN useradd -m -s /bin/bash app && cp /bin/sleep /bin/work\n"
    'CMD ["su", "-", "app", "-c", "work 600"]\n'
)
SHIM_OFF = "ENV FARGATE_ENV=off\n"


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fargate_patch", "verify", "--engine=podman", *arguments]


def _verify(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)} | (env or {})
    return subprocess.run(_command(*arguments), env=environment, capture_output=True, text=True, check=False)


def _written(folder: Path, text: str) -> str:
    path = folder / "Dockerfile"
    path.write_text(text)
    return str(path)


def _noting_calls(folder: Path) -> Path:
    """Put programs on the PATH that write down how podman and ip are called, and call them."""
    log = folder / "calls"
    (folder / "bin").mkdir()
    for name in ("podman", "ip"):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {log}\nexec {shutil.which(name)} "$@"\n')
        program.chmod(0o755)
    return log


def _still_there(calls: str) -> list[str]:
    """What these calls have made and is there yet: containers, working containers, images, namespaces."""
    containers = re.findall(r"--name=(\S+)", calls)
    images = re.findall(r"--tag (\S+)", calls)
    spaces = re.findall(r"ip netns add (\S+)", calls)
    marks = re.findall(r"FARGATE_PATCH_BUILD=(\S+)", calls)
    assert images
    assert marks
    found = [n for n in containers if not call(["podman", "container", "exists", n]).exit_code]
    found += [i for i in images if not call(["podman", "image", "exists", i]).exit_code]
    found += [n for n in spaces if Path("/var/run/netns", n).exists()]
    root = call(
        ["podman", "info", "--format={{.Store.GraphRoot}}/{{.Store.GraphDriverName}}-containers"]
    ).stdout.strip()
    states = [state.read_text() for state in Path(root).glob("*/userdata/buildah.json")]
    return found + [mark for mark in marks if any(mark in state for state in states)]


def test_a_loss_and_its_cure(engine: Engine, tmp_path: Path) -> None:
    done = _verify("-f", "json", _written(tmp_path, SU))
    found = json.loads(done.stdout)
    (chain,) = found["chains"]
    assert (chain["user"], chain["as_predicted"]) == ("app", [True, True]), chain
    assert (chain["before"]["variable"], chain["after"]["variable"], chain["after"]["client"]) == (
        "absent",
        "set",
        "boto3",
    )
    assert {check["name"]: check["passed"] for check in found["checks"]} == {
        "nobody else reads what is carried": True,
        "the first process and its arguments are the same": True,
        "SIGTERM is handled as before": True,
        "nothing is added to the output, no argument is changed": True,
        "the exit code is the command's": True,
        "it starts no later to speak of": True,
    }, found["checks"]
    assert (done.returncode, found["exit_code"], found["patch"]["status"]) == (0, 0, "would-patch")


def test_what_ends_at_once_is_started_once_more(engine: Engine) -> None:
    done = _verify("-f", "json", str(SAMPLES / "sudo-su" / "Dockerfile"))
    (chain,) = json.loads(done.stdout)["chains"]
    assert (done.returncode, chain["as_predicted"], chain["after"]["fetched"]) == (0, [True, True], True)


def test_a_patch_without_effect_is_seen(engine: Engine, tmp_path: Path) -> None:
    done = _verify("--quiet", _written(tmp_path, SU.replace("CMD", f"{SHIM_OFF}CMD")))
    assert done.returncode == 1
    assert "otherwise (lost → reaches)" in done.stdout
    assert done.stderr == ""


def test_a_read_only_root_needs_a_tmpfs(engine: Engine, tmp_path: Path) -> None:
    path = _written(tmp_path, SU)
    assert _verify("--quiet", "--read-only", path).returncode == 1
    assert _verify("--quiet", "--read-only", "--tmpfs=/run/fargate-env", path).returncode == 0


def test_as_a_task_definition_says_with_a_probe_of_one_s_own(engine: Engine, tmp_path: Path) -> None:
    container = {
        "name": "web",
        "command": ["su", "app", "-c", "work 600"],
        "linuxParameters": {"initProcessEnabled": True},
    }
    definition = tmp_path / "task.json"
    definition.write_text(json.dumps({"containerDefinitions": [container]}))
    done = _verify(
        *("-f", "json", f"--task-definition={definition}", "--probe=su - app -c {}", _written(tmp_path, SU)),
    )
    found = json.loads(done.stdout)
    assert [(c["command"], c["before"]["has_credentials"]) for c in found["chains"]] == [("work 600", True)]
    (probe,) = found["probes"]
    assert (probe["before"]["variable"], probe["after"]["variable"]) == ("absent", "set")


def test_an_image_without_a_dockerfile(engine: Engine, tmp_path: Path) -> None:
    path = Path(_written(tmp_path, SU))
    with engine.built(tmp_path, path) as tag:
        done = _verify("-f", "json", "--image", tag)
        assert engine.has_image(tag)
    found = json.loads(done.stdout)
    assert (done.returncode, found["patch"]["status"], found["path"]) == (0, "would-patch", tag)
    (chain,) = found["chains"]
    assert (chain["user"], chain["as_predicted"], chain["after"]["fetched"]) == ("app", [True, True], True)


def test_an_image_that_was_patched_before_is_cured(engine: Engine, tmp_path: Path) -> None:
    path = Path(_written(tmp_path, SU))
    path.write_bytes(patch(path.read_bytes()).new)
    with engine.built(tmp_path, path) as tag:
        done = _verify("-f", "json", "--image", tag)
    found = json.loads(done.stdout)
    assert (done.returncode, found["patch"]["status"], found["after"]) == (0, "clean", None)
    (chain,) = found["chains"]
    assert (chain["user"], chain["as_predicted"], chain["before"]["fetched"]) == ("app", [True, None], True)


def test_a_container_that_ends_by_itself_has_its_last_output_shown(engine: Engine, tmp_path: Path) -> None:
    done = _verify(_written(tmp_path, 'FROM debian:12\nCMD ["su", "-", "nobody", "-c", "work 600"]\n'))
    (head,) = (line for line in done.stdout.splitlines() if line.startswith("The container as it stands "))
    assert head.startswith("The container as it stands ended by itself, with exit code ")
    assert done.stdout.splitlines()[-1].startswith("Not everything could be tried: the container ended by itself, ")
    assert "This account is currently not available." in done.stdout


def test_an_image_that_is_not_there_is_one_sentence(engine: Engine) -> None:
    done = _verify("--image", "localhost/no-such:1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "fargate-patch: verify: could not be tried: the image localhost/no-such:1 is not here, and nothing is pulled; "
        "`podman pull localhost/no-such:1` brings it\n"
    )


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C reaches what a test starts, also where the tests are a background job, for which a shell ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("engine", "interruptible")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("line", ["RUN sleep 30", "RUN true"])
def test_interrupted_it_leaves_nothing_behind(tmp_path: Path, sent: signal.Signals, line: str) -> None:
    text = SU.replace("CMD", f"{line}\nCMD")
    calls = _noting_calls(tmp_path)
    process = subprocess.Popen(
        _command("--wait=60", _written(tmp_path, text)),
        env=os.environ | {"PYTHONPATH": str(REPOSITORY), "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    wanted = "building the image as it stands" if "sleep" in line else "waiting until"
    for said in process.stderr:
        if said.startswith(wanted):
            break
    time.sleep(4)
    os.killpg(process.pid, sent)
    assert process.wait(PATIENCE) == 130
    assert process.stderr.read().splitlines()[-1:] == ["fargate-patch: interrupted"]
    process.stderr.close()
    assert _still_there(calls.read_text()) == []


def test_no_engine_is_one_sentence(tmp_path: Path) -> None:
    done = _verify(_written(tmp_path, SU), env={"PATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "fargate-patch: verify: could not be tried: no container engine: podman is not installed\n"


def test_what_does_not_build_is_one_sentence(engine: Engine, tmp_path: Path) -> None:
    done = _verify("--quiet", _written(tmp_path, SU.replace("CMD", "RUN exit 3\nCMD")))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("fargate-patch: verify: could not be tried: ")
    assert "does not build" in done.stderr
