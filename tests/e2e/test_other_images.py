"""Images that are unlike most: one on top of a patched one, one without a shell, users without an account, a root
filesystem that cannot be written below programs that use PAM."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from mechanisms import CASES
from rig import PATIENCE
from scenarios import CARRIED

import fargate_patch
from fargate_patch import Options, Status
from fargate_patch.verify.engine import RunOptions
from fargate_patch.verify.namespaces import until
from fargate_patch.verify.proving import prove
from fargate_patch.verify.sides import Request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from rig import Fargate, Task

    from fargate_patch.verify.engine import Engine

VARIABLE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
FOLDER = CARRIED.rpartition("/")[0]
SSH = "ssh -i /root/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes"


def _built(engine: Engine, folder: Path, text: bytes) -> AbstractContextManager[str]:
    (folder / "Dockerfile").write_bytes(text)
    return engine.built(folder, folder / "Dockerfile")


def _patched(case: str) -> bytes:
    return fargate_patch.patch(CASES[case].text.encode()).new


def _has_it(task: Task, command: str) -> bool:
    """Does a command of root's print the task's own path?"""
    return task.identifier in task.container.exec(["/bin/sh", "-c", command], user="root").stdout


@dataclass(frozen=True, slots=True)
class Stack:
    """An image on top of a patched one, before and after it is patched itself."""

    original: str
    patched: str
    text: bytes


@pytest.fixture(scope="module")
def stack(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with _built(engine, folder, _patched("sudo")) as lower:
        text = f'FROM {lower}\nRUN useradd --create-home other\nCMD ["su", "-", "other", "-c", "work 600"]\n'.encode()
        options = Options(base_images={lower: "debian"}, base_image_config=engine.image_config(lower))
        result = fargate_patch.patch(text, options=options)
        assert result.status is Status.WOULD_PATCH, result.reason
        with _built(engine, folder, text) as original, _built(engine, folder, result.new) as patched:
            yield Stack(original, patched, result.new)


SUDO, SU = f"sudo -n -u app printenv {VARIABLE}", f"su - other -c 'printenv {VARIABLE}'"


def test_on_a_patched_image_its_own_chains_go_on_to_work_and_the_new_ones_do_once_patched(
    fargate: Fargate, stack: Stack
) -> None:
    with fargate.run(stack.original) as task:
        assert (_has_it(task, SUDO), _has_it(task, SU)) == (True, False)
    with fargate.run(stack.patched) as task:
        assert (_has_it(task, SUDO), _has_it(task, SU)) == (True, True)
        assert task.container.exec(["cat", CARRIED], user="nobody").exit_code == 1


def test_on_a_patched_image_the_first_process_is_the_program(fargate: Fargate, stack: Stack) -> None:
    def first(image: str) -> tuple[str, ...]:
        with fargate.run(image) as task:
            return task.container.processes()[0].argv

    assert first(stack.patched) == first(stack.original) == ("su", "-", "other", "-c", "work 600")


SCRATCH = b'FROM scratch\nCOPY busybox /busybox\nCMD ["/busybox", "sleep", "600"]\n'


def test_without_a_shell_there_is_nothing_to_do_and_nothing_breaks(engine: Engine, tmp_path: Path) -> None:
    busybox = shutil.which("busybox")
    assert busybox
    shutil.copy(busybox, tmp_path / "busybox")
    (tmp_path / "Dockerfile").write_bytes(SCRATCH)
    result = fargate_patch.patch(SCRATCH, context=tmp_path)
    assert (result.status, result.new) == (Status.CLEAN, SCRATCH)
    proof = prove(Request(str(tmp_path / "Dockerfile"), SCRATCH, tmp_path, engine="podman"), lambda _: None)
    assert [(p.process.argv, p.process.uid, p.attempt.variable) for p in proof.before.processes] == [
        (("/busybox", "sleep", "600"), 0, "set")
    ]
    assert proof.after is None


@pytest.mark.parametrize("user", ["12345:0", "12345:12345"])
def test_a_user_without_an_account_goes_through_the_shim_with_what_pid_1_has(
    fargate: Fargate, engine: Engine, tmp_path: Path, user: str
) -> None:
    command = ("/bin/sh", "-c", f"echo ${VARIABLE} $(id -u)")
    with (
        _built(engine, tmp_path, _patched("su-login")) as image,
        fargate.run(image, RunOptions(user=user, command=command)) as task,
    ):
        assert task.container.wait() == 0
        logs = task.container.logs()
        assert (logs.stdout, logs.stderr) == (f"/v2/credentials/{task.identifier} 12345\n", "")


@pytest.mark.parametrize(
    ("options", "gets_it"),
    [
        (RunOptions(), True),
        (RunOptions(init=True), True),
        (RunOptions(read_only=True), False),
        (RunOptions(read_only=True, tmpfs=(FOLDER,)), True),
    ],
    ids=["plain", "init", "read-only", "read-only-with-tmpfs"],
)
def test_a_session_by_pam_opens_whether_or_not_something_could_be_carried(
    fargate: Fargate, pam_image: str, options: RunOptions, gets_it: bool
) -> None:
    with fargate.run(pam_image, options) as task:
        until(lambda: _said(task, "echo session") == "session\n", PATIENCE, "a session over ssh", step=0.3)
        assert (task.identifier in _said(task, f"printenv {VARIABLE}")) is gets_it


def test_sftp_and_scp_have_nothing_added_to_what_they_say(fargate: Fargate, pam_image: str) -> None:
    options = SSH.partition(" ")[2]
    script = f"echo pwd | sftp -q -b - {options} app@127.0.0.1 && scp -q -O {options} app@127.0.0.1:/etc/hostname /copy"
    with fargate.run(pam_image) as task:
        until(lambda: _said(task, "echo session") == "session\n", PATIENCE, "a session over ssh", step=0.3)
        done = task.container.exec(["/bin/sh", "-c", script], user="root")
        assert (done.exit_code, done.stdout, done.stderr) == (
            0,
            "sftp> pwd\nRemote working directory: /home/app\n",
            "",
        )


def test_a_session_by_pam_has_it_after_a_restart(fargate: Fargate, pam_image: str) -> None:
    with fargate.run(pam_image) as task:
        task.container.restart()
        until(lambda: _said(task, "echo session") == "session\n", PATIENCE, "a session over ssh", step=0.3)
        assert task.identifier in _said(task, f"printenv {VARIABLE}")


@pytest.fixture(scope="module")
def pam_image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _built(engine, tmp_path_factory.mktemp("pam"), _patched("sshd")) as image:
        yield image


def _said(task: Task, command: str) -> str:
    return task.container.exec(["/bin/sh", "-c", f"{SSH} app@127.0.0.1 '{command}'"], user="root").stdout
