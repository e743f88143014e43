"""What a patch must not do to a container, and what it must withstand: samples/uwsgi-su as it stands and patched."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import s3
from scenarios import CARRIED, NO_KEYS, STRANGERS, context_of, page, patch

from fargate_patch.verify.engine import RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig import Fargate, Task

ENVIRONMENT = ("su", "-", "uwsgi", "-c", "env | grep -E '^(AWS|ECS)_' | cut -d= -f1 | sort")
NAMES = [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_REGION",
    "ECS_CONTAINER_METADATA_URI",
    "ECS_CONTAINER_METADATA_URI_V4",
]


@dataclass(frozen=True, slots=True)
class Images:
    """The same sample twice."""

    original: str
    patched: str


@pytest.fixture(scope="module")
def images(fargate: Fargate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Images]:
    with _both(fargate, context_of("uwsgi-su", tmp_path_factory.mktemp("behaviour"))) as found:
        yield found


@contextmanager
def _both(fargate: Fargate, context: Path) -> Iterator[Images]:
    dockerfile = context / "Dockerfile"
    with ExitStack() as stack:
        original = stack.enter_context(fargate.engine.built(context, dockerfile))
        patch(dockerfile)
        yield Images(original, stack.enter_context(fargate.engine.built(context, dockerfile)))


def _ended(fargate: Fargate, image: str, options: RunOptions) -> tuple[int, str, str]:
    with fargate.run(image, options) as task:
        code = task.container.wait()
        logs = task.container.logs()
        return code, logs.stdout, logs.stderr


def _environment(task: Task) -> list[str]:
    return task.container.exec(ENVIRONMENT, user="root").stdout.split()


def test_the_user_gets_the_variables_on_the_list_and_no_others(fargate: Fargate, images: Images) -> None:
    with fargate.run(images.patched, RunOptions(env={"DATABASE_PASSWORD": "hush", "AWS_SECRET": "hush"})) as task:
        assert _environment(task) == NAMES
        assert "hush" not in task.container.exec(["cat", CARRIED], user="root").stdout


def test_other_users_cannot_read_what_is_carried(fargate: Fargate, images: Images) -> None:
    with fargate.run(images.patched) as task:
        refused = {user: task.container.exec(["cat", CARRIED], user=user) for user in STRANGERS}
        assert {user: (done.stdout, done.exit_code) for user, done in refused.items()} == dict.fromkeys(
            STRANGERS, ("", 1)
        )


@pytest.mark.parametrize(
    "command",
    [
        ("su", "-", "uwsgi", "-c", "exit 7"),
        ("su", "-", "uwsgi", "-c", "kill -9 $$"),
        ("sh", "-c", "printf '<%s>' \"$@\"", "sh", "two words", "'quoted'", '"so"', "$HOME", "", "new\nline", "*"),
        ("sh", "-c", "echo to stderr >&2; exit 3"),
    ],
)
def test_arguments_output_and_exit_code_are_as_before(
    fargate: Fargate, images: Images, command: tuple[str, ...]
) -> None:
    options = RunOptions(command=command)
    assert _ended(fargate, images.patched, options) == _ended(fargate, images.original, options)


def test_a_program_that_is_not_there_ends_it_as_a_shell_would(fargate: Fargate, images: Images) -> None:
    code, stdout, stderr = _ended(fargate, images.patched, RunOptions(command=("/no/such/program",)))
    assert (code, stdout) == (127, "")
    assert "/no/such/program" in stderr


@pytest.mark.parametrize("signal", ["TERM", "INT", "HUP"])
def test_signals_reach_the_program(fargate: Fargate, images: Images, signal: str) -> None:
    trap = f"trap 'echo got {signal}; exit 5' {signal}; echo ready; while :; do sleep 0.1; done"
    for image in (images.original, images.patched):
        with fargate.run(image, RunOptions(command=("sh", "-c", trap))) as task:
            while "ready" not in task.container.logs().stdout:
                assert task.container.running
            task.container.signal(signal)
            assert task.container.wait() == 5
            assert task.container.logs().stdout == f"ready\ngot {signal}\n"


def test_the_first_process_is_the_program_and_nothing_stays_beside_it(fargate: Fargate, images: Images) -> None:
    def processes(image: str) -> list[tuple[int, tuple[str, ...]]]:
        with fargate.run(image, RunOptions(command=("sleep", "60"))) as task:
            task.container.exec(["sleep", "0.5"])
            return [(process.pid, process.argv) for process in task.container.processes()]

    assert processes(images.patched) == processes(images.original) == [(1, ("sleep", "60"))]


def test_it_works_again_after_a_restart_with_what_is_true_then(fargate: Fargate, images: Images) -> None:
    with fargate.run(images.patched) as task:
        assert page(task) == s3.TEXT
        before = task.container.exec(["cat", CARRIED], user="root").stdout
        task.container.restart()
        assert page(task) == s3.TEXT
        assert task.container.exec(["cat", CARRIED], user="root").stdout == before
        assert task.container.exec(["ls", "-A", str(Path(CARRIED).parent)], user="root").stdout == "env\n"


def test_a_read_only_root_does_not_stop_the_container(fargate: Fargate, images: Images) -> None:
    with fargate.run(images.patched, RunOptions(read_only=True)) as task:
        assert page(task) == ""
        assert NO_KEYS in task.container.logs().stderr


def test_a_read_only_root_with_a_tmpfs_at_the_folder_works(fargate: Fargate, images: Images) -> None:
    with fargate.run(images.patched, RunOptions(read_only=True, tmpfs=(str(Path(CARRIED).parent),))) as task:
        assert page(task) == s3.TEXT
        assert task.container.exec(["cat", CARRIED], user="nobody").exit_code == 1


def test_below_an_init_process_it_works(fargate: Fargate, images: Images) -> None:
    with fargate.run(images.patched, RunOptions(init=True)) as task:
        assert page(task) == s3.TEXT


def test_without_a_task_role_no_empty_variable_appears(fargate: Fargate, images: Images) -> None:
    with fargate.run(images.patched, role=False) as task:
        assert page(task) == ""
        assert NO_KEYS in task.container.logs().stderr
        assert _environment(task) == NAMES[1:]


def test_it_can_be_switched_off(fargate: Fargate, images: Images) -> None:
    with fargate.run(images.patched, RunOptions(env={"FARGATE_ENV": "off"})) as task:
        assert page(task) == ""
        assert _environment(task) == []


@pytest.mark.parametrize("user", ["nobody", "1234:1234"])
def test_another_user_in_the_task_definition_starts_it_as_before(fargate: Fargate, images: Images, user: str) -> None:
    options = RunOptions(user=user, command=("id", "-u"))
    assert _ended(fargate, images.patched, options) == _ended(fargate, images.original, options)


def test_an_entry_point_in_the_task_definition_goes_round_it(fargate: Fargate, images: Images) -> None:
    options = RunOptions(entrypoint=("/bin/sh", "-c"), command=("cat /proc/1/comm",))
    assert _ended(fargate, images.patched, options) == _ended(fargate, images.original, options)


def test_patched_twice_is_patched_once_and_reverted_is_as_it_was(tmp_path: Path) -> None:
    dockerfile = context_of("uwsgi-su", tmp_path) / "Dockerfile"
    original = dockerfile.read_bytes()
    patch(dockerfile)
    once = dockerfile.read_bytes()
    patch(dockerfile)
    assert dockerfile.read_bytes() == once != original
    patch(dockerfile, "revert")
    assert dockerfile.read_bytes() == original
