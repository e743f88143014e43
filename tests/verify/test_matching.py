"""Which process a chain means where several of one user run the same program."""

from __future__ import annotations

import pytest

from fargate_patch.chain.model import Chain, Effect, Hop, Place
from fargate_patch.verify.matching import process_of
from fargate_patch.verify.model import Attempt, Seen
from fargate_patch.verify.processes import Process


def seen(pid: int, command: str, variable: str = "absent") -> Seen:
    return Seen(Process(pid, 1, 1000, tuple(command.split()), {}), "app", "supervisord", Attempt(variable))


def chain(command: str) -> Chain:
    program = command.split(maxsplit=1)[0].rpartition("/")[2]
    return Chain((Hop(program, "exec", Effect.KEEPS, Place("Dockerfile", 1), "app"),), "app", command)


@pytest.mark.parametrize(
    ("command", "pid"),
    [
        ("/usr/bin/python3 /srv/worker.py", 7),
        ("python3 /srv/worker.py", 7),
        ("/usr/bin/python3 /srv/worker.py nightly", 8),
        ("python3 /srv/other.py", 7),
        ("node x", None),
    ],
)
def test_the_one_with_the_same_arguments(command: str, pid: int | None) -> None:
    found = process_of(
        chain(command), [seen(8, "python3 /srv/worker.py nightly"), seen(7, "/usr/bin/python3 /srv/worker.py")]
    )
    assert (found.process.pid if found else None) == pid


def test_a_server_that_another_program_starts() -> None:
    workers = Chain(
        (Hop("apache2ctl", "apache", Effect.KEEPS, Place("Dockerfile", 1), "app"),), "app", "apache workers"
    )
    found = process_of(workers, [seen(9, "/usr/sbin/apache2 -D FOREGROUND")])
    assert (found.process.pid if found else None) == 9
