"""Looks at a running task: waits until it has settled, tries the probes, and writes down every process meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass, field
from fargate_patch.remedies.variables import CARRIED, VARIABLES
from fargate_patch.verify import endpoint
from fargate_patch.verify.asking import Asker, as_process, read
from fargate_patch.verify.container import EngineError
from fargate_patch.verify.matching import runs
from fargate_patch.verify.model import Attempt, Look, Seen, program_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Mapping, Sequence

    from fargate_patch.chain.model import Chain
    from fargate_patch.verify.container import Container, Process
    from fargate_patch.verify.model import Probe
    from fargate_patch.verify.platform import Task

SETTLES_IN = 20  # seconds at most
QUIET_FOR = 2.0  # seconds without a new process
LATE = 10.0  # seconds to wait for a process that the trace predicts, with nothing new meanwhile
TRIED_AT_MOST = 12  # kinds of processes in whose place the credentials are fetched
GRACE = 10  # seconds after SIGTERM; ECS gives 30
STRANGERS = ("nobody", "www-data", "games", "daemon")


@dataclass(slots=True)
class _Notes:
    """What has been seen so far."""

    processes: dict[tuple[int, tuple[str, ...]], Process] = field(default_factory=dict)
    accounts: dict[int, str] = field(default_factory=dict)
    parents: dict[int, tuple[int, str]] = field(default_factory=dict)  # of each process: its parent, its own program

    def add(self, found: Sequence[Process]) -> bool:
        """Was there anything new? What a process was before its exec of another program is forgotten."""
        new = [p for p in found if (p.pid, p.argv) not in self.processes and p.argv]
        for process in new:
            self.parents[process.pid] = process.parent, program_of(process.argv)
            self.processes[process.pid, process.argv] = process
        return bool(new)

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


def look(
    task: Task,
    probes: Sequence[Probe],
    *,
    expected: Sequence[Chain],
    users: Sequence[str],
    wait: float | None,
    stop: threading.Event,
) -> Look:
    """Everything that is to be seen of a task.

    `expected` are the chains that end in a process without being asked, `users` those for whom something is carried.

    Raises EngineError where the engine fails; that the container has ended is no failure.
    """
    container, notes = task.container, _Notes()
    settle(container, notes, expected, wait, stop)
    asker = Asker(task, stop)
    alive = container.running
    attempts = {probe: asker.ask(probe) for probe in probes} if alive else {}
    if alive:
        notes.add(running(container))
    current = running(container) if alive else ()
    processes = tuple(_seen(task, notes, current))
    return Look(
        processes=processes,
        attempts=attempts,
        argv=next((p.argv for p in current if p.pid == 1), None),
        exit_code=None if container.running else container.wait(5),
        fetched=task.fetched,
        strangers=_strangers(container, users) if alive else {},
        stopped=_stopped(container) if container.running else None,
    )


def settle(
    container: Container, notes: _Notes, expected: Sequence[Chain], wait: float | None, stop: threading.Event
) -> None:
    """Wait until what is expected runs and nothing new starts, the health check says so, or for the seconds given."""
    begun = last = time.monotonic()
    while not stop.is_set():
        state = container.inspect().get("State")
        if not isinstance(state, dict) or not state.get("Running"):
            return
        if not notes.accounts:
            notes.accounts = accounts(container)
        now = time.monotonic()
        last = now if notes.add(running(container)) else last
        health = state.get("Health") or state.get("Healthcheck")
        healthy = isinstance(health, dict) and health.get("Status") in ("healthy", "unhealthy")
        quiet = now - last >= (QUIET_FOR if all(map(notes.has, expected)) else LATE)
        if now - begun >= (SETTLES_IN if wait is None else wait) or (wait is None and (healthy or quiet)):
            return
        stop.wait(0.2)


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


def _seen(task: Task, notes: _Notes, current: Sequence[Process]) -> Iterable[Seen]:
    """Every process that the container itself has started; with what the running ones have, the keys are fetched."""
    tried: dict[tuple[int, str, str], Attempt] = {}
    alive = {(p.pid, p.argv) for p in current}
    for process in sorted(notes.processes.values(), key=lambda p: p.pid):
        if not notes.from_first(process.pid):
            continue
        parent = notes.parents[process.parent][1] if process.parent in notes.parents else ""
        variable = _variable(process)
        kind = (process.uid, program_of(process.argv), str(variable))
        if kind not in tried:
            fetch = variable == "set" and (process.pid, process.argv) in alive and len(tried) < TRIED_AT_MOST
            tried[kind] = _fetched(task, process) if fetch else Attempt(variable)
        yield Seen(process, notes.accounts.get(process.uid, str(process.uid)), parent, tried[kind])


def _variable(process: Process) -> str | None:
    if process.environment is None:
        return None
    values = [process.environment.get(n) for n in (endpoint.CREDENTIALS_VARIABLE, endpoint.FULL_VARIABLE)]
    return "set" if any(values) else "empty" if "" in values else "absent"


def _fetched(task: Task, process: Process) -> Attempt:
    """Does what is in the image get keys with this process's user and variables?"""
    command = as_process(process.environment or {}, VARIABLES)
    try:
        found = read(task.container.exec(command, user=str(process.uid), timeout=60))
    except EngineError as problem:
        return Attempt("set", reason=str(problem))
    if found.variable:
        return found
    return Attempt("set", reason="nothing in the image could fetch with it" if task.container.running else "")


def _strangers(container: Container, users: Sequence[str]) -> Mapping[str, str]:
    """Users for whom nothing is carried, and what they can read of the carried file."""
    if container.exec(["cat", CARRIED], user="0").exit_code:
        return {}
    known = set(accounts(container).values())
    others = [user for user in STRANGERS if user in known and user not in users][:3]
    return {user: container.exec(["cat", CARRIED], user=user).stdout for user in others}


def _stopped(container: Container) -> tuple[int, float] | None:
    """The exit code after SIGTERM and the seconds until then; None where it does not end in time."""
    begun = time.monotonic()
    try:
        container.signal("TERM")
        while time.monotonic() - begun < GRACE:
            if not container.running:
                return container.wait(5), time.monotonic() - begun
            time.sleep(0.1)
    except EngineError:
        return None
    return None
