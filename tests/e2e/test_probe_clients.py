"""The probe takes the client that an image has: with each alone it gets the keys, and without one it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE
from fargate_patch.verify.asking import probe_volumes, read
from fargate_patch.verify.engine import RunOptions
from fargate_patch.verify.model import Attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig import Fargate, Task

CLIENTS = {"boto3": "python3", "curl": "curl", "php": "php", "node": "node", "ruby": "ruby"}
# $@: the programs that there are beside a shell and grep
ONLY = """
rm -rf /only && mkdir /only && cd /only || exit
for program in grep "$@"; do ln -s "$(command -v $program)" .; done
PATH=/only exec /bin/sh /.fargate-patch/probe.sh
"""


@pytest.fixture(scope="module")
def task(fargate: Fargate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Task]:
    options = RunOptions(command=("sleep", "600"), volumes=probe_volumes(tmp_path_factory.mktemp("probes")))
    with fargate.run("docker.io/library/debian:12", options) as running:
        yield running


def _probed(task: Task, programs: tuple[str, ...], env: dict[str, str] | None = None) -> Attempt:
    return read(task.container.exec(["/bin/sh", "-c", ONLY, "sh", *programs], user="root", env=env))


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_alone_gets_the_keys(task: Task, client: str) -> None:
    assert _probed(task, (CLIENTS[client],)) == Attempt("set", client, True)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_variable_that_leads_nowhere_gets_none(task: Task, client: str) -> None:
    elsewhere = {CREDENTIALS_VARIABLE: "/v2/credentials/other"}
    assert _probed(task, (CLIENTS[client],), elsewhere) == Attempt("set", client, False)


def test_without_a_client_nothing_is_tried(task: Task) -> None:
    assert _probed(task, ()) == Attempt("set", "none", None)
