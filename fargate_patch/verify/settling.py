"""Waits until a task has settled, and notes every process that it has started by then.

Settled is what the image itself says: its HEALTHCHECK succeeds, else its EXPOSEd ports are listened on. Where it says
nothing, no new process for a while has to do. The health check is run from here: docker asks it twice a minute, podman
only where systemd runs.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field
from fargate_patch.verify.container import MARK, EngineError
from fargate_patch.verify.matching import runs
from fargate_patch.verify.model import program_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from fargate_patch.chain.model import Chain
    from fargate_patch.verify.container import Container
    from fargate_patch.verify.processes import Process

    Unready: TypeAlias = Callable[[float], str]

SETTLES_IN = 20  # seconds at most
QUIET_FOR = 2.0  # seconds without a new process
LATE = 10.0  # seconds to wait for what is expected, with nothing new meanwhile
HEALTH_SECONDS = 30  # docker's own default for a check that hangs


@dataclass(slots=True)
class Notes:
    """What has been seen so far."""

    processes: dict[tuple[int, tuple[str, ...]], Process] = field(default_factory=dict)
    accounts: dict[int, str] = field(default_factory=dict)
    parents: dict[int, tuple[int, str]] = field(default_factory=dict)  # of each process: its parent, its own program
    unready: str = ""  # what was still to come when the waiting ended

    def add(self, found: Sequence[Process]) -> bool:
        """Has the container started anything new? What a process was before its exec of another is forgotten.

        So is whom it ran as before it took another user; its environment stays what it was at its exec. What bears our
        mark is no process of the container's, also where its own first process has taken it over.
        """
        new = [p for p in found if p.argv and MARK not in (p.environment or {}) and self._is_new(p)]
        for process in new:
            before = self.processes.get((process.pid, process.argv))
            self.parents[process.pid] = process.parent, program_of(process.argv)
            self.processes[process.pid, process.argv] = (
                replace(process, environment=before.environment) if before else process
            )
        return any(self.from_first(process.pid) for process in new)

    def _is_new(self, process: Process) -> bool:
        before = self.processes.get((process.pid, process.argv))
        return before is None or before.uid != process.uid

    def has(self, chain: Chain) -> bool:
        """Has the process at the end of a chain been seen?"""
        return any(runs(chain, p, self.accounts.get(p.uid, str(p.uid))) for p in self.processes.values())

    def from_first(self, pid: int) -> bool:
        """Was it started by PID 1 or its children? What came in by `exec` is ours."""
        for _ in self.parents:
            if pid == 1 or pid not in self.parents:
                return pid == 1
            pid = self.parents[pid][0]
        return pid == 1


def settle(container: Container, expected: Sequence[Chain], wait: float | None, stop: threading.Event) -> Notes:
    """Wait until the chains expected have their processes and the container is ready, or for the seconds given."""
    notes, unready = Notes(), _unready_of(container)
    begun = last = time.monotonic()
    while not stop.is_set() and (found := running(container)):
        if not notes.accounts:
            notes.accounts = accounts(container)
        now = time.monotonic()
        last = now if notes.add(found) else last
        over = now - begun >= (SETTLES_IN if wait is None else wait) or (wait is None and now - last >= LATE)
        if over or (wait is None and all(map(notes.has, expected))):
            notes.unready = unready(now - last)
            if over or not notes.unready:
                notes.add(running(container))  # what has started while the container was asked
                break
        stop.wait(0.2)
    return notes


def _unready_of(container: Container) -> Unready:
    """What tells why a container is not ready, given the seconds since it started something new; "" where it is."""
    check = _health_check(container.inspect().get("Config"))
    if check:
        return lambda _: "" if _succeeds(container, check) else "its health check does not succeed"
    ports = container.exposed_ports()
    if ports:
        return lambda _: _not_listening(ports - container.listening_ports())
    return lambda quiet: "" if quiet >= QUIET_FOR else "it goes on starting processes"


def _not_listening(ports: frozenset[int]) -> str:
    numbers = " and ".join(map(str, sorted(ports)))
    return f"nothing listens on the EXPOSEd port{'s' * (len(ports) > 1)} {numbers}" if ports else ""


def _health_check(config: object) -> tuple[str, ...]:
    """`{"Healthcheck": {"Test": ["CMD-SHELL", "curl localhost"]}}` as the command that it runs; () for none."""
    check = config.get("Healthcheck") if isinstance(config, dict) else None
    test = check.get("Test") if isinstance(check, dict) else None
    kind, *words = map(str, test) if isinstance(test, list) and test else ("NONE",)
    return {"CMD": tuple(words), "CMD-SHELL": ("/bin/sh", "-c", *words)}.get(kind, ())


def _succeeds(container: Container, check: Sequence[str]) -> bool:
    try:
        return not container.exec(check, timeout=HEALTH_SECONDS).exit_code
    except EngineError:
        return False


def running(container: Container) -> tuple[Process, ...]:
    """The processes that run now; none where the container has ended meanwhile. Raises EngineError for all else."""
    try:
        return container.processes()
    except EngineError:
        if container.running:
            raise
        return ()


def accounts(container: Container) -> dict[int, str]:
    """The container's accounts by their numbers; empty where they cannot be read."""
    lines = container.exec(["cat", "/etc/passwd"], user="0").stdout.splitlines()
    fields = (line.split(":") for line in lines)
    found: dict[int, str] = {}
    for parts in fields:
        if len(parts) > 2 and parts[2].isdigit():
            found.setdefault(int(parts[2]), parts[0])
    return found
