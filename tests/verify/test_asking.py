"""What a probe proves, by a stand-in engine: one that did not come to its end proves nothing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import pytest

from fargate_patch.verify import asking
from fargate_patch.verify.asking import Asker
from fargate_patch.verify.container import Container
from fargate_patch.verify.looking import attempts_of
from fargate_patch.verify.model import Attempt, Probe
from fargate_patch.verify.platform import Task
from fargate_patch.verify.probes import PROBE

if TYPE_CHECKING:
    from pathlib import Path

ID = "7f0c"
NOT_RUNNING = "echo 'can only create exec sessions on running containers' >&2; exit 255"
UNSEEN = Attempt(None, reason="exit code 255: can only create exec sessions on running containers")


@pytest.mark.parametrize(
    ("engine", "text", "attempt"),
    [
        ("echo fargate-patch-probe set boto3 yes", PROBE, Attempt("set", "boto3", True)),
        ("echo fargate-patch-probe absent boto3 no", PROBE, Attempt("absent", "boto3", False)),
        (NOT_RUNNING, PROBE, UNSEEN),
        (NOT_RUNNING, "curl localhost", UNSEEN),
        ("echo greeting", f"su - app -c {PROBE}", Attempt(None, reason="exit code 0: greeting")),
        (f"echo URI=/v2/credentials/{ID}", "env", Attempt("set", reason="its output shows the variable")),
        (
            "echo nil",
            "curl localhost",
            Attempt(None, "its own", False, "it asked for no credentials and shows no variable"),
        ),
    ],
)
def test_what_a_command_beside_the_first_process_proves(
    tmp_path: Path, engine: str, text: str, attempt: Attempt
) -> None:
    program = tmp_path / "podman"
    program.write_text(f"#!/bin/sh\n{engine}\n")
    program.chmod(0o755)
    asker = Asker(Task(Container(str(program), "name"), ID, str), threading.Event())
    assert asker.ask(Probe("label", "exec", text, "0")) == attempt


def test_a_request_that_the_endpoint_saw_is_proof(tmp_path: Path) -> None:
    program = tmp_path / "podman"
    program.write_text(f"#!/bin/sh\necho 'GET /v2/credentials/{ID} 200' >> {tmp_path}/log\n")
    program.chmod(0o755)
    (tmp_path / "log").touch()
    asker = Asker(Task(Container(str(program), "name"), ID, (tmp_path / "log").read_text), threading.Event())
    assert asker.ask(Probe("label", "exec", "report", "0")) == Attempt(None, "its own", True)


def test_a_session_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"podman": "exit 0", "ssh": "exec sleep 60", "ssh-keygen": 'for file; do :; done; echo k > "$file.pub"'}
    for name, text in texts.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(asking, "SESSION_SECONDS", 0.1)
    asker = Asker(Task(Container(str(tmp_path / "podman"), "name"), ID, str), threading.Event())
    assert asker.ask(Probe("label", "sshd", PROBE, "app")) == Attempt(
        None, reason="a session of app did not end within 0.1 seconds"
    )


def test_sessions_are_tried_at_once_and_what_runs_beside_the_first_process_after_them() -> None:
    cron, sshd = Probe("job", "cron", PROBE, "app"), Probe("session", "sshd", PROBE, "app")
    beside = [Probe(f"own {number}", "exec", "env", "0") for number in range(2)]
    both, order = threading.Barrier(2), []

    class Stand:
        def ask(self, probe: Probe) -> Attempt:
            if probe.kind != "exec":
                both.wait(10)
            order.append(probe)
            return Attempt("set", probe.label)

    probes = (beside[0], cron, beside[1], sshd)
    assert attempts_of(cast("Asker", Stand()), probes) == {probe: Attempt("set", probe.label) for probe in probes}
    assert order[2:] == beside
