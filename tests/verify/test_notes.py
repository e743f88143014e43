"""What is kept of the processes that are seen again and again while a container settles."""

from __future__ import annotations

from fargate_patch.verify.container import MARK
from fargate_patch.verify.processes import Process
from fargate_patch.verify.settling import Notes

FIRST = Process(1, 0, 0, ("supervisord",), {})
AS_ROOT = Process(7, 1, 0, ("uwsgi", "--uid", "app"), {"A": "b"})
AS_APP = Process(7, 1, 1000, ("uwsgi", "--uid", "app"), None)  # its title has written over the environment by now


def test_a_process_that_takes_another_user_is_the_one_it_became() -> None:
    notes = Notes()
    assert notes.add([FIRST, AS_ROOT])
    assert notes.add([FIRST, AS_APP])
    assert not notes.add([FIRST, AS_APP])
    assert list(notes.processes.values()) == [FIRST, Process(7, 1, 1000, ("uwsgi", "--uid", "app"), {"A": "b"})]


def test_what_we_leave_running_for_a_while_is_none_of_the_container_s() -> None:
    """The `cat` that joins an ssh session with its port: the first process takes it over when its shell is gone."""
    notes = Notes()
    assert notes.add([FIRST])
    assert not notes.add([FIRST, Process(9, 1, 0, ("cat",), {MARK: "1"})])
    assert list(notes.processes.values()) == [FIRST]
